-- The tokens that are in force, newest first; never the secret.
-- $1: municipality, or NULL for all
SELECT json_build_object('id', token, 'municipality', municipality, 'role', role, 'organisation', organisation, 'areas', areas,
                         'created_at', created_at)
  FROM lagesbild.token
 WHERE ($1::text IS NULL OR municipality = $1) AND revoked_at IS NULL
 ORDER BY created_at DESC, token;
