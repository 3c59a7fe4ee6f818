-- The areas, from the knowledge files; one that a person has changed stays as it is.
-- $1: [{municipality, code, parent, name, geojson}]
INSERT INTO lagesbild.area AS a (municipality, area, parent, name, polygon)
SELECT municipality, code, parent, name, ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(geojson), 4326))
  FROM json_to_recordset($1::json) AS i(municipality text, code text, parent text, name text, geojson text)
ON CONFLICT (municipality, area) DO UPDATE
   SET parent = excluded.parent, name = excluded.name, polygon = excluded.polygon, updated_at = now()
 WHERE a.updated_by = 'knowledge'
   AND (a.parent, a.name, ST_AsBinary(a.polygon)) IS DISTINCT FROM (excluded.parent, excluded.name, ST_AsBinary(excluded.polygon));
