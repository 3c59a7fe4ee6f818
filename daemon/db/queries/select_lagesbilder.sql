-- Lägesbilder that are published, wait to be, or have been written in, the newest period first, in a total order that a
-- cursor can go on from. A draft of an area that has been taken away is none; what was published for it is there.
-- $1: municipalities (text[]); $2: areas (text[]), NULL for all; $3: status (draft, waiting or published) or NULL;
-- $4, $5, $6, $7: the last row already given (after_day, municipality, area, period) or NULL; $8: how many at most
WITH known AS (
    SELECT municipality, area, period, first_day, after_day
      FROM lagesbild.lagesbild_closed WHERE municipality = ANY ($1::text[]) AND closed_at <= now()
    UNION
    SELECT municipality, area, period, first_day, after_day
      FROM lagesbild.lagesbild_version WHERE municipality = ANY ($1::text[])
    UNION
    SELECT municipality, area, period, first_day, after_day
      FROM lagesbild.lagesbild_edit WHERE municipality = ANY ($1::text[])
), told AS (
    SELECT k.municipality, k.area, COALESCE(a.name, v.area_name) AS area_name, k.period, k.after_day,
           CASE WHEN v.version IS NOT NULL AND (c.closed_at IS NULL OR v.published_at >= c.closed_at) THEN 'published'
                WHEN c.closed_at IS NULL THEN 'draft' ELSE 'waiting' END AS state,
           c.closed_at, e.edited_at, v.version, v.published_at, v.actor, v.sha256
      FROM known k
      LEFT JOIN lagesbild.area a ON a.municipality = k.municipality AND a.area = k.area
      LEFT JOIN lagesbild.lagesbild_closed c
        ON c.municipality = k.municipality AND c.area = k.area AND c.period = k.period AND c.closed_at <= now()
      LEFT JOIN LATERAL (SELECT n.version, n.area_name, n.published_at, n.actor, n.sha256
                           FROM lagesbild.lagesbild_version n
                          WHERE n.municipality = k.municipality AND n.area = k.area AND n.period = k.period
                          ORDER BY n.version DESC
                          LIMIT 1) AS v ON true
      LEFT JOIN LATERAL (SELECT n.edited_at
                           FROM lagesbild.lagesbild_edit n
                          WHERE n.municipality = k.municipality AND n.area = k.area AND n.period = k.period
                          ORDER BY n.revision DESC
                          LIMIT 1) AS e ON true
     WHERE ($2::text[] IS NULL OR k.area = ANY ($2::text[]))
       AND (a.area IS NOT NULL OR v.version IS NOT NULL)
       AND ($4::date IS NULL
            OR k.after_day < $4::date
            OR k.after_day = $4::date AND (k.municipality, k.area, k.period) > ($5::text, $6::text, $7::text))
)
SELECT municipality, area, area_name, period, CASE WHEN state = 'published' THEN 'published' ELSE 'draft' END AS status,
       to_char(closed_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS closed_at,
       to_char(edited_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS edited_at, version,
       to_char(published_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM') AS published_at, actor, encode(sha256, 'hex') AS sha256,
       state = 'waiting' AS waits, after_day
  FROM told
 WHERE CASE $3::text WHEN 'published' THEN state = 'published' WHEN 'waiting' THEN state = 'waiting'
                     WHEN 'draft' THEN state <> 'published' ELSE true END
 ORDER BY after_day DESC, municipality, area, period
 LIMIT $8::integer;
