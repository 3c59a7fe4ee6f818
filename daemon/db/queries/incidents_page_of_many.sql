-- Incidents of several municipalities, newest first: as incidents_page, which has the parameters; $9 is NULL here.
-- A few of each municipality's newest tell how far back the page goes at most (its last row is not older than the $16th
-- newest of these); only what is newer is then read, in each through its own index. So a page of the whole country costs
-- some rows of each municipality and not a page of each.
WITH sample AS MATERIALIZED (
    SELECT newest.occurred_at
      FROM unnest($1::text[]) AS m(municipality)
     CROSS JOIN LATERAL (
        SELECT i.occurred_at
          FROM lagesbild.asked_incidents(m.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                         $8::text, NULL, $10::double precision, $11::double precision,
                                         $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
         WHERE $2::text[] IS NULL AND $9::text IS NULL
         ORDER BY i.occurred_at DESC, i.incident DESC
         LIMIT 2 * $16::bigint / cardinality($1::text[]) + 1) AS newest
), bound AS MATERIALIZED (
    SELECT COALESCE((SELECT occurred_at FROM sample ORDER BY occurred_at DESC LIMIT 1 OFFSET $16::bigint - 1), '-infinity') AS since
), page AS MATERIALIZED (
    SELECT found.municipality, found.occurred_at, found.incident
      FROM bound
     CROSS JOIN unnest($1::text[]) AS m(municipality)
     CROSS JOIN LATERAL (
        SELECT i.municipality, i.occurred_at, i.incident
          FROM lagesbild.asked_incidents(m.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                         $8::text, NULL, $10::double precision, $11::double precision,
                                         $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
         WHERE i.occurred_at >= bound.since
         ORDER BY i.occurred_at DESC, i.incident DESC
         LIMIT $16::bigint) AS found
     ORDER BY found.occurred_at DESC, found.incident DESC
     LIMIT $16::bigint
)
SELECT page.incident, page.occurred_at, lagesbild.incident_json_with(stored.i, areas.list) AS incident_json
  FROM page
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.incident i
                      WHERE i.municipality = page.municipality AND i.incident = page.incident
                      LIMIT 1) AS stored -- a look-up each, in the page's order
 CROSS JOIN LATERAL lagesbild.incident_areas_json(page.municipality, page.incident) AS areas
 ORDER BY page.occurred_at DESC, page.incident DESC;
