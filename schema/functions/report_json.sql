-- A report as the interface gives it: its newest text and that revision's incidents, and what came before.
CREATE OR REPLACE FUNCTION lagesbild.report_json(r lagesbild.report)
RETURNS json
LANGUAGE sql
STABLE
RETURN (
    SELECT json_build_object(
        'id', r.report,
        'municipality', r.municipality,
        'revision', r.revision,
        'source', r.source,
        'organisation', r.organisation,
        'report_date', r.report_date,
        'published_at', r.published_at,
        'received_at', r.received_at,
        'title', v.title,
        'text', v.text,
        'incidents', COALESCE((SELECT json_agg(lagesbild.incident_json(i) ORDER BY i.ordinal, i.incident)
                                 FROM lagesbild.incident i
                                WHERE i.municipality = r.municipality AND i.report = r.report
                                  AND i.withdrawn_revision IS NULL), '[]'::json),
        'pii', v.pii,
        'warnings', v.warnings,
        'revisions', (SELECT json_agg(json_build_object('revision', o.revision, 'received_at', o.received_at) ORDER BY o.revision)
                        FROM lagesbild.report_revision o
                       WHERE o.municipality = r.municipality AND o.report = r.report))
      FROM lagesbild.report_revision v
     WHERE v.municipality = r.municipality AND v.report = r.report AND v.revision = r.revision);
