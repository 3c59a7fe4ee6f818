-- Lists the places of years that are over, for lägesbilder of large areas. $1: how many incidents' worth at a time. Gives how
-- many there were.
SELECT lagesbild.list_places($1::integer) AS listed;
