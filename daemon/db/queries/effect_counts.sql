-- Incidents of a kind, at a place, in each of several spans of days. An incident in two of the areas is one incident.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: categories (text[]) or NULL; $4: place (any
-- case) or NULL; $5, $6: first day of each span and the day after its last (date[])
SELECT s.slot, count(i.incident) AS incidents
  FROM unnest($5::date[], $6::date[]) WITH ORDINALITY AS s(first, after, slot)
  LEFT JOIN LATERAL (
    SELECT counted.incident
      FROM lagesbild.counted_incidents($1, $2::text[], s.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                       s.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
     WHERE ($3::text[] IS NULL OR counted.category = ANY ($3::text[]))
       AND ($4::text IS NULL
            OR EXISTS (SELECT FROM lagesbild.incident place
                        WHERE place.municipality = $1 AND place.incident = counted.incident AND lower(place.place) = lower($4::text)))
       ) AS i ON true
 GROUP BY s.slot
 ORDER BY s.slot;
