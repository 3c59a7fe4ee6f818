-- The texts of incidents that are stored: to tell one sent again from another one under the same key.
-- $1: [{municipality, incident, …}]
SELECT i.incident, i.text
  FROM json_to_recordset($1::json) AS asked(municipality text, incident uuid)
  JOIN lagesbild.incident i ON i.municipality = asked.municipality AND i.incident = asked.incident;
