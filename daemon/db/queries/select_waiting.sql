-- For the start page: lägesbilder whose period has closed and that wait to be published, the newest period first.
-- $1: municipality, or NULL for all; $2: the areas the reader may see, or NULL for all; $3: how many at most
SELECT c.municipality, m.name AS municipality_name, c.area, a.name, c.period, 0 AS version
  FROM lagesbild.lagesbild_closed c
  JOIN lagesbild.area a ON a.municipality = c.municipality AND a.area = c.area
  JOIN lagesbild.municipality m ON m.municipality = c.municipality
 WHERE ($1::text IS NULL OR c.municipality = $1)
   AND ($2::text IS NULL OR c.area = ANY (string_to_array($2, ',')))
   AND c.closed_at <= now()
   AND NOT EXISTS (SELECT FROM lagesbild.lagesbild_version v
                    WHERE v.municipality = c.municipality AND v.area = c.area AND v.period = c.period
                      AND v.published_at >= c.closed_at)
 ORDER BY c.after_day DESC, m.name, a.name
 LIMIT $3::integer;
