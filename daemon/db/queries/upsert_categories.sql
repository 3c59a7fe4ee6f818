-- The categories, from the knowledge files, in their order.
-- $1: [{category, name, ordinal}]
INSERT INTO lagesbild.category AS c (category, name, ordinal)
SELECT category, name, ordinal
  FROM json_to_recordset($1::json) AS i(category text, name text, ordinal integer)
ON CONFLICT (category) DO UPDATE
   SET name = excluded.name, ordinal = excluded.ordinal
 WHERE (c.name, c.ordinal) IS DISTINCT FROM (excluded.name, excluded.ordinal);
