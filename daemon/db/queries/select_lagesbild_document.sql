-- The very bytes of one form of a published lägesbild; no row where there is none.
-- $1: municipality; $2: area; $3: period; $4: version; $5: audience; $6: format
SELECT content_type, encode(sha256, 'hex') AS sha256, bytes
  FROM lagesbild.lagesbild_document
 WHERE municipality = $1 AND area = $2 AND period = $3 AND version = $4::integer AND audience = $5 AND format = $6;
