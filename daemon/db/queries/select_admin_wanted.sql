-- The country, and whether no administrator has a token that is in force.
SELECT municipality,
       NOT EXISTS (SELECT FROM lagesbild.token WHERE role = 'admin' AND revoked_at IS NULL) AS wanted
  FROM lagesbild.municipality
 WHERE kind = 'country'
 ORDER BY municipality
 LIMIT 1;
