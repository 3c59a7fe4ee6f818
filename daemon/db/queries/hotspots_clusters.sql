-- Where positions lie close together: clusters of at least $10 incidents, each within $9 metres of another of them
-- (DBSCAN; Ester, Kriegel, Sander, Xu, "A density-based algorithm for discovering clusters", KDD-96), and how close in
-- place and time they follow each other, as JSON. Distances are in metres on SWEREF 99 TM.
--
-- Near-repeats are pairs within $9 metres and $11 days. `expected` is how many there would be if place had nothing to do
-- with time: (pairs close in place) × (pairs close in time) / pairs (Knox, "The detection of space-time interactions",
-- Appl Stat 13:25–29, 1964).
-- An incident without a position of its own is taken to be at that of its place, where the places of these areas have one
-- of that name.
-- $1: municipality; $2: areas (text[]), NULL for the whole municipality; $3: categories (text[]) or NULL; $4, $5: first day
-- and the day after the last; $6: first day of the time before, which ends at $4; $7: whether anything is known of it;
-- $8: how many positions at most: with more of them there is no row
WITH known AS MATERIALIZED (
    SELECT lower(p.name) AS name, (array_agg(p.position))[1] AS position
      FROM lagesbild.place p
     WHERE p.municipality = $1 AND p.position IS NOT NULL AND ($2::text[] IS NULL OR p.area = ANY ($2::text[]))
     GROUP BY lower(p.name)
    HAVING count(DISTINCT ST_AsText(p.position)) = 1
), here AS MATERIALIZED (
    SELECT i.occurred_at, i.category, i.place, ST_Transform(COALESCE(i.position, known.position), 3006) AS spot,
           i.position IS NULL AS by_place,
           i.occurred_at >= $4::date::timestamp AT TIME ZONE 'Europe/Stockholm' AS is_now
      FROM lagesbild.counted_incidents($1, $2::text[], $6::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                                       $5::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
      JOIN lagesbild.incident i ON i.municipality = $1 AND i.incident = counted.incident
      LEFT JOIN known ON known.name = lower(i.place)
     WHERE ($3::text[] IS NULL OR i.category = ANY ($3::text[]))
), spots AS MATERIALIZED (
    SELECT row_number() OVER () AS n, occurred_at, category, place, spot, ST_X(spot) AS x, ST_Y(spot) AS y,
           floor(ST_X(spot) / $9::double precision) AS column_, floor(ST_Y(spot) / $9::double precision) AS row_,
           ST_ClusterDBSCAN(spot, $9::double precision, $10::integer) OVER () AS cluster,
           count(*) OVER (ORDER BY occurred_at RANGE BETWEEN make_interval(days => $11::integer) PRECEDING
                                                         AND make_interval(days => $11::integer) FOLLOWING) - 1 AS soon
      FROM here
     WHERE is_now AND spot IS NOT NULL AND (SELECT count(*) FROM here) <= $8::bigint
), gathered AS MATERIALIZED (
    SELECT cluster, count(*) AS incidents, ST_Centroid(ST_Collect(spot)) AS middle,
           mode() WITHIN GROUP (ORDER BY category) AS category, mode() WITHIN GROUP (ORDER BY place) AS place
      FROM spots
     WHERE cluster IS NOT NULL
     GROUP BY cluster
), clusters AS (
    SELECT g.*, around.radius, ST_Transform(g.middle, 4326) AS position,
           (SELECT count(*) FROM here WHERE NOT is_now AND ST_DWithin(here.spot, g.middle, greatest(around.radius, $9::double precision))) AS before
      FROM gathered g
     CROSS JOIN LATERAL (SELECT max(ST_Distance(s.spot, g.middle)) AS radius FROM spots s WHERE s.cluster = g.cluster) AS around
), pairs AS MATERIALIZED (
    SELECT a.n AS one, b.n AS other, abs(extract(epoch FROM a.occurred_at - b.occurred_at)) <= 86400.0 * $11::integer AS soon
      FROM spots a
     CROSS JOIN generate_series(-1, 1) AS across
     CROSS JOIN generate_series(-1, 1) AS along
      JOIN spots b ON b.column_ = a.column_ + across AND b.row_ = a.row_ + along
     WHERE a.n < b.n AND (a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 <= $9::double precision ^ 2
)
SELECT (SELECT COALESCE(json_agg(json_build_object(
                   'position', json_build_object('lat', ST_Y(position), 'lon', ST_X(position)), 'radius_m', round(radius::numeric),
                   'count', incidents, 'previous', CASE WHEN $7::boolean THEN before END,
                   'new', CASE WHEN $7::boolean THEN before = 0 END, 'top_category', category, 'place', place)
               ORDER BY incidents DESC, ST_X(position), ST_Y(position)), '[]'::json)
          FROM clusters) AS clusters,
       json_build_object(
           'pairs', (SELECT count(*) FROM pairs WHERE soon),
           'incidents', (SELECT count(*) FROM (SELECT one FROM pairs WHERE soon UNION SELECT other FROM pairs WHERE soon) AS linked),
           'expected', (SELECT CASE WHEN count(*) > 1
                               THEN round((SELECT count(*) FROM pairs) * sum(soon) / 2.0 / (count(*) * (count(*) - 1) / 2.0), 1) END
                          FROM spots)) AS near_repeats,
       (SELECT count(*) FROM spots) AS positions,
       (SELECT count(*) FROM here WHERE is_now AND spot IS NULL) AS without_position,
       (SELECT count(*) FROM here WHERE is_now AND spot IS NOT NULL AND by_place) AS positions_of_places
 WHERE (SELECT count(*) FROM here) <= $8::bigint;
