-- Looks at the tables that have outgrown their statistics. Gives how many they were.
SELECT lagesbild.analyze_grown() AS looked_at;
