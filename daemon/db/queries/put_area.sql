-- Makes or changes an area.
-- $1: municipality; $2: code; $3: {name, parent?, geometry?}; $4: token
-- Gives whether it is new.
SELECT lagesbild.put_area($1::text, $2::text, $3::jsonb, $4::uuid);
