-- What was published last for an area, the newest first; of the same second the highest version.
-- $1: municipality; $2: area; $3: how many at most
SELECT period, version, area_name, to_char(published_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS published_at, actor,
       encode(sha256, 'hex') AS sha256
  FROM lagesbild.lagesbild_version
 WHERE municipality = $1 AND area = $2
 ORDER BY published_at DESC, version DESC, period DESC
 LIMIT $3::integer;
