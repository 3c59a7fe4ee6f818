-- What a client's key has published; no row where nothing.
-- $1: municipality; $2: the key
SELECT area, period, version, to_char(published_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS published_at,
       encode(sha256, 'hex') AS sha256
  FROM lagesbild.lagesbild_version
 WHERE municipality = $1 AND idempotency_key = $2;
