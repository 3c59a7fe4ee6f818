-- A new token; the caller keeps the secret and stores only its hash.
-- $1: {municipality, sha256 (hex), role, organisation, areas, created_by}
INSERT INTO lagesbild.token (municipality, sha256, role, organisation, areas, created_by)
SELECT municipality, decode(sha256, 'hex'), role, organisation, areas, created_by
  FROM json_to_record($1::json) AS t(municipality text, sha256 text, role text, organisation text, areas text[], created_by uuid)
RETURNING token, created_at;
