-- Every group that has a rhythm, for the record of closed periods: since when, until where the record goes, and which day
-- it is. The database's day, not the daemon's: of two daemons one may have a clock that is wrong. A record of days that
-- have not come was made by a clock that was.
SELECT r.municipality, r.area, r.every, to_char(r.starts, 'IYYY-"W"IW') AS starts, r.since,
       (SELECT max(c.after_day)
          FROM lagesbild.lagesbild_closed c
         WHERE c.municipality = r.municipality AND c.area = r.area AND c.closed_at <= now()) AS recorded_until,
       (now() AT TIME ZONE 'Europe/Stockholm')::date AS today
  FROM lagesbild.area_rhythm r
 WHERE r.every <> 'none'
 ORDER BY r.municipality, r.area;
