-- Takes a taught phrase away.
-- $1: municipality; $2: the phrase, as it was taught; $3: whose token
-- Gives whether there was one.
SELECT lagesbild.delete_cue($1, $2, $3);
