-- Changes a place.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: id; $4: {area, name, kind, aliases?, position?}; $5: token
-- Gives its id, or NULL where there is none.
SELECT lagesbild.put_place($1::text[], $2::text[], $3::uuid, $4::jsonb, $5::uuid);
