-- The incidents that count, of one municipality and a span of time: of all of it (areas NULL) or of some areas, each
-- once however many of them it is in. Simple enough that PostgreSQL writes it into the statement that calls it; each of
-- the three ways then reads an index only, and those not asked for are not begun.
CREATE OR REPLACE FUNCTION lagesbild.counted_incidents(of_municipality text, of_areas text[], since timestamptz, before timestamptz)
RETURNS TABLE (incident uuid, occurred_at timestamptz, category text)
LANGUAGE sql
STABLE
AS $$
SELECT i.incident, i.occurred_at, i.category
  FROM lagesbild.incident i
 WHERE of_areas IS NULL
   AND i.municipality = of_municipality AND i.occurred_at >= since AND i.occurred_at < before
   AND i.counts
UNION ALL
SELECT a.incident, a.occurred_at, a.category
  FROM lagesbild.incident_area a
 WHERE cardinality(of_areas) = 1
   AND a.municipality = of_municipality AND a.area = of_areas[1] AND a.occurred_at >= since AND a.occurred_at < before
   AND a.counts
UNION ALL
SELECT several.incident, several.occurred_at, several.category
  FROM (SELECT DISTINCT a.incident, a.occurred_at, a.category
          FROM lagesbild.incident_area a
         WHERE cardinality(of_areas) > 1
           AND a.municipality = of_municipality AND a.area = ANY (of_areas) AND a.occurred_at >= since AND a.occurred_at < before
           AND a.counts) AS several
$$;
