-- Incidents of one municipality by any combination of filters, newest first, in a total order that a cursor can go on
-- from; incidents_page_in_areas and incidents_page_of_many have the same parameters and filters.
-- $1: municipality, alone in a text[]; $2: areas (text[]), NULL here; $3: categories (text[]) or NULL; $4: sources (text[])
-- or NULL; $5: statuses (text[]), NULL for all but the rejected; $6, $7: from and before (timestamptz) or NULL; $8: place
-- (any case) or NULL; $9: words, as websearch_to_tsquery() takes them, or NULL; $10 to $13: west, south, east, north or
-- NULL; $14, $15: the last row already given (occurred_at and incident) or NULL; $16: how many at most
SELECT page.incident, page.occurred_at, lagesbild.incident_json_with(page.i, areas.list) AS incident_json
  FROM (SELECT i.incident, i.occurred_at, i
          FROM lagesbild.asked_incidents(($1::text[])[1], $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                         $8::text, $9::text, $10::double precision, $11::double precision,
                                         $12::double precision, $13::double precision, $14::timestamptz, $15::uuid) AS i
         WHERE $2::text[] IS NULL
         ORDER BY i.occurred_at DESC, i.incident DESC
         LIMIT $16::bigint) AS page
 CROSS JOIN LATERAL lagesbild.incident_areas_json(($1::text[])[1], page.incident) AS areas
 ORDER BY page.occurred_at DESC, page.incident DESC;
