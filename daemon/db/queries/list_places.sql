-- Lists the places of years that are over, for lägesbilder of large areas; not while much waits to be folded, as in an
-- import, which goes first and would spoil the lists.
-- $1: how many incidents' worth at a time. Gives how many there were.
SELECT CASE WHEN (SELECT count(*) FROM (SELECT FROM lagesbild.tally_delta LIMIT 1000) AS waiting) < 1000
            THEN lagesbild.list_places($1::integer) ELSE 0 END AS listed;
