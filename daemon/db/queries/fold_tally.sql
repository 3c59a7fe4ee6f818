-- Moves what has happened into the weekly sums. $1: how much at most. Gives how much it was.
SELECT lagesbild.fold_tally($1::integer) AS folded;
