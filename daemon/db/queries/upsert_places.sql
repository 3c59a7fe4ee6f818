-- The places, from the knowledge files: new ones come, changed ones change, those that are gone from the files go; what a
-- person has added or changed stays, what a person has taken away (or its area) stays away.
-- $1: [{municipality, area, name, kind, aliases, lat, lon}]
WITH input AS MATERIALIZED (
    SELECT municipality, area, name, kind, COALESCE(string_to_array(NULLIF(aliases, ''), '|'), '{}') AS aliases,
           CASE WHEN lat IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END AS position
      FROM json_to_recordset($1::json)
           AS i(municipality text, area text, name text, kind text, aliases text, lat double precision, lon double precision)
), gone AS (
    DELETE FROM lagesbild.place p
     WHERE p.updated_by = 'knowledge'
       AND NOT EXISTS (SELECT FROM input i
                        WHERE i.municipality = p.municipality AND i.area = p.area AND i.name = p.name AND i.kind = p.kind)
)
INSERT INTO lagesbild.place AS p (municipality, area, name, kind, aliases, position)
SELECT municipality, area, name, kind, aliases, position
  FROM input i
 WHERE NOT EXISTS (SELECT FROM lagesbild.place_gone g
                    WHERE g.municipality = i.municipality AND g.area = i.area AND g.name = i.name AND g.kind = i.kind)
   AND NOT EXISTS (SELECT FROM lagesbild.area_gone g WHERE g.municipality = i.municipality AND g.area = i.area)
ON CONFLICT (municipality, area, name, kind) DO UPDATE
   SET aliases = excluded.aliases, position = excluded.position, updated_at = now()
 WHERE p.updated_by = 'knowledge'
   AND (p.aliases, ST_AsBinary(p.position)) IS DISTINCT FROM (excluded.aliases, ST_AsBinary(excluded.position));
