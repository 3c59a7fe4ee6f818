-- Incidents of several municipalities with certain words in them: as incidents_page, which has the parameters.
-- As incidents_search, which tells why: some thousand of the newest of all municipalities together are looked through first.
-- How far back those go is told by a few of each municipality's newest, as in incidents_page_of_many. Where one municipality
-- has more than a thousand of them, they are looked through no further back than its thousandth.
WITH asked AS MATERIALIZED (
    SELECT m.municipality, lagesbild.own_query(m.municipality, $9::text) AS words
      FROM unnest($1::text[]) AS m(municipality)
     WHERE $2::text[] IS NULL
       AND EXISTS (SELECT FROM lagesbild.incident i WHERE i.municipality = m.municipality)
), many AS MATERIALIZED (
    SELECT greatest(1000, 4 * $16::bigint) AS incidents, greatest(1, count(*)) AS municipalities FROM asked
), sample AS MATERIALIZED (
    SELECT newest.occurred_at
      FROM asked
     CROSS JOIN LATERAL (
        SELECT i.occurred_at
          FROM lagesbild.asked_incidents(asked.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                         $8::text, NULL, $10::double precision, $11::double precision,
                                         $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
         ORDER BY i.occurred_at DESC, i.incident DESC
         LIMIT (SELECT 2 * many.incidents / many.municipalities + 1 FROM many)) AS newest
), bound AS MATERIALIZED (
    SELECT COALESCE((SELECT occurred_at FROM sample ORDER BY occurred_at DESC LIMIT 1 OFFSET (SELECT many.incidents - 1 FROM many)),
                    '-infinity') AS since
), looked_at AS MATERIALIZED (
    SELECT newest.municipality, newest.occurred_at, newest.incident, newest.words @@ asked.words AS has_them
      FROM bound
     CROSS JOIN asked
     CROSS JOIN LATERAL (
        SELECT i.municipality, i.occurred_at, i.incident, i.words
          FROM lagesbild.asked_incidents(asked.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                         $8::text, NULL, $10::double precision, $11::double precision,
                                         $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
         WHERE i.occurred_at >= bound.since
         ORDER BY i.occurred_at DESC, i.incident DESC
         LIMIT (SELECT many.incidents FROM many)) AS newest
), unseen AS MATERIALIZED ( -- all that is later has been looked at
    SELECT GREATEST(bound.since, max(last.occurred_at)) AS until
      FROM bound
      LEFT JOIN (SELECT min(occurred_at) AS occurred_at
                   FROM looked_at
                  GROUP BY municipality
                 HAVING count(*) = (SELECT many.incidents FROM many)) AS last ON true
     GROUP BY bound.since
), newest AS MATERIALIZED (
    SELECT looked_at.municipality, looked_at.occurred_at, looked_at.incident
      FROM looked_at, unseen
     WHERE looked_at.has_them AND looked_at.occurred_at > unseen.until
     ORDER BY looked_at.occurred_at DESC, looked_at.incident DESC
     LIMIT $16::bigint
), page AS MATERIALIZED (
    SELECT newest.municipality, newest.occurred_at, newest.incident
      FROM newest
     WHERE (SELECT count(*) FROM newest) >= $16::bigint
     UNION ALL
    (SELECT found.municipality, found.occurred_at, found.incident
       FROM asked
      CROSS JOIN LATERAL (
         SELECT i.municipality, i.incident
           FROM lagesbild.incident i
          WHERE i.words @@ asked.words AND (SELECT count(*) FROM newest) < $16::bigint
         OFFSET 0) AS has -- by words alone: or the planner, who cannot know how rare they are, reads each municipality's key too
      CROSS JOIN LATERAL (
         SELECT i.municipality, i.occurred_at, i.incident
           FROM lagesbild.asked_incidents(asked.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                          $8::text, NULL, $10::double precision, $11::double precision,
                                          $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
          WHERE i.incident = has.incident
          LIMIT 1) AS found
      WHERE has.municipality = asked.municipality
      ORDER BY found.occurred_at DESC, found.incident DESC
      LIMIT $16::bigint)
)
SELECT page.incident, page.occurred_at, lagesbild.incident_json_with(stored.i, areas.list) AS incident_json
  FROM page
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.incident i
                      WHERE i.municipality = page.municipality AND i.incident = page.incident
                      LIMIT 1) AS stored -- a look-up each, in the page's order
 CROSS JOIN LATERAL lagesbild.incident_areas_json(page.municipality, page.incident) AS areas
 ORDER BY page.occurred_at DESC, page.incident DESC;
