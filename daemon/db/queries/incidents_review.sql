-- What a person should look at, the most doubtful first: the lowest confidence of the category or, where there is none at
-- all, of the area; personal data before everything else.
-- $1: municipalities (text[]); $2: areas (text[]) or NULL; $3, $4, $5: the last row already given (pii, doubt, incident)
-- or NULL; $6: how many at most
SELECT incident, has_pii, doubt, lagesbild.incident_json(i) AS incident_json
  FROM (SELECT i AS i, i.incident, ('pii' = ANY (i.review))::integer AS has_pii,
               LEAST(i.category_confidence,
                     COALESCE((SELECT max(a.confidence) FROM lagesbild.incident_area a
                                WHERE a.municipality = i.municipality AND a.incident = i.incident), 0))::double precision AS doubt
          FROM lagesbild.incident i
         WHERE i.municipality = ANY ($1::text[]) AND i.status = 'review' AND i.withdrawn_revision IS NULL
           AND ($2::text[] IS NULL
                OR EXISTS (SELECT FROM lagesbild.incident_area a
                            WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))
       ) AS waiting
 WHERE $3::integer IS NULL OR (-has_pii, doubt, incident) > (-$3::integer, $4::double precision, $5::uuid)
 ORDER BY has_pii DESC, doubt, incident
 LIMIT $6::bigint;
