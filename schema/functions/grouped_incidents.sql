-- The incidents that count, as counted_incidents() gives them, narrowed and with what they may be grouped by: one row for
-- each, or by area one for each of its areas. What is not grouped by is NULL. Written into the statement that calls it,
-- as that one is: the row itself is looked up only where something in it is asked for.
-- `clocked`: only those whose clock is known.
CREATE OR REPLACE FUNCTION lagesbild.grouped_incidents(of_municipality text, of_areas text[], since timestamptz, before timestamptz,
                                                       of_categories text[], of_place text, of_sources text[], clocked boolean,
                                                       by_area boolean, by_category boolean, by_place boolean, by_source boolean)
RETURNS TABLE (occurred_at timestamptz, area text, category text, place text, source text)
LANGUAGE sql
STABLE
AS $$
SELECT counted.occurred_at, a.area, CASE WHEN by_category THEN counted.category END,
       CASE WHEN by_place THEN i.place END, CASE WHEN by_source THEN i.source END
  FROM lagesbild.counted_incidents(of_municipality, of_areas, since, before) AS counted
  LEFT JOIN lagesbild.incident i
    ON (of_place IS NOT NULL OR of_sources IS NOT NULL OR clocked OR by_place OR by_source)
   AND i.municipality = of_municipality AND i.incident = counted.incident
  LEFT JOIN lagesbild.incident_area a
    ON by_area AND a.municipality = of_municipality AND a.incident = counted.incident
   AND (of_areas IS NULL OR a.area = ANY (of_areas))
 WHERE (of_categories IS NULL OR counted.category = ANY (of_categories))
   AND (of_place IS NULL OR lower(i.place) = lower(of_place))
   AND (of_sources IS NULL OR i.source = ANY (of_sources))
   AND (NOT clocked OR i.precision IN ('minute', 'hour'))
$$;
