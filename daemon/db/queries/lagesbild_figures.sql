-- The period's incidents three ways, from one look at each: by weekday (1 Monday to 7) and hour, Swedish time, where the
-- clock is known; by who reported them; and all of them. `by` tells which: hour, reporter, all.
-- `to_review`: how many of them nobody has looked at though their reading is doubtful.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
SELECT CASE GROUPING (local.weekday, i.reported_by) WHEN 1 THEN 'hour' WHEN 2 THEN 'reporter' ELSE 'all' END AS by,
       local.weekday, local.hour, i.reported_by, count(*) AS incidents, count(*) FILTER (WHERE i.status = 'review') AS to_review
  FROM lagesbild.counted_incidents($1, $2::text[], $3::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                                   $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
  JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
 CROSS JOIN LATERAL (SELECT extract(isodow FROM clock)::integer AS weekday, extract(hour FROM clock)::integer AS hour
                       FROM (SELECT CASE WHEN i.precision IN ('minute', 'hour')
                                         THEN i.occurred_at AT TIME ZONE 'Europe/Stockholm' END AS clock) AS known) AS local
 GROUP BY GROUPING SETS ((local.weekday, local.hour), (i.reported_by), ())
HAVING GROUPING (local.weekday) = 1 OR local.weekday IS NOT NULL
 ORDER BY 1, 2, 3, 4;
