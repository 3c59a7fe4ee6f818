-- Takes a place away.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: id; $4: token
-- Gives whether there was one.
SELECT lagesbild.delete_place($1::text[], $2::text[], $3::uuid, $4::uuid);
