-- How many incidents of the municipality have no area: they count in the whole municipality only, and the reader must know
-- of them. They are what is left of all when those with an area are taken away, both counted from indexes.
-- $1: municipality; $2, $3: first day and the day after the last
SELECT (SELECT count(*)
          FROM lagesbild.incident i
         WHERE i.municipality = $1 AND i.counts
           AND i.occurred_at >= $2::date::timestamp AT TIME ZONE 'Europe/Stockholm'
           AND i.occurred_at < $3::date::timestamp AT TIME ZONE 'Europe/Stockholm')
       - (SELECT count(DISTINCT t.incident)
            FROM lagesbild.area a
            JOIN lagesbild.incident_area t ON t.municipality = a.municipality AND t.area = a.area
           WHERE a.municipality = $1 AND t.counts
             AND t.occurred_at >= $2::date::timestamp AT TIME ZONE 'Europe/Stockholm'
             AND t.occurred_at < $3::date::timestamp AT TIME ZONE 'Europe/Stockholm') AS without_area;
