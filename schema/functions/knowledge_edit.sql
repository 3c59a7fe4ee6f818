-- Edits of the knowledge by people. Each is checked whole, leaves a trace that the files respect, and raises the
-- municipality's version first: that row's lock puts edits of one municipality after each other, so that two at once
-- cannot make a circle of areas. What is refused names a constraint, which the daemon answers with its own words.

CREATE OR REPLACE FUNCTION lagesbild.knowledge_changed(_municipality text)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO lagesbild.knowledge_version AS v (municipality) VALUES (_municipality)
    ON CONFLICT (municipality) DO UPDATE SET version = v.version + 1;
$$;

-- GeoJSON as it is stored. ST_GeomFromGeoJSON fails with an internal error for what is none.
CREATE OR REPLACE FUNCTION lagesbild.area_polygon(_geojson text)
RETURNS geometry
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
    made geometry;
BEGIN
    BEGIN
        made := ST_Force2D(ST_SetSRID(ST_GeomFromGeoJSON(_geojson), 4326));
    EXCEPTION WHEN OTHERS THEN
        RAISE EXCEPTION 'no GeoJSON geometry' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_polygon_form';
    END;
    IF made IS NULL OR GeometryType(made) NOT IN ('POLYGON', 'MULTIPOLYGON') OR ST_IsEmpty(made) THEN
        RAISE EXCEPTION 'no polygon' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_polygon_form';
    END IF;
    IF NOT ST_IsValid(made) THEN
        RAISE EXCEPTION '%', ST_IsValidReason(made) USING ERRCODE = 'check_violation', CONSTRAINT = 'area_polygon_valid';
    END IF;
    RETURN ST_Multi(made);
END
$$;

-- An area made or changed. _body: {name, parent?, geometry?}; without a parent it lies in the municipality; without
-- "geometry" the polygon stays, null takes it away. Gives whether it is new.
CREATE OR REPLACE FUNCTION lagesbild.put_area(_municipality text, _area text, _body jsonb, _token uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    is_root   boolean := _area = _municipality;
    in_parent text := CASE WHEN is_root THEN NULL ELSE COALESCE(_body ->> 'parent', _municipality) END;
    is_new    boolean;
BEGIN
    PERFORM lagesbild.knowledge_changed(_municipality);
    IF is_root AND _body ->> 'parent' IS NOT NULL THEN
        RAISE EXCEPTION 'the municipality lies in nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_circle';
    END IF;
    IF in_parent = _area OR EXISTS (WITH RECURSIVE above (area, parent) AS (
                   SELECT area, parent FROM lagesbild.area WHERE municipality = _municipality AND area = in_parent
                   UNION
                   SELECT a.area, a.parent FROM above b JOIN lagesbild.area a ON a.municipality = _municipality AND a.area = b.parent)
               SELECT FROM above WHERE area = _area) THEN
        RAISE EXCEPTION 'the area would lie in itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_circle';
    END IF;
    is_new := NOT EXISTS (SELECT FROM lagesbild.area WHERE municipality = _municipality AND area = _area);
    INSERT INTO lagesbild.area AS a (municipality, area, parent, name, polygon, updated_by)
    VALUES (_municipality, _area, in_parent, _body ->> 'name',
            CASE WHEN jsonb_typeof(_body -> 'geometry') = 'object' THEN lagesbild.area_polygon(_body ->> 'geometry') END,
            _token::text)
    ON CONFLICT (municipality, area) DO UPDATE
       SET parent = excluded.parent, name = excluded.name, updated_at = now(), updated_by = excluded.updated_by,
           polygon = CASE WHEN _body ? 'geometry' THEN excluded.polygon ELSE a.polygon END;
    DELETE FROM lagesbild.area_gone WHERE municipality = _municipality AND area = _area;
    RETURN is_new;
END
$$;

-- An area taken away. False where there is none; refused while something is in it.
CREATE OR REPLACE FUNCTION lagesbild.delete_area(_municipality text, _area text, _token uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM lagesbild.area WHERE municipality = _municipality AND area = _area) THEN
        RETURN false;
    END IF;
    PERFORM lagesbild.knowledge_changed(_municipality);
    IF _area = _municipality THEN
        RAISE EXCEPTION 'the municipality itself' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_is_municipality';
    ELSIF EXISTS (SELECT FROM lagesbild.area WHERE municipality = _municipality AND parent = _area) THEN
        RAISE EXCEPTION 'it has areas in it' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_has_areas';
    ELSIF EXISTS (SELECT FROM lagesbild.incident_area WHERE municipality = _municipality AND area = _area) THEN
        RAISE EXCEPTION 'it has incidents' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_has_incidents';
    ELSIF EXISTS (SELECT FROM lagesbild.place WHERE municipality = _municipality AND area = _area) THEN
        RAISE EXCEPTION 'it has places' USING ERRCODE = 'check_violation', CONSTRAINT = 'area_has_places';
    END IF;
    DELETE FROM lagesbild.area WHERE municipality = _municipality AND area = _area;
    INSERT INTO lagesbild.area_gone (municipality, area, gone_by) VALUES (_municipality, _area, _token)
    ON CONFLICT (municipality, area) DO UPDATE SET gone_at = now(), gone_by = excluded.gone_by;
    RETURN true;
END
$$;

-- A group's rhythm set: _every as in area_rhythm, _starts a Monday or NULL. False where there is no such area. What is set
-- to the same again goes on as it was.
CREATE OR REPLACE FUNCTION lagesbild.put_rhythm(_municipality text, _area text, _every text, _starts date, _token uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM lagesbild.knowledge_changed(_municipality);
    IF NOT EXISTS (SELECT FROM lagesbild.area WHERE municipality = _municipality AND area = _area) THEN
        RETURN false;
    END IF;
    INSERT INTO lagesbild.area_rhythm AS r (municipality, area, every, starts, updated_by)
    VALUES (_municipality, _area, _every, _starts, _token::text)
    ON CONFLICT (municipality, area) DO UPDATE
       SET every = excluded.every, starts = excluded.starts, updated_at = now(), updated_by = excluded.updated_by,
           since = CASE WHEN (r.every, r.starts) IS NOT DISTINCT FROM (excluded.every, excluded.starts)
                        THEN r.since ELSE excluded.since END;
    RETURN true;
END
$$;

-- The name that a place no longer has, remembered; and a name that a place has again, forgotten.
CREATE OR REPLACE FUNCTION lagesbild.place_is_gone(_municipality text, _area text, _name text, _kind text, _token uuid)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO lagesbild.place_gone (municipality, area, name, kind, gone_by)
    VALUES (_municipality, _area, _name, _kind, _token)
    ON CONFLICT (municipality, area, name, kind) DO UPDATE SET gone_at = now(), gone_by = excluded.gone_by;
$$;

CREATE OR REPLACE FUNCTION lagesbild.place_is_back(_municipality text, _area text, _name text, _kind text)
RETURNS void
LANGUAGE sql
AS $$
    DELETE FROM lagesbild.place_gone
     WHERE municipality = _municipality AND area = _area AND name = _name AND kind = _kind;
$$;

-- A new place. _body: {area, name, kind, aliases?: [text], position?: {lat, lon}}. Gives its id.
CREATE OR REPLACE FUNCTION lagesbild.add_place(_municipality text, _body jsonb, _token uuid)
RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
    made uuid;
BEGIN
    PERFORM lagesbild.knowledge_changed(_municipality);
    INSERT INTO lagesbild.place (municipality, area, name, kind, aliases, position, updated_by)
    VALUES (_municipality, _body ->> 'area', _body ->> 'name', _body ->> 'kind',
            ARRAY(SELECT jsonb_array_elements_text(COALESCE(NULLIF(_body -> 'aliases', 'null'), '[]'))),
            ST_SetSRID(ST_MakePoint((_body #>> '{position,lon}')::double precision,
                                    (_body #>> '{position,lat}')::double precision), 4326),
            _token::text)
    RETURNING place INTO made;
    PERFORM lagesbild.place_is_back(_municipality, _body ->> 'area', _body ->> 'name', _body ->> 'kind');
    RETURN made;
END
$$;

-- A place changed, whole. NULL where there is none in the municipalities and areas given (NULL areas: any).
CREATE OR REPLACE FUNCTION lagesbild.put_place(_municipalities text[], _areas text[], _place uuid, _body jsonb, _token uuid)
RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
    stored lagesbild.place;
BEGIN
    SELECT * INTO stored
      FROM lagesbild.place
     WHERE municipality = ANY (_municipalities) AND place = _place AND (_areas IS NULL OR area = ANY (_areas));
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM lagesbild.knowledge_changed(stored.municipality);
    UPDATE lagesbild.place
       SET area = _body ->> 'area', name = _body ->> 'name', kind = _body ->> 'kind',
           aliases = ARRAY(SELECT jsonb_array_elements_text(COALESCE(NULLIF(_body -> 'aliases', 'null'), '[]'))),
           position = ST_SetSRID(ST_MakePoint((_body #>> '{position,lon}')::double precision,
                                              (_body #>> '{position,lat}')::double precision), 4326),
           updated_at = now(), updated_by = _token::text
     WHERE municipality = stored.municipality AND place = _place;
    IF (stored.area, stored.name, stored.kind) IS DISTINCT FROM (_body ->> 'area', _body ->> 'name', _body ->> 'kind') THEN
        PERFORM lagesbild.place_is_gone(stored.municipality, stored.area, stored.name, stored.kind, _token);
        PERFORM lagesbild.place_is_back(stored.municipality, _body ->> 'area', _body ->> 'name', _body ->> 'kind');
    END IF;
    RETURN _place;
END
$$;

-- A place taken away; false where there is none, as above.
CREATE OR REPLACE FUNCTION lagesbild.delete_place(_municipalities text[], _areas text[], _place uuid, _token uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    stored lagesbild.place;
BEGIN
    DELETE FROM lagesbild.place
     WHERE municipality = ANY (_municipalities) AND place = _place AND (_areas IS NULL OR area = ANY (_areas))
    RETURNING * INTO stored;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM lagesbild.knowledge_changed(stored.municipality);
    PERFORM lagesbild.place_is_gone(stored.municipality, stored.area, stored.name, stored.kind, _token);
    RETURN true;
END
$$;

-- What a correction teaches: _learn is {place: {name, area, kind, aliases?}}, {alias: {place: id, name}} or
-- {cue: {phrase, category}}. Taught again, it is the same; of a phrase the last word counts.
CREATE OR REPLACE FUNCTION lagesbild.learn(_municipality text, _learn jsonb, _token uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    told jsonb;
BEGIN
    PERFORM lagesbild.knowledge_changed(_municipality);
    IF _learn ? 'place' THEN
        told := _learn -> 'place';
        INSERT INTO lagesbild.place AS p (municipality, area, name, kind, aliases, updated_by)
        VALUES (_municipality, told ->> 'area', told ->> 'name', told ->> 'kind',
                ARRAY(SELECT jsonb_array_elements_text(COALESCE(told -> 'aliases', '[]'))), _token::text)
        ON CONFLICT (municipality, area, name, kind) DO UPDATE
           SET aliases = ARRAY(SELECT DISTINCT alias FROM unnest(p.aliases || excluded.aliases) AS alias ORDER BY alias),
               updated_at = now(), updated_by = excluded.updated_by;
        PERFORM lagesbild.place_is_back(_municipality, told ->> 'area', told ->> 'name', told ->> 'kind');
    ELSIF _learn ? 'alias' THEN
        told := _learn -> 'alias';
        UPDATE lagesbild.place
           SET aliases = ARRAY(SELECT DISTINCT alias FROM unnest(aliases || ARRAY[told ->> 'name']) AS alias ORDER BY alias),
               updated_at = now(), updated_by = _token::text
         WHERE municipality = _municipality AND place = (told ->> 'place')::uuid;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no such place' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'learn_alias_place';
        END IF;
    ELSE
        told := _learn -> 'cue';
        INSERT INTO lagesbild.cue_change (municipality, phrase, changed_by, before, after)
        SELECT _municipality, told ->> 'phrase', _token, c.category, told ->> 'category'
          FROM (SELECT) AS one
          LEFT JOIN lagesbild.learned_cue c ON c.municipality = _municipality AND c.phrase = told ->> 'phrase'
         WHERE c.category IS DISTINCT FROM told ->> 'category';
        INSERT INTO lagesbild.learned_cue AS c (municipality, phrase, category, created_by)
        VALUES (_municipality, told ->> 'phrase', told ->> 'category', _token)
        ON CONFLICT (municipality, phrase) DO UPDATE
           SET category = excluded.category, created_at = now(), created_by = excluded.created_by;
    END IF;
END
$$;

-- A taught phrase taken away; false where there is none. What it has decided stays until the texts are read again.
CREATE OR REPLACE FUNCTION lagesbild.delete_cue(_municipality text, _phrase text, _token uuid)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    decided text;
BEGIN
    DELETE FROM lagesbild.learned_cue WHERE municipality = _municipality AND phrase = _phrase RETURNING category INTO decided;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO lagesbild.cue_change (municipality, phrase, changed_by, before) VALUES (_municipality, _phrase, _token, decided);
    PERFORM lagesbild.knowledge_changed(_municipality);
    RETURN true;
END
$$;
