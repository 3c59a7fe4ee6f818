-- An incident as the interface gives it. Times come out in the session's time zone (the daemon sets Europe/Stockholm).
CREATE OR REPLACE FUNCTION lagesbild.incident_json(i lagesbild.incident)
RETURNS json
LANGUAGE sql
STABLE
RETURN json_build_object(
    'id', i.incident,
    'municipality', i.municipality,
    'occurred_at', i.occurred_at,
    'precision', i.precision,
    'areas', COALESCE((SELECT json_agg(json_build_object('code', a.area, 'confidence', round(a.confidence::numeric, 3), 'evidence', a.evidence, 'rule', a.rule)
                                       ORDER BY a.confidence DESC, a.area)
                         FROM lagesbild.incident_area a
                        WHERE a.municipality = i.municipality AND a.incident = i.incident), '[]'::json),
    'category', json_build_object('code', i.category, 'confidence', round(i.category_confidence::numeric, 3), 'evidence', i.category_evidence, 'rule', i.category_rule),
    'place', i.place,
    'position', CASE WHEN i.position IS NOT NULL
                     THEN json_build_object('lat', ST_Y(i.position), 'lon', ST_X(i.position)) END,
    'title', i.title,
    'text', i.text,
    'flags', i.flags,
    'source', i.source,
    'organisation', i.organisation,
    'report_id', i.report,
    'status', i.status,
    'review', i.review,
    'pii', i.pii,
    'decided', i.decided,
    'published_at', i.published_at,
    'created_at', i.received_at);
