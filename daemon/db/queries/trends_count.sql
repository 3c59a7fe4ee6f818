-- Incidents in each of several spans of days, by any of area, category, place and source. With by area, an incident in
-- two areas counts once in each.
-- The spans may overlap and have gaps (a year earlier), so their edges cut time into pieces, each incident is counted in
-- its piece, once, and a span is the sum of its pieces.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: categories (text[]) or NULL; $4: place (any case) or NULL;
-- $5: sources (text[]) or NULL; $6 to $9: whether to group by area, category, place, source;
-- $10, $11: first day of each span and the day after its last (date[]); $12: the slot of each (integer[]), several spans
-- may have the same; $13, $14: the same days in as few spans as can be, without overlaps (date[])
WITH span AS MATERIALIZED (
    SELECT slot, first::timestamp AT TIME ZONE 'Europe/Stockholm' AS first,
           after::timestamp AT TIME ZONE 'Europe/Stockholm' AS after
      FROM unnest($10::date[], $11::date[], $12::integer[]) AS s(first, after, slot)
), cut AS MATERIALIZED (
    SELECT array_agg(DISTINCT edge ORDER BY edge) AS edges
      FROM (SELECT first AS edge FROM span UNION ALL SELECT after FROM span) AS both_ends
), piece AS MATERIALIZED (
    SELECT width_bucket(i.occurred_at, cut.edges) AS number, i.area, i.category, i.place, i.source, count(*) AS incidents
      FROM cut
     CROSS JOIN unnest($13::date[], $14::date[]) AS stretch(first, after)
     CROSS JOIN unnest($1::text[]) AS m(municipality)
     CROSS JOIN LATERAL lagesbild.grouped_incidents(
                            m.municipality, $2::text[], stretch.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                            stretch.after::timestamp AT TIME ZONE 'Europe/Stockholm', $3::text[], $4::text, $5::text[], false,
                            $6::boolean, $7::boolean, $8::boolean, $9::boolean) AS i
     GROUP BY 1, 2, 3, 4, 5
), part AS MATERIALIZED (
    SELECT s.slot, n AS number
      FROM span s
     CROSS JOIN cut
     CROSS JOIN LATERAL generate_series(width_bucket(s.first, cut.edges), width_bucket(s.after, cut.edges) - 1) AS n
)
SELECT part.slot, p.area, p.category, p.place, p.source, sum(p.incidents)::bigint AS incidents
  FROM part
  JOIN piece p ON p.number = part.number
 GROUP BY 1, 2, 3, 4, 5
 LIMIT 200001;
