-- The geometry of a box in degrees; one whose west lies east of its east goes over the antimeridian (RFC 7946, 5.2).
CREATE OR REPLACE FUNCTION lagesbild.box(west double precision, south double precision, east double precision, north double precision)
RETURNS public.geometry
LANGUAGE sql
IMMUTABLE
RETURN CASE WHEN west <= east THEN public.ST_MakeEnvelope(west, south, east, north, 4326)
            ELSE public.ST_Collect(public.ST_MakeEnvelope(west, south, 180, north, 4326), public.ST_MakeEnvelope(-180, south, east, north, 4326)) END;

-- The incidents of a municipality that a list's or an export's filters let through (incidents_page.sql tells of them), and
-- that come after the last one given. PostgreSQL writes it into the statement that calls it, which sorts and limits.
-- Who asks for words in several municipalities leaves of_words NULL and puts the condition beside it: a query that is not known
-- when the statement is planned would be made anew for each row, and finds no index beside OR.
CREATE OR REPLACE FUNCTION lagesbild.asked_incidents(
    of_municipality text, of_categories text[], of_sources text[], of_statuses text[], since timestamptz, before timestamptz,
    of_place text, of_words text, west double precision, south double precision, east double precision, north double precision,
    last_at timestamptz, last_incident uuid)
RETURNS SETOF lagesbild.incident
LANGUAGE sql
STABLE
AS $$
SELECT i.*
  FROM lagesbild.incident i
 WHERE i.municipality = of_municipality
   AND i.withdrawn_revision IS NULL
   AND CASE WHEN of_statuses IS NULL THEN i.status <> 'rejected' ELSE i.status = ANY (of_statuses) END
   AND (of_categories IS NULL OR i.category = ANY (of_categories))
   AND (of_sources IS NULL OR i.source = ANY (of_sources))
   AND (since IS NULL OR i.occurred_at >= since)
   AND (before IS NULL OR i.occurred_at < before)
   AND (of_place IS NULL OR lower(i.place) = lower(of_place))
   AND (of_words IS NULL OR i.words @@ lagesbild.own_query(of_municipality, of_words))
   AND (west IS NULL OR public.ST_Intersects(i.position, lagesbild.box(west, south, east, north)))
   AND (last_at IS NULL OR (i.occurred_at, i.incident) < (last_at, last_incident))
$$;
