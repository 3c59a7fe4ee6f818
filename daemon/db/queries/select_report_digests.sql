-- Which of these reports are stored, under which id, and with which text.
-- $1: [{municipality, keys: [{source, key}], …}], one key each
SELECT k.municipality, k.key, k.report, encode(v.sha256, 'hex') AS sha256
  FROM json_to_recordset($1::json) AS i(municipality text, keys json),
       json_to_recordset(i.keys) AS given(source text, key text)
  JOIN lagesbild.report_key k ON true
  JOIN lagesbild.report r ON r.municipality = k.municipality AND r.report = k.report
  JOIN lagesbild.report_revision v ON v.municipality = r.municipality AND v.report = r.report AND v.revision = r.revision
 WHERE k.municipality = i.municipality AND k.source = given.source AND k.key = given.key;
