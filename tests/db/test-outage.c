/* The server or the way to it goes, and comes back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "proxy.h"

static const Query own_pid = {"own_pid", "SELECT pg_backend_pid()", 0};

static void the_next_host_is_tried(void **state)
{
    Fixture *fixture = *state;
    char conninfo[512];
    snprintf(conninfo, sizeof conninfo, "host=/nowhere,%s/socket port=5432 user=lagesbild dbname=lagesbild",
             fixture->directory);
    Pool *pool = open_pool(fixture, (PoolOptions){.conninfo = conninfo});
    Answer answer = {0};
    ask(pool, &answer, &echo, "found", NULL);
    fixture_wait(fixture, &answer.done);
    assert_string_equal(answer.value, "found");
    pool_free(pool);

    Error err;
    PoolOptions bad = {.conninfo = "host", .connections = 1, .queue_max = 1};
    assert_int_equal(pool_new(&pool, fixture->base, &bad, &err), -22);
    assert_non_null(strstr(err.text, "connection string"));
}

/* Ends the pool's sessions from outside. */
static void terminate(Fixture *fixture)
{
    free(fixture_sql(cluster_conninfo(fixture->cluster), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                         " WHERE application_name = 'lagesbildd'"));
}

static void an_ended_session_is_opened_again_and_the_unit_runs_once(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer warm = {0}, cut = {0}, behind = {0}, counted = {0};
    ask(pool, &warm, &echo, "x", NULL);
    fixture_wait(fixture, &warm.done);
    const char *row[] = {"1", "once"}, *row2[] = {"2", "behind"};
    PGconn *shut = gate_shut(fixture);
    DbWork *work = make(pool, &cut, &insert, row);
    db_work_add(work, &gate, NULL);
    db_work_submit(work);
    db_work_submit(make(pool, &behind, &insert, row2));
    gate_wait(fixture, 1);
    terminate(fixture);
    gate_open(shut);
    fixture_wait(fixture, &cut.done);
    fixture_wait(fixture, &behind.done);
    ask(pool, &counted, &count, "0", NULL);
    fixture_wait(fixture, &counted.done);
    /* The server said that it ended the session before the commit, so both could safely run again. */
    assert_int_equal(cut.status, DB_OK);
    assert_int_equal(behind.status, DB_OK);
    assert_int_equal(cut.calls, 1);
    assert_string_equal(counted.value, "2");
    pool_free(pool);
}

static void what_may_have_been_committed_is_not_run_twice(void **state)
{
    Fixture *fixture = *state;
    Proxy *proxy = proxy_open(fixture);
    Pool *pool = open_pool(fixture, (PoolOptions){.conninfo = proxy_conninfo(proxy)});
    Answer lost = {0}, retried = {0}, after = {0};
    const char *row[] = {"1", "cut"}, *first[] = {"1"};
    PGconn *shut = gate_shut(fixture);
    DbWork *work = make(pool, &lost, &insert, row);
    db_work_add(work, &gate, NULL);
    db_work_submit(work);
    work = make(pool, &retried, &count, first);
    db_work_set_retry(work);
    db_work_submit(work);
    gate_wait(fixture, 1);
    for (int i = 0; i < 1000 && proxy_count(proxy) < 2; i++)
        fixture_run_ms(fixture, 20);
    assert_false(lost.done);
    proxy_cut(proxy);
    gate_open(shut);
    fixture_wait(fixture, &lost.done);
    assert_int_equal(lost.status, DB_UNAVAILABLE);
    assert_true(lost.maybe_committed);
    fixture_wait(fixture, &retried.done);
    assert_int_equal(retried.status, DB_OK);
    for (int i = 0; i < 1000 && proxy_count(proxy) < 4; i++)
        fixture_run_ms(fixture, 20);
    assert_int_equal(proxy_count(proxy), 4); /* both that it keeps, the one for heavy units too, twice */
    /* And it was: the server went on without us. That is what the flag is for. */
    for (int i = 0; i < 50 && after.value[0] != '1'; i++) {
        fixture_run_ms(fixture, 100);
        after.done = false;
        ask(pool, &after, &count, "1", NULL);
        fixture_wait(fixture, &after.done);
    }
    assert_string_equal(after.value, "1");
    pool_free(pool);
    proxy_close(proxy);
}

/* Whatever the pieces that answers come in, and wherever the connection is cut, each unit is told once and truly. */
static void any_piece_and_any_cut_will_do(void **state)
{
    Fixture *fixture = *state;
    Proxy *proxy = proxy_open(fixture);
    Pool *pool = open_pool(fixture, (PoolOptions){.conninfo = proxy_conninfo(proxy)});
    enum { UNITS = 30, ROUNDS = 12 };
    Answer answers[ROUNDS][UNITS] = {0};
    char ids[ROUNDS * UNITS][8];
    int stored = 0, unknown = 0;
    for (int round = 0; round < ROUNDS; round++) {
        proxy_dribble(proxy, (size_t)round * 7 + 1);
        for (int i = 0; i < UNITS; i++) {
            int id = round * UNITS + i;
            snprintf(ids[id], sizeof ids[id], "%d", id);
            ask(pool, &answers[round][i], &insert, ids[id], "x");
        }
        fixture_run_ms(fixture, 5 + round * 3);
        if (round % 2) proxy_cut(proxy);
        for (int i = 0; i < UNITS; i++)
            fixture_wait(fixture, &answers[round][i].done);
        for (int i = 0; i < UNITS; i++) {
            const Answer *answer = &answers[round][i];
            assert_int_equal(answer->calls, 1);
            stored += answer->status == DB_OK;
            unknown += answer->status == DB_UNAVAILABLE && answer->maybe_committed;
            assert_true(answer->status == DB_OK || answer->status == DB_UNAVAILABLE);
        }
    }
    proxy_dribble(proxy, 0);
    Answer counted = {0};
    ask(pool, &counted, &count, "0", NULL);
    fixture_wait(fixture, &counted.done);
    assert_true(unknown > 0);
    assert_in_range(atoi(counted.value), stored, stored + unknown);
    pool_free(pool);
    proxy_close(proxy);
}

static void a_dead_server_fails_units_soon_and_is_found_again(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.connections = 1});
    Answer before = {0}, during = {0}, at_once = {0}, after = {0};
    ask(pool, &before, &own_pid, NULL, NULL);
    fixture_wait(fixture, &before.done);
    pid_t server = cluster_pid(fixture->cluster);
    kill(server, SIGSTOP); /* new connections are neither taken nor refused: the worst that can happen */
    kill(atoi(before.value), SIGTERM);
    for (int i = 0; i < 1000 && pool_is_ready(pool); i++)
        fixture_run_ms(fixture, 20);
    ask(pool, &during, &echo, "x", NULL);
    assert_in_range(fixture_wait(fixture, &during.done), 0, 8000); /* 2 s; with a connection it would be 10 */
    assert_int_equal(during.status, DB_UNAVAILABLE);
    assert_false(during.maybe_committed);
    assert_false(pool_is_ready(pool));
    ask(pool, &at_once, &echo, "x", NULL);
    assert_in_range(fixture_wait(fixture, &at_once.done), 0, 1500);
    assert_int_equal(at_once.status, DB_UNAVAILABLE);

    kill(server, SIGKILL);
    bool ready = false;
    for (int i = 0; i < 300 && !ready; i++) {
        fixture_run_ms(fixture, 100);
        ready = pool_is_ready(pool);
    }
    assert_true(ready);
    ask(pool, &after, &echo, "back", NULL);
    fixture_wait(fixture, &after.done);
    assert_string_equal(after.value, "back");
    assert_int_not_equal(cluster_pid(fixture->cluster), server);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_next_host_is_tried, fresh_table),
        cmocka_unit_test_setup(an_ended_session_is_opened_again_and_the_unit_runs_once, fresh_table),
        cmocka_unit_test_setup(what_may_have_been_committed_is_not_run_twice, fresh_table),
        cmocka_unit_test_setup(any_piece_and_any_cut_will_do, fresh_table),
        cmocka_unit_test_setup(a_dead_server_fails_units_soon_and_is_found_again, fresh_table),
    };
    return cmocka_run_group_tests(tests, fixture_open_fast, fixture_close);
}
