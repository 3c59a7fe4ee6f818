-- The five places with most incidents, and why: the most frequent kind there, the period before, evenings and nights.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last;
-- $5, $6: the same of the period before; $7: the area's own name, which is no place in it; $8: the first day of the
-- places' history
-- The last columns are how many places had incidents at all, and the days of each place's incidents from $8 to the
-- period's end, one for each incident: what its expectation is made from. Years that are listed (place_days) are read
-- from their lists; what happened in the others, incident by incident. In parts, in no order: the number of days from $8
-- to where the part counts from, and its days (smallint[] or integer[]); those of a list may lie outside.
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
), listed AS MATERIALIZED (
    SELECT y.year, y.area, lagesbild.tally_monday(y.year) - $8::date AS first
      FROM lagesbild.place_year y
     WHERE y.municipality = $1
       AND y.area = CASE WHEN $2::text[] IS NULL THEN '' WHEN cardinality($2::text[]) = 1 THEN ($2::text[])[1] END
       AND y.listed
       AND y.year BETWEEN extract(isoyear FROM $8::date)::integer AND extract(isoyear FROM $4::date - 1)::integer
       AND NOT EXISTS (SELECT FROM lagesbild.tally_delta d
                        WHERE d.municipality = $1 AND d.area = y.area AND extract(isoyear FROM d.week) = y.year)
), unlisted AS MATERIALIZED (
    SELECT greatest(lagesbild.tally_monday(min(run.year)), $8::date)::timestamp AT TIME ZONE 'Europe/Stockholm' AS since,
           least(lagesbild.tally_monday(max(run.year) + 1), $4::date)::timestamp AT TIME ZONE 'Europe/Stockholm' AS before
      FROM (SELECT year, year - row_number() OVER (ORDER BY year) AS run
              FROM generate_series(extract(isoyear FROM $8::date)::integer, extract(isoyear FROM $4::date - 1)::integer) AS year
             WHERE year NOT IN (SELECT listed.year FROM listed)) AS run
     GROUP BY run.run
)
SELECT top.place, top.incidents, top.before, top.top_category, top.top_incidents, top.clocked, top.evening, top.places,
       concat((SELECT string_agg(concat(listed.first, d.days), '')
                 FROM listed
                 JOIN lagesbild.place_days d
                   ON d.municipality = $1 AND d.area = listed.area AND d.year = listed.year AND d.place = top.place),
              '0', ARRAY(SELECT found.day
                           FROM unlisted
                          CROSS JOIN LATERAL (
                                SELECT (i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date - $8::date AS day
                                  FROM lagesbild.incident i
                                 WHERE i.municipality = $1 AND lower(i.place) = lower(top.place) AND i.place = top.place
                                   AND i.occurred_at >= unlisted.since AND i.occurred_at < unlisted.before
                                   AND i.counts
                                   AND ($2::text[] IS NULL
                                        OR EXISTS (SELECT FROM lagesbild.incident_area a
                                                    WHERE a.municipality = $1 AND a.incident = i.incident AND a.area = ANY ($2::text[])))
                                OFFSET 0) AS found)) AS days -- a span's incidents by the span, not all of them for each
  FROM top
 ORDER BY top.incidents DESC, top.place;
