-- Gives incidents what today's knowledge reads in them; what a person has decided meanwhile stays. The history gets a row
-- for each field that differs.
-- $1: [{municipality, incident, category?, category_confidence, category_rule, category_evidence, place?, areas?: [{area,
--       confidence, rule, evidence}], status, review}], fields that do not change left out; $2: token
-- Gives the incidents that were changed.
WITH input AS MATERIALIZED (
    SELECT i.value ->> 'municipality' AS municipality, (i.value ->> 'incident')::uuid AS incident, i.value AS fields
      FROM jsonb_array_elements($1::jsonb) AS i
), target AS MATERIALIZED (
    SELECT s.municipality, s.incident, s.category, s.place, s.status, s.review, s.decided, i.fields,
           (SELECT COALESCE(jsonb_agg(a.area ORDER BY a.area), '[]'::jsonb)
              FROM lagesbild.incident_area a
             WHERE a.municipality = s.municipality AND a.incident = s.incident) AS areas
      FROM input i
      JOIN lagesbild.incident s ON s.municipality = i.municipality AND s.incident = i.incident
     WHERE s.status IN ('tagged', 'review') AND s.withdrawn_revision IS NULL
       FOR UPDATE OF s
), change AS (
    SELECT t.municipality, t.incident, v.field, v.before, NULLIF(v.after, 'null'::jsonb) AS after
      FROM target t
     CROSS JOIN LATERAL (VALUES
        ('category', to_jsonb(t.category), t.fields -> 'category'),
        ('place', to_jsonb(t.place), t.fields -> 'place'),
        ('areas', t.areas, (SELECT COALESCE(jsonb_agg(a.value -> 'area' ORDER BY a.value ->> 'area'), '[]'::jsonb)
                              FROM jsonb_array_elements(t.fields -> 'areas') AS a)),
        ('status', to_jsonb(t.status), t.fields -> 'status')
     ) AS v(field, before, after)
     WHERE t.fields ? v.field AND NOT v.field = ANY (t.decided)
), history AS (
    INSERT INTO lagesbild.incident_change (municipality, incident, changed_by, actor, field, before, after)
    SELECT municipality, incident, $2::uuid, 'retag', field, before, after
      FROM change
     WHERE before IS DISTINCT FROM after
), gone AS (
    DELETE FROM lagesbild.incident_area a
     USING target t
     WHERE a.municipality = t.municipality AND a.incident = t.incident
       AND t.fields ? 'areas' AND NOT 'areas' = ANY (t.decided)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(t.fields -> 'areas') AS n WHERE n.value ->> 'area' = a.area)
), named AS (
    INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence)
    SELECT t.municipality, t.incident, n.area, n.confidence, n.rule, COALESCE(n.evidence, '')
      FROM target t, jsonb_to_recordset(t.fields -> 'areas') AS n(area text, confidence real, rule text, evidence text)
     WHERE t.fields ? 'areas' AND NOT 'areas' = ANY (t.decided)
    ON CONFLICT (municipality, incident, area) DO UPDATE
       SET confidence = excluded.confidence, rule = excluded.rule, evidence = excluded.evidence
)
UPDATE lagesbild.incident s
   SET category = CASE WHEN t.fields ? 'category' AND NOT 'category' = ANY (t.decided) THEN t.fields ->> 'category' ELSE s.category END,
       category_confidence = CASE WHEN t.fields ? 'category' AND NOT 'category' = ANY (t.decided)
                                  THEN (t.fields ->> 'category_confidence')::real ELSE s.category_confidence END,
       category_rule = CASE WHEN t.fields ? 'category' AND NOT 'category' = ANY (t.decided)
                            THEN t.fields ->> 'category_rule' ELSE s.category_rule END,
       category_evidence = CASE WHEN t.fields ? 'category' AND NOT 'category' = ANY (t.decided)
                                THEN t.fields ->> 'category_evidence' ELSE s.category_evidence END,
       place = CASE WHEN t.fields ? 'place' AND NOT 'place' = ANY (t.decided) THEN t.fields ->> 'place' ELSE s.place END,
       status = CASE WHEN t.fields ? 'status' AND NOT 'status' = ANY (t.decided) THEN t.fields ->> 'status' ELSE s.status END,
       review = CASE WHEN t.fields ? 'review' AND NOT 'status' = ANY (t.decided)
                     THEN ARRAY(SELECT jsonb_array_elements_text(t.fields -> 'review')) ELSE s.review END
  FROM target t
 WHERE s.municipality = t.municipality AND s.incident = t.incident
RETURNING s.incident;
