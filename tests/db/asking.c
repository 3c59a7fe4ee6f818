#include "asking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int order;

void note(const DbOutcome *outcome, void *arg)
{
    Answer *answer = arg;
    *answer = (Answer){.done = true,
                       .calls = answer->calls + 1,
                       .status = outcome->status,
                       .results = outcome->result_count,
                       .maybe_committed = outcome->maybe_committed,
                       .order = ++order};
    memcpy(answer->sqlstate, outcome->sqlstate, sizeof answer->sqlstate);
    if (outcome->constraint) snprintf(answer->constraint, sizeof answer->constraint, "%s", outcome->constraint);
    if (outcome->result_count == 0) return;
    PGresult *last = outcome->results[outcome->result_count - 1];
    if (PQntuples(last) == 0) return;
    answer->length = (size_t)PQgetlength(last, 0, 0);
    snprintf(answer->value, sizeof answer->value, "%.60s", PQgetvalue(last, 0, 0));
}

const Query echo = {"echo", "SELECT $1::text", 1};
const Query nap = {"nap", "SELECT pg_sleep($1::float8)::text", 1};
const Query insert = {"insert", "INSERT INTO t (id, body) VALUES ($1::int, $2::text)", 2};
const Query count = {"count", "SELECT count(*) FROM t WHERE id >= $1::int", 1};

const Query gate = {"gate", "SELECT pg_advisory_xact_lock_shared(20261201)::text", 0};

PGconn *gate_shut(const Fixture *fixture)
{
    PGconn *shut = PQconnectdb(cluster_conninfo(fixture->cluster));
    PGresult *result = PQexec(shut, "SET lock_timeout = '60s'; SELECT pg_advisory_lock(20261201)");
    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail_msg("%s", PQerrorMessage(shut));
    PQclear(result);
    return shut;
}

static int at_gate(const Fixture *fixture)
{
    char *waiting = fixture_sql(cluster_conninfo(fixture->cluster),
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'");
    int sessions = atoi(waiting);
    free(waiting);
    return sessions;
}

void gate_wait(Fixture *fixture, int sessions)
{
    for (int i = 0; i < 2000 && at_gate(fixture) < sessions; i++)
        fixture_run_ms(fixture, 20);
    assert_int_equal(at_gate(fixture), sessions);
}

void gate_open(PGconn *shut)
{
    PQfinish(shut);
}

void warm_up(Fixture *fixture, Pool *pool, int connections)
{
    enum { MOST = 4 };
    assert_in_range(connections, 1, MOST);
    int sessions = 0;
    /* A connection that is late leaves its unit to one that is there; the next round has it. */
    for (int round = 0; round < 100 && sessions < connections; round++) {
        Answer warm[MOST] = {{0}};
        PGconn *shut = gate_shut(fixture);
        for (int i = 0; i < connections; i++)
            ask(pool, &warm[i], &gate, NULL, NULL);
        for (int i = 0; i < 25 && sessions < connections; i++) {
            fixture_run_ms(fixture, 20);
            sessions = at_gate(fixture);
        }
        gate_open(shut);
        for (int i = 0; i < connections; i++)
            fixture_wait(fixture, &warm[i].done);
    }
    assert_int_equal(sessions, connections);
}

DbWork *make(Pool *pool, Answer *answer, const Query *query, const char *const *params)
{
    DbWork *work = db_work_new(pool, note, answer);
    assert_non_null(work);
    assert_int_equal(db_work_add(work, query, params), 0);
    return work;
}

void ask(Pool *pool, Answer *answer, const Query *query, const char *first, const char *second)
{
    const char *params[] = {first, second};
    db_work_submit(make(pool, answer, query, params));
}

Pool *open_pool(Fixture *fixture, PoolOptions options)
{
    Pool *pool;
    Error err;
    if (!options.conninfo) options.conninfo = cluster_conninfo(fixture->cluster);
    if (!options.connections) options.connections = 1;
    if (!options.queue_max) options.queue_max = 1000;
    assert_int_equal(pool_new(&pool, fixture->base, &options, &err), 0);
    return pool;
}

int fresh_table(void **state)
{
    Fixture *fixture = *state;
    order = 0;
    free(fixture_sql(cluster_conninfo(fixture->cluster),
                     "SET client_min_messages = error; DROP TABLE IF EXISTS t;"
                     "CREATE TABLE t (id int CONSTRAINT t_is_unique PRIMARY KEY, body text)"));
    return 0;
}
