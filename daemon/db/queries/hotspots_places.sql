-- The places with most incidents, against the time before, as JSON.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: categories (text[]) or NULL; $4, $5: first day
-- and the day after the last; $6: first day of the time before, which ends at $4; $7: the area's own name, which is no
-- place in it; $8: whether anything is known of the time before; $9: how many at most
WITH here AS (
    SELECT i.place, i.category, i.occurred_at >= $4::date::timestamp AT TIME ZONE 'Europe/Stockholm' AS is_now
      FROM lagesbild.counted_incidents($1, $2::text[], $6::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                                       $5::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
      JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
     WHERE lower(i.place) <> lower($7::text) AND ($3::text[] IS NULL OR i.category = ANY ($3::text[]))
), ranked AS (
    SELECT min(place) AS name, count(*) FILTER (WHERE is_now) AS incidents, count(*) FILTER (WHERE NOT is_now) AS before,
           mode() WITHIN GROUP (ORDER BY category) FILTER (WHERE is_now) AS category
      FROM here
     GROUP BY lower(place)
    HAVING bool_or(is_now)
     ORDER BY incidents DESC, before, name
     LIMIT $9::bigint
)
SELECT COALESCE(json_agg(json_build_object(
           'name', name, 'count', incidents, 'previous', CASE WHEN $8::boolean THEN before END,
           'new', CASE WHEN $8::boolean THEN before = 0 END, 'top_category', category)
       ORDER BY incidents DESC, before, name), '[]'::json) AS places
  FROM ranked;
