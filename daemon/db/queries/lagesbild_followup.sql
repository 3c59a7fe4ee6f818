-- The decisions to follow up: those of the last lägesbild before this one, at most a year back, in which any were taken,
-- but those to be checked after this period. For a place the incidents there in this period, and in the period of the
-- decision where it was as long.
-- $1: municipality; $2: area; $3: areas whose incidents count (text[]), NULL for the whole municipality; $4, $5: first day
-- and the day after the last
WITH newest AS (
    SELECT DISTINCT ON (period) parts -> 'decisions' AS decisions, first_day, after_day
      FROM lagesbild.lagesbild_edit
     WHERE municipality = $1 AND area = $2 AND first_day < $4::date AND after_day <= $5::date
       AND after_day > $4::date - 371
     ORDER BY period, revision DESC
), last AS (
    SELECT decisions, first_day, after_day
      FROM newest
     WHERE jsonb_array_length(decisions) > 0
     ORDER BY after_day DESC, first_day DESC
     LIMIT 1
)
SELECT d.value ->> 'measure' AS measure, d.value ->> 'owner' AS owner, d.value ->> 'place' AS place,
       d.value ->> 'status' AS status, d.value ->> 'start' AS start, d.value ->> 'check' AS "check",
       n.now, CASE WHEN l.after_day - l.first_day = $5::date - $4::date THEN n.before END AS before
  FROM last l
 CROSS JOIN LATERAL jsonb_array_elements(l.decisions) WITH ORDINALITY AS d(value, ordinal)
  LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE i.occurred_at >= $4::date::timestamp AT TIME ZONE 'Europe/Stockholm'
                                  AND i.occurred_at < $5::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS now,
               count(*) FILTER (WHERE i.occurred_at < l.after_day::timestamp AT TIME ZONE 'Europe/Stockholm') AS before
          FROM lagesbild.incident i
         WHERE i.municipality = $1 AND lower(i.place) = lower(d.value ->> 'place')
           AND i.occurred_at >= l.first_day::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND i.occurred_at < $5::date::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND i.counts
           AND ($3::text[] IS NULL
                OR EXISTS (SELECT FROM lagesbild.incident_area a
                            WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($3::text[])))
       ) AS n ON d.value ->> 'place' IS NOT NULL
 WHERE COALESCE((d.value ->> 'check')::date < $5::date, true)
 ORDER BY d.ordinal;
