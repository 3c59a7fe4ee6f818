-- Periods of a municipality that have closed. Two daemons may notice at once; the primary key keeps one.
-- $1: municipality; $2: areas (text[]); $3: periods (text[]); $4, $5: first days and the days after the last (date[])
-- Gives those that nobody had noticed before.
INSERT INTO lagesbild.lagesbild_closed (municipality, area, period, first_day, after_day)
SELECT $1, p.area, p.period, p.first_day, p.after_day
  FROM unnest($2::text[], $3::text[], $4::date[], $5::date[]) AS p(area, period, first_day, after_day)
 WHERE p.after_day <= (now() AT TIME ZONE 'Europe/Stockholm')::date
ON CONFLICT (municipality, area, period) DO NOTHING
RETURNING area, period;
