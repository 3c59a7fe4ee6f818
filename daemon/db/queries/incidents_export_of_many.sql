-- All incidents of several municipalities that the filters of incidents_page let through, in its order. Only their keys are
-- sorted; the rows are looked up afterwards, as they are read.
-- $1 to $13: as for incidents_page; $14: whether as JSON, alone in the first column, or as the columns of a file after it
WITH asked AS MATERIALIZED (
    SELECT m.municipality, lagesbild.own_query(m.municipality, $9::text) AS words FROM unnest($1::text[]) AS m(municipality)
)
SELECT CASE WHEN $14::boolean THEN lagesbild.incident_json(stored.i) END AS incident_json, f.*
  FROM (SELECT i.municipality, i.incident, i.occurred_at
          FROM asked
         CROSS JOIN LATERAL lagesbild.asked_incidents(
                                asked.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz, $8::text,
                                NULL, $10::double precision, $11::double precision, $12::double precision,
                                $13::double precision, NULL, NULL) AS i
         WHERE $2::text[] IS NULL AND ($9::text IS NULL OR i.words @@ asked.words)
         ORDER BY i.occurred_at DESC, i.incident DESC
        OFFSET 0) AS sorted
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.incident i
                      WHERE i.municipality = sorted.municipality AND i.incident = sorted.incident
                      LIMIT 1) AS stored
  LEFT JOIN LATERAL lagesbild.incident_fields(stored.i) AS f ON NOT $14::boolean
 ORDER BY sorted.occurred_at DESC, sorted.incident DESC; -- as they are already
