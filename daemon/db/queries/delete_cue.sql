-- Takes a taught phrase away.
-- $1: municipality; $2: the phrase, as it was taught
-- Gives whether there was one.
SELECT lagesbild.delete_cue($1, $2);
