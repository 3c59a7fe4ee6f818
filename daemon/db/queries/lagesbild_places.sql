-- The five places with most incidents, and why: the most frequent kind there, the period before, evenings and nights.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last;
-- $5, $6: the same of the period before; $7: the area's own name, which is no place in it
WITH here AS (
    SELECT i.place, c.name AS category, i.occurred_at AT TIME ZONE 'Europe/Stockholm' AS local,
           i.precision IN ('minute', 'hour') AS clocked
      FROM lagesbild.counted_incidents($1, $2::text[], LEAST($3::date, $5::date)::timestamp AT TIME ZONE 'Europe/Stockholm',
                                       $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
      JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
      JOIN lagesbild.category c ON c.category = i.category
     WHERE lower(i.place) <> lower($7::text)
), kinds AS (
    SELECT place, category,
           count(*) FILTER (WHERE local >= $3::date) AS incidents,
           count(*) FILTER (WHERE local >= $5::date AND local < $6::date) AS before,
           count(*) FILTER (WHERE local >= $3::date AND clocked) AS clocked,
           count(*) FILTER (WHERE local >= $3::date AND clocked AND (extract(hour FROM local) >= 18 OR extract(hour FROM local) < 6)) AS evening
      FROM here
     GROUP BY place, category
)
SELECT place, sum(incidents) AS incidents, sum(before) AS before,
       (array_agg(category ORDER BY incidents DESC, category))[1] AS top_category, max(incidents) AS top_incidents,
       sum(clocked) AS clocked, sum(evening) AS evening
  FROM kinds
 GROUP BY place
HAVING sum(incidents) > 0
 ORDER BY incidents DESC, place
 LIMIT 5;
