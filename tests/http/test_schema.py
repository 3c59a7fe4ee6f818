"""What the schema promises: it can be distributed by municipality, and each role may do only its own."""

import re

import psycopg2
import pytest
from incidents import put_incident, put_report

SHARED = {"municipality", "category", "role"}  # reference tables: shared knowledge, no municipality's rows
BOOKS = {"migration", "definition"}  # the migrations' own, one of each whatever is distributed


def as_role(daemon, role, statement):
    connection = psycopg2.connect(host=str(daemon.data / "socket"), user="lagesbild", dbname="lagesbild")
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
            cursor.execute(statement)
            return cursor.rowcount
    finally:
        connection.rollback()
        connection.close()


def constraints(daemon, kinds):
    return daemon.sql("""
        SELECT c.conrelid::regclass::text, c.conname, c.contype,
               array(SELECT attname FROM unnest(c.conkey) WITH ORDINALITY k(attnum, o)
                       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY o)::text[],
               c.confrelid::regclass::text,
               array(SELECT attname FROM unnest(c.confkey) WITH ORDINALITY k(attnum, o)
                       JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum ORDER BY o)::text[]
          FROM pg_constraint c WHERE c.connamespace = 'lagesbild'::regnamespace AND c.contype = ANY (%s)""", (kinds,))


def name(table):
    return table.removeprefix("lagesbild.")


def tables(daemon):
    return [row[0] for row in daemon.sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'lagesbild'::regnamespace AND relkind = 'r' "
        "ORDER BY 1") if row[0] not in BOOKS]


def test_every_table_has_a_key_that_the_municipality_leads(daemon):
    keys = {name(table): columns for table, _, kind, columns, _, _ in constraints(daemon, ["p"])}
    for table in tables(daemon):
        assert table in keys, f"{table} has no primary key"
        if table not in SHARED:
            assert keys[table][0] == "municipality", f"{table}: {keys[table]}"


def test_every_unique_and_foreign_key_holds_the_municipality(daemon):
    for table, constraint, kind, columns, other, others in constraints(daemon, ["u", "f"]):
        if name(table) in SHARED or (kind == "f" and name(other) in SHARED):
            continue
        assert "municipality" in columns, f"{constraint}: {columns}"
        if kind == "f":
            assert others[columns.index("municipality")] == "municipality", f"{constraint} crosses municipalities"


def test_every_unique_index_holds_the_municipality(daemon):
    for table, index in daemon.sql("""SELECT i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
                                        JOIN pg_class c ON c.oid = i.indrelid
                                       WHERE c.relnamespace = 'lagesbild'::regnamespace AND i.indisunique"""):
        if name(table) not in SHARED | BOOKS:
            assert "municipality" in index, index


def test_no_trigger_of_ours_reaches_elsewhere(daemon):
    for trigger, body in daemon.sql("""SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                                         JOIN pg_class c ON c.oid = t.tgrelid
                                        WHERE c.relnamespace = 'lagesbild'::regnamespace AND NOT t.tgisinternal"""):
        touches = re.search(r"\b(from|join|into|update)\s+\w", body, re.I)
        assert not touches or "municipality" in body, f"trigger {trigger} does not stay in its municipality"


@pytest.mark.parametrize("statement", [
    "SELECT 1 FROM lagesbild.incident", "SELECT 1 FROM lagesbild.token", "SELECT 1 FROM lagesbild.report_revision",
    "UPDATE analysis.area SET name = ''", "CREATE TABLE analysis.x ()", "CREATE TABLE public.x ()",
])
def test_the_reader_reads_the_views_only(daemon, statement):
    as_role(daemon, "lagesbild_read", "SELECT * FROM analysis.incident LIMIT 1")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_role(daemon, "lagesbild_read", statement)


def test_the_readers_views_hold_no_free_text(daemon):
    columns = {row[0] for row in daemon.sql("SELECT column_name FROM information_schema.columns WHERE table_schema = 'analysis'")}
    assert not columns & {"text", "title", "pii", "category_evidence"}


@pytest.mark.parametrize("statement", [
    "UPDATE lagesbild.report_revision SET text = ''", "DELETE FROM lagesbild.report_revision",
    "UPDATE lagesbild.incident_change SET actor = ''", "DELETE FROM lagesbild.incident_change",
    "INSERT INTO lagesbild.role VALUES ('x', 'x')", "DROP TABLE lagesbild.incident", "CREATE TABLE lagesbild.x ()",
    "ALTER TABLE lagesbild.incident ADD x int",
])
def test_the_application_cannot_rewrite_history_or_the_schema(daemon, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        as_role(daemon, "lagesbild_app", statement)


def test_the_daemon_works_as_the_application(daemon):
    roles = daemon.sql("SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name = 'lagesbildd'")
    assert roles == [("lagesbildd",)]


# --- who reads what ---

@pytest.fixture(scope="module")
def bound_reader(daemon):
    """A login of one municipality's analysts, as docs/operations.md makes it."""
    daemon.sql("CREATE ROLE qgis_ub LOGIN; GRANT lagesbild_read TO qgis_ub;"
               "INSERT INTO lagesbild.reader (municipality, login) VALUES ('upplands-bro', 'qgis_ub')")
    for municipality, area in (("upplands-bro", "bro"), ("knivsta", None)):
        put_incident(daemon, municipality, "2001-02-03 12:00", areas=[area] if area else [], place="Bro station",
                     source="läsprov", position=(59.5, 17.6))
        put_report(daemon, municipality, "2001-02-03", organisation="läsprov")
    return lambda statement: as_login(daemon, "qgis_ub", statement)


def as_login(daemon, login, statement):
    """Rows, where there are any, and what the server said meanwhile."""
    connection = psycopg2.connect(host=str(daemon.data / "socket"), user=login, dbname="lagesbild")
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return (cursor.fetchall() if cursor.description else []), "".join(connection.notices)
    finally:
        connection.close()


@pytest.mark.parametrize("view", ["incident", "area", "place", "report"])
def test_a_bound_login_reads_its_own_municipality(bound_reader, daemon, view):
    assert bound_reader(f"SELECT DISTINCT municipality FROM analysis.{view}")[0] == [("upplands-bro",)]
    everybody = daemon.sql(f"SELECT DISTINCT municipality FROM analysis.{view}")
    assert {("upplands-bro",), ("knivsta",)} <= set(everybody) or view == "place"


def test_no_condition_sees_the_rows_of_others(bound_reader):
    """A function that costs nothing is asked first, but for a barrier, and tells what it is asked."""
    rows, said = bound_reader(
        "CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS"
        " 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END';"
        "SELECT count(*) FROM analysis.incident WHERE source = 'läsprov' AND pg_temp.tell(municipality)")
    assert rows == [(1,)] and "upplands-bro" in said and "knivsta" not in said


@pytest.mark.parametrize("statement", [
    "INSERT INTO analysis.area (municipality, area, name) VALUES ('upplands-bro', 'x', 'x')", "UPDATE analysis.incident SET place = ''",
    "DELETE FROM analysis.place", "SELECT * FROM lagesbild.reader", "DELETE FROM lagesbild.reader", "SELECT title FROM lagesbild.incident",
    "SELECT text FROM lagesbild.report_revision", "SET ROLE lagesbild_owner", "SET ROLE lagesbild_app", "TRUNCATE lagesbild.incident",
    "SET SESSION AUTHORIZATION lagesbild",
])
def test_a_login_that_reads_cannot_do_more(bound_reader, statement):
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectNotInPrerequisiteState,
                        psycopg2.errors.FeatureNotSupported)):
        bound_reader(statement)


def test_the_views_give_geometry_to_a_map(bound_reader):
    rows, _ = bound_reader("SELECT ST_SRID(position), ST_X(position), place_position IS NOT NULL, area, occurred_local::text"
                           " FROM analysis.incident WHERE source = 'läsprov'")
    assert rows == [(4326, 17.6, True, "bro", "2001-02-03 12:00:00")]
    geometry = bound_reader("SELECT f_table_name, f_geometry_column, srid FROM geometry_columns WHERE f_table_schema = 'analysis'"
                            " ORDER BY 1, 2")[0]
    assert geometry == [("area", "polygon", 4326), ("incident", "place_position", 4326), ("incident", "position", 4326),
                        ("place", "position", 4326)]
    told = bound_reader("SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'analysis'::regnamespace"
                        " AND obj_description(c.oid) IS NULL AND c.relkind = 'v'")[0]
    assert told == [(0,)], "every view says what it is"
