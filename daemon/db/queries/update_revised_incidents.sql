-- Gives incidents that a new revision changed their new reading, but leaves alone what a person has decided; brings back
-- withdrawn ones that are there again. The history gets a row for each.
-- $1: the incidents as for insert_incidents, with `changed` (false: only the order), and `revision` as text "revision 3"
WITH input AS MATERIALIZED (
    SELECT *
      FROM json_to_recordset($1::json)
           AS i(municipality text, incident uuid, changed boolean, revision text, ordinal integer, occurred_local timestamp,
                precision text, published_at timestamptz, category text, category_confidence real, category_rule text,
                category_evidence text, place text, title text, text text, flags text[], status text,
                review text[], pii jsonb, created_by uuid)
), history AS (
    INSERT INTO lagesbild.incident_change (municipality, incident, changed_by, actor, field, before, after)
    SELECT i.municipality, i.incident, i.created_by, i.revision, 'text', to_jsonb(s.text), to_jsonb(i.text)
      FROM input i
      JOIN lagesbild.incident s ON s.municipality = i.municipality AND s.incident = i.incident
     WHERE i.changed
)
UPDATE lagesbild.incident s
   SET ordinal = i.ordinal,
       withdrawn_revision = NULL,
       title = CASE WHEN i.changed THEN i.title ELSE s.title END,
       text = CASE WHEN i.changed THEN i.text ELSE s.text END,
       flags = CASE WHEN i.changed THEN i.flags ELSE s.flags END,
       pii = CASE WHEN i.changed THEN i.pii ELSE s.pii END,
       published_at = COALESCE(i.published_at, s.published_at),
       occurred_at = CASE WHEN i.changed AND NOT 'occurred_at' = ANY (s.decided)
                          THEN i.occurred_local AT TIME ZONE 'Europe/Stockholm' ELSE s.occurred_at END,
       precision = CASE WHEN i.changed AND NOT 'occurred_at' = ANY (s.decided) THEN i.precision ELSE s.precision END,
       category = CASE WHEN i.changed AND NOT 'category' = ANY (s.decided) THEN i.category ELSE s.category END,
       category_confidence = CASE WHEN i.changed AND NOT 'category' = ANY (s.decided)
                                  THEN i.category_confidence ELSE s.category_confidence END,
       category_rule = CASE WHEN i.changed AND NOT 'category' = ANY (s.decided) THEN i.category_rule ELSE s.category_rule END,
       category_evidence = CASE WHEN i.changed AND NOT 'category' = ANY (s.decided)
                                THEN i.category_evidence ELSE s.category_evidence END,
       place = CASE WHEN i.changed AND NOT 'place' = ANY (s.decided) THEN i.place ELSE s.place END,
       review = CASE WHEN i.changed AND NOT 'status' = ANY (s.decided) THEN i.review ELSE s.review END,
       status = CASE WHEN i.changed AND NOT 'status' = ANY (s.decided) THEN i.status ELSE s.status END
  FROM input i
 WHERE s.municipality = i.municipality AND s.incident = i.incident;
