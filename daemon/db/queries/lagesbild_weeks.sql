-- The area's series: incidents by category in each of several weeks. One area and a whole municipality are read from the
-- weekly sums (schema/functions/tally.sql); in several areas each incident is counted once, along their index.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: the first Monday; $4: how many weeks
-- Gives parts of series, in no order, to be added up: the category's code and name, the number of the part's first week
-- (from 0; under 0 where a part begins before $3), and the incidents in that week and those after it (integer[]; it may
-- go on past the last week).
WITH asked AS (
    SELECT CASE WHEN $2::text[] IS NULL THEN '' WHEN cardinality($2::text[]) = 1 THEN ($2::text[])[1] END AS area
), edge AS MATERIALIZED (
    SELECT array_agg(($3::date + 7 * n)::timestamp AT TIME ZONE 'Europe/Stockholm' ORDER BY n) AS edges
      FROM generate_series(0, $4::integer) AS n
), part AS (
    SELECT t.category, (lagesbild.tally_monday(t.year) - $3::date) / 7 AS week, t.weeks AS incidents
      FROM asked
      JOIN lagesbild.tally t ON t.municipality = $1 AND t.area = asked.area
     WHERE t.year BETWEEN extract(isoyear FROM $3::date)::integer
                      AND extract(isoyear FROM $3::date + 7 * ($4::integer - 1))::integer
     UNION ALL
    SELECT d.category, (d.week - $3::date) / 7, ARRAY[d.incidents]
      FROM asked
      JOIN lagesbild.tally_delta d ON d.municipality = $1 AND d.area = asked.area
     WHERE d.week >= $3::date AND d.week < $3::date + 7 * $4::integer
     UNION ALL
    SELECT i.category, width_bucket(i.occurred_at, edge.edges) - 1, ARRAY[count(*)::integer]
      FROM edge
     CROSS JOIN LATERAL lagesbild.counted_incidents($1, $2::text[], edge.edges[1], edge.edges[$4::integer + 1]) AS i
     WHERE cardinality($2::text[]) > 1
     GROUP BY 1, 2
)
SELECT part.category, c.name, part.week, part.incidents
  FROM part
  JOIN lagesbild.category c ON c.category = part.category;
