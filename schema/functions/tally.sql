-- The weekly sums (migrations: tally): folding, checking, mending.

-- Whose code stands for everything in every municipality, or NULL where none does.
CREATE OR REPLACE FUNCTION lagesbild.tally_country()
RETURNS text
LANGUAGE sql
STABLE
RETURN (SELECT min(municipality) FROM lagesbild.municipality WHERE kind = 'country');

-- The Monday of the first week of an ISO year.
CREATE OR REPLACE FUNCTION lagesbild.tally_monday(year integer)
RETURNS date
LANGUAGE sql
IMMUTABLE
RETURN date_trunc('week', make_date(year, 1, 4)::timestamp)::date;

-- The sums of a year after something has happened in some of its weeks. Given without a year before: from nothing.
CREATE OR REPLACE FUNCTION lagesbild.tally_add(weeks integer[], numbers integer[], incidents integer[])
RETURNS integer[]
LANGUAGE plpgsql
IMMUTABLE
AS $$
BEGIN
    weeks := COALESCE(weeks, array_fill(0, ARRAY[53]));
    FOR i IN 1 .. cardinality(numbers) LOOP
        weeks[numbers[i]] := weeks[numbers[i]] + incidents[i];
    END LOOP;
    RETURN weeks;
END
$$;

-- Moves at most so many deltas into the sums of their municipality, and into those of the country. Gives how many. One at
-- a time does it, for all daemons; who comes meanwhile has nothing to do.
CREATE OR REPLACE FUNCTION lagesbild.fold_tally(most integer DEFAULT 20000)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    country text := lagesbild.tally_country();
    one text;
    folded bigint := 0;
    moved bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('lagesbild.fold_tally', 0)) THEN
        RETURN 0;
    END IF;
    FOR one IN SELECT DISTINCT municipality FROM lagesbild.tally_delta ORDER BY municipality LOOP
        WITH gone AS (
            DELETE FROM lagesbild.tally_delta d
             USING (SELECT municipality, area, delta FROM lagesbild.tally_delta WHERE municipality = one LIMIT most - folded) AS oldest
             WHERE d.municipality = one AND d.area = oldest.area AND d.delta = oldest.delta
            RETURNING d.area, d.category, d.week, d.incidents
        ), spoilt AS ( -- years whose places are no longer as they were listed
            INSERT INTO lagesbild.place_year AS y (municipality, area, year)
            SELECT DISTINCT one, area, extract(isoyear FROM week)::integer FROM gone WHERE area <> '*'
            ON CONFLICT (municipality, area, year) DO UPDATE SET listed = false WHERE y.listed
        ), happened AS (
            SELECT one AS municipality, area, category, week, incidents FROM gone
             UNION ALL
            SELECT country, '*', category, week, incidents FROM gone WHERE area = '' AND country IS NOT NULL
        ), by_week AS (
            SELECT municipality, area, extract(isoyear FROM week)::integer AS year, category,
                   extract(week FROM week)::integer AS number, sum(incidents)::integer AS incidents
              FROM happened
             GROUP BY 1, 2, 3, 4, 5
            HAVING sum(incidents) <> 0
        ), by_year AS (
            SELECT municipality, area, year, category, array_agg(number) AS numbers, array_agg(incidents) AS incidents
              FROM by_week
             GROUP BY 1, 2, 3, 4
        ), summed AS (
            INSERT INTO lagesbild.tally AS t (municipality, area, year, category, weeks)
            SELECT y.municipality, y.area, y.year, y.category, lagesbild.tally_add(before.weeks, y.numbers, y.incidents)
              FROM by_year y
              LEFT JOIN lagesbild.tally before
                ON before.municipality = y.municipality AND before.area = y.area
               AND before.year = y.year AND before.category = y.category
            ON CONFLICT (municipality, area, year, category) DO UPDATE SET weeks = excluded.weeks
        )
        SELECT count(*) INTO moved FROM gone;
        folded := folded + moved;
        EXIT WHEN folded >= most;
    END LOOP;
    RETURN folded;
END
$$;

-- Where the sums differ from a fresh count of the incidents, of one municipality or, with NULL, of all and of the country:
-- no row when all is well. One statement, so what comes in meanwhile makes no difference.
CREATE OR REPLACE FUNCTION lagesbild.check_tally(of_municipality text DEFAULT NULL)
RETURNS TABLE (municipality text, area text, category text, week date, tallied bigint, counted bigint)
LANGUAGE sql
STABLE
AS $$
WITH whole AS MATERIALIZED (
    SELECT i.municipality, i.category, lagesbild.week_of(i.occurred_at) AS week, count(*) AS incidents
      FROM lagesbild.incident i
     WHERE (of_municipality IS NULL OR i.municipality = of_municipality)
       AND i.counts
     GROUP BY 1, 2, 3
), counted AS (
    SELECT w.municipality, '' AS area, w.category, w.week, w.incidents FROM whole w
     UNION ALL
    SELECT a.municipality, a.area, i.category, lagesbild.week_of(i.occurred_at), count(*)
      FROM lagesbild.incident_area a
      JOIN lagesbild.incident i ON i.municipality = a.municipality AND i.incident = a.incident
     WHERE (of_municipality IS NULL OR a.municipality = of_municipality)
       AND i.counts
     GROUP BY 1, 2, 3, 4
     UNION ALL
    SELECT lagesbild.tally_country(), '*', w.category, w.week, sum(w.incidents)
      FROM whole w
     WHERE of_municipality IS NULL AND lagesbild.tally_country() IS NOT NULL
     GROUP BY w.category, w.week
), delta AS MATERIALIZED (
    SELECT d.municipality, d.area, d.category, d.week, d.incidents
      FROM lagesbild.tally_delta d
     WHERE of_municipality IS NULL OR d.municipality = of_municipality
), tallied AS (
    SELECT t.municipality, t.area, t.category, lagesbild.tally_monday(t.year) + 7 * (w.number::integer - 1) AS week, w.incidents
      FROM lagesbild.tally t
     CROSS JOIN LATERAL unnest(t.weeks) WITH ORDINALITY AS w(incidents, number)
     WHERE w.incidents <> 0 AND (of_municipality IS NULL OR (t.municipality = of_municipality AND t.area <> '*'))
     UNION ALL
    SELECT d.municipality, d.area, d.category, d.week, d.incidents
      FROM delta d
     WHERE of_municipality IS NULL OR d.area <> '*'
     UNION ALL
    SELECT lagesbild.tally_country(), '*', d.category, d.week, d.incidents
      FROM delta d
     WHERE d.area = '' AND of_municipality IS NULL AND lagesbild.tally_country() IS NOT NULL
)
SELECT e.municipality, e.area, e.category, e.week, sum(e.tallied)::bigint, sum(e.counted)::bigint
  FROM (SELECT t.municipality, t.area, t.category, t.week, t.incidents AS tallied, 0 AS counted FROM tallied t
         UNION ALL
        SELECT c.municipality, c.area, c.category, c.week, 0, c.incidents FROM counted c) AS e
 GROUP BY 1, 2, 3, 4
HAVING sum(e.tallied) <> sum(e.counted)
$$;

-- Makes the sums right again, whatever happened to them (triggers off during a load, a restored table), by deltas of what
-- they lack: nobody has to wait. Gives how many sums were wrong.
CREATE OR REPLACE FUNCTION lagesbild.mend_tally()
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    wrong bigint;
    more bigint;
BEGIN
    INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
    SELECT c.municipality, c.area, c.category, c.week, c.counted - c.tallied
      FROM lagesbild.check_tally() AS c
     WHERE c.area <> '*';
    GET DIAGNOSTICS wrong = ROW_COUNT;
    -- The country's sums have those deltas too now.
    INSERT INTO lagesbild.tally_delta (municipality, area, category, week, incidents)
    SELECT c.municipality, c.area, c.category, c.week, c.counted - c.tallied
      FROM lagesbild.check_tally() AS c
     WHERE c.area = '*';
    GET DIAGNOSTICS more = ROW_COUNT;
    UPDATE lagesbild.place_year y
       SET listed = false
      FROM (SELECT DISTINCT municipality, area, year FROM lagesbild.check_places()) AS c
     WHERE y.municipality = c.municipality AND y.area = c.area AND y.year = c.year;
    RETURN wrong + more;
END
$$;

DO $$
DECLARE
    one regprocedure;
BEGIN
    FOREACH one IN ARRAY ARRAY['lagesbild.tally_country()', 'lagesbild.tally_monday(integer)',
                               'lagesbild.tally_add(integer[], integer[], integer[])', 'lagesbild.fold_tally(integer)',
                               'lagesbild.check_tally(text)', 'lagesbild.mend_tally()']::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO lagesbild_owner', one);
    END LOOP;
END
$$;
