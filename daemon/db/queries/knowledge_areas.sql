-- Areas as the interface gives them.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: whether to give the polygons
SELECT json_build_object('municipality', a.municipality, 'code', a.area, 'name', a.name, 'parent', a.parent,
                         'rhythm', COALESCE(r.every, 'none'), 'rhythm_starts', to_char(r.starts, 'IYYY-"W"IW')) AS area_json,
       a.area,
       CASE WHEN $3::boolean THEN ST_AsGeoJSON(a.polygon, 6) END AS geometry
  FROM lagesbild.area a
  LEFT JOIN lagesbild.area_rhythm r ON r.municipality = a.municipality AND r.area = a.area
 WHERE a.municipality = ANY ($1::text[]) AND ($2::text[] IS NULL OR a.area = ANY ($2::text[]))
 ORDER BY a.municipality, a.parent IS NOT NULL, a.area;
