-- Incidents by weekday and hour in one span of days (slot 1 is Monday 00–01, 168 Sunday 23–24, Swedish time; only those
-- whose clock is known), and by any of area, category, place and source. By area, an incident in two counts in each.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3: categories (text[]) or NULL; $4: place (any case) or NULL;
-- $5: sources (text[]) or NULL; $6, $7: the first day and the day after the last, each as an array of one (date[]);
-- $8 to $11: whether to group by area, category, place, source
SELECT ((extract(isodow FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm') - 1) * 24
        + extract(hour FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm') + 1)::integer AS slot,
       CASE WHEN $8::boolean THEN a.area END AS area,
       CASE WHEN $9::boolean THEN i.category END AS category,
       CASE WHEN $10::boolean THEN i.place END AS place,
       CASE WHEN $11::boolean THEN i.source END AS source,
       count(*) AS incidents
  FROM unnest($6::date[], $7::date[]) AS s(first, after)
 CROSS JOIN unnest($1::text[]) AS m(municipality)
 CROSS JOIN LATERAL lagesbild.counted_incidents(m.municipality, $2::text[], s.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                                s.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
  JOIN lagesbild.incident i
    ON i.municipality = m.municipality AND i.incident = counted.incident AND i.precision IN ('minute', 'hour')
  LEFT JOIN lagesbild.incident_area a
    ON $8::boolean AND a.municipality = i.municipality AND a.incident = i.incident
   AND ($2::text[] IS NULL OR a.area = ANY ($2::text[]))
 WHERE ($3::text[] IS NULL OR i.category = ANY ($3::text[]))
   AND ($4::text IS NULL OR lower(i.place) = lower($4::text))
   AND ($5::text[] IS NULL OR i.source = ANY ($5::text[]))
 GROUP BY 1, 2, 3, 4, 5
 LIMIT 200001;
