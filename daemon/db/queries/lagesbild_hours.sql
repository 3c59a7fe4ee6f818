-- Incidents by weekday (1 Monday to 7) and hour, Swedish time; only those whose clock is known.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
SELECT extract(isodow FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm')::integer AS weekday,
       extract(hour FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm')::integer AS hour,
       count(*) AS incidents
  FROM lagesbild.incident i
 WHERE i.municipality = $1
   AND i.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.precision IN ('minute', 'hour')
   AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
   AND ($2::text[] IS NULL
        OR EXISTS (SELECT FROM lagesbild.incident_area a
                    WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))
 GROUP BY 1, 2;
