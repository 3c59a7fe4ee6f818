-- A report's next revision. Two writers at once: the second is refused by the primary key and starts over.
-- $1: {municipality, report, revision, title, url, text, sha256 (hex), pii, warnings, received_by, source, key, published_at}
WITH input AS MATERIALIZED (
    SELECT *
      FROM json_to_record($1::json) AS r(municipality text, report uuid, revision integer, title text, url text, text text,
                                         sha256 text, pii jsonb, warnings jsonb, received_by uuid, source text, key text,
                                         published_at timestamptz)
), revision AS (
    INSERT INTO lagesbild.report_revision (municipality, report, revision, title, url, text, sha256, pii, warnings, received_by)
    SELECT municipality, report, revision, title, url, text, decode(sha256, 'hex'), COALESCE(pii, '[]'), COALESCE(warnings, '[]'),
           received_by
      FROM input
), key AS (
    INSERT INTO lagesbild.report_key (municipality, source, key, report)
    SELECT municipality, source, key, report FROM input WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING
)
UPDATE lagesbild.report r
   SET revision = input.revision, published_at = COALESCE(input.published_at, r.published_at)
  FROM input
 WHERE r.municipality = input.municipality AND r.report = input.report;
