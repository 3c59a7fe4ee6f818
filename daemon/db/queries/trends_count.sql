-- Incidents in each of several spans of days, by any of area, category, place and source. With by area, an incident in
-- two areas counts once in each.
-- The spans may overlap and have gaps (a year earlier), so their edges cut time into pieces, each incident is counted in
-- its piece, once, and a span is the sum of its pieces.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: categories (text[]) or NULL; $4: place (any case) or NULL;
-- $5: sources (text[]) or NULL; $6, $7: first day of each span and the day after its last (date[]);
-- $8 to $11: whether to group by area, category, place, source
WITH span AS MATERIALIZED (
    SELECT slot, first::timestamp AT TIME ZONE 'Europe/Stockholm' AS first,
           after::timestamp AT TIME ZONE 'Europe/Stockholm' AS after
      FROM unnest($6::date[], $7::date[]) WITH ORDINALITY AS s(first, after, slot)
), cut AS MATERIALIZED (
    SELECT array_agg(DISTINCT edge ORDER BY edge) AS edges, min(edge) AS first, max(edge) AS after
      FROM (SELECT first AS edge FROM span UNION ALL SELECT after FROM span) AS both_ends
), piece AS MATERIALIZED (
    SELECT width_bucket(counted.occurred_at, cut.edges) AS number,
           CASE WHEN $8::boolean THEN a.area END AS area,
           CASE WHEN $9::boolean THEN counted.category END AS category,
           CASE WHEN $10::boolean THEN i.place END AS place,
           CASE WHEN $11::boolean THEN i.source END AS source,
           count(*) AS incidents
      FROM cut
     CROSS JOIN unnest($1::text[]) AS m(municipality)
     CROSS JOIN LATERAL lagesbild.counted_incidents(m.municipality, $2::text[], cut.first, cut.after) AS counted
      -- The row itself is looked up only where something in it is asked for.
      LEFT JOIN lagesbild.incident i
        ON ($4::text IS NOT NULL OR $5::text[] IS NOT NULL OR $10::boolean OR $11::boolean)
       AND i.municipality = m.municipality AND i.incident = counted.incident
      LEFT JOIN lagesbild.incident_area a
        ON $8::boolean AND a.municipality = m.municipality AND a.incident = counted.incident
       AND ($2::text[] IS NULL OR a.area = ANY ($2::text[]))
     WHERE ($3::text[] IS NULL OR counted.category = ANY ($3::text[]))
       AND ($4::text IS NULL OR lower(i.place) = lower($4::text))
       AND ($5::text[] IS NULL OR i.source = ANY ($5::text[]))
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
