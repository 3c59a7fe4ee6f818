-- Stores the areas of incidents that insert_incidents stored in the same unit, or whose areas delete_incident_areas cleared.
-- $1: [{municipality, incident, areas: [{area, confidence, rule, evidence}], …}]
INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence, occurred_at, category, counts)
SELECT i.municipality, i.incident, a.area, a.confidence, a.rule, COALESCE(a.evidence, ''), stored.occurred_at, stored.category,
       stored.counts
  FROM json_to_recordset($1::json) AS i(municipality text, incident uuid, areas json)
  -- LIMIT makes the planner look each incident up: it cannot know how short the list is.
 CROSS JOIN LATERAL (SELECT decided, occurred_at, category, counts
                       FROM lagesbild.incident
                      WHERE municipality = i.municipality AND incident = i.incident
                      LIMIT 1) AS stored
 CROSS JOIN LATERAL json_to_recordset(i.areas) AS a(area text, confidence real, rule text, evidence text)
 WHERE NOT 'areas' = ANY (stored.decided)
ON CONFLICT DO NOTHING;
