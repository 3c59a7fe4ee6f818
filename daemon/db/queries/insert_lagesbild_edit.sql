-- One more revision of the coordinator's own parts: what there was, with what is given in its place; a null goes back to
-- what the service writes. Of two edits at once the primary key refuses the second.
-- $1: municipality; $2: area; $3: period; $4, $5: its first day and the day after the last; $6: the given parts (jsonb);
-- $7: token; $8: actor; $9: revisions (integer[]) one of which must be the newest (0: none yet), or NULL
-- Gives the new revision, or no row where the newest is another.
INSERT INTO lagesbild.lagesbild_edit (municipality, area, period, revision, first_day, after_day, parts, edited_by, actor)
SELECT $1, $2, $3, COALESCE(e.revision, 0) + 1, $4::date, $5::date,
       jsonb_strip_nulls(COALESCE(e.parts, '{}') || $6::jsonb), $7::uuid, $8
  FROM (VALUES (1)) AS one
  LEFT JOIN LATERAL (SELECT revision, parts
                       FROM lagesbild.lagesbild_edit
                      WHERE municipality = $1 AND area = $2 AND period = $3
                      ORDER BY revision DESC
                      LIMIT 1) AS e ON true
 WHERE $9::integer[] IS NULL OR COALESCE(e.revision, 0) = ANY ($9::integer[])
RETURNING revision;
