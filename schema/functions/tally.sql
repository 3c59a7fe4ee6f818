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

-- Moves the next deltas, at most so many, into the sums of their municipalities and into those of the country: those after a
-- key, in the order of the keys, so that what belongs to the same sum is added at once, and who goes on from the last key
-- does not walk again over what is gone. Gives how many, and the key to go on from. One at a time does it, for all
-- daemons; who comes meanwhile has nothing to do.
CREATE OR REPLACE FUNCTION lagesbild.fold_tally_after(most integer, INOUT last_municipality text, INOUT last_area text,
                                                      INOUT last_delta bigint, OUT folded bigint)
LANGUAGE plpgsql
AS $$
DECLARE
    country text := lagesbild.tally_country();
BEGIN
    folded := 0;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('lagesbild.fold_tally', 0)) THEN
        RETURN;
    END IF;
    WITH next AS MATERIALIZED (
        SELECT d.ctid AS row, d.municipality, d.area, d.delta
          FROM lagesbild.tally_delta d
         WHERE (d.municipality, d.area, d.delta) > (last_municipality, last_area, last_delta)
         ORDER BY d.municipality, d.area, d.delta
         LIMIT most
    ), gone AS ( -- nobody else takes any away or changes one, so they lie where they lay
        DELETE FROM lagesbild.tally_delta d
         WHERE d.ctid = ANY (ARRAY(SELECT n.row FROM next n))
        RETURNING d.municipality, d.area, d.category, d.week, d.incidents
    ), happened AS MATERIALIZED (
        SELECT g.municipality, g.area, g.category, g.week, sum(g.incidents) AS incidents
          FROM gone g
         GROUP BY 1, 2, 3, 4
    ), spoilt AS ( -- years whose places are no longer as they were listed
        INSERT INTO lagesbild.place_year AS y (municipality, area, year)
        SELECT DISTINCT h.municipality, h.area, extract(isoyear FROM h.week)::integer FROM happened h WHERE h.area <> '*'
        ON CONFLICT (municipality, area, year) DO UPDATE SET listed = false WHERE y.listed
    ), everywhere AS (
        SELECT h.municipality, h.area, h.category, h.week, h.incidents FROM happened h
         UNION ALL
        SELECT country, '*', h.category, h.week, h.incidents FROM happened h WHERE h.area = '' AND country IS NOT NULL
    ), by_week AS (
        SELECT e.municipality, e.area, extract(isoyear FROM e.week)::integer AS year, e.category,
               extract(week FROM e.week)::integer AS number, sum(e.incidents)::integer AS incidents
          FROM everywhere e
         GROUP BY e.municipality, e.area, e.category, e.week
        HAVING sum(e.incidents) <> 0
    ), by_year AS (
        SELECT w.municipality, w.area, w.year, w.category, array_agg(w.number) AS numbers, array_agg(w.incidents) AS incidents
          FROM by_week w
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
    SELECT n.municipality, n.area, n.delta, count(*) OVER ()
      INTO last_municipality, last_area, last_delta, folded
      FROM next n
     ORDER BY n.municipality DESC, n.area DESC, n.delta DESC
     LIMIT 1;
    folded := COALESCE(folded, 0);
END
$$;

-- Moves at most so many deltas into the sums, the first ones first. Gives how many.
CREATE OR REPLACE FUNCTION lagesbild.fold_tally(most integer DEFAULT 20000)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    moved record;
    part integer;
    folded bigint := 0;
BEGIN
    SELECT '' AS last_municipality, '' AS last_area, 0::bigint AS last_delta, 0::bigint AS folded INTO moved;
    WHILE folded < most LOOP
        part := LEAST(most - folded, 100000); -- more would lie in memory
        moved := lagesbild.fold_tally_after(part, moved.last_municipality, moved.last_area, moved.last_delta);
        folded := folded + moved.folded;
        EXIT WHEN moved.folded < part;
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
                               'lagesbild.fold_tally_after(integer, text, text, bigint)',
                               'lagesbild.check_tally(text)', 'lagesbild.mend_tally()']::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO lagesbild_owner', one);
    END LOOP;
END
$$;
