-- Incidents by weekday and hour in one span of days (slot 0 is Monday 00–01, 167 Sunday 23–24, Swedish time; only those
-- whose clock is known), and by any of area, category, place and source. By area, an incident in two counts in each.
-- $1 to $9: as for trends_count; $10, $11: the first day and the day after the last (date)
SELECT ((extract(isodow FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm') - 1) * 24
        + extract(hour FROM i.occurred_at AT TIME ZONE 'Europe/Stockholm'))::integer AS slot,
       i.area, i.category, i.place, i.source, count(*) AS incidents
  FROM unnest($1::text[]) AS m(municipality)
 CROSS JOIN LATERAL lagesbild.grouped_incidents(
                        m.municipality, $2::text[], $10::date::timestamp AT TIME ZONE 'Europe/Stockholm',
                        $11::date::timestamp AT TIME ZONE 'Europe/Stockholm', $3::text[], $4::text, $5::text[], true,
                        $6::boolean, $7::boolean, $8::boolean, $9::boolean) AS i
 GROUP BY 1, 2, 3, 4, 5
 LIMIT 200001;
