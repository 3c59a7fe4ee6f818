-- Milliseconds until the next Swedish midnight, by the database's clock.
SELECT lagesbild.milliseconds_to_midnight(clock_timestamp()) AS milliseconds;
