-- Sets a group's rhythm.
-- $1: municipality; $2: area; $3: every; $4: a Monday or NULL; $5: token
-- Gives whether there is such an area.
SELECT lagesbild.put_rhythm($1::text, $2::text, $3::text, $4::date, $5::uuid);
