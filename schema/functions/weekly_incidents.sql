-- Incidents that count, by Swedish week and category, from the Monday `first` to before the Monday `after`: of a whole
-- municipality (areas NULL), an area, or several areas together, each incident once. The first two are read from the weekly
-- sums and what has happened since; of several areas the incidents themselves are counted. Written into the statement that
-- calls it, as counted_incidents() is. Several rows may be of the same week and category (some take away): they are to be
-- added up.
CREATE OR REPLACE FUNCTION lagesbild.weekly_incidents(of_municipality text, of_areas text[], first date, after date)
RETURNS TABLE (week date, category text, incidents integer)
LANGUAGE sql
STABLE
AS $$
SELECT found.week, found.category, found.incidents
  FROM (SELECT lagesbild.tally_monday(t.year) + 7 * (w.number::integer - 1) AS week, t.category, w.incidents
          FROM lagesbild.tally t
         CROSS JOIN LATERAL unnest(t.weeks) WITH ORDINALITY AS w(incidents, number)
         WHERE COALESCE(cardinality(of_areas), 1) = 1
           AND t.municipality = of_municipality AND t.area = COALESCE(of_areas[1], '')
           AND t.year BETWEEN extract(isoyear FROM first)::integer AND extract(isoyear FROM after - 1)::integer
           AND w.incidents <> 0
         UNION ALL
        SELECT d.week, d.category, d.incidents
          FROM lagesbild.tally_delta d
         WHERE COALESCE(cardinality(of_areas), 1) = 1
           AND d.municipality = of_municipality AND d.area = COALESCE(of_areas[1], '')
         UNION ALL
        SELECT lagesbild.week_of(i.occurred_at), i.category, 1
          FROM lagesbild.counted_incidents(of_municipality, of_areas, first::timestamp AT TIME ZONE 'Europe/Stockholm',
                                           after::timestamp AT TIME ZONE 'Europe/Stockholm') AS i
         WHERE cardinality(of_areas) > 1) AS found
 WHERE found.week >= first AND found.week < after
$$;
