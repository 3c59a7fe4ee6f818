-- The area's series: incidents in each of several weeks, by category; only categories and weeks that have any.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: the first Monday; $4: how many weeks
-- Gives for each category: its code, its name, the numbers of its weeks (integer[], from 0, rising) and the incidents in
-- each of them (bigint[], as many).
WITH edge AS MATERIALIZED (
    SELECT array_agg(($3::date + 7 * n)::timestamp AT TIME ZONE 'Europe/Stockholm' ORDER BY n) AS edges
      FROM generate_series(0, $4::integer) AS n
), counted AS (
    SELECT i.category, width_bucket(i.occurred_at, edge.edges) - 1 AS week, count(*) AS incidents
      FROM edge
     CROSS JOIN LATERAL lagesbild.counted_incidents($1, $2::text[], edge.edges[1], edge.edges[$4::integer + 1]) AS i
     GROUP BY 1, 2
)
SELECT counted.category, c.name, array_agg(counted.week ORDER BY counted.week) AS weeks,
       array_agg(counted.incidents ORDER BY counted.week) AS incidents
  FROM counted
  JOIN lagesbild.category c ON c.category = counted.category
 GROUP BY counted.category, c.name
 ORDER BY counted.category;
