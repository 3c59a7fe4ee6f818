-- One incident as the interface gives it, and what has been changed in it.
-- $1: municipalities (text[]); $2: incident; $3: areas (text[]) the one who asks is bound to, or NULL
SELECT i.municipality,
       i.withdrawn_revision IS NOT NULL AS withdrawn,
       $3::text[] IS NULL
       OR EXISTS (SELECT FROM lagesbild.incident_area a
                   WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($3::text[])) AS allowed,
       lagesbild.incident_json(i) AS incident_json,
       COALESCE((SELECT json_agg(json_build_object('changed_at', h.changed_at, 'changed_by', h.changed_by, 'actor', h.actor,
                                                   'field', h.field, 'before', h.before, 'after', h.after)
                                 ORDER BY h.changed_at, h.change)
                   FROM lagesbild.incident_change h
                  WHERE h.municipality = i.municipality AND h.incident = i.incident), '[]'::json) AS history
  FROM lagesbild.incident i
 WHERE i.municipality = ANY ($1::text[]) AND i.incident = $2::uuid;
