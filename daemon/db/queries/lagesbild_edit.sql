-- What a coordinator has written in a lägesbild; no row where nothing.
-- $1: municipality; $2: area; $3: period
SELECT revision, parts, to_char(edited_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS edited_at, actor
  FROM lagesbild.lagesbild_edit
 WHERE municipality = $1 AND area = $2 AND period = $3
 ORDER BY revision DESC
 LIMIT 1;
