-- Incidents that a new revision of their report no longer holds: kept with their history, counted nowhere.
-- $1: {municipality, revision, received_by, withdrawn: [incident]}
WITH input AS MATERIALIZED (
    SELECT r.municipality, r.revision, r.received_by, w.incident::uuid AS incident
      FROM json_to_record($1::json) AS r(municipality text, revision integer, received_by uuid, withdrawn json),
           json_array_elements_text(r.withdrawn) AS w(incident)
), history AS (
    INSERT INTO lagesbild.incident_change (municipality, incident, changed_by, actor, field, before, after)
    SELECT municipality, incident, received_by, 'revision ' || revision, 'withdrawn', 'false', 'true'
      FROM input
)
UPDATE lagesbild.incident s
   SET withdrawn_revision = input.revision
  FROM input
 WHERE s.municipality = input.municipality AND s.incident = input.incident;
