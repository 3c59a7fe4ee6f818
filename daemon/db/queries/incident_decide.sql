-- What a person decided about an incident: the new values, a row of history for each that differs, and the fields' names
-- in `decided`, so that no later revision or reading changes them. Areas are given whole: those not named go.
-- $1: municipalities (text[]); $2: incident; $3: {category, occurred_at, precision, place, position: {lat, lon}, status,
-- areas: [code]}, each where it is decided; place and position may be null. status is always there; $4: token; $5: role;
-- $6: areas (text[]) the one who decides is bound to, or NULL
-- Gives the municipality, or no row where there is no such incident (or a revision took it away).
WITH target AS (
    SELECT i.*, (SELECT COALESCE(jsonb_agg(a.area ORDER BY a.area), '[]'::jsonb)
                   FROM lagesbild.incident_area a
                  WHERE a.municipality = i.municipality AND a.incident = i.incident) AS areas
      FROM lagesbild.incident i
     WHERE i.municipality = ANY ($1::text[]) AND i.incident = $2::uuid AND i.withdrawn_revision IS NULL
       AND ($6::text[] IS NULL
            OR EXISTS (SELECT FROM lagesbild.incident_area a
                        WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($6::text[])))
       FOR UPDATE
), change AS (
    SELECT t.municipality, t.incident, v.field, v.before, v.after
      FROM target t
     CROSS JOIN LATERAL (VALUES
        ('category', 'category', to_jsonb(t.category), $3::jsonb -> 'category'),
        ('occurred_at', 'occurred_at', to_jsonb(t.occurred_at), to_jsonb(($3::jsonb ->> 'occurred_at')::timestamptz)),
        ('precision', 'occurred_at', to_jsonb(t.precision), $3::jsonb -> 'precision'),
        ('place', 'place', to_jsonb(t.place), $3::jsonb -> 'place'),
        ('position', 'place', CASE WHEN t.position IS NOT NULL
                                   THEN jsonb_build_object('lat', ST_Y(t.position), 'lon', ST_X(t.position)) END,
         $3::jsonb -> 'position'),
        ('status', 'status', to_jsonb(t.status), $3::jsonb -> 'status'),
        ('areas', 'areas', t.areas,
         (SELECT COALESCE(jsonb_agg(DISTINCT code ORDER BY code), '[]'::jsonb) FROM jsonb_array_elements_text($3::jsonb -> 'areas') AS code))
     ) AS v(field, decides, before, after)
     WHERE $3::jsonb ? v.field
), decided AS (
    SELECT array_agg(DISTINCT CASE f.key WHEN 'precision' THEN 'occurred_at' WHEN 'position' THEN 'place' ELSE f.key END) AS fields
      FROM jsonb_object_keys($3::jsonb) AS f(key)
), history AS (
    INSERT INTO lagesbild.incident_change (municipality, incident, changed_by, actor, field, before, after)
    SELECT municipality, incident, $4::uuid, $5::text, field, before, NULLIF(after, 'null'::jsonb)
      FROM change
     WHERE before IS DISTINCT FROM NULLIF(after, 'null'::jsonb)
), gone AS (
    DELETE FROM lagesbild.incident_area a
     USING target t
     WHERE a.municipality = t.municipality AND a.incident = t.incident
       AND $3::jsonb ? 'areas' AND NOT $3::jsonb -> 'areas' ? a.area
), named AS (
    INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence)
    SELECT DISTINCT t.municipality, t.incident, code, 1, 'person', ''
      FROM target t, jsonb_array_elements_text($3::jsonb -> 'areas') AS code
    ON CONFLICT (municipality, incident, area) DO UPDATE SET confidence = 1, rule = 'person', evidence = ''
)
UPDATE lagesbild.incident i
   SET category = COALESCE($3::jsonb ->> 'category', i.category),
       category_confidence = CASE WHEN $3::jsonb ? 'category' THEN 1 ELSE i.category_confidence END,
       category_rule = CASE WHEN $3::jsonb ? 'category' THEN 'person' ELSE i.category_rule END,
       category_evidence = CASE WHEN $3::jsonb ? 'category' THEN '' ELSE i.category_evidence END,
       occurred_at = COALESCE(($3::jsonb ->> 'occurred_at')::timestamptz, i.occurred_at),
       precision = COALESCE($3::jsonb ->> 'precision', i.precision),
       place = CASE WHEN $3::jsonb ? 'place' THEN $3::jsonb ->> 'place' ELSE i.place END,
       position = CASE WHEN $3::jsonb ? 'position'
                       THEN ST_SetSRID(ST_MakePoint(($3::jsonb #>> '{position,lon}')::double precision,
                                                    ($3::jsonb #>> '{position,lat}')::double precision), 4326)
                       ELSE i.position END,
       status = $3::jsonb ->> 'status',
       review = CASE WHEN $3::jsonb ->> 'status' = 'review' THEN i.review ELSE '{}' END,
       decided = ARRAY(SELECT DISTINCT f FROM unnest(i.decided || d.fields) AS f ORDER BY f)
  FROM target t, decided d
 WHERE i.municipality = t.municipality AND i.incident = t.incident
RETURNING i.municipality;
