-- Roles, shared knowledge, and each municipality's own areas, places, tokens, reports and incidents.

-- Roles belong to the whole cluster, so another database of it may have made them already.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['lagesbild_owner', 'lagesbild_app', 'lagesbild_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- made by another database's migration at this very moment
            END;
        END IF;
    END LOOP;
END
$$;
-- The one who migrates acts as owner and as application (the daemon sets its role to the latter).
GRANT lagesbild_owner, lagesbild_app TO CURRENT_USER;

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE SCHEMA IF NOT EXISTS lagesbild;
CREATE SCHEMA IF NOT EXISTS analysis;
GRANT USAGE ON SCHEMA lagesbild TO lagesbild_app;
GRANT USAGE ON SCHEMA analysis TO lagesbild_app, lagesbild_read;

SET LOCAL search_path = lagesbild, public;

--
-- Shared by all (reference tables).
--

CREATE TABLE municipality (
    municipality text PRIMARY KEY CHECK (municipality ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name         text NOT NULL CHECK (name <> ''),
    kind         text NOT NULL CHECK (kind IN ('municipality', 'county', 'country')),
    county       text REFERENCES municipality
);
COMMENT ON TABLE municipality IS 'Whose rows are whose: municipalities, and the counties and the country for what is not known nearer.';

CREATE TABLE category (
    category     text PRIMARY KEY CHECK (category ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name         text NOT NULL CHECK (name <> ''),
    ordinal      integer NOT NULL
);

CREATE TABLE role (
    role        text PRIMARY KEY,
    description text NOT NULL
);
INSERT INTO role (role, description) VALUES
    ('admin', 'Allt, även att skapa och återkalla behörigheter'),
    ('coordinator', 'Trygghetssamordnare: rapporterar, granskar, rättar och ger ut lägesbilder'),
    ('police', 'Kommunpolis: lämnar och rättar dagliga rapporter, läser lägesbilder'),
    ('reporter', 'Fältpersonal, skola, bostadsbolag: lämnar observationer'),
    ('group', 'EST områdesgrupp: läser sina områden'),
    ('analyst', 'Analytiker, styrgrupp: läser allt i sin kommun');

--
-- Each municipality's own. The municipality leads every key.
--

CREATE TABLE area (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL CHECK (area ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    parent       text,
    name         text NOT NULL CHECK (name <> ''),
    polygon      geometry(MultiPolygon, 4326),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    updated_by   text NOT NULL DEFAULT 'knowledge',
    PRIMARY KEY (municipality, area),
    FOREIGN KEY (municipality, parent) REFERENCES area,
    CHECK (parent IS DISTINCT FROM area),
    CHECK (polygon IS NULL OR ST_IsValid(polygon))
);
CREATE INDEX area_polygon ON area USING gist (polygon);
COMMENT ON COLUMN area.updated_by IS 'knowledge (from the files), or the token of the one who changed it; only the former is replaced from the files.';

CREATE TABLE place (
    municipality text NOT NULL,
    place        uuid NOT NULL DEFAULT gen_random_uuid(),
    area         text NOT NULL,
    name         text NOT NULL CHECK (name <> ''),
    kind         text NOT NULL CHECK (kind <> ''),
    aliases      text[] NOT NULL DEFAULT '{}',
    position     geometry(Point, 4326),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    updated_by   text NOT NULL DEFAULT 'knowledge',
    PRIMARY KEY (municipality, place),
    UNIQUE (municipality, area, name, kind),
    FOREIGN KEY (municipality, area) REFERENCES area
);
CREATE INDEX place_position ON place USING gist (position);

CREATE TABLE knowledge_version (
    municipality text PRIMARY KEY REFERENCES municipality,
    version      bigint NOT NULL DEFAULT 1
);
COMMENT ON TABLE knowledge_version IS 'Raised when an area or a place changes, so that every daemon reloads.';

CREATE TABLE token (
    municipality text NOT NULL REFERENCES municipality,
    token        uuid NOT NULL DEFAULT gen_random_uuid(),
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    role         text NOT NULL REFERENCES role,
    organisation text,
    areas        text[],
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   uuid,
    revoked_at   timestamptz,
    PRIMARY KEY (municipality, token),
    UNIQUE (municipality, sha256),
    CHECK (role <> 'group' OR cardinality(areas) > 0)
);
COMMENT ON COLUMN token.sha256 IS 'Of the secret; the secret itself is shown once and never stored.';

CREATE TABLE report (
    municipality text NOT NULL REFERENCES municipality,
    report       uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('report', 'notice')),
    source       text NOT NULL CHECK (source <> ''),
    organisation text,
    report_date  date,
    published_at timestamptz,
    received_at  timestamptz NOT NULL DEFAULT now(),
    created_by   uuid,
    revision     integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    PRIMARY KEY (municipality, report)
);
CREATE INDEX report_by_date ON report (municipality, report_date);
COMMENT ON COLUMN report.revision IS 'The newest row of report_revision.';

CREATE TABLE report_key (
    municipality text NOT NULL,
    source       text NOT NULL,
    key          text NOT NULL,
    report       uuid NOT NULL,
    PRIMARY KEY (municipality, source, key),
    FOREIGN KEY (municipality, report) REFERENCES report ON DELETE CASCADE
);
CREATE INDEX report_key_report ON report_key (municipality, report);
COMMENT ON TABLE report_key IS 'What makes two arrivals the same report: "id:459986" (the source''s own id), "text:2026-03-14:<sha256>", or, with an empty source, "idempotency:<the client''s key>".';

CREATE TABLE report_revision (
    municipality text NOT NULL,
    report       uuid NOT NULL,
    revision     integer NOT NULL CHECK (revision >= 1),
    title        text,
    url          text,
    text         text NOT NULL,
    sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
    pii          jsonb NOT NULL DEFAULT '[]',
    warnings     jsonb NOT NULL DEFAULT '[]',
    received_at  timestamptz NOT NULL DEFAULT now(),
    received_by  uuid,
    PRIMARY KEY (municipality, report, revision),
    FOREIGN KEY (municipality, report) REFERENCES report ON DELETE CASCADE
);
COMMENT ON COLUMN report_revision.text IS 'As received, personal data masked.';
COMMENT ON COLUMN report_revision.sha256 IS 'Of the text as received, before masking.';
COMMENT ON COLUMN report_revision.pii IS '[{start, end, kind}] in the text as received; never the data itself.';

CREATE TABLE incident (
    municipality        text NOT NULL REFERENCES municipality,
    incident            uuid NOT NULL,
    report              uuid,
    ordinal             integer NOT NULL DEFAULT 0,
    occurred_at         timestamptz NOT NULL,
    precision           text NOT NULL CHECK (precision IN ('minute', 'hour', 'day', 'period')),
    published_at        timestamptz,
    received_at         timestamptz NOT NULL DEFAULT now(),
    category            text NOT NULL REFERENCES category,
    category_confidence real NOT NULL CHECK (category_confidence BETWEEN 0 AND 1),
    category_rule       text NOT NULL,
    category_evidence   text NOT NULL DEFAULT '',
    place               text,
    position            geometry(Point, 4326),
    title               text NOT NULL,
    text                text NOT NULL,
    flags               text[] NOT NULL DEFAULT '{}',
    source              text NOT NULL CHECK (source <> ''),
    organisation        text,
    status              text NOT NULL CHECK (status IN ('tagged', 'review', 'confirmed', 'rejected')),
    review              text[] NOT NULL DEFAULT '{}',
    pii                 jsonb NOT NULL DEFAULT '[]',
    decided             text[] NOT NULL DEFAULT '{}',
    withdrawn_revision  integer,
    created_by          uuid,
    PRIMARY KEY (municipality, incident),
    FOREIGN KEY (municipality, report) REFERENCES report ON DELETE CASCADE
);
CREATE INDEX incident_by_time ON incident (municipality, occurred_at, incident);
CREATE INDEX incident_by_report ON incident (municipality, report, ordinal) WHERE report IS NOT NULL;
CREATE INDEX incident_for_review ON incident (municipality, occurred_at) WHERE status = 'review' AND withdrawn_revision IS NULL;
CREATE INDEX incident_position ON incident USING gist (position);
COMMENT ON COLUMN incident.category_rule IS 'What decided: police-type, police-heading, cue, model, person; the words are in category_evidence.';
COMMENT ON COLUMN incident.decided IS 'Fields that a person has decided: a later revision or a new reading leaves them alone.';
COMMENT ON COLUMN incident.withdrawn_revision IS 'The revision of its report that no longer holds it; it then counts nowhere.';
COMMENT ON COLUMN incident.review IS 'Why a person should look: category, area, pii.';

CREATE TABLE incident_area (
    municipality text NOT NULL,
    incident     uuid NOT NULL,
    area         text NOT NULL,
    confidence   real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    rule         text NOT NULL,
    evidence     text NOT NULL DEFAULT '',
    PRIMARY KEY (municipality, incident, area),
    FOREIGN KEY (municipality, incident) REFERENCES incident ON DELETE CASCADE,
    FOREIGN KEY (municipality, area) REFERENCES area
);
CREATE INDEX incident_area_by_area ON incident_area (municipality, area, incident);

CREATE TABLE incident_change (
    municipality text NOT NULL,
    incident     uuid NOT NULL,
    change       uuid NOT NULL DEFAULT gen_random_uuid(),
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_by   uuid,
    actor        text NOT NULL,
    field        text NOT NULL,
    before       jsonb,
    after        jsonb,
    PRIMARY KEY (municipality, incident, change),
    FOREIGN KEY (municipality, incident) REFERENCES incident ON DELETE CASCADE
);
COMMENT ON COLUMN incident_change.actor IS 'The role that changed it, or "revision N" of its report.';

--
-- Rights.
--

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA lagesbild TO lagesbild_app;
REVOKE UPDATE, DELETE ON report_revision, incident_change FROM lagesbild_app;
REVOKE INSERT, UPDATE, DELETE ON role FROM lagesbild_app;

DO $$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'lagesbild'::regnamespace AND c.relkind = 'r'
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO lagesbild_owner', relation);
    END LOOP;
END
$$;
ALTER SCHEMA lagesbild OWNER TO lagesbild_owner;
ALTER SCHEMA analysis OWNER TO lagesbild_owner;
