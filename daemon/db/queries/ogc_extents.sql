-- Where there are areas, where there are incidents and since when. Of the incidents' positions the index tells, for all
-- municipalities together and at once; the areas' polygons are few.
-- $1: municipalities (text[])
SELECT ST_XMin(areas.box) AS west, ST_YMin(areas.box) AS south, ST_XMax(areas.box) AS east, ST_YMax(areas.box) AS north,
       ST_XMin(incidents.box) AS incidents_west, ST_YMin(incidents.box) AS incidents_south,
       ST_XMax(incidents.box) AS incidents_east, ST_YMax(incidents.box) AS incidents_north,
       to_char(first.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS since
  FROM (SELECT ST_Extent(polygon) AS box FROM lagesbild.area WHERE municipality = ANY ($1::text[])) AS areas
 CROSS JOIN (SELECT ST_EstimatedExtent('lagesbild', 'incident', 'position') AS box) AS incidents
 CROSS JOIN (SELECT min(oldest.occurred_at) AS occurred_at
               FROM unnest($1::text[]) AS m(municipality)
              CROSS JOIN LATERAL (SELECT i.occurred_at
                                    FROM lagesbild.incident i
                                   WHERE i.municipality = m.municipality
                                     AND i.counts
                                   ORDER BY i.occurred_at, i.incident
                                   LIMIT 1) AS oldest) AS first;
