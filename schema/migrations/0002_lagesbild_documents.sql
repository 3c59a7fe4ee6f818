-- What a coordinator writes in a lägesbild, and the lägesbilder that are published: both are only added to, never changed.

SET LOCAL search_path = lagesbild, public;

CREATE TABLE lagesbild_edit (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    period       text NOT NULL,
    revision     integer NOT NULL CHECK (revision >= 1),
    first_day    date NOT NULL,
    after_day    date NOT NULL,
    parts        jsonb NOT NULL CHECK (jsonb_typeof(parts) = 'object'),
    edited_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    edited_by    uuid,
    actor        text NOT NULL,
    PRIMARY KEY (municipality, area, period, revision),
    CHECK (first_day < after_day)
);
CREATE INDEX lagesbild_edit_before ON lagesbild_edit (municipality, area, first_day);
COMMENT ON TABLE lagesbild_edit IS 'The coordinator''s own parts of a lägesbild, whole after each edit; the highest revision counts, the others are its history.';
COMMENT ON COLUMN lagesbild_edit.period IS 'Its code as the interface writes it: 2026-W11, 2026-W10..2026-W11, 2026-03, 2026-T1, 2026.';
COMMENT ON COLUMN lagesbild_edit.after_day IS 'The day after the last.';
COMMENT ON COLUMN lagesbild_edit.parts IS '{summary?, worries?: [text], causes?: [text], decisions?: [{measure, owner, place?, start?, check?, status?}]}.';
COMMENT ON COLUMN lagesbild_edit.actor IS 'Organisation or role of the one who edited, as the document shows it.';

CREATE TABLE lagesbild_version (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    period       text NOT NULL,
    version      integer NOT NULL CHECK (version >= 1),
    area_name    text NOT NULL,
    first_day    date NOT NULL,
    after_day    date NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid,
    actor        text NOT NULL,
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    PRIMARY KEY (municipality, area, period, version),
    CHECK (first_day < after_day)
);
CREATE INDEX lagesbild_version_feed ON lagesbild_version (municipality, area, published_at DESC);
COMMENT ON TABLE lagesbild_version IS 'A published lägesbild. No foreign key to area: what is published stays when an area goes.';
COMMENT ON COLUMN lagesbild_version.sha256 IS 'Of the JSON document for the group: format json, audience group.';

CREATE TABLE lagesbild_document (
    municipality text NOT NULL,
    area         text NOT NULL,
    period       text NOT NULL,
    version      integer NOT NULL,
    audience     text NOT NULL CHECK (audience IN ('group', 'public')),
    format       text NOT NULL CHECK (format <> ''),
    content_type text NOT NULL CHECK (content_type <> ''),
    bytes        bytea NOT NULL,
    sha256       bytea NOT NULL CHECK (sha256 = sha256(bytes)),
    PRIMARY KEY (municipality, area, period, version, audience, format),
    FOREIGN KEY (municipality, area, period, version) REFERENCES lagesbild_version
);
COMMENT ON TABLE lagesbild_document IS 'The very bytes of a published lägesbild, one row a form.';

-- What is published is never changed, not by the owner's mistake either: a correction is a new version.
CREATE FUNCTION lagesbild_is_published() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is published is never changed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER published BEFORE UPDATE OR DELETE OR TRUNCATE ON lagesbild_version
    FOR EACH STATEMENT EXECUTE FUNCTION lagesbild_is_published();
CREATE TRIGGER published BEFORE UPDATE OR DELETE OR TRUNCATE ON lagesbild_document
    FOR EACH STATEMENT EXECUTE FUNCTION lagesbild_is_published();

GRANT SELECT, INSERT ON lagesbild_edit, lagesbild_version, lagesbild_document TO lagesbild_app;
ALTER TABLE lagesbild_edit OWNER TO lagesbild_owner;
ALTER TABLE lagesbild_version OWNER TO lagesbild_owner;
ALTER TABLE lagesbild_document OWNER TO lagesbild_owner;
ALTER FUNCTION lagesbild_is_published() OWNER TO lagesbild_owner;
