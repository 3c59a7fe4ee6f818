-- The texts of incidents that are stored: to tell one sent again from another one under the same key.
-- $1: [{municipality, incident, …}]
SELECT i.incident, i.text
  FROM json_to_recordset($1::json) AS asked(municipality text, incident uuid)
 CROSS JOIN LATERAL (SELECT *
                       FROM lagesbild.incident
                      WHERE municipality = asked.municipality AND incident = asked.incident
                      LIMIT 1) AS i -- a look-up each: the planner cannot know how short the list is;
