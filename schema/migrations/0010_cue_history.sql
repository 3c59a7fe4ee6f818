-- Who taught and unlearned which phrase, when. What decides is learned_cue; this is only added to.
SET LOCAL search_path = lagesbild, public;

CREATE TABLE cue_change (
    municipality text NOT NULL REFERENCES municipality,
    phrase       text NOT NULL,
    change       uuid NOT NULL DEFAULT gen_random_uuid(),
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_by   uuid,
    before       text REFERENCES category,
    after        text REFERENCES category,
    PRIMARY KEY (municipality, phrase, change),
    CHECK (before IS DISTINCT FROM after)
);
COMMENT ON TABLE cue_change IS 'Each change of learned_cue: taught (before is null), taught otherwise, unlearned (after is null).';

INSERT INTO cue_change (municipality, phrase, changed_at, changed_by, after)
SELECT municipality, phrase, created_at, created_by, category FROM learned_cue;

GRANT SELECT, INSERT ON cue_change TO lagesbild_app;
ALTER TABLE cue_change OWNER TO lagesbild_owner;

-- It now takes who asks: schema/functions/knowledge_edit.sql.
DROP FUNCTION IF EXISTS delete_cue(text, text);
