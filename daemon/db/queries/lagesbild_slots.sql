-- When the data was cut, since when anything is known, and in which spans of days anything at all was reported: a zero
-- from a span that nobody reported for is no zero.
-- $1: municipality; $2, $3: first day of each span and the day after its last (date[])
-- Gives for each span: its number from 1, whether anything is known of it, and on every row the rest.
WITH known AS (
    SELECT LEAST((SELECT min(r.report_date) FROM lagesbild.report r WHERE r.municipality = $1),
                 (SELECT (min(i.occurred_at) AT TIME ZONE 'Europe/Stockholm')::date
                    FROM lagesbild.incident i
                   WHERE i.municipality = $1 AND i.counts)) AS since
)
SELECT s.slot,
       EXISTS (SELECT FROM lagesbild.report r
                WHERE r.municipality = $1 AND r.report_date >= s.first AND r.report_date < s.after)
       OR EXISTS (SELECT FROM lagesbild.incident i
                   WHERE i.municipality = $1 AND i.counts
                     AND i.occurred_at >= s.first::timestamp AT TIME ZONE 'Europe/Stockholm'
                     AND i.occurred_at < s.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS reported,
       known.since,
       to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS cut_at
  FROM known, unnest($2::date[], $3::date[]) WITH ORDINALITY AS s(first, after, slot)
 ORDER BY s.slot;
