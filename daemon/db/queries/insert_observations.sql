-- Stores observations with their areas. One whose id exists (an observation sent again) stays as it is.
-- $1: [{municipality, incident, occurred_at, occurred_local, precision, category, category_confidence, category_rule,
--       category_evidence, place, lat, lon, title, text, flags, source, organisation, status, review, pii, created_by,
--       areas: [{area, confidence, rule, evidence}]}]
-- Either occurred_at (an instant) or occurred_local (a Swedish clock time) is given.
-- $2: whether to give them as the interface does, made of what was stored
-- Gives the stored ones: incident, incident_json.
WITH input AS MATERIALIZED (
    SELECT *
      FROM json_to_recordset($1::json)
           AS i(municipality text, incident uuid, occurred_at timestamptz, occurred_local timestamp, precision text,
                category text, category_confidence real, category_rule text, category_evidence text, place text,
                lat double precision, lon double precision, title text, text text, flags text[], source text,
                organisation text, status text, review text[], pii jsonb, created_by uuid, areas json)
), stored AS (
    INSERT INTO lagesbild.incident AS i (municipality, incident, occurred_at, precision, category, category_confidence,
                                         category_rule, category_evidence, place, position, title, text, flags, source,
                                         organisation, status, review, pii, created_by)
    SELECT municipality, incident, COALESCE(occurred_at, occurred_local AT TIME ZONE 'Europe/Stockholm'), precision,
           category, category_confidence, category_rule, COALESCE(category_evidence, ''), place,
           CASE WHEN lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END,
           title, text, COALESCE(flags, '{}'), source, organisation, status, COALESCE(review, '{}'), COALESCE(pii, '[]'),
           created_by
      FROM input
    ON CONFLICT (municipality, incident) DO NOTHING
    RETURNING i.municipality, i.incident, i AS whole
), tagged AS (
    INSERT INTO lagesbild.incident_area AS t (municipality, incident, area, confidence, rule, evidence)
    SELECT input.municipality, input.incident, a.area, a.confidence, a.rule, COALESCE(a.evidence, '')
      FROM stored
      JOIN input USING (municipality, incident)
     CROSS JOIN LATERAL json_to_recordset(input.areas) AS a(area text, confidence real, rule text, evidence text)
    RETURNING t.municipality, t.incident, t.area, t.confidence, t.rule, t.evidence
), areas AS (
    SELECT municipality, incident,
           json_agg(lagesbild.incident_area_json(area, confidence, rule, evidence) ORDER BY confidence DESC, area) AS list
      FROM tagged
     GROUP BY municipality, incident
)
SELECT stored.incident, CASE WHEN $2::boolean THEN lagesbild.incident_json_with(stored.whole, areas.list) END AS incident_json
  FROM stored
  LEFT JOIN areas USING (municipality, incident);
