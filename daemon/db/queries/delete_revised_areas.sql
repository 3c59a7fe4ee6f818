-- Clears the areas of incidents that a new revision changed, unless a person decided them.
-- $1: as for update_revised_incidents
DELETE FROM lagesbild.incident_area a
 USING json_to_recordset($1::json) AS i(municipality text, incident uuid, changed boolean),
       lagesbild.incident s
 WHERE i.changed
   AND a.municipality = i.municipality AND a.incident = i.incident
   AND s.municipality = i.municipality AND s.incident = i.incident
   AND NOT 'areas' = ANY (s.decided);
