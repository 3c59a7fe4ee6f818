-- Takes an area away.
-- $1: municipality; $2: code; $3: token
-- Gives whether there was one.
SELECT lagesbild.delete_area($1::text, $2::text, $3::uuid);
