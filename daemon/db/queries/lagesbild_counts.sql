-- Incidents by category in each of several spans of days. An incident in two of the areas is one incident.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day of each span and the day
-- after its last (date[])
SELECT s.slot, i.category, c.name, count(*) AS incidents
  FROM unnest($3::date[], $4::date[]) WITH ORDINALITY AS s(first, after, slot)
  JOIN lagesbild.incident i
    ON i.municipality = $1
   AND i.occurred_at >= s.first::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.occurred_at < s.after::timestamp AT TIME ZONE 'Europe/Stockholm'
  JOIN lagesbild.category c ON c.category = i.category
 WHERE i.withdrawn_revision IS NULL AND i.status <> 'rejected'
   AND ($2::text[] IS NULL
        OR EXISTS (SELECT FROM lagesbild.incident_area a
                    WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))
 GROUP BY s.slot, i.category, c.name
 ORDER BY s.slot, i.category;
