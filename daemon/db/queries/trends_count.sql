-- Incidents in each of several spans of days, by any of area, category, place and source. With by area, an incident in
-- two areas counts once in each.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: categories (text[]) or NULL; $4: place (any case) or NULL;
-- $5: sources (text[]) or NULL; $6, $7: first day of each span and the day after its last (date[]);
-- $8 to $11: whether to group by area, category, place, source
SELECT s.slot,
       CASE WHEN $8::boolean THEN a.area END AS area,
       CASE WHEN $9::boolean THEN i.category END AS category,
       CASE WHEN $10::boolean THEN i.place END AS place,
       CASE WHEN $11::boolean THEN i.source END AS source,
       count(*) AS incidents
  FROM unnest($6::date[], $7::date[]) WITH ORDINALITY AS s(first, after, slot)
  JOIN lagesbild.incident i
    ON i.municipality = ANY ($1::text[])
   AND i.occurred_at >= s.first::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.occurred_at < s.after::timestamp AT TIME ZONE 'Europe/Stockholm'
  LEFT JOIN lagesbild.incident_area a
    ON $8::boolean AND a.municipality = i.municipality AND a.incident = i.incident
   AND ($2::text[] IS NULL OR a.area = ANY ($2::text[]))
 WHERE i.withdrawn_revision IS NULL AND i.status <> 'rejected'
   AND ($2::text[] IS NULL
        OR EXISTS (SELECT FROM lagesbild.incident_area within
                    WHERE within.municipality = i.municipality AND within.incident = i.incident AND within.area = ANY ($2::text[])))
   AND ($3::text[] IS NULL OR i.category = ANY ($3::text[]))
   AND ($4::text IS NULL OR lower(i.place) = lower($4::text))
   AND ($5::text[] IS NULL OR i.source = ANY ($5::text[]))
 GROUP BY 1, 2, 3, 4, 5
 LIMIT 200001;
