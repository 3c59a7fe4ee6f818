-- One form of a published lägesbild.
-- $1: municipality; $2: area; $3: period; $4: version; $5: audience; $6: format; $7: content type; $8: bytes; $9: SHA-256
INSERT INTO lagesbild.lagesbild_document (municipality, area, period, version, audience, format, content_type, bytes, sha256)
VALUES ($1, $2, $3, $4::integer, $5, $6, $7, $8::bytea, $9::bytea);
