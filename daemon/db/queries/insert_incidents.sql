-- Stores incidents: of reports stored in the same unit (whose ids nobody else knows), of a new revision, or observations.
-- $1: [{municipality, incident, report, ordinal, occurred_at, occurred_local, precision, published_at, category,
--       category_confidence, category_rule, category_evidence, place, lat, lon, title, text, flags, source,
--       organisation, status, review, pii, created_by, areas}]
-- Either occurred_at (an instant) or occurred_local (a Swedish clock time) is given.
-- An incident whose report turned out to be known already is left out; one whose id exists (a repeated observation)
-- stays as it is. Gives the stored ones: municipality, incident.
INSERT INTO lagesbild.incident (municipality, incident, report, ordinal, occurred_at, precision, published_at, category,
                                category_confidence, category_rule, category_evidence, place, position, title, text,
                                flags, source, organisation, status, review, pii, created_by)
SELECT i.municipality, i.incident, i.report, COALESCE(i.ordinal, 0),
       COALESCE(i.occurred_at, i.occurred_local AT TIME ZONE 'Europe/Stockholm'),
       i.precision, i.published_at, i.category, i.category_confidence, i.category_rule, COALESCE(i.category_evidence, ''),
       i.place,
       CASE WHEN i.lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(i.lon, i.lat), 4326) END,
       i.title, i.text, COALESCE(i.flags, '{}'), i.source, i.organisation, i.status, COALESCE(i.review, '{}'),
       COALESCE(i.pii, '[]'), i.created_by
  FROM json_to_recordset($1::json)
       AS i(municipality text, incident uuid, report uuid, ordinal integer, occurred_at timestamptz, occurred_local timestamp,
            precision text, published_at timestamptz, category text, category_confidence real, category_rule text,
            category_evidence text, place text, lat double precision, lon double precision, title text,
            text text, flags text[], source text, organisation text, status text, review text[], pii jsonb, created_by uuid)
 WHERE i.report IS NULL
    OR (SELECT true FROM lagesbild.report r WHERE r.municipality = i.municipality AND r.report = i.report)
ON CONFLICT DO NOTHING -- of any index: two who send the same at once would meet in the one that tags refer to
RETURNING municipality, incident;
