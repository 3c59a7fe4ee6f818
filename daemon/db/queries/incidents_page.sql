-- Incidents by any combination of filters, newest first, in a total order that a cursor can go on from; where areas are
-- given, incidents_page_in_areas has the same parameters and filters.
-- Each municipality is read through its own index on time, so the first page of one costs the same however many there are.
-- $1: municipalities (text[]); $2: areas (text[]), NULL here; $3: categories (text[]) or NULL; $4: sources (text[]) or NULL;
-- $5: statuses (text[]), NULL for all but the rejected; $6, $7: from and before (timestamptz) or NULL; $8: place (any case)
-- or NULL; $9: words, as websearch_to_tsquery() takes them, or NULL; $10 to $13: west, south, east, north or NULL;
-- $14, $15: the last row already given (occurred_at and incident) or NULL; $16: how many at most, NULL for no limit
SELECT page.incident, page.occurred_at, lagesbild.incident_json(page.i) AS incident_json
  FROM unnest($1::text[]) AS m(municipality)
 CROSS JOIN LATERAL (
    SELECT i.incident, i.occurred_at, i
      FROM lagesbild.incident i
     WHERE i.municipality = m.municipality AND $2::text[] IS NULL
       AND i.withdrawn_revision IS NULL
       AND CASE WHEN $5::text[] IS NULL THEN i.status <> 'rejected' ELSE i.status = ANY ($5::text[]) END
       AND ($3::text[] IS NULL OR i.category = ANY ($3::text[]))
       AND ($4::text[] IS NULL OR i.source = ANY ($4::text[]))
       AND ($6::timestamptz IS NULL OR i.occurred_at >= $6::timestamptz)
       AND ($7::timestamptz IS NULL OR i.occurred_at < $7::timestamptz)
       AND ($8::text IS NULL OR lower(i.place) = lower($8::text))
       AND ($9::text IS NULL OR i.words @@ websearch_to_tsquery('pg_catalog.swedish', $9::text))
       AND ($10::double precision IS NULL
            OR i.position && ST_MakeEnvelope($10::double precision, $11::double precision, $12::double precision, $13::double precision, 4326))
       AND ($14::timestamptz IS NULL OR (i.occurred_at, i.incident) < ($14::timestamptz, $15::uuid))
     ORDER BY i.occurred_at DESC, i.incident DESC
     LIMIT $16::bigint) AS page
 ORDER BY page.occurred_at DESC, page.incident DESC
 LIMIT $16::bigint;
