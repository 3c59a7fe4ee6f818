-- The newest published version of a lägesbild; no row where there is none.
-- $1: municipality; $2: area; $3: period
SELECT version, to_char(published_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS published_at, actor
  FROM lagesbild.lagesbild_version
 WHERE municipality = $1 AND area = $2 AND period = $3
 ORDER BY version DESC
 LIMIT 1;
