-- The areas, from the knowledge files; one that a person has changed stays as it is, one that a person has taken away
-- stays away, and what lay in that lies in the municipality instead.
-- $1: [{municipality, code, parent, name, geojson}]
INSERT INTO lagesbild.area AS a (municipality, area, parent, name, polygon)
SELECT i.municipality, i.code, CASE WHEN g.area IS NULL THEN i.parent ELSE i.municipality END, i.name,
       ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(i.geojson), 4326))
  FROM json_to_recordset($1::json) AS i(municipality text, code text, parent text, name text, geojson text)
  LEFT JOIN lagesbild.area_gone g ON g.municipality = i.municipality AND g.area = i.parent
 WHERE NOT EXISTS (SELECT FROM lagesbild.area_gone gone WHERE gone.municipality = i.municipality AND gone.area = i.code)
ON CONFLICT (municipality, area) DO UPDATE
   SET parent = excluded.parent, name = excluded.name, polygon = excluded.polygon, updated_at = now()
 WHERE a.updated_by = 'knowledge'
   AND (a.parent, a.name, ST_AsBinary(a.polygon)) IS DISTINCT FROM (excluded.parent, excluded.name, ST_AsBinary(excluded.polygon));
