-- Incidents by category in each of several spans of days. An incident in two of the areas is one incident.
-- Whole weeks are read as weeks; the days that are left over at a span's ends, incident by incident.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3, $4: first day of each span and the day
-- after its last (date[])
WITH span AS MATERIALIZED (
    SELECT s.slot, s.first, s.after, monday.first AS first_monday,
           greatest(monday.first, date_trunc('week', s.after::timestamp)::date) AS last_monday
      FROM unnest($3::date[], $4::date[]) WITH ORDINALITY AS s(first, after, slot)
     CROSS JOIN LATERAL (SELECT least(s.after, date_trunc('week', s.first::timestamp + interval '6 days')::date) AS first) AS monday
), week AS MATERIALIZED (
    SELECT w.week, w.category, w.incidents
      FROM (SELECT min(first_monday) AS first, max(last_monday) AS after FROM span WHERE first_monday < last_monday) AS all_of_them
     CROSS JOIN LATERAL lagesbild.weekly_incidents($1, $2::text[], all_of_them.first, all_of_them.after) AS w
), found AS (
    SELECT span.slot, week.category, week.incidents
      FROM span
      JOIN week ON week.week >= span.first_monday AND week.week < span.last_monday
     UNION ALL
    SELECT span.slot, i.category, 1
      FROM span
     CROSS JOIN LATERAL (VALUES (span.first, span.first_monday), (span.last_monday, span.after)) AS rest(first, after)
     CROSS JOIN LATERAL lagesbild.counted_incidents($1, $2::text[], rest.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                                    rest.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS i
     WHERE rest.first < rest.after
)
SELECT found.slot, found.category, c.name, sum(found.incidents)::bigint AS incidents
  FROM found
  JOIN lagesbild.category c ON c.category = found.category
 GROUP BY found.slot, found.category, c.name
HAVING sum(found.incidents) > 0
 ORDER BY found.slot, found.category;
