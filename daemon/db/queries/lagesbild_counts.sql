-- Incidents by category in each of several spans of days. An incident in two of the areas is one incident.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day of each span and the day
-- after its last (date[])
SELECT s.slot, i.category, c.name, count(*) AS incidents
  FROM unnest($3::date[], $4::date[]) WITH ORDINALITY AS s(first, after, slot)
 CROSS JOIN LATERAL lagesbild.counted_incidents($1, $2::text[], s.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                                s.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS i
  JOIN lagesbild.category c ON c.category = i.category
 GROUP BY s.slot, i.category, c.name
 ORDER BY s.slot, i.category;
