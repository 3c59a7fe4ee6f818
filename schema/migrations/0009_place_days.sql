-- When incidents happened at each place, for the years that are over, so that a lägesbild of a large area need not read
-- years of incidents to tell what is normal at its five most frequent places.
--
-- Nothing is added to what storing an incident costs. A year's days are listed in the background by list_places(), and hold
-- as long as nothing happens in that area and year: whatever does is a row of tally_delta first (0005_tally.sql), which
-- the same transaction made; who reads looks there and then counts the incidents themselves, and fold_tally(), which takes
-- the row away, says in the same statement that the year must be listed again.

SET LOCAL search_path = lagesbild, public;

CREATE TABLE place_year (
    municipality text NOT NULL REFERENCES municipality,
    area         text NOT NULL,
    year         integer NOT NULL,
    listed       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, area, year)
);
CREATE INDEX place_year_to_list ON place_year (year) WHERE NOT listed;
COMMENT ON TABLE place_year IS 'The years (ISO 8601) of an area, or of the whole municipality (area ''''), that place_days has, or is to have.';
COMMENT ON COLUMN place_year.listed IS 'place_days is right, but for what tally_delta tells of. Otherwise it is to be listed when the year is over.';

CREATE TABLE place_days (
    municipality text NOT NULL,
    area         text NOT NULL,
    year         integer NOT NULL,
    place        text NOT NULL,
    days         smallint[] NOT NULL,
    PRIMARY KEY (municipality, area, year, place),
    FOREIGN KEY (municipality, area, year) REFERENCES place_year ON DELETE CASCADE
);
COMMENT ON TABLE place_days IS 'Holds only where place_year says so.';
COMMENT ON COLUMN place_days.days IS 'The day of each incident that counts, from the Monday of the year''s first week (0), rising.';

-- A corrected place is no change of what is summed up by week. It is told of as one by nothing.
CREATE FUNCTION incident_place_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
    SELECT NEW.municipality, of.area, NEW.category, lagesbild.week_of(NEW.occurred_at), 0
      FROM (SELECT '' AS area
             UNION ALL
            SELECT a.area FROM lagesbild.incident_area a WHERE a.municipality = NEW.municipality AND a.incident = NEW.incident) AS of;
    RETURN NULL;
END
$$;
CREATE TRIGGER incident_place_change AFTER UPDATE OF place ON incident
    FOR EACH ROW WHEN (OLD.place IS DISTINCT FROM NEW.place)
    EXECUTE FUNCTION incident_place_change();

-- What is there already is listed by and by.
INSERT INTO place_year (municipality, area, year)
SELECT municipality, area, year
  FROM tally, unnest(weeks) AS w(incidents)
 WHERE area <> '*'
 GROUP BY municipality, area, year
HAVING sum(w.incidents) >= 500; -- as list_places() has it

GRANT SELECT, INSERT, UPDATE, DELETE ON place_year, place_days TO lagesbild_app;
ALTER TABLE place_year OWNER TO lagesbild_owner;
ALTER TABLE place_days OWNER TO lagesbild_owner;
ALTER FUNCTION incident_place_change() OWNER TO lagesbild_owner;

ANALYZE place_year, place_days;
