-- Weekly sums of what counts, so that a question over years need not read every incident.
--
-- tally holds what has been summed up, tally_delta what has happened since: one row is added (never changed) for each
-- incident that comes, goes, moves or is corrected, in the same transaction, by triggers. A figure is the one and the
-- other together, read in one statement: it is right at every moment, and those who report at the same time never wait
-- for each other. fold_tally() moves what has happened into the sums; the daemon calls it, and it matters to speed only.
--
-- area '' is the whole municipality, incidents without an area included; '*', with the code of the country, everything in
-- every municipality. No trigger touches another municipality than the incident's own: '*' is summed by fold_tally().

SET LOCAL search_path = lagesbild, public;

CREATE TABLE tally (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    year         integer NOT NULL,
    category     text NOT NULL,
    weeks        integer[] NOT NULL CHECK (cardinality(weeks) = 53),
    PRIMARY KEY (municipality, area, year, category)
);
COMMENT ON TABLE tally IS 'How many incidents count, by area, category and ISO week, as far as they have been summed up.';
COMMENT ON COLUMN tally.year IS 'Of ISO 8601: that of the week''s Thursday. The first week is weeks[1].';

CREATE TABLE tally_delta (
    municipality text NOT NULL,
    area         text NOT NULL,
    delta        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    category     text NOT NULL,
    week         date NOT NULL,
    incidents    integer NOT NULL,
    PRIMARY KEY (municipality, area, delta)
);
-- Rows come and go all the time, and every question about sums reads what is there.
ALTER TABLE tally_delta SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
                             autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 50000);
COMMENT ON TABLE tally_delta IS 'What has happened since: only added to and taken away, never changed.';
COMMENT ON COLUMN tally_delta.week IS 'Its Monday.';

-- The Monday of the Swedish week.
CREATE FUNCTION week_of(moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_trunc('week', moment AT TIME ZONE 'Europe/Stockholm')::date;

-- A statement's new rows together: an import of a thousand is a few rows of sums.
CREATE FUNCTION incident_tally_new() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
    SELECT municipality, '', category, lagesbild.week_of(occurred_at), count(*)
      FROM added
     WHERE withdrawn_revision IS NULL AND status <> 'rejected'
     GROUP BY municipality, category, lagesbild.week_of(occurred_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER incident_tally_new AFTER INSERT ON incident
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION incident_tally_new();

CREATE FUNCTION incident_area_tally_new() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
    SELECT municipality, area, category, lagesbild.week_of(occurred_at), count(*)
      FROM added
     WHERE counts
     GROUP BY municipality, area, category, lagesbild.week_of(occurred_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER incident_area_tally_new AFTER INSERT ON incident_area
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION incident_area_tally_new();

-- Changes are few, and most of them change nothing that is counted: the conditions of the triggers tell.
CREATE FUNCTION incident_tally_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.withdrawn_revision IS NULL AND OLD.status <> 'rejected' THEN
        INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
        VALUES (OLD.municipality, '', OLD.category, lagesbild.week_of(OLD.occurred_at), -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.withdrawn_revision IS NULL AND NEW.status <> 'rejected' THEN
        INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
        VALUES (NEW.municipality, '', NEW.category, lagesbild.week_of(NEW.occurred_at), 1);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER incident_tally_update
    AFTER UPDATE OF municipality, occurred_at, category, status, withdrawn_revision ON incident
    FOR EACH ROW
    WHEN ((OLD.municipality, OLD.occurred_at, OLD.category, OLD.status, OLD.withdrawn_revision)
          IS DISTINCT FROM (NEW.municipality, NEW.occurred_at, NEW.category, NEW.status, NEW.withdrawn_revision))
    EXECUTE FUNCTION incident_tally_change();
CREATE TRIGGER incident_tally_delete AFTER DELETE ON incident
    FOR EACH ROW EXECUTE FUNCTION incident_tally_change();

CREATE FUNCTION incident_area_tally_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.counts THEN
        INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
        VALUES (OLD.municipality, OLD.area, OLD.category, lagesbild.week_of(OLD.occurred_at), -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.counts THEN
        INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
        VALUES (NEW.municipality, NEW.area, NEW.category, lagesbild.week_of(NEW.occurred_at), 1);
    END IF;
    RETURN NULL;
END
$$;
-- Without a list of columns: the three that are counted by are also filled in by a trigger (0004).
CREATE TRIGGER incident_area_tally_update AFTER UPDATE ON incident_area
    FOR EACH ROW
    WHEN ((OLD.municipality, OLD.area, OLD.occurred_at, OLD.category, OLD.counts)
          IS DISTINCT FROM (NEW.municipality, NEW.area, NEW.occurred_at, NEW.category, NEW.counts))
    EXECUTE FUNCTION incident_area_tally_change();
CREATE TRIGGER incident_area_tally_delete AFTER DELETE ON incident_area
    FOR EACH ROW EXECUTE FUNCTION incident_area_tally_change();

-- What is there already. The triggers hold out every writer until this is done.
WITH counted AS (
    SELECT municipality, '' AS area, category, week_of(occurred_at) AS week, count(*)::integer AS incidents
      FROM incident
     WHERE withdrawn_revision IS NULL AND status <> 'rejected'
     GROUP BY 1, 3, 4
     UNION ALL
    SELECT municipality, area, category, week_of(occurred_at), count(*)::integer
      FROM incident_area
     WHERE counts
     GROUP BY 1, 2, 3, 4
), everything AS (
    SELECT * FROM counted
     UNION ALL
    SELECT (SELECT min(municipality) FROM municipality WHERE kind = 'country'), '*', category, week, sum(incidents)::integer
      FROM counted
     WHERE area = '' AND EXISTS (SELECT FROM municipality WHERE kind = 'country')
     GROUP BY category, week
), by_year AS (
    SELECT municipality, area, extract(isoyear FROM week)::integer AS year, category,
           array_agg(extract(week FROM week)::integer) AS numbers, array_agg(incidents) AS counts
      FROM everything
     GROUP BY 1, 2, 3, 4
)
INSERT INTO tally (municipality, area, year, category, weeks)
SELECT municipality, area, year, category,
       ARRAY(SELECT COALESCE(counts[array_position(numbers, n)], 0) FROM generate_series(1, 53) AS n)
  FROM by_year;

GRANT SELECT, INSERT, UPDATE, DELETE ON tally, tally_delta TO lagesbild_app;
ALTER TABLE tally OWNER TO lagesbild_owner;
ALTER TABLE tally_delta OWNER TO lagesbild_owner;
ALTER FUNCTION week_of(timestamptz) OWNER TO lagesbild_owner;
ALTER FUNCTION incident_tally_new() OWNER TO lagesbild_owner;
ALTER FUNCTION incident_area_tally_new() OWNER TO lagesbild_owner;
ALTER FUNCTION incident_tally_change() OWNER TO lagesbild_owner;
ALTER FUNCTION incident_area_tally_change() OWNER TO lagesbild_owner;

ANALYZE tally, tally_delta;
