#include "fixture.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "db/binaries.h"
#include "util/clock.h"

static void write_script(const char *directory, const char *name, const char *binaries, const char *option)
{
    char path[128], text[PATH_MAX + 64];
    snprintf(text, sizeof text, "#!/bin/sh\nexec %s/%s %s \"$@\"\n", binaries, name, option);
    fixture_file(directory, "bin", name, text);
    snprintf(path, sizeof path, "%.64s/bin/%s", directory, name);
    assert_int_equal(chmod(path, 0755), 0);
}

/* PostgreSQL's programs, told to leave the disk alone. */
static void make_fast_binaries(Fixture *fixture)
{
    char binaries[PATH_MAX];
    Error err = {""};
    if (binaries_find(binaries, NULL, "/usr/lib/postgresql", 0, &err) < 0) fail_msg("%s", err.text);
    write_script(fixture->directory, "initdb", binaries, "--no-sync");
    write_script(fixture->directory, "postgres", binaries, "-c fsync=off");
    snprintf(fixture->fast_binaries, sizeof fixture->fast_binaries, "%.64s/bin", fixture->directory);
}

static int open_fixture(void **state, bool fast)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    *state = fixture;
    strcpy(fixture->directory, "/tmp/lagesbild-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    assert_int_equal(chmod(fixture->directory, 0755), 0);
    make_fast_binaries(fixture);
    fixture->base = event_base_new();
    assert_non_null(fixture->base);
    ClusterOptions options = {.directory = fixture->directory,
                              .user = "postgres",
                              .binaries = fast ? fixture->fast_binaries : NULL,
                              .max_connections = 30};
    Error err = {""};
    if (cluster_open(&fixture->cluster, &options, &err) < 0) fail_msg("%s", err.text);
    assert_int_equal(cluster_supervise(fixture->cluster, fixture->base), 0);
    return 0;
}

int fixture_open(void **state)
{
    return open_fixture(state, false);
}

int fixture_open_fast(void **state)
{
    return open_fixture(state, true);
}

int fixture_close(void **state)
{
    Fixture *fixture = *state;
    cluster_close(fixture->cluster);
    event_base_free(fixture->base);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->directory);
    int r = system(command);
    free(fixture);
    return r;
}

int fixture_wait(Fixture *fixture, const bool *condition)
{
    enum { LONGEST_MS = 60000 };
    int64_t began = clock_steady_us();
    while (!*condition && clock_steady_us() - began < LONGEST_MS * INT64_C(1000))
        fixture_run_ms(fixture, 20);
    assert_true(*condition);
    return (int)((clock_steady_us() - began) / 1000);
}

void fixture_run_ms(Fixture *fixture, int ms)
{
    struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_base_loopexit(fixture->base, &wait);
    event_base_dispatch(fixture->base);
}

char *fixture_sql(const char *conninfo, const char *sql)
{
    PGconn *connection = PQconnectdb(conninfo);
    /* After a test that killed the server, it may still be recovering. */
    for (int i = 0; i < 300 && PQping(conninfo) == PQPING_REJECT; i++)
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    if (PQstatus(connection) != CONNECTION_OK) PQreset(connection);
    if (PQstatus(connection) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(connection));
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail_msg("%s", PQerrorMessage(connection));
    char *value = strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    assert_non_null(value);
    PQclear(result);
    PQfinish(connection);
    return value;
}

void fixture_file(const char *directory, const char *folder, const char *name, const char *text)
{
    char path[512];
    mkdir(directory, 0755);
    snprintf(path, sizeof path, "%s/%s", directory, folder);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/%s/%s", directory, folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}
