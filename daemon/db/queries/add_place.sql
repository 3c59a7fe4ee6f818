-- Adds a place.
-- $1: municipality; $2: {area, name, kind, aliases?, position?}; $3: token
-- Gives its id.
SELECT lagesbild.add_place($1::text, $2::jsonb, $3::uuid);
