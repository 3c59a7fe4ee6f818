-- What the reader must know beside the figures: how many of them nobody has looked at though their reading is doubtful,
-- and how many incidents of the municipality have no area (they count in the whole municipality only).
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
SELECT count(*) FILTER (WHERE i.status = 'review'
                          AND ($2::text[] IS NULL
                               OR EXISTS (SELECT FROM lagesbild.incident_area a
                                           WHERE a.municipality = i.municipality AND a.incident = i.incident
                                             AND a.area = ANY ($2::text[])))) AS to_review,
       count(*) FILTER (WHERE NOT EXISTS (SELECT FROM lagesbild.incident_area a
                                           WHERE a.municipality = i.municipality AND a.incident = i.incident)) AS without_area
  FROM lagesbild.incident i
 WHERE i.municipality = $1
   AND i.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
   AND i.withdrawn_revision IS NULL AND i.status <> 'rejected';
