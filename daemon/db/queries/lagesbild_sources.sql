-- Who reported for the period, and who has in the thirteen weeks before it but not now. A report tells of the whole
-- municipality, so one that names no incident in the area is still a report; so is an observation from elsewhere in it.
-- $1: municipality; $2, $3: first day and the day after the last
WITH RECURSIVE span AS MATERIALIZED (
    SELECT ($2::date - 91)::timestamp AT TIME ZONE 'Europe/Stockholm' AS since,
           $2::date::timestamp AT TIME ZONE 'Europe/Stockholm' AS first,
           $3::date::timestamp AT TIME ZONE 'Europe/Stockholm' AS after
), reporter AS ( -- each of them once, a step along the index at a time: they are few and their incidents many
    (SELECT i.reported_by
       FROM lagesbild.incident i
      WHERE i.municipality = $1 AND i.counts
      ORDER BY i.reported_by
      LIMIT 1)
     UNION ALL
    SELECT (SELECT i.reported_by
              FROM lagesbild.incident i
             WHERE i.municipality = $1 AND i.reported_by > reporter.reported_by
               AND i.counts
             ORDER BY i.reported_by
             LIMIT 1)
      FROM reporter
     WHERE reporter.reported_by IS NOT NULL
), told AS (
    SELECT COALESCE(r.organisation, r.source) AS organisation, r.report_date AS day,
           (r.report_date >= $2::date)::integer AS reports
      FROM lagesbild.report r
     WHERE r.municipality = $1 AND r.report_date >= $2::date - 91 AND r.report_date < $3::date
     UNION ALL
    SELECT reporter.reported_by, (latest.occurred_at AT TIME ZONE 'Europe/Stockholm')::date, 0
      FROM span, reporter
     CROSS JOIN LATERAL (SELECT max(i.occurred_at) AS occurred_at
                           FROM lagesbild.incident i
                          WHERE i.municipality = $1 AND i.reported_by = reporter.reported_by
                            AND i.occurred_at >= span.since AND i.occurred_at < span.after
                            AND i.counts) AS latest
     WHERE latest.occurred_at IS NOT NULL
     UNION ALL
    SELECT reporter.reported_by, NULL, observed.reports
      FROM span, reporter
     CROSS JOIN LATERAL (SELECT count(*) AS reports
                           FROM lagesbild.incident i
                          WHERE i.municipality = $1 AND i.reported_by = reporter.reported_by
                            AND i.occurred_at >= span.first AND i.occurred_at < span.after
                            AND i.report IS NULL AND i.counts) AS observed
     WHERE observed.reports > 0
)
SELECT organisation, sum(reports) AS reports, max(day) AS last
  FROM told
 GROUP BY organisation
 ORDER BY organisation;
