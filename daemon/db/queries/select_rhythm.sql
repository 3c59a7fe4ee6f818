-- A group's rhythm, and the day it is; no row where there is no such area.
-- $1: municipality; $2: area
SELECT COALESCE(r.every, 'none') AS every, to_char(r.starts, 'IYYY-"W"IW') AS starts,
       (now() AT TIME ZONE 'Europe/Stockholm')::date AS today
  FROM lagesbild.area a
  LEFT JOIN lagesbild.area_rhythm r ON r.municipality = a.municipality AND r.area = a.area
 WHERE a.municipality = $1 AND a.area = $2;
