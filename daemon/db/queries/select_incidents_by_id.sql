-- Incidents as the interface gives them, in the order asked for.
-- $1: [{municipality, incident, …}]
SELECT i.incident, i.text, lagesbild.incident_json(i) AS incident_json
  FROM ROWS FROM (json_to_recordset($1::json) AS (municipality text, incident uuid)) WITH ORDINALITY AS asked(municipality, incident, ordinal)
  JOIN lagesbild.incident i ON i.municipality = asked.municipality AND i.incident = asked.incident
 ORDER BY asked.ordinal;
