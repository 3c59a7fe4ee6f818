-- Incidents of some areas by any combination of filters: as incidents_page, which has the parameters.
-- Each area is read through its own index on time, newest first, and its rows are looked up one by one until there are
-- enough, so a page costs the same however deep it lies; an incident in two of the areas is then given once.
WITH asked AS MATERIALIZED (
    SELECT m.municipality, lagesbild.own_query(m.municipality, $9::text) AS words FROM unnest($1::text[]) AS m(municipality)
)
SELECT page.incident, page.occurred_at, lagesbild.incident_json_with(stored.i, areas.list) AS incident_json
  FROM (SELECT DISTINCT ON (found.occurred_at, found.incident) found.municipality, found.occurred_at, found.incident
          FROM asked
         CROSS JOIN unnest($2::text[]) AS wanted(area)
         CROSS JOIN LATERAL (
            SELECT a.municipality, a.occurred_at, a.incident
              FROM lagesbild.incident_area a
             CROSS JOIN LATERAL (
                SELECT
                  FROM lagesbild.incident i
                 WHERE i.municipality = a.municipality AND i.incident = a.incident
                   AND i.withdrawn_revision IS NULL
                   AND CASE WHEN $5::text[] IS NULL THEN i.status <> 'rejected' ELSE i.status = ANY ($5::text[]) END
                   AND ($4::text[] IS NULL OR i.source = ANY ($4::text[]))
                   AND ($8::text IS NULL OR lower(i.place) = lower($8::text))
                   AND ($9::text IS NULL OR i.words @@ asked.words)
                   AND ($10::double precision IS NULL
                        OR ST_Intersects(i.position, lagesbild.box($10::double precision, $11::double precision, $12::double precision, $13::double precision)))
                 LIMIT 1) AS i -- a look-up each: joined otherwise, the whole municipality would be read first
             WHERE a.municipality = asked.municipality AND a.area = wanted.area
               AND ($3::text[] IS NULL OR a.category = ANY ($3::text[]))
               AND ($6::timestamptz IS NULL OR a.occurred_at >= $6::timestamptz)
               AND ($7::timestamptz IS NULL OR a.occurred_at < $7::timestamptz)
               AND ($14::timestamptz IS NULL OR (a.occurred_at, a.incident) < ($14::timestamptz, $15::uuid))
             ORDER BY a.occurred_at DESC, a.incident DESC
             LIMIT $16::bigint) AS found
         ORDER BY found.occurred_at DESC, found.incident DESC
         LIMIT $16::bigint) AS page
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.incident i
                      WHERE i.municipality = page.municipality AND i.incident = page.incident
                      LIMIT 1) AS stored -- a look-up each, in the page's order
 CROSS JOIN LATERAL lagesbild.incident_areas_json(page.municipality, page.incident) AS areas
 ORDER BY page.occurred_at DESC, page.incident DESC;
