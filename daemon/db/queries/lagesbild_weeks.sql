-- The area's series: incidents in each of several weeks, and whether anybody at all reported then.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: the first Monday; $4: how many weeks
WITH weeks AS (
    SELECT w.week, ($3::date + 7 * w.week)::timestamp AT TIME ZONE 'Europe/Stockholm' AS first,
           ($3::date + 7 * (w.week + 1))::timestamp AT TIME ZONE 'Europe/Stockholm' AS after,
           $3::date + 7 * w.week AS monday
      FROM generate_series(0, $4::integer - 1) AS w(week)
), counted AS (
    SELECT (((i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date - $3::date) / 7) AS week, count(*) AS incidents
      FROM lagesbild.incident i
     WHERE i.municipality = $1
       AND i.occurred_at >= $3::date::timestamp AT TIME ZONE 'Europe/Stockholm'
       AND i.occurred_at < ($3::date + 7 * $4::integer)::timestamp AT TIME ZONE 'Europe/Stockholm'
       AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
       AND ($2::text[] IS NULL
            OR EXISTS (SELECT FROM lagesbild.incident_area a
                        WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))
     GROUP BY 1
)
SELECT w.week, coalesce(c.incidents, 0) AS incidents,
       EXISTS (SELECT FROM lagesbild.report r
                WHERE r.municipality = $1 AND r.report_date >= w.monday AND r.report_date < w.monday + 7)
       OR EXISTS (SELECT FROM lagesbild.incident i
                   WHERE i.municipality = $1 AND i.withdrawn_revision IS NULL AND i.status <> 'rejected'
                     AND i.occurred_at >= w.first AND i.occurred_at < w.after) AS reported
  FROM weeks w LEFT JOIN counted c USING (week)
 ORDER BY w.week;
