-- What people teach the service: edited areas and places that the files must not bring back, and cues of their own.

SET LOCAL search_path = lagesbild, public;

CREATE TABLE area_gone (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    gone_at      timestamptz NOT NULL DEFAULT now(),
    gone_by      uuid,
    PRIMARY KEY (municipality, area)
);
COMMENT ON TABLE area_gone IS 'Areas that a person has taken away: the knowledge files do not bring them back at the next start.';

CREATE TABLE place_gone (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    name         text NOT NULL,
    kind         text NOT NULL,
    gone_at      timestamptz NOT NULL DEFAULT now(),
    gone_by      uuid,
    PRIMARY KEY (municipality, area, name, kind)
);
COMMENT ON TABLE place_gone IS 'Places that a person has taken away, renamed or moved, as the knowledge files call them: the files do not bring them back.';

CREATE TABLE learned_cue (
    municipality text NOT NULL REFERENCES municipality,
    phrase       text NOT NULL CHECK (phrase <> ''),
    category     text NOT NULL REFERENCES category,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   uuid,
    PRIMARY KEY (municipality, phrase)
);
COMMENT ON TABLE learned_cue IS 'Phrases that by a person''s word decide an incident''s category, in the texts of that municipality only.';

GRANT SELECT, INSERT, UPDATE, DELETE ON area_gone, place_gone, learned_cue TO lagesbild_app;
ALTER TABLE area_gone OWNER TO lagesbild_owner;
ALTER TABLE place_gone OWNER TO lagesbild_owner;
ALTER TABLE learned_cue OWNER TO lagesbild_owner;
