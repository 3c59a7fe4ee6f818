-- The phrases that people have taught, as the interface gives them.
-- $1: municipalities (text[])
SELECT json_build_object('municipality', c.municipality, 'phrase', c.phrase, 'category', c.category,
                         'taught_at', c.created_at, 'taught_by', c.created_by) AS cue_json,
       c.phrase,
       NULL::text AS geometry
  FROM lagesbild.learned_cue c
 WHERE c.municipality = ANY ($1::text[])
 ORDER BY c.municipality, c.phrase;
