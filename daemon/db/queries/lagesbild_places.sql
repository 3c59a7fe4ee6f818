-- The five places with most incidents, and why: the most frequent kind there, the period before, evenings and nights.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last;
-- $5, $6: the same of the period before; $7: the area's own name, which is no place in it; $8: the first day of the
-- places' history
-- The last columns are how many places had incidents at all, and the days of each place's incidents from $8 to the
-- period's end, counted from $8 (integer[], rising, one for each incident): what its expectation is made from.
WITH here AS (
    SELECT i.place, c.name AS category, i.occurred_at AT TIME ZONE 'Europe/Stockholm' AS local,
           i.precision IN ('minute', 'hour') AS clocked
      FROM lagesbild.counted_incidents($1, $2::text[], LEAST($3::date, $5::date)::timestamp AT TIME ZONE 'Europe/Stockholm',
                                       $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
      JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
      JOIN lagesbild.category c ON c.category = i.category
     WHERE translate(lower(i.place), '-', ' ') <> translate(lower($7::text), '-', ' ')
), kinds AS (
    SELECT place, category,
           count(*) FILTER (WHERE local >= $3::date) AS incidents,
           count(*) FILTER (WHERE local >= $5::date AND local < $6::date) AS before,
           count(*) FILTER (WHERE local >= $3::date AND clocked) AS clocked,
           count(*) FILTER (WHERE local >= $3::date AND clocked AND (extract(hour FROM local) >= 18 OR extract(hour FROM local) < 6)) AS evening
      FROM here
     GROUP BY place, category
), top AS MATERIALIZED (
    SELECT place, sum(incidents) AS incidents, sum(before) AS before,
           (array_agg(category ORDER BY incidents DESC, category))[1] AS top_category, max(incidents) AS top_incidents,
           sum(clocked) AS clocked, sum(evening) AS evening, count(*) OVER () AS places
      FROM kinds
     GROUP BY place
    HAVING sum(incidents) > 0
     ORDER BY incidents DESC, place
     LIMIT 5
)
SELECT top.place, top.incidents, top.before, top.top_category, top.top_incidents, top.clocked, top.evening, top.places,
       ARRAY(SELECT (i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date - $8::date AS day
               FROM lagesbild.incident i
              WHERE i.municipality = $1 AND lower(i.place) = lower(top.place) AND i.place = top.place
                AND i.occurred_at >= $8::date::timestamp AT TIME ZONE 'Europe/Stockholm'
                AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
                AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
                -- The areas' incidents are listed once for all five places: that is an index only.
                AND ($2::text[] IS NULL
                     OR i.incident IN (SELECT a.incident
                                         FROM lagesbild.incident_area a
                                        WHERE a.municipality = $1 AND a.area = ANY ($2::text[]) AND a.counts
                                          AND a.occurred_at >= $8::date::timestamp AT TIME ZONE 'Europe/Stockholm'
                                          AND a.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'))
              ORDER BY day) AS days
  FROM top
 ORDER BY top.incidents DESC, top.place;
