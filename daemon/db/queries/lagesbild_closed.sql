-- When a lägesbild's period closed by its group's rhythm, and whether it waits to be published since; no row where it did
-- not.
-- $1: municipality; $2: area; $3: period
SELECT to_char(c.closed_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS closed_at,
       NOT EXISTS (SELECT FROM lagesbild.lagesbild_version v
                    WHERE v.municipality = c.municipality AND v.area = c.area AND v.period = c.period
                      AND v.published_at >= c.closed_at) AS waits
  FROM lagesbild.lagesbild_closed c
 WHERE c.municipality = $1 AND c.area = $2 AND c.period = $3 AND c.closed_at <= now();
