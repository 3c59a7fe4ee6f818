-- The incidents of the period, gathered by place (the place with most of them first, those without one last).
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last;
-- $5: how many at most
SELECT i.incident, lagesbild.incident_json_with(i, tags.list) AS incident_json,
       local::date AS day, extract(hour FROM local)::integer AS hour, extract(minute FROM local)::integer AS minute,
       i.precision, i.title, i.text, i.place, near.name AS area, c.name AS category,
       COALESCE(i.organisation, i.source) AS reported_by, i.status = 'review' AS to_review
  FROM lagesbild.counted_incidents($1, $2::text[], $3::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                                   $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
  JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
  JOIN lagesbild.category c ON c.category = i.category
 CROSS JOIN LATERAL (SELECT i.occurred_at AT TIME ZONE 'Europe/Stockholm' AS local) AS clock
 CROSS JOIN LATERAL (SELECT json_agg(lagesbild.incident_area_json(a.area, a.confidence, a.rule, a.evidence)) AS list,
                            (array_agg(a.area) FILTER (WHERE $2::text[] IS NULL OR a.area = ANY ($2::text[])))[1] AS nearest
                       FROM lagesbild.incident_areas(i.municipality, i.incident) AS a) AS tags
  LEFT JOIN lagesbild.area near ON near.municipality = $1 AND near.area = tags.nearest
 ORDER BY i.place IS NULL, count(*) OVER (PARTITION BY i.place) DESC, i.place, i.occurred_at, i.incident
 LIMIT $5::bigint;
