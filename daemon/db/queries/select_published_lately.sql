-- For the start page: what was published last, the newest first.
-- $1: municipality, or NULL for all; $2: the areas the reader may see, or NULL for all; $3: how many at most
SELECT v.municipality, m.name AS municipality_name, v.area, v.area_name, v.period, v.version
  FROM lagesbild.lagesbild_version v
  JOIN lagesbild.municipality m ON m.municipality = v.municipality
 WHERE ($1::text IS NULL OR v.municipality = $1)
   AND ($2::text IS NULL OR v.area = ANY (string_to_array($2, ',')))
   AND v.published_at > now() - interval '60 days'
 ORDER BY v.published_at DESC, v.version DESC, v.area, v.period
 LIMIT $3::integer;
