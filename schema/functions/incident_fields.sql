-- An incident as the columns of a file, in the file's order (render/incidents.h), as text; several areas or flags are in one,
-- with a space between. Written into the statement that calls it.
CREATE OR REPLACE FUNCTION lagesbild.incident_fields(i lagesbild.incident)
RETURNS TABLE (id text, municipality text, occurred_at text, "precision" text, areas text, category text, place text, lat text,
               lon text, title text, "text" text, flags text, source text, organisation text, report_id text, status text,
               created_at text)
LANGUAGE sql
STABLE
AS $$
SELECT i.incident::text, i.municipality, to_json(i.occurred_at) #>> '{}', i.precision,
       (SELECT string_agg(a.area, ' ') FROM lagesbild.incident_areas(i.municipality, i.incident) AS a),
       i.category, i.place, public.ST_Y(i.position)::text, public.ST_X(i.position)::text, i.title, i.text,
       array_to_string(i.flags, ' '), i.source, i.organisation, i.report::text, i.status, to_json(i.received_at) #>> '{}'
$$;
