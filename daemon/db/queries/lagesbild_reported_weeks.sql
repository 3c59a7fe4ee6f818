-- In which of several weeks anybody sent a report, whether it told of anything or not.
-- $1: municipality; $2: the first Monday; $3: how many weeks
SELECT w.week
  FROM generate_series(0, $3::integer - 1) AS w(week)
 WHERE EXISTS (SELECT FROM lagesbild.report r
                WHERE r.municipality = $1 AND r.report_date >= $2::date + 7 * w.week
                  AND r.report_date < $2::date + 7 * (w.week + 1))
 ORDER BY w.week;
