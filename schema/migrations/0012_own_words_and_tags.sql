-- Two things that a database is asked for at every incident, made cheaper.
--
-- Words: a lexeme carries the key of its municipality, so that one list of the index is the word's in that municipality. Until
-- now the index had a list of the municipality, which every search read whole (0.8 million of the largest, at ten million
-- incidents) to meet it with the word's of the whole country.
--
-- Tags: what an area's tag carries of its incident (0004_analysis.sql) is part of its foreign key. The database refuses
-- another value and passes a change on, so that whoever stores both gives both, and no trigger looks each incident up.
SET LOCAL search_path = lagesbild, public;

-- What stands before each of a municipality's words. Two municipalities with the same would cost time and nothing else: a
-- search asks for the municipality too. None of Sweden's have.
CREATE FUNCTION words_key(municipality text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left(encode(decode(md5(municipality), 'hex'), 'base64'), 4);

-- A text as the Swedish stems that a search in the municipality looks for. tsvector has no function that changes its words
-- and keeps their positions, but its text has a space and a quote before each word and in no other place.
-- A word too long to get the key in front is left out, as PostgreSQL leaves out those over 2 046 bytes.
CREATE FUNCTION own_words(municipality text, of_text text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    words tsvector;
    too_long text;
BEGIN
    IF octet_length(of_text) <= 1300 THEN -- no word is too long
        words := to_tsvector('pg_catalog.swedish', of_text);
    ELSE -- lower(), because a word that grows when it gets small letters is measured before that, and then cut anywhere
        words := to_tsvector('pg_catalog.swedish', lower(of_text));
        FOR too_long IN SELECT w.lexeme FROM unnest(words) AS w WHERE octet_length(w.lexeme) > 2042 LOOP
            words := ts_delete(words, too_long); -- all of them in one array has PostgreSQL 15 free what it was given, and crash
        END LOOP;
    END IF;
    RETURN replace(' ' || words::text, ' ''', ' ''' || lagesbild.words_key(municipality))::tsvector;
END
$$;

-- What somebody searches for, as websearch_to_tsquery() takes it, in the words of own_words(). What is within quotes in a
-- query's text is a word; a quote in a word is doubled.
CREATE FUNCTION own_query(municipality text, asked text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    IF octet_length(asked) > 1300 THEN
        asked := COALESCE((SELECT string_agg(w, ' ') FROM regexp_split_to_table(lower(asked), '\s+') AS w
                           WHERE octet_length(w) <= 2042), '');
    END IF;
    RETURN regexp_replace(websearch_to_tsquery('pg_catalog.swedish', asked)::text, '''((?:[^'']|'''')*)''',
                          '''' || lagesbild.words_key(municipality) || '\1''', 'g')::tsquery;
END
$$;

-- Functions over whole rows stand in the way of new columns that have to be written into each. They are put back as they
-- are in functions/ when the migrations are done, as are the views.
DROP FUNCTION IF EXISTS incident_json(incident), incident_json_with(incident, json), report_json(report) CASCADE;

ALTER TABLE incident
    DROP COLUMN words CASCADE, -- its index and the views that show it
    ADD COLUMN words tsvector NOT NULL
        GENERATED ALWAYS AS (own_words(municipality,
            CASE WHEN starts_with(text, title) OR starts_with(lower(text), lower(title)) THEN text ELSE title || ' ' || text END
            || COALESCE(' ' || place, ''))) STORED,
    ADD COLUMN counts boolean NOT NULL GENERATED ALWAYS AS (withdrawn_revision IS NULL AND status <> 'rejected') STORED;
COMMENT ON COLUMN incident.words IS 'What a search looks in: title, text and place, as Swedish stems, each with words_key() of its municipality.';
COMMENT ON COLUMN incident.counts IS 'Neither withdrawn nor rejected.';
CREATE INDEX incident_words ON incident USING gin (words);

-- The index that a municipality's incidents are counted from is also what its tags refer to.
DROP INDEX incident_by_moment;
CREATE UNIQUE INDEX incident_by_moment ON incident (municipality, occurred_at, incident, category, counts);
DROP INDEX incident_by_reporter;
CREATE INDEX incident_by_reporter ON incident (municipality, reported_by, occurred_at) INCLUDE (report) WHERE counts;

DROP TRIGGER incident_tell_areas ON incident;
DROP FUNCTION incident_tell_areas();
DROP TRIGGER incident_area_fill ON incident_area;
ALTER TABLE incident_area
    DROP CONSTRAINT incident_area_municipality_incident_fkey,
    ADD CONSTRAINT incident_area_municipality_incident_fkey
        FOREIGN KEY (municipality, incident, occurred_at, category, counts)
        REFERENCES incident (municipality, incident, occurred_at, category, counts) ON UPDATE CASCADE ON DELETE CASCADE;
COMMENT ON COLUMN incident_area.occurred_at IS 'The incident''s; kept by the foreign key, as are category and counts.';
COMMENT ON COLUMN incident_area.counts IS 'The incident''s: neither withdrawn nor rejected.';

-- For those who tag an incident and do not say what it is.
CREATE OR REPLACE FUNCTION incident_area_fill() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    SELECT i.occurred_at, i.category, i.counts
      INTO NEW.occurred_at, NEW.category, NEW.counts
      FROM lagesbild.incident i
     WHERE i.municipality = NEW.municipality AND i.incident = NEW.incident
       FOR SHARE; -- a change that is under way is waited for, and one that comes later sees this tag
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING
            MESSAGE = 'an area of an incident that is not there',
            CONSTRAINT = 'incident_area_municipality_incident_fkey';
    END IF;
    RETURN NEW;
END
$$;
ALTER FUNCTION incident_area_fill() RESET ALL;
CREATE TRIGGER incident_area_fill BEFORE INSERT ON incident_area
    FOR EACH ROW WHEN (NEW.occurred_at IS NULL OR NEW.category IS NULL OR NEW.counts IS NULL)
    EXECUTE FUNCTION incident_area_fill();

ALTER FUNCTION words_key(text) OWNER TO lagesbild_owner;
ALTER FUNCTION own_words(text, text) OWNER TO lagesbild_owner;
ALTER FUNCTION own_query(text, text) OWNER TO lagesbild_owner;

ANALYZE incident, incident_area;
