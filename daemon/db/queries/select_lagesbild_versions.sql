-- Every published version of a lägesbild with its forms, the newest first, as the interface gives them.
-- $1: municipality; $2: area; $3: period
SELECT json_build_object(
           'version', v.version,
           'published_at', to_char(v.published_at, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM'),
           'published_by', v.actor,
           'sha256', encode(v.sha256, 'hex'),
           'documents', (SELECT json_agg(json_build_object('audience', d.audience, 'format', d.format,
                                                           'content_type', d.content_type,
                                                           'bytes', octet_length(d.bytes),
                                                           'sha256', encode(d.sha256, 'hex'))
                                         ORDER BY d.audience, d.format)
                           FROM lagesbild.lagesbild_document d
                          WHERE d.municipality = v.municipality AND d.area = v.area AND d.period = v.period
                            AND d.version = v.version)) AS version
  FROM lagesbild.lagesbild_version v
 WHERE v.municipality = $1 AND v.area = $2 AND v.period = $3
 ORDER BY v.version DESC;
