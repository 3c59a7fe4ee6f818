-- Who was active in each of several spans of days in a municipality: a report with its date in it, or an incident that
-- happened in it. A look at an index for each reporter and span; they are few, and their incidents many.
-- $1: municipality; $2, $3: first day of each span and the day after its last (date[])
-- Gives each reporter's name, and a '1' or a '0' for each span in their order.
WITH RECURSIVE span AS MATERIALIZED (
    SELECT slot, first, after, first::timestamp AT TIME ZONE 'Europe/Stockholm' AS since,
           after::timestamp AT TIME ZONE 'Europe/Stockholm' AS before
      FROM unnest($2::date[], $3::date[]) WITH ORDINALITY AS s(first, after, slot)
), observer AS ( -- each of them once, a step along the index at a time
    (SELECT i.reported_by AS name
       FROM lagesbild.incident i
      WHERE i.municipality = $1 AND i.counts
      ORDER BY i.reported_by
      LIMIT 1)
     UNION ALL
    SELECT (SELECT i.reported_by
              FROM lagesbild.incident i
             WHERE i.municipality = $1 AND i.reported_by > observer.name
               AND i.counts
             ORDER BY i.reported_by
             LIMIT 1)
      FROM observer
     WHERE observer.name IS NOT NULL
), sender AS (
    (SELECT COALESCE(r.organisation, r.source) AS name
       FROM lagesbild.report r
      WHERE r.municipality = $1 AND r.report_date IS NOT NULL
      ORDER BY COALESCE(r.organisation, r.source)
      LIMIT 1)
     UNION ALL
    SELECT (SELECT COALESCE(r.organisation, r.source)
              FROM lagesbild.report r
             WHERE r.municipality = $1 AND r.report_date IS NOT NULL AND COALESCE(r.organisation, r.source) > sender.name
             ORDER BY COALESCE(r.organisation, r.source)
             LIMIT 1)
      FROM sender
     WHERE sender.name IS NOT NULL
), reporter AS MATERIALIZED (
    SELECT name FROM observer WHERE name IS NOT NULL
     UNION
    SELECT name FROM sender WHERE name IS NOT NULL
)
SELECT reporter.name,
       string_agg(CASE WHEN EXISTS (SELECT FROM lagesbild.incident i
                                     WHERE i.municipality = $1 AND i.reported_by = reporter.name
                                       AND i.occurred_at >= span.since AND i.occurred_at < span.before
                                       AND i.counts)
                         OR EXISTS (SELECT FROM lagesbild.report r
                                     WHERE r.municipality = $1 AND COALESCE(r.organisation, r.source) = reporter.name
                                       AND r.report_date >= span.first AND r.report_date < span.after)
                       THEN '1' ELSE '0' END, '' ORDER BY span.slot) AS active
  FROM reporter
 CROSS JOIN span
 GROUP BY reporter.name
 ORDER BY reporter.name;
