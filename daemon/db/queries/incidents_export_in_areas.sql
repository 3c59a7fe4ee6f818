-- All incidents of some areas that the filters of incidents_page let through, in its order, each once. The areas' indexes
-- give the keys, which are sorted; the rows are looked up afterwards, as they are read.
-- $1 to $13: as for incidents_page; $14: whether as JSON, alone in the first column, or as the columns of a file after it
WITH asked AS MATERIALIZED (
    SELECT m.municipality, lagesbild.own_query(m.municipality, $9::text) AS words FROM unnest($1::text[]) AS m(municipality)
)
SELECT CASE WHEN $14::boolean THEN lagesbild.incident_json(stored.i) END AS incident_json, f.*
  FROM (SELECT DISTINCT a.occurred_at, a.incident, a.municipality, asked.words
          FROM asked
         CROSS JOIN unnest($2::text[]) AS wanted(area)
         CROSS JOIN LATERAL (SELECT *
                               FROM lagesbild.incident_area
                              WHERE municipality = asked.municipality AND area = wanted.area
                                AND ($3::text[] IS NULL OR category = ANY ($3::text[]))
                                AND ($6::timestamptz IS NULL OR occurred_at >= $6::timestamptz)
                                AND ($7::timestamptz IS NULL OR occurred_at < $7::timestamptz)) AS a
         ORDER BY a.occurred_at DESC, a.incident DESC
        OFFSET 0) AS sorted
 CROSS JOIN LATERAL (SELECT i
                       FROM lagesbild.asked_incidents(
                                sorted.municipality, $3::text[], $4::text[], $5::text[], $6::timestamptz, $7::timestamptz, $8::text,
                                NULL, $10::double precision, $11::double precision, $12::double precision,
                                $13::double precision, NULL, NULL) AS i
                      WHERE i.incident = sorted.incident AND ($9::text IS NULL OR i.words @@ sorted.words)
                      LIMIT 1) AS stored
  LEFT JOIN LATERAL lagesbild.incident_fields(stored.i) AS f ON NOT $14::boolean
 ORDER BY sorted.occurred_at DESC, sorted.incident DESC; -- as they are already
