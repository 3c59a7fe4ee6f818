-- Moves the next of what has happened into the weekly sums.
-- $1: how much at most. $2 to $4: the municipality, area and number after which to go on.
-- Gives how much it was, and the three to go on from.
SELECT folded, last_municipality, last_area, last_delta
  FROM lagesbild.fold_tally_after($1::integer, $2::text, $3::text, $4::bigint);
