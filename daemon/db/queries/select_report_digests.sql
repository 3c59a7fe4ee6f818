-- Which of these reports are stored, under which id, and with which text.
-- $1: [{municipality, keys: [{source, key}], …}], one key each
-- LIMIT makes the planner look each key up instead of reading a whole municipality: it cannot know how short the list is.
SELECT k.municipality, k.key, k.report, encode(v.sha256, 'hex') AS sha256
  FROM json_to_recordset($1::json) AS i(municipality text, keys json)
 CROSS JOIN LATERAL json_to_recordset(i.keys) AS given(source text, key text)
 CROSS JOIN LATERAL (SELECT *
                       FROM lagesbild.report_key
                      WHERE municipality = i.municipality AND source = given.source AND key = given.key
                      LIMIT 1) AS k
 CROSS JOIN LATERAL (SELECT revision
                       FROM lagesbild.report
                      WHERE municipality = k.municipality AND report = k.report
                      LIMIT 1) AS r
 CROSS JOIN LATERAL (SELECT sha256
                       FROM lagesbild.report_revision
                      WHERE municipality = k.municipality AND report = k.report AND revision = r.revision
                      LIMIT 1) AS v;
