-- Every area and place, as knowledge_with_areas() takes them.
SELECT (SELECT COALESCE(json_agg(json_build_object('code', area, 'name', name, 'municipality', municipality, 'parent', parent,
                                                   'geojson', ST_AsGeoJSON(polygon, 7)::json)), '[]')
          FROM lagesbild.area),
       (SELECT COALESCE(json_agg(json_build_object('municipality', municipality, 'area', area, 'name', name, 'kind', kind,
                                                   'aliases', aliases, 'lat', ST_Y(position), 'lon', ST_X(position))), '[]')
          FROM lagesbild.place);
