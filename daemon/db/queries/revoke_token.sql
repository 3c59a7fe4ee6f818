-- $1: municipality, or NULL for any; $2: token. Gives the token when it was in force.
UPDATE lagesbild.token
   SET revoked_at = now()
 WHERE ($1::text IS NULL OR municipality = $1) AND token = $2::uuid AND revoked_at IS NULL
RETURNING token;
