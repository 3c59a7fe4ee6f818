-- Incidents as the interface gives them, in the order asked for.
-- $1: [{municipality, incident, …}]
SELECT i.incident, i.text, lagesbild.incident_json(i) AS incident_json
  FROM ROWS FROM (json_to_recordset($1::json) AS (municipality text, incident uuid)) WITH ORDINALITY AS asked(municipality, incident, ordinal)
 CROSS JOIN LATERAL (SELECT *
                       FROM lagesbild.incident
                      WHERE municipality = asked.municipality AND incident = asked.incident
                      LIMIT 1) AS i -- a look-up each: the planner cannot know how short the list is
 ORDER BY asked.ordinal;
