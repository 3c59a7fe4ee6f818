-- Stores reports that are not known yet, with their first revision.
-- $1: [{municipality, report, kind, source, organisation, report_date, published_at, created_by, keys: [{source, key}],
--       title, url, text, sha256 (hex), pii, warnings}]
-- A report is known when one of its keys is: report_key then keeps the old row, and nothing else is stored. Where a
-- report has several keys and only some are known, the others would point at a report that is not stored, and the foreign
-- key refuses the whole unit.
-- Gives the stored ones: municipality, report.
WITH input AS MATERIALIZED (
    SELECT *
      FROM json_to_recordset($1::json) AS r(municipality text, report uuid, kind text, source text, organisation text,
                                            report_date date, published_at timestamptz, created_by uuid, keys json,
                                            title text, url text, text text, sha256 text, pii jsonb, warnings jsonb)
), key AS (
    INSERT INTO lagesbild.report_key (municipality, source, key, report)
    SELECT input.municipality, k.source, k.key, input.report
      FROM input, json_to_recordset(input.keys) AS k(source text, key text)
     ORDER BY 1, 2, 3 -- every writer locks in the same order, so two imports of the same notices cannot deadlock
    ON CONFLICT DO NOTHING
    RETURNING municipality, report
), unknown AS (
    SELECT input.*
      FROM input
     WHERE (SELECT count(*) FROM key WHERE key.municipality = input.municipality AND key.report = input.report)
           = json_array_length(input.keys)
), stored AS (
    INSERT INTO lagesbild.report (municipality, report, kind, source, organisation, report_date, published_at, created_by)
    SELECT municipality, report, kind, source, organisation, report_date, published_at, created_by
      FROM unknown
    RETURNING municipality, report
), revision AS (
    INSERT INTO lagesbild.report_revision (municipality, report, revision, title, url, text, sha256, pii, warnings, received_by)
    SELECT municipality, report, 1, title, url, text, decode(sha256, 'hex'), COALESCE(pii, '[]'), COALESCE(warnings, '[]'), created_by
      FROM unknown
)
SELECT municipality, report FROM stored;
