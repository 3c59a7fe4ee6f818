-- Who a bearer token is, when it is in force. A token of the country covers every municipality.
-- $1: municipality, $2: SHA-256 of the token (hex)
SELECT t.token, t.role, t.organisation, array_to_string(t.areas, ',') AS areas, m.kind = 'country' AS everywhere
  FROM lagesbild.token t
  JOIN lagesbild.municipality m ON m.municipality = t.municipality
 WHERE t.municipality = $1 AND t.sha256 = decode($2, 'hex') AND t.revoked_at IS NULL;
