-- In which of several weeks anybody at all reported: a zero from one that nobody reported for is no zero.
-- $1: municipality; $2: the first Monday; $3: how many weeks
SELECT w.week,
       EXISTS (SELECT FROM lagesbild.report r
                WHERE r.municipality = $1 AND r.report_date >= $2::date + 7 * w.week
                  AND r.report_date < $2::date + 7 * (w.week + 1))
       OR EXISTS (SELECT FROM lagesbild.incident i
                   WHERE i.municipality = $1 AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
                     AND i.occurred_at >= ($2::date + 7 * w.week)::timestamp AT TIME ZONE 'Europe/Stockholm'
                     AND i.occurred_at < ($2::date + 7 * (w.week + 1))::timestamp AT TIME ZONE 'Europe/Stockholm') AS reported
  FROM generate_series(0, $3::integer - 1) AS w(week)
 ORDER BY w.week;
