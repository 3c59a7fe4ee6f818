-- The municipalities, counties and the country, from the knowledge files.
-- $1: [{municipality, name, kind, county}]
INSERT INTO lagesbild.municipality AS m (municipality, name, kind, county)
SELECT municipality, name, kind, county
  FROM json_to_recordset($1::json) AS i(municipality text, name text, kind text, county text)
ON CONFLICT (municipality) DO UPDATE
   SET name = excluded.name, kind = excluded.kind, county = excluded.county
 WHERE (m.name, m.kind, m.county) IS DISTINCT FROM (excluded.name, excluded.kind, excluded.county);
