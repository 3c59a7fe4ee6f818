-- The days of places (migrations: place_days): listing, checking.

-- Lists years that are over and not listed, the newest first, until `most` incidents have been read; gives how many were.
-- An area with fewer than `at_least` in a year needs no list: they are as soon read. Not while deltas are folded, by
-- whomever: a year must not be called listed that a delta folded meanwhile was about.
CREATE OR REPLACE FUNCTION lagesbild.list_places(most integer DEFAULT 20000, at_least integer DEFAULT 500)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    one record;
    incidents bigint;
    many bigint := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('lagesbild.fold_tally', 0)) THEN
        RETURN 0;
    END IF;
    FOR one IN
        SELECT y.municipality, y.area, y.year, lagesbild.tally_monday(y.year) AS first, lagesbild.tally_monday(y.year + 1) AS after
          FROM lagesbild.place_year y
         WHERE NOT y.listed AND y.year < extract(isoyear FROM now() AT TIME ZONE 'Europe/Stockholm')::integer
         ORDER BY y.year DESC
         LIMIT 1000
    LOOP
        SELECT sum(w.incidents) INTO incidents
          FROM lagesbild.tally t, unnest(t.weeks) AS w(incidents)
         WHERE t.municipality = one.municipality AND t.area = one.area AND t.year = one.year;
        IF incidents IS NULL OR incidents < at_least THEN
            DELETE FROM lagesbild.place_year y
             WHERE y.municipality = one.municipality AND y.area = one.area AND y.year = one.year;
            CONTINUE;
        END IF;
        DELETE FROM lagesbild.place_days d
         WHERE d.municipality = one.municipality AND d.area = one.area AND d.year = one.year;
        INSERT INTO lagesbild.place_days (municipality, area, year, place, days)
        SELECT one.municipality, one.area, one.year, i.place,
               array_agg(((i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date - one.first)::smallint ORDER BY i.occurred_at)
          FROM lagesbild.counted_incidents(one.municipality, CASE WHEN one.area <> '' THEN ARRAY[one.area] END,
                                           one.first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                           one.after::timestamp AT TIME ZONE 'Europe/Stockholm') AS counted
          JOIN lagesbild.incident i ON i.municipality = one.municipality AND i.incident = counted.incident
         WHERE i.place IS NOT NULL
         GROUP BY i.place;
        UPDATE lagesbild.place_year y SET listed = true
         WHERE y.municipality = one.municipality AND y.area = one.area AND y.year = one.year;
        many := many + incidents;
        EXIT WHEN many >= most;
    END LOOP;
    RETURN many;
END
$$;

-- Where a listed year differs from the incidents, of one municipality or, with NULL, of all: no row when all is well. One
-- statement, so what comes in meanwhile makes no difference.
CREATE OR REPLACE FUNCTION lagesbild.check_places(of_municipality text DEFAULT NULL)
RETURNS TABLE (municipality text, area text, year integer, place text)
LANGUAGE sql
STABLE
AS $$
WITH good AS MATERIALIZED (
    SELECT y.municipality, y.area, y.year, lagesbild.tally_monday(y.year) AS first
      FROM lagesbild.place_year y
     WHERE y.listed AND (of_municipality IS NULL OR y.municipality = of_municipality)
       AND NOT EXISTS (SELECT FROM lagesbild.tally_delta d
                        WHERE d.municipality = y.municipality AND d.area = y.area AND extract(isoyear FROM d.week) = y.year)
), tagged AS (
    SELECT i.municipality, of.area, i.place, (i.occurred_at AT TIME ZONE 'Europe/Stockholm')::date AS day
      FROM lagesbild.incident i
     CROSS JOIN LATERAL (SELECT '' AS area
                          UNION ALL
                         SELECT a.area FROM lagesbild.incident_area a
                          WHERE a.municipality = i.municipality AND a.incident = i.incident) AS of
     WHERE (of_municipality IS NULL OR i.municipality = of_municipality)
       AND i.place IS NOT NULL AND i.counts
), counted AS (
    SELECT g.municipality, g.area, g.year, t.place, array_agg((t.day - g.first)::smallint ORDER BY t.day) AS days
      FROM good g
      JOIN tagged t ON t.municipality = g.municipality AND t.area = g.area AND extract(isoyear FROM t.day) = g.year
     GROUP BY 1, 2, 3, 4
), listed AS (
    SELECT d.municipality, d.area, d.year, d.place, d.days
      FROM good g
      JOIN lagesbild.place_days d ON d.municipality = g.municipality AND d.area = g.area AND d.year = g.year
)
SELECT municipality, area, year, place
  FROM counted
  FULL JOIN listed USING (municipality, area, year, place)
 WHERE counted.days IS DISTINCT FROM listed.days
$$;

ALTER FUNCTION lagesbild.list_places(integer, integer) OWNER TO lagesbild_owner;
ALTER FUNCTION lagesbild.check_places(text) OWNER TO lagesbild_owner;
