/*
 * The pool beside pgbench, on the same private PostgreSQL: units in a second, and their ratio.
 *
 *   bench-pool [SECONDS [CONNECTIONS]]        3 seconds and 2 connections unless told otherwise
 *
 * Both run one prepared statement to a transaction. pgbench waits for each answer before it asks again; the pool keeps
 * many units under way on each connection, as many requests at once do to a daemon.
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db/binaries.h"
#include "db/cluster.h"
#include "db/pool.h"

enum { UNDER_WAY = 256, ROWS = 10000 };

typedef struct Case {
    const char *name;
    Query query;
    const char *pgbench; /* the same statement */
} Case;

static const Case cases[] = {
    {"read one row",
     {"read", "SELECT body FROM bench WHERE id = $1::int", 1},
     "\\set id random(1, 10000)\nSELECT body FROM bench WHERE id = :id;\n"},
    {"write one row",
     {"write", "INSERT INTO bench_log (body) VALUES ($1::text)", 1},
     "\\set id random(1, 10000)\nINSERT INTO bench_log (body) VALUES (:id::text);\n"},
};

typedef struct Run {
    struct event_base *base;
    Pool *pool;
    const Case *test;
    char ids[ROWS][8];
    long done, failed;
    int next;
    bool over;
} Run;

static void submit(Run *run);

static void on_done(const DbOutcome *outcome, void *arg)
{
    Run *run = arg;
    run->done++;
    run->failed += outcome->status != DB_OK;
    if (!run->over) submit(run);
}

static void submit(Run *run)
{
    run->next = (run->next + 7919) % ROWS;
    const char *params[] = {run->ids[run->next]};
    DbWork *work = db_work_new(run->pool, on_done, run);
    if (!work || db_work_add(work, &run->test->query, params) < 0) abort();
    db_work_submit(work);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double run_pool(const char *conninfo, const Case *test, int seconds, int connections)
{
    static Run run;
    run = (Run){.base = event_base_new(), .test = test};
    for (int i = 0; i < ROWS; i++)
        snprintf(run.ids[i], sizeof run.ids[i], "%d", i + 1);
    Error err;
    PoolOptions options = {.conninfo = conninfo, .connections = connections, .queue_max = 2 * UNDER_WAY};
    if (pool_new(&run.pool, run.base, &options, &err) < 0) abort();
    for (int i = 0; i < UNDER_WAY; i++)
        submit(&run);
    struct timeval warm = {.tv_usec = 300000}, length = {.tv_sec = seconds};
    event_base_loopexit(run.base, &warm);
    event_base_dispatch(run.base);
    run.done = 0;
    double since = now();
    event_base_loopexit(run.base, &length);
    event_base_dispatch(run.base);
    double rate = (double)run.done / (now() - since);
    run.over = true;
    pool_free(run.pool);
    event_base_free(run.base);
    if (run.failed > UNDER_WAY) fprintf(stderr, "%s: %ld units failed\n", test->name, run.failed);
    return rate;
}

static double run_pgbench(const char *directory, const Case *test, int seconds, int connections)
{
    char binaries[PATH_MAX], command[PATH_MAX * 2], line[512];
    Error err;
    if (binaries_find(binaries, NULL, "/usr/lib/postgresql", 0, &err) < 0) return 0;
    snprintf(command, sizeof command, "%s/script.sql", directory);
    FILE *script = fopen(command, "w");
    if (!script) return 0;
    fputs(test->pgbench, script);
    fclose(script);
    snprintf(command, sizeof command,
             "%s/pgbench -n -M prepared -c %d -j %d -T %d -h %s/socket -U lagesbild -f %s/script.sql lagesbild 2>&1",
             binaries, connections, connections > 2 ? 2 : connections, seconds, directory, directory);
    FILE *output = popen(command, "r");
    double rate = 0;
    while (output && fgets(line, sizeof line, output))
        sscanf(line, "tps = %lf (without", &rate);
    if (output) pclose(output);
    return rate;
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? atoi(argv[1]) : 3, connections = argc > 2 ? atoi(argv[2]) : 2;
    char directory[] = "/tmp/lagesbild-bench-XXXXXX", command[128];
    if (seconds < 1 || connections < 1 || !mkdtemp(directory)) return 2;
    chmod(directory, 0755);
    Cluster *cluster;
    Error err;
    ClusterOptions options = {.directory = directory, .user = "postgres", .max_connections = connections + 8};
    if (cluster_open(&cluster, &options, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    PGconn *connection = PQconnectdb(cluster_conninfo(cluster));
    PQclear(PQexec(connection,
                   "CREATE TABLE bench AS SELECT id, repeat('x', 200) AS body FROM generate_series(1, 10000) id;"
                   "ALTER TABLE bench ADD PRIMARY KEY (id)"));
    PQclear(PQexec(connection, "VACUUM ANALYZE bench"));
    PQclear(PQexec(connection, "CREATE TABLE bench_log (id bigserial PRIMARY KEY, body text)"));
    PQfinish(connection);
    printf("%d connections, %d s each\n%-16s %12s %12s %8s\n", connections, seconds, "", "pool/s", "pgbench/s",
           "ratio");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double pgbench = run_pgbench(directory, &cases[i], seconds, connections);
        double pool = run_pool(cluster_conninfo(cluster), &cases[i], seconds, connections);
        printf("%-16s %12.0f %12.0f %8.2f\n", cases[i].name, pool, pgbench, pgbench > 0 ? pool / pgbench : 0);
    }
    cluster_close(cluster);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command) == 0 ? 0 : 1;
}
