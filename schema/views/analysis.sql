-- What analysts, QGIS and BI tools read through the role lagesbild_read: one row an incident and area, no free text.
-- Dropped first, because CREATE OR REPLACE cannot take away or move a column.
DROP VIEW IF EXISTS analysis.incident, analysis.area, analysis.place, analysis.category;

CREATE VIEW analysis.category AS
SELECT category, name, ordinal FROM lagesbild.category;

CREATE VIEW analysis.area AS
SELECT municipality, area, parent, name, polygon FROM lagesbild.area;

CREATE VIEW analysis.place AS
SELECT municipality, place, area, name, kind, position FROM lagesbild.place;

CREATE VIEW analysis.incident AS
SELECT i.municipality,
       i.incident,
       a.area,
       i.category,
       i.occurred_at,
       i.occurred_at AT TIME ZONE 'Europe/Stockholm' AS occurred_local,
       i.precision,
       i.place,
       i.position,
       i.flags,
       i.source,
       i.organisation,
       i.status,
       i.received_at
  FROM lagesbild.incident i
  LEFT JOIN lagesbild.incident_area a ON a.municipality = i.municipality AND a.incident = i.incident
 WHERE i.withdrawn_revision IS NULL AND i.status <> 'rejected';

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
