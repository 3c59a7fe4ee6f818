-- Stores observations with their areas. One whose id exists (an observation sent again) stays as it is. No two have the
-- same id.
-- $1 to $21: the observations' columns, as arrays. Either occurred_at (an instant) or occurred_local (a Swedish clock
-- time) is given; flags and review have a space between each two.
-- $22 to $27: their areas, likewise.
-- Gives the stored ones: incident, and the two times as the interface gives them.
WITH stored AS (
    INSERT INTO lagesbild.incident AS i (municipality, incident, occurred_at, precision, category, category_confidence,
                                         category_rule, category_evidence, place, position, title, text, flags, source,
                                         organisation, status, review, pii, created_by)
    SELECT municipality, incident,
           COALESCE(occurred_at::timestamptz, occurred_local::timestamp AT TIME ZONE 'Europe/Stockholm'), precision,
           category, category_confidence, category_rule, COALESCE(category_evidence, ''), place,
           CASE WHEN lon IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END,
           title, text, COALESCE(string_to_array(flags, ' '), '{}'), source, organisation, status,
           COALESCE(string_to_array(review, ' '), '{}'), COALESCE(pii::jsonb, '[]'), created_by
      FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::real[], $8::text[], $9::text[],
                  $10::text[], $11::double precision[], $12::double precision[], $13::text[], $14::text[], $15::text[],
                  $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::uuid[])
           AS i(municipality, incident, occurred_at, occurred_local, precision, category, category_confidence,
                category_rule, category_evidence, place, lat, lon, title, text, flags, source, organisation, status,
                review, pii, created_by)
    ON CONFLICT DO NOTHING -- of any index: two who send the same at once would meet in the one that tags refer to
    RETURNING i.municipality, i.incident, i.occurred_at, i.received_at, i.category, i.counts
), tagged AS (
    INSERT INTO lagesbild.incident_area (municipality, incident, area, confidence, rule, evidence, occurred_at, category, counts)
    SELECT municipality, incident, a.area, a.confidence, a.rule, COALESCE(a.evidence, ''), stored.occurred_at, stored.category,
           stored.counts
      FROM unnest($22::text[], $23::uuid[], $24::text[], $25::real[], $26::text[], $27::text[])
           AS a(municipality, incident, area, confidence, rule, evidence)
      JOIN stored USING (municipality, incident)
)
SELECT incident, to_json(occurred_at) AS occurred_at, to_json(received_at) AS received_at
  FROM stored;
