-- Every area, place and taught cue, as knowledge_with_areas() takes them, and their version.
SELECT (SELECT COALESCE(json_agg(json_build_object('code', area, 'name', name, 'municipality', municipality, 'parent', parent,
                                                   'geojson', ST_AsGeoJSON(polygon, 7)::json)), '[]')
          FROM lagesbild.area),
       (SELECT COALESCE(json_agg(json_build_object('municipality', municipality, 'area', area, 'name', name, 'kind', kind,
                                                   'aliases', aliases, 'lat', ST_Y(position), 'lon', ST_X(position))), '[]')
          FROM lagesbild.place),
       (SELECT COALESCE(json_agg(json_build_object('municipality', municipality, 'phrase', phrase, 'category', category)), '[]')
          FROM lagesbild.learned_cue),
       (SELECT COALESCE(sum(version), 0)::bigint FROM lagesbild.knowledge_version);
