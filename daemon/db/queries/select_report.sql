-- One report as the interface gives it.
-- $1: municipality, or NULL for any (a token for all municipalities); $2: report
SELECT lagesbild.report_json(r)
  FROM lagesbild.report r
 WHERE (r.municipality = $1 OR $1 IS NULL) AND r.report = $2::uuid;
