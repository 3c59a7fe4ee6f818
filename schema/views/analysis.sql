-- What analysts, QGIS and BI tools read through the role lagesbild_read. No free text: what a person has written may hold
-- what is about a person.
--
-- A login that stands in lagesbild.reader reads its own municipalities only. The views are barriers, so that no condition of
-- a question sees a row before that has been decided, also not one of the login's own making.
--
-- Dropped first, because CREATE OR REPLACE cannot take away or move a column.
DROP VIEW IF EXISTS analysis.incident, analysis.area, analysis.place, analysis.category, analysis.report;

CREATE VIEW analysis.category AS
SELECT category, name, ordinal FROM lagesbild.category;
COMMENT ON VIEW analysis.category IS 'Kinds of incidents: code, Swedish name, order.';

CREATE VIEW analysis.area WITH (security_barrier) AS
SELECT municipality, area, parent, name, polygon
  FROM lagesbild.area
 WHERE (SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user) IS NULL
    OR municipality = ANY ((SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user)::text[]);
COMMENT ON VIEW analysis.area IS 'The tree of areas. polygon is in WGS 84, NULL where not drawn. Key: municipality, area.';

CREATE VIEW analysis.place WITH (security_barrier) AS
SELECT municipality, place, area, name, kind, position
  FROM lagesbild.place
 WHERE (SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user) IS NULL
    OR municipality = ANY ((SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user)::text[]);
COMMENT ON VIEW analysis.place IS 'Known places. position is in WGS 84, NULL where not known. Key: municipality, place.';

CREATE VIEW analysis.report WITH (security_barrier) AS
SELECT municipality, report, kind, source, organisation, report_date, published_at, received_at, revision
  FROM lagesbild.report
 WHERE (SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user) IS NULL
    OR municipality = ANY ((SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user)::text[]);
COMMENT ON VIEW analysis.report IS 'Who reported when, also where nothing had happened: a zero from a time without reports is no zero. Key: municipality, report.';

CREATE VIEW analysis.incident WITH (security_barrier) AS
SELECT i.municipality,
       i.incident,
       a.area,
       i.category,
       i.occurred_at,
       i.occurred_at AT TIME ZONE 'Europe/Stockholm' AS occurred_local,
       i.precision,
       i.place,
       i.position,
       known.position AS place_position,
       i.flags,
       i.source,
       i.organisation,
       i.report,
       i.status,
       i.received_at,
       concat_ws('.', i.incident, a.area) AS id
  FROM lagesbild.incident i
  LEFT JOIN lagesbild.incident_area a ON a.municipality = i.municipality AND a.incident = i.incident
  LEFT JOIN LATERAL (SELECT p.position
                       FROM lagesbild.place p
                      WHERE p.municipality = i.municipality AND p.area = a.area AND p.name = i.place
                        AND p.position IS NOT NULL
                      ORDER BY p.kind
                      LIMIT 1) AS known ON true
 WHERE i.counts
   AND ((SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user) IS NULL
        OR i.municipality = ANY ((SELECT array_agg(r.municipality) FROM lagesbild.reader r WHERE r.login = session_user)::text[]));
COMMENT ON VIEW analysis.incident IS 'Incidents that count, a row for each of their areas (area NULL where none is known), so count(DISTINCT incident). Key: municipality, incident, area.';
COMMENT ON COLUMN analysis.incident.id IS 'Of the row: the incident and its area. For programs that want a key of one column.';
COMMENT ON COLUMN analysis.incident.precision IS 'How much of occurred_at is known: minute, hour, day, or period (sometime in what its report covers).';
COMMENT ON COLUMN analysis.incident.position IS 'Where it was said to have happened, WGS 84; most reports tell no point.';
COMMENT ON COLUMN analysis.incident.place_position IS 'That of the known place it is said to have happened at, WGS 84.';

DO $$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'analysis'::regnamespace AND c.relkind = 'v'
    LOOP
        EXECUTE format('ALTER VIEW %s OWNER TO lagesbild_owner', relation);
    END LOOP;
END
$$;
GRANT SELECT ON ALL TABLES IN SCHEMA analysis TO lagesbild_read, lagesbild_app;
