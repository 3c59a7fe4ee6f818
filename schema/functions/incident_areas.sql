-- The areas of an incident, in the order in which they are given everywhere: the surest first, of equally sure ones the
-- first by its code's bytes, whatever the database's collation is (flow/observation_rows.c does the same). PostgreSQL writes
-- it into the statement that calls it; an aggregate keeps the order where nothing is joined to it.
CREATE OR REPLACE FUNCTION lagesbild.incident_areas(of_municipality text, of_incident uuid)
RETURNS TABLE (area text, confidence real, rule text, evidence text)
LANGUAGE sql
STABLE
AS $$
SELECT a.area, a.confidence, a.rule, a.evidence
  FROM lagesbild.incident_area a
 WHERE a.municipality = of_municipality AND a.incident = of_incident
 ORDER BY a.confidence DESC, a.area COLLATE "C"
$$;
