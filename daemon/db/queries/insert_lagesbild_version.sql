-- A published lägesbild. Of two publishers at once the primary key refuses the second, of two with one key the key.
-- $1: municipality; $2: area; $3: period; $4: version; $5: the area's name; $6, $7: first day and the day after the last;
-- $8: when; $9: token; $10: actor; $11: SHA-256 of the JSON document (bytea); $12: the client's key or NULL
INSERT INTO lagesbild.lagesbild_version (municipality, area, period, version, area_name, first_day, after_day, published_at,
                                         published_by, actor, sha256, idempotency_key)
VALUES ($1, $2, $3, $4::integer, $5, $6::date, $7::date, $8::timestamptz, $9::uuid, $10, $11::bytea, $12)
RETURNING encode(sha256, 'hex') AS sha256;
