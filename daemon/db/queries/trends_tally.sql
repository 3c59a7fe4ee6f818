-- Incidents by week, from the weekly sums: of whole municipalities or of areas one by one, by area and category. One row
-- for each of these and year (or for one week that has not been summed up yet), each with a run of weeks; rows that agree
-- in what is grouped by are to be added up.
-- Everything in every municipality has sums of its own, where $1 leaves none out.
-- $1: municipalities (text[]); $2: areas (text[]), NULL for whole municipalities; $3: categories (text[]) or NULL;
-- $4, $5: the first Monday and the Monday after the last week (date); $6, $7: whether to group by area, category
-- Gives area, category, the Monday of the first of the weeks, and their counts (integer[]).
WITH asked AS MATERIALIZED (
    SELECT unnest($1::text[]) AS municipality, NULL AS area
     WHERE cardinality($1::text[]) = 1 OR $2::text[] IS NOT NULL OR lagesbild.tally_country() IS NULL
        OR EXISTS (SELECT FROM lagesbild.municipality m WHERE NOT m.municipality = ANY ($1::text[]))
     UNION ALL
    SELECT lagesbild.tally_country(), '*'
     WHERE cardinality($1::text[]) > 1 AND $2::text[] IS NULL
       AND NOT EXISTS (SELECT FROM lagesbild.municipality m WHERE NOT m.municipality = ANY ($1::text[]))
), part AS MATERIALIZED (
    SELECT asked.municipality, COALESCE(wanted.area, asked.area, '') AS area
      FROM asked
      LEFT JOIN unnest($2::text[]) AS wanted(area) ON true
)
SELECT CASE WHEN $6::boolean THEN t.area END AS area, CASE WHEN $7::boolean THEN t.category END AS category,
       lagesbild.tally_monday(t.year) AS monday, t.weeks
  FROM part
 CROSS JOIN LATERAL (SELECT *
                       FROM lagesbild.tally
                      WHERE municipality = part.municipality AND area = part.area
                        AND year BETWEEN extract(isoyear FROM $4::date)::integer AND extract(isoyear FROM $5::date - 1)::integer
                      OFFSET 0) AS t
 WHERE $3::text[] IS NULL OR t.category = ANY ($3::text[])
 UNION ALL
SELECT CASE WHEN $6::boolean THEN d.area END, CASE WHEN $7::boolean THEN d.category END, d.week, ARRAY[sum(d.incidents)]
  FROM lagesbild.tally_delta d
 WHERE d.week >= $4::date AND d.week < $5::date
   AND ($3::text[] IS NULL OR d.category = ANY ($3::text[]))
   AND ((d.municipality, d.area) IN (SELECT municipality, area FROM part)
        OR (d.area = '' AND EXISTS (SELECT FROM part WHERE area = '*')))
 GROUP BY 1, 2, 3;
