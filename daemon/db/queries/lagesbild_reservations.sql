-- What the reader must know beside the figures: how many of them nobody has looked at though their reading is doubtful,
-- and how many incidents of the municipality have no area (they count in the whole municipality only).
-- The doubtful have an index of their own and are few; those without an area are what is left of all when those with one
-- are taken away, both counted from indexes.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
SELECT (SELECT count(*)
          FROM lagesbild.incident i
         WHERE i.municipality = $1 AND i.status = 'review' AND i.withdrawn_revision IS NULL
           AND i.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND ($2::text[] IS NULL
                OR EXISTS (SELECT FROM lagesbild.incident_area a
                            WHERE a.municipality = i.municipality AND a.incident = i.incident
                              AND a.area = ANY ($2::text[])))) AS to_review,
       (SELECT count(*)
          FROM lagesbild.incident i
         WHERE i.municipality = $1 AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
           AND i.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm')
       - (SELECT count(DISTINCT t.incident)
            FROM lagesbild.area a
            JOIN lagesbild.incident_area t ON t.municipality = a.municipality AND t.area = a.area
           WHERE a.municipality = $1 AND t.counts
             AND t.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
             AND t.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS without_area;
