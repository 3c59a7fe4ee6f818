-- What a correction teaches its municipality, where there is such an incident to correct (as for incident_decide).
-- $1: municipalities (text[]); $2: incident; $3: what is taught, as lagesbild.learn() takes it; $4: token;
-- $5: areas (text[]) the one who decides is bound to, or NULL
SELECT lagesbild.learn(i.municipality, $3::jsonb, $4::uuid)
  FROM lagesbild.incident i
 WHERE i.municipality = ANY ($1::text[]) AND i.incident = $2::uuid AND i.withdrawn_revision IS NULL
   AND ($5::text[] IS NULL
        OR EXISTS (SELECT FROM lagesbild.incident_area a
                    WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($5::text[])));
