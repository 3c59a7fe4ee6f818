-- The report that a key belongs to, as the interface gives it, and the SHA-256 of its newest text.
-- $1: municipality, $2: source of the key, $3: key
SELECT r.report, encode(v.sha256, 'hex') AS sha256, lagesbild.report_json(r) AS report_json
  FROM lagesbild.report_key k
  JOIN lagesbild.report r ON r.municipality = k.municipality AND r.report = k.report
  JOIN lagesbild.report_revision v ON v.municipality = r.municipality AND v.report = r.report AND v.revision = r.revision
 WHERE k.municipality = $1 AND k.source = $2 AND k.key = $3;
