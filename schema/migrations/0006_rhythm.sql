-- Each group's rhythm, the periods that have closed by it, and a client's key that makes publishing happen once.

SET LOCAL search_path = lagesbild, public;

CREATE TABLE area_rhythm (
    municipality text NOT NULL,
    area         text NOT NULL,
    every        text NOT NULL CHECK (every IN ('none', 'week', 'fortnight', 'four-weeks', 'month', 'tertial', 'year')),
    starts       date CHECK (EXTRACT(isodow FROM starts) = 1),
    since        date NOT NULL DEFAULT (now() AT TIME ZONE 'Europe/Stockholm')::date,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    updated_by   text NOT NULL DEFAULT 'knowledge',
    PRIMARY KEY (municipality, area),
    FOREIGN KEY (municipality, area) REFERENCES area ON DELETE CASCADE,
    CHECK ((starts IS NOT NULL) = (every IN ('fortnight', 'four-weeks')))
);
COMMENT ON TABLE area_rhythm IS 'How often a group meets over a lägesbild; no row is none.';
COMMENT ON COLUMN area_rhythm.starts IS 'A Monday that one of the periods begins with, where a period is several weeks.';
COMMENT ON COLUMN area_rhythm.since IS 'The day the group got this rhythm: the period that had closed last then is the first to wait.';
COMMENT ON COLUMN area_rhythm.updated_by IS 'As in area.';

CREATE TABLE lagesbild_closed (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    period       text NOT NULL,
    first_day    date NOT NULL,
    after_day    date NOT NULL,
    closed_at    timestamptz NOT NULL GENERATED ALWAYS AS (after_day::timestamp AT TIME ZONE 'Europe/Stockholm') STORED,
    noticed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (municipality, area, period),
    CHECK (first_day < after_day)
);
CREATE INDEX lagesbild_closed_last ON lagesbild_closed (municipality, area, after_day);
COMMENT ON TABLE lagesbild_closed IS 'Periods that have closed by their group''s rhythm: the draft waits until a version is published after that. The draft itself follows the data.';
COMMENT ON COLUMN lagesbild_closed.noticed_at IS 'When a daemon saw that; later than closed_at where none was running.';

ALTER TABLE lagesbild_version
    ADD COLUMN idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    ADD CONSTRAINT lagesbild_version_idempotency_key UNIQUE (municipality, idempotency_key);
COMMENT ON COLUMN lagesbild_version.idempotency_key IS 'The client''s: publishing again with it gives this version.';

GRANT SELECT, INSERT, UPDATE, DELETE ON area_rhythm TO lagesbild_app;
GRANT SELECT, INSERT ON lagesbild_closed TO lagesbild_app;
ALTER TABLE area_rhythm OWNER TO lagesbild_owner;
ALTER TABLE lagesbild_closed OWNER TO lagesbild_owner;
