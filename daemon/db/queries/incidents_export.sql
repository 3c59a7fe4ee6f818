-- All incidents of one municipality that the filters of incidents_page let through, in its order.
-- $1 to $13: as for incidents_page; $14: whether as JSON, alone in the first column, or as the columns of a file after it
SELECT CASE WHEN $14::boolean THEN lagesbild.incident_json(i) END AS incident_json, f.*
  FROM lagesbild.asked_incidents(($1::text[])[1], $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz,
                                 $8::text, $9::text, $10::double precision, $11::double precision,
                                 $12::double precision, $13::double precision, NULL, NULL) AS i
  LEFT JOIN LATERAL lagesbild.incident_fields(i) AS f ON NOT $14::boolean
 WHERE $2::text[] IS NULL
 ORDER BY i.occurred_at DESC, i.incident DESC;
