-- Areas in a total order that a cursor can go on from, with their polygons; those that have one come first.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3 to $6: west, south, east, north or NULL, west of east over the
-- antimeridian; $7, $8: the last row already given (municipality and area) or NULL; $9: how many at most;
-- $10: whether that row had no polygon
SELECT a.municipality, a.area, a.municipality || '.' || a.area AS id,
       json_build_object('municipality', a.municipality, 'code', a.area, 'name', a.name, 'parent', a.parent) AS area_json,
       ST_AsGeoJSON(a.polygon, 6) AS geometry,
       CASE WHEN a.polygon IS NULL THEN '-' ELSE '' END || a.municipality || '.' || a.area AS cursor
  FROM lagesbild.area a
 WHERE a.municipality = ANY ($1::text[]) AND ($2::text[] IS NULL OR a.area = ANY ($2::text[]))
   AND ($3::double precision IS NULL
        OR ST_Intersects(a.polygon, lagesbild.box($3::double precision, $4::double precision, $5::double precision, $6::double precision)))
   AND ($7::text IS NULL OR (a.polygon IS NULL, a.municipality, a.area) > ($10::boolean, $7::text, $8::text))
 ORDER BY a.polygon IS NULL, a.municipality, a.area
 LIMIT $9::bigint;
