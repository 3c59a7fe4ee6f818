-- Lets an Idempotency-Key stand for the report that another key belongs to, where there is one and it stands for none yet.
-- $1: municipality, $2: source of the report's key, $3: that key, $4: the Idempotency-Key's
INSERT INTO lagesbild.report_key (municipality, source, key, report)
SELECT municipality, '', $4, report
  FROM lagesbild.report_key
 WHERE municipality = $1 AND source = $2 AND key = $3
ON CONFLICT DO NOTHING;
