-- The area's series: incidents in each of several weeks, and whether anybody at all reported then.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: the first Monday; $4: how many weeks
WITH weeks AS (
    SELECT w.week, ($3::date + 7 * w.week)::timestamp AT TIME ZONE 'Europe/Stockholm' AS first,
           ($3::date + 7 * (w.week + 1))::timestamp AT TIME ZONE 'Europe/Stockholm' AS after,
           $3::date + 7 * w.week AS monday
      FROM generate_series(0, $4::integer - 1) AS w(week)
)
SELECT w.week,
       (SELECT count(*) FROM lagesbild.counted_incidents($1, $2::text[], w.first, w.after)) AS incidents,
       EXISTS (SELECT FROM lagesbild.report r
                WHERE r.municipality = $1 AND r.report_date >= w.monday AND r.report_date < w.monday + 7)
       OR EXISTS (SELECT FROM lagesbild.incident i
                   WHERE i.municipality = $1 AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
                     AND i.occurred_at >= w.first AND i.occurred_at < w.after) AS reported
  FROM weeks w
 ORDER BY w.week;
