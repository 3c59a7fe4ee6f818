-- The groups' rhythms, from the knowledge files; one that a person has set stays as it is.
-- $1: [{municipality, area, every, starts}]
INSERT INTO lagesbild.area_rhythm AS r (municipality, area, every, starts)
SELECT i.municipality, i.area, i.every, i.starts
  FROM json_to_recordset($1::json) AS i(municipality text, area text, every text, starts date)
  JOIN lagesbild.area a ON a.municipality = i.municipality AND a.area = i.area
ON CONFLICT (municipality, area) DO UPDATE
   SET every = excluded.every, starts = excluded.starts, since = excluded.since, updated_at = now()
 WHERE r.updated_by = 'knowledge' AND (r.every, r.starts) IS DISTINCT FROM (excluded.every, excluded.starts);
