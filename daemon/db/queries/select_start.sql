-- For the start page: the areas with a lägesbild of their own, and when something last happened in their municipality. Who
-- sees all municipalities is spared those that have no areas; the one who sees one has its lägesbild, areas or not.
-- $1: municipality, or NULL for all; $2: the areas the reader may see, or NULL for all
-- The index on time gives the last incident of a municipality without counting any.
SELECT a.municipality, m.name AS municipality_name, a.area, a.name,
       to_char(last.occurred_at AT TIME ZONE 'Europe/Stockholm', 'YYYY-MM-DD') AS last_day
  FROM lagesbild.area a
  JOIN lagesbild.municipality m USING (municipality)
 CROSS JOIN LATERAL (SELECT i.occurred_at
                       FROM lagesbild.incident i
                      WHERE i.municipality = a.municipality AND i.withdrawn_revision IS NULL
                      ORDER BY i.occurred_at DESC
                      LIMIT 1) AS last
 WHERE ($1::text IS NULL OR a.municipality = $1)
   AND ($2::text IS NULL OR a.area = ANY (string_to_array($2, ',')))
   AND ($1::text IS NOT NULL
        OR a.parent IS NOT NULL
        OR EXISTS (SELECT FROM lagesbild.area child WHERE child.municipality = a.municipality AND child.parent = a.area))
 ORDER BY m.name, a.parent IS NOT NULL, a.name;
