#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/migrate.h"
#include "db/queries.h"
#include "fixture.h"

/* A schema of the test's own, in a database of its own. */
typedef struct Schema {
    char directory[128];
    char conninfo[256];
} Schema;

static Schema new_schema(Fixture *fixture, const char *name)
{
    Schema schema;
    char sql[128];
    snprintf(schema.directory, sizeof schema.directory, "%s/%s", fixture->directory, name);
    snprintf(schema.conninfo, sizeof schema.conninfo, "%s dbname=%s", cluster_conninfo(fixture->cluster), name);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
    free(fixture_sql(cluster_conninfo(fixture->cluster), sql));
    return schema;
}

static void file_in(const Schema *schema, const char *folder, const char *name, const char *text)
{
    fixture_file(schema->directory, folder, name, text);
}

static void assert_applied(const Schema *schema, int wanted)
{
    int applied = -1;
    Error err = {""};
    if (migrate_run(schema->conninfo, schema->directory, &applied, &err) < 0) fail_msg("%s", err.text);
    assert_int_equal(applied, wanted);
}

static void assert_refused(const Schema *schema, int code, const char *reason)
{
    Error err = {""};
    assert_int_equal(migrate_run(schema->conninfo, schema->directory, NULL, &err), code);
    if (!strstr(err.text, reason)) fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
}

static void assert_value(const Schema *schema, const char *sql, const char *wanted)
{
    char *value = fixture_sql(schema->conninfo, sql);
    assert_string_equal(value, wanted);
    free(value);
}

static void migrations_run_once_and_in_order(void **state)
{
    Schema schema = new_schema(*state, "in_order");
    assert_refused(&schema, -ENOENT, "migrations");
    file_in(&schema, "migrations", "0002_more.sql", "INSERT INTO a VALUES (2); -- $1 ; 'å'");
    file_in(&schema, "migrations", "0001_first.sql", "CREATE TABLE a (n int);\nINSERT INTO a VALUES (1);\n");
    file_in(&schema, "migrations", "0001_first.sql~", "an editor's copy");
    assert_applied(&schema, 2);
    assert_applied(&schema, 0);
    file_in(&schema, "migrations", "0003_empty.sql", "-- nothing to do\n");
    assert_applied(&schema, 1);
    assert_value(&schema, "SELECT array_agg(n) FROM a", "{1,2}");
    assert_value(&schema, "SELECT string_agg(name, ' ' ORDER BY name) FROM lagesbild.migration",
                 "0001_first.sql 0002_more.sql 0003_empty.sql");
}

static void a_broken_history_stops_the_start(void **state)
{
    Schema schema = new_schema(*state, "history");
    file_in(&schema, "migrations", "0001_a.sql", "SELECT 1");
    file_in(&schema, "migrations", "0003_c.sql", "SELECT 1");
    assert_applied(&schema, 2);
    file_in(&schema, "migrations", "0002_b.sql", "SELECT 1");
    assert_refused(&schema, -ESTALE, "0002_b.sql comes before 0003_c.sql");
    file_in(&schema, "migrations", "0001_a.sql", "SELECT 2");
    assert_refused(&schema, -ESTALE, "0001_a.sql was changed");
    free(fixture_sql(schema.conninfo, "INSERT INTO lagesbild.migration VALUES ('0009_future.sql', 'x');"
                                      "DELETE FROM lagesbild.migration WHERE name < '0009'"));
    assert_refused(&schema, -ESTALE, "0009_future.sql, which this program does not know");
}

static void bad_names_are_refused(void **state)
{
    Schema schema = new_schema(*state, "names");
    file_in(&schema, "migrations", "1_a.sql", "SELECT 1");
    assert_refused(&schema, -EINVAL, "1_a.sql");
    Schema two = new_schema(*state, "two");
    file_in(&two, "migrations", "0001_a.sql", "SELECT 1");
    file_in(&two, "migrations", "0001_b.sql", "SELECT 1");
    assert_refused(&two, -EINVAL, "two migrations with the number 0001");
}

static void an_error_names_the_file_and_the_line_and_leaves_nothing(void **state)
{
    Schema schema = new_schema(*state, "errors");
    file_in(&schema, "migrations", "0001_a.sql", "CREATE TABLE a (n int PRIMARY KEY);\n\n-- åäö\nSELECT\n  nosuch;\n");
    assert_refused(&schema, -EIO, "0001_a.sql:5: column \"nosuch\" does not exist");
    /* Without a position from the server: the statement's first line. */
    file_in(
        &schema, "migrations", "0001_a.sql",
        "CREATE TABLE a (n int PRIMARY KEY);\nDO $x$ BEGIN PERFORM 1; END $x$;\n/* ; */\nINSERT INTO a VALUES (1),\n"
        "  (1);\n");
    assert_refused(&schema, -EIO, "0001_a.sql:4: duplicate key value violates unique constraint");
    file_in(&schema, "migrations", "0001_a.sql", "SELECT 1; COMMIT;");
    assert_refused(&schema, -EINVAL, "leave BEGIN, COMMIT and ROLLBACK out");
    file_in(&schema, "migrations", "0001_a.sql", "CREATE TABLE a (n int);\nCOPY a FROM stdin;");
    assert_refused(&schema, -EINVAL, "0001_a.sql:2: COPY");
    assert_value(&schema, "SELECT to_regclass('a') IS NULL", "t");
    assert_value(&schema, "SELECT count(*) FROM lagesbild.migration", "0");
    file_in(&schema, "migrations", "0001_a.sql", "SELECT 1");
    assert_applied(&schema, 1);
}

static void functions_and_views_follow_their_files(void **state)
{
    Schema schema = new_schema(*state, "definitions");
    file_in(&schema, "migrations", "0001_a.sql", "CREATE TABLE a (n int); INSERT INTO a VALUES (41);");
    file_in(&schema, "functions", "next.sql",
            "CREATE OR REPLACE FUNCTION next() RETURNS int LANGUAGE sql AS 'SELECT max(n) + 1 FROM v'");
    file_in(&schema, "views", "v.sql", "CREATE OR REPLACE VIEW v AS SELECT n FROM a;");
    assert_applied(&schema, 1);
    assert_value(&schema, "SELECT next()", "42");
    /* Unchanged files are left alone … */
    free(fixture_sql(schema.conninfo, "DROP FUNCTION next()"));
    assert_applied(&schema, 0);
    assert_value(&schema, "SELECT to_regproc('next') IS NULL", "t");
    /* … and a changed one brings all of them up to date, as does a new migration. */
    file_in(&schema, "views", "v.sql", "CREATE OR REPLACE VIEW v AS SELECT n + 1 AS n FROM a;");
    assert_applied(&schema, 0);
    assert_value(&schema, "SELECT next()", "43");
    free(fixture_sql(schema.conninfo, "DROP FUNCTION next()"));
    file_in(&schema, "migrations", "0002_b.sql", "UPDATE a SET n = 51");
    assert_applied(&schema, 1);
    assert_value(&schema, "SELECT next()", "53");
    file_in(&schema, "views", "w.sql", "CREATE OR REPLACE VIEW w AS\nSELECT nosuch FROM a");
    assert_refused(&schema, -EIO, "views/w.sql:2: column \"nosuch\" does not exist");
}

static void daemons_that_start_together_take_turns(void **state)
{
    Schema schema = new_schema(*state, "together");
    file_in(&schema, "migrations", "0001_a.sql", "CREATE TABLE a (n int); SELECT pg_sleep(0.3);");
    file_in(&schema, "migrations", "0002_b.sql", "INSERT INTO a VALUES (1);");
    enum { DAEMONS = 4 };
    pid_t daemons[DAEMONS];
    for (int i = 0; i < DAEMONS; i++) {
        daemons[i] = fork();
        if (daemons[i] == 0) {
            Error err;
            int applied = 0, r = migrate_run(schema.conninfo, schema.directory, &applied, &err);
            if (r < 0) fprintf(stderr, "%s\n", err.text);
            _exit(r < 0 ? 100 : applied);
        }
    }
    int total = 0, status;
    for (int i = 0; i < DAEMONS; i++) {
        waitpid(daemons[i], &status, 0);
        assert_true(WIFEXITED(status));
        total += WEXITSTATUS(status);
    }
    assert_int_equal(total, 2);
    assert_value(&schema, "SELECT count(*) FROM a", "1");
}

static void a_login_without_rights_can_use_what_is_up_to_date(void **state)
{
    Schema schema = new_schema(*state, "rights");
    file_in(&schema, "migrations", "0001_a.sql", "GRANT USAGE ON SCHEMA lagesbild TO public");
    assert_applied(&schema, 1);
    free(fixture_sql(schema.conninfo, "CREATE ROLE small LOGIN"));
    Schema small = schema;
    strcat(small.conninfo, " user=small");
    assert_applied(&small, 0);
    file_in(&schema, "migrations", "0002_b.sql", "CREATE TABLE lagesbild.b ()");
    assert_refused(&small, -EIO, "permission denied for schema lagesbild");
    Schema nowhere = schema;
    snprintf(nowhere.conninfo, sizeof nowhere.conninfo, "host=/nowhere");
    assert_refused(&nowhere, -ENOTCONN, "cannot be reached");
}

/* The product's own schema, and every query that the daemon holds, against it. */
static void the_real_schema_takes_every_query(void **state)
{
    const char *directory = getenv("LAGESBILD_SCHEMA");
    assert_non_null(directory);
    Schema schema = new_schema(*state, "real");
    snprintf(schema.directory, sizeof schema.directory, "%s", directory);
    Error err = {""};
    if (migrate_run(schema.conninfo, schema.directory, NULL, &err) < 0) fail_msg("%s", err.text);
    PGconn *connection = PQconnectdb(schema.conninfo);
    PGresult *role = PQexec(connection, "SET ROLE lagesbild_app");
    assert_int_equal(PQresultStatus(role), PGRES_COMMAND_OK);
    PQclear(role);
    int wrong = 0;
    for (size_t i = 0; i < query_count; i++) {
        PGresult *result = PQprepare(connection, query_all[i]->name, query_all[i]->sql, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK && ++wrong)
            print_error("%s: %s", query_all[i]->name, PQerrorMessage(connection));
        PQclear(result);
    }
    PQfinish(connection);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrations_run_once_and_in_order),
        cmocka_unit_test(a_broken_history_stops_the_start),
        cmocka_unit_test(bad_names_are_refused),
        cmocka_unit_test(an_error_names_the_file_and_the_line_and_leaves_nothing),
        cmocka_unit_test(functions_and_views_follow_their_files),
        cmocka_unit_test(daemons_that_start_together_take_turns),
        cmocka_unit_test(a_login_without_rights_can_use_what_is_up_to_date),
        cmocka_unit_test(the_real_schema_takes_every_query),
    };
    return cmocka_run_group_tests(tests, fixture_open_fast, fixture_close);
}
