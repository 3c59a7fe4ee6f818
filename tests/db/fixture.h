/* One private PostgreSQL for all database tests, and a loop to wait in. */
#pragma once

#include <event2/event.h>
#include <libpq-fe.h>
#include <stdbool.h>

#include "../unit/unit.h"
#include "db/cluster.h"
#include "db/pool.h"

typedef struct Fixture {
    char directory[64];     /* under /tmp; removed at the end */
    char fast_binaries[72]; /* for ClusterOptions: without fsync */
    Cluster *cluster;
    struct event_base *base;
} Fixture;

int fixture_open(void **state);
/* The same without fsync: how long the tests take then depends less on the disk. */
int fixture_open_fast(void **state);
int fixture_close(void **state);

/* Runs the loop until `*condition`; fails the test where that takes longer than on any machine. Returns the
 * milliseconds it took. */
int fixture_wait(Fixture *fixture, const bool *condition);

/* Runs the loop for a while, whatever happens. */
void fixture_run_ms(Fixture *fixture, int ms);

/* Runs SQL on a connection of its own, blocking; fails the test when the server refuses. Returns the first value of the
 * first row ("" where there is none), to be freed. */
char *fixture_sql(const char *conninfo, const char *sql);

/* A directory with one file in it, made as needed. */
void fixture_file(const char *directory, const char *folder, const char *name, const char *text);
