-- Places as the interface gives them.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL
SELECT json_build_object('municipality', p.municipality, 'id', p.place, 'area', p.area, 'name', p.name, 'kind', p.kind,
                         'aliases', p.aliases,
                         'position', CASE WHEN p.position IS NOT NULL
                                          THEN json_build_object('lat', ST_Y(p.position), 'lon', ST_X(p.position)) END) AS place_json,
       p.place,
       ST_AsGeoJSON(p.position, 6) AS geometry
  FROM lagesbild.place p
 WHERE p.municipality = ANY ($1::text[]) AND ($2::text[] IS NULL OR p.area = ANY ($2::text[]))
 ORDER BY p.municipality, p.area, p.name, p.kind;
