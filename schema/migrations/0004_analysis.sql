-- Indexes for the questions of analysts: by area and time, by place, by words.
--
-- The tag of an area carries what is counted by (when, what kind, whether it counts at all), so that counting an area
-- reads one index and no row. The database itself keeps that right, whoever writes: a tag takes it from its incident,
-- and an incident that changes changes its tags in the same statement.

SET LOCAL search_path = lagesbild, public;

-- A municipality in a GIN index beside the words: a search never reads another municipality's.
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;

-- Functions over whole rows stand in the way of a new column that has to be written into each. They are put back as they
-- are in functions/ when the migrations are done, as are the views.
DROP FUNCTION IF EXISTS incident_json(incident), report_json(report) CASCADE;

ALTER TABLE incident
    ADD COLUMN words tsvector NOT NULL
        GENERATED ALWAYS AS (to_tsvector('pg_catalog.swedish', title || ' ' || text || ' ' || COALESCE(place, ''))) STORED,
    ADD COLUMN reported_by text NOT NULL GENERATED ALWAYS AS (COALESCE(organisation, source)) STORED;
COMMENT ON COLUMN incident.words IS 'What a search looks in: title, text and place, as Swedish stems.';
CREATE INDEX incident_words ON incident USING gin (municipality, words);

-- Counting a whole municipality needs no rows either.
CREATE INDEX incident_by_moment ON incident (municipality, occurred_at, incident)
    INCLUDE (category, status, withdrawn_revision);
DROP INDEX incident_by_time;

-- Who has reported, and when last, is found by steps along this.
CREATE INDEX incident_by_reporter ON incident (municipality, reported_by, occurred_at)
    INCLUDE (report)
    WHERE withdrawn_revision IS NULL AND status <> 'rejected';

CREATE INDEX incident_by_place ON incident (municipality, lower(place), occurred_at) WHERE place IS NOT NULL;

ALTER TABLE incident_area
    ADD COLUMN occurred_at timestamptz,
    ADD COLUMN category    text,
    ADD COLUMN counts      boolean;
UPDATE incident_area a
   SET occurred_at = i.occurred_at,
       category = i.category,
       counts = i.withdrawn_revision IS NULL AND i.status <> 'rejected'
  FROM incident i
 WHERE i.municipality = a.municipality AND i.incident = a.incident;
ALTER TABLE incident_area
    ALTER COLUMN occurred_at SET NOT NULL,
    ALTER COLUMN category SET NOT NULL,
    ALTER COLUMN counts SET NOT NULL;
COMMENT ON COLUMN incident_area.occurred_at IS 'The incident''s; kept by triggers, as are category and counts.';
COMMENT ON COLUMN incident_area.counts IS 'Neither withdrawn nor rejected.';
CREATE INDEX incident_area_by_moment ON incident_area (municipality, area, occurred_at, incident)
    INCLUDE (category, counts);
DROP INDEX incident_area_by_area;

-- FOR SHARE: a change of the incident that is under way is waited for, and one that comes later sees this tag.
CREATE FUNCTION incident_area_fill() RETURNS trigger
LANGUAGE plpgsql
SET search_path = lagesbild, pg_catalog
AS $$
BEGIN
    SELECT i.occurred_at, i.category, i.withdrawn_revision IS NULL AND i.status <> 'rejected'
      INTO NEW.occurred_at, NEW.category, NEW.counts
      FROM incident i
     WHERE i.municipality = NEW.municipality AND i.incident = NEW.incident
       FOR SHARE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'an area of an incident that is not there',
            CONSTRAINT = 'incident_area_municipality_incident_fkey';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER incident_area_fill
    BEFORE INSERT OR UPDATE OF municipality, incident, occurred_at, category, counts ON incident_area
    FOR EACH ROW EXECUTE FUNCTION incident_area_fill();

CREATE FUNCTION incident_tell_areas() RETURNS trigger
LANGUAGE plpgsql
SET search_path = lagesbild, pg_catalog
AS $$
BEGIN
    UPDATE incident_area SET occurred_at = NEW.occurred_at -- the trigger above fills all three
     WHERE municipality = NEW.municipality AND incident = NEW.incident;
    RETURN NULL;
END
$$;
CREATE TRIGGER incident_tell_areas
    AFTER UPDATE OF occurred_at, category, status, withdrawn_revision ON incident
    FOR EACH ROW
    WHEN ((OLD.occurred_at, OLD.category, OLD.status, OLD.withdrawn_revision)
          IS DISTINCT FROM (NEW.occurred_at, NEW.category, NEW.status, NEW.withdrawn_revision))
    EXECUTE FUNCTION incident_tell_areas();

ALTER FUNCTION incident_area_fill() OWNER TO lagesbild_owner;
ALTER FUNCTION incident_tell_areas() OWNER TO lagesbild_owner;

-- The planner must know of the new columns before the first question.
ANALYZE incident, incident_area;
