-- Incidents by weekday (1 Monday to 7) and hour, Swedish time; only those whose clock is known.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
SELECT extract(isodow FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm')::integer AS weekday,
       extract(hour FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm')::integer AS hour,
       count(*) AS incidents
  FROM lagesbild.counted_incidents($1, $2::text[], $3::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                                   $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
  JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
 WHERE i.precision IN ('minute', 'hour')
 GROUP BY 1, 2;
