-- What a new revision of a report is compared with.
-- $1: municipality, or NULL for any; $2: report
-- One row an incident, withdrawn ones last; one row with a NULL incident where the report has none.
SELECT r.municipality, r.kind, r.source, r.organisation, r.report_date, r.published_at, r.revision,
       encode(v.sha256, 'hex') AS sha256, v.title, v.url,
       i.incident, i.text, i.withdrawn_revision IS NOT NULL AS withdrawn
  FROM lagesbild.report r
  JOIN lagesbild.report_revision v ON v.municipality = r.municipality AND v.report = r.report AND v.revision = r.revision
  LEFT JOIN lagesbild.incident i ON i.municipality = r.municipality AND i.report = r.report
 WHERE (r.municipality = $1 OR $1 IS NULL) AND r.report = $2::uuid
 ORDER BY i.withdrawn_revision NULLS FIRST, i.ordinal, i.incident;
