-- Who reported for the period, and who has in the thirteen weeks before it but not now. A report tells of the whole
-- municipality, so one that names no incident in the area is still a report; so is an observation from elsewhere in it.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day and the day after the last
WITH told AS (
    SELECT COALESCE(r.organisation, r.source) AS organisation, r.report_date AS day, 1 AS reports, 0 AS incidents
      FROM lagesbild.report r
     WHERE r.municipality = $1 AND r.report_date >= $3::date - 91 AND r.report_date < $4::date
     UNION ALL
    SELECT COALESCE(i.organisation, i.source), (i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date,
           (i.report IS NULL)::integer,
           ($2::text[] IS NULL
            OR EXISTS (SELECT FROM lagesbild.incident_area a
                        WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))::integer
      FROM lagesbild.incident i
     WHERE i.municipality = $1
       AND i.occurred_at >= ($3::date - 91)::timestamp AT TIME ZONE 'Europe/Stockholm'
       AND i.occurred_at < $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
       AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
)
SELECT organisation,
       COALESCE(sum(incidents) FILTER (WHERE day >= $3::date), 0) AS incidents,
       COALESCE(sum(reports) FILTER (WHERE day >= $3::date), 0) AS reports,
       max(day) AS last
  FROM told
 GROUP BY organisation
 ORDER BY incidents DESC, reports DESC, organisation;
