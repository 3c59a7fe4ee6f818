-- The next incidents that nobody has decided to the end, as retag reads them again, oldest first; given a
-- report at a time, whose text stands only with the first of its incidents here. `number` tells the order.
-- $1: municipality; $2: areas (text[]) or NULL; $3: from (timestamptz) or NULL; $4: before or NULL; $5, $6: occurred_at and
-- incident of the last one given, or NULL; $7: how many at most
WITH page AS MATERIALIZED (
    SELECT i.municipality, i.incident, i.report, i.ordinal, i.occurred_at, i.text, i.title, i.category, i.category_rule,
           i.place, i.status, i.review, i.decided, i.source, i.position
      FROM lagesbild.incident i
     WHERE i.municipality = $1 AND i.status IN ('tagged', 'review') AND i.withdrawn_revision IS NULL
       -- Without OR, so that one plan for all steps along the index from where the last page ended.
       AND i.occurred_at >= COALESCE($3::timestamptz, '-infinity') AND i.occurred_at < COALESCE($4::timestamptz, 'infinity')
       AND (i.occurred_at, i.incident) > (COALESCE($5::timestamptz, '-infinity'),
                                          COALESCE($6::uuid, '00000000-0000-0000-0000-000000000000'))
       AND ($2::text[] IS NULL
            OR EXISTS (SELECT FROM lagesbild.incident_area a
                        WHERE a.municipality = i.municipality AND a.incident = i.incident AND a.area = ANY ($2::text[])))
     ORDER BY i.occurred_at, i.incident
     LIMIT $7::bigint
)
SELECT p.incident, p.occurred_at, p.report, p.ordinal, p.text, p.title, p.category, p.category_rule, p.place, p.status,
       array_to_json(p.review) AS review, array_to_json(p.decided) AS decided, p.source,
       (extract(epoch FROM p.occurred_at) * 1000)::bigint AS occurred_ms,
       ST_Y(p.position) AS lat, ST_X(p.position) AS lon,
       COALESCE((SELECT json_agg(json_build_object('area', a.area, 'rule', a.rule) ORDER BY a.area)
                   FROM lagesbild.incident_area a
                  WHERE a.municipality = p.municipality AND a.incident = p.incident), '[]') AS areas,
       r.kind, r.report_date, r.source AS report_source,
       v.title AS report_title,
       CASE WHEN row_number() OVER (PARTITION BY p.report ORDER BY p.occurred_at, p.incident) = 1 THEN v.text END AS report_text,
       row_number() OVER (ORDER BY p.occurred_at, p.incident) AS number
  FROM page p
  LEFT JOIN lagesbild.report r ON r.municipality = p.municipality AND r.report = p.report
  LEFT JOIN lagesbild.report_revision v
    ON v.municipality = r.municipality AND v.report = r.report AND v.revision = r.revision
 ORDER BY p.report, p.occurred_at, p.incident;
