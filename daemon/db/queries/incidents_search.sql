-- Incidents of one municipality with certain words in them: as incidents_page, which has the parameters.
-- Nobody can tell beforehand whether the words are common, so that a page is soon full going back in time, or rare, so that
-- the index of words is short: the newest thousand are looked through first, and only where they do not fill the page
-- are all that have the words found by the index and sorted. OFFSET 0 keeps the latter from going back in time after all.
WITH newest AS MATERIALIZED (
    SELECT looked_at.incident, looked_at.occurred_at
      FROM (SELECT i.incident, i.occurred_at, i.words
              FROM lagesbild.asked_incidents(($1::text[])[1], $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                             $8::text, NULL, $10::double precision, $11::double precision,
                                             $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
             WHERE $2::text[] IS NULL
             ORDER BY i.occurred_at DESC, i.incident DESC
             LIMIT 1000) AS looked_at
     WHERE looked_at.words @@ lagesbild.own_query(($1::text[])[1], $9::text)
     ORDER BY looked_at.occurred_at DESC, looked_at.incident DESC
     LIMIT $16::bigint
), page AS MATERIALIZED (
    SELECT newest.incident, newest.occurred_at
      FROM newest
     WHERE (SELECT count(*) FROM newest) >= $16::bigint
     UNION ALL
    (SELECT found.incident, found.occurred_at
       FROM (SELECT i.incident, i.occurred_at
               FROM lagesbild.asked_incidents(($1::text[])[1], $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                              $8::text, $9::text, $10::double precision, $11::double precision,
                                              $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
              WHERE (SELECT count(*) FROM newest) < $16::bigint
             OFFSET 0) AS found
      ORDER BY found.occurred_at DESC, found.incident DESC
      LIMIT $16::bigint)
)
SELECT page.incident, page.occurred_at, lagesbild.incident_json_with(stored.i, areas.list) AS incident_json
  FROM page
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.incident i
                      WHERE i.municipality = ($1::text[])[1] AND i.incident = page.incident
                      LIMIT 1) AS stored -- a look-up each, in the page's order
 CROSS JOIN LATERAL lagesbild.incident_areas_json(($1::text[])[1], page.incident) AS areas
 ORDER BY page.occurred_at DESC, page.incident DESC;
