#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asking.h"
#include "db/queries.h"

static const Query divide = {"divide", "SELECT 1 / $1::int", 1};
static const Query update = {"update", "UPDATE t SET body = body || 'x' WHERE id = $1::int", 1};
static const Query hold = {"hold", "SELECT pg_advisory_xact_lock($1::int)::text", 1};
static const Query wrong = {"wrong", "SELECT no_such_column FROM t", 0};
static const Query shape = {"shape", "SELECT * FROM shaped", 0};
static const Query series = {"series", "SELECT n, repeat('x', 200) FROM generate_series(1, $1::int) n", 1};
static const Query settings = {
    "settings",
    "SELECT concat_ws(' ', current_setting('TimeZone'), current_setting('application_name'), current_user,"
    " current_setting('statement_timeout'), current_setting('client_encoding'),"
    " current_setting('search_path'))",
    0};

static void answers_come_in_order_with_the_session_set_up(void **state)
{
    Fixture *fixture = *state;
    free(fixture_sql(cluster_conninfo(fixture->cluster),
                     "DO $$BEGIN CREATE ROLE \"a role\"; EXCEPTION WHEN duplicate_object THEN NULL; END$$"));
    Pool *pool = open_pool(fixture, (PoolOptions){.role = "a role", .statement_timeout_ms = 12345});
    Answer answers[100] = {0}, session = {0};
    char texts[100][16];
    for (int i = 0; i < 100; i++) {
        snprintf(texts[i], sizeof texts[i], "åäö %d", i);
        ask(pool, &answers[i], &echo, texts[i], NULL);
        assert_false(answers[i].done); /* never inside submit */
    }
    ask(pool, &session, &settings, NULL, NULL);
    fixture_wait(fixture, &session.done);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(answers[i].status, DB_OK);
        assert_int_equal(answers[i].order, i + 1);
        assert_string_equal(answers[i].value, texts[i]);
    }
    assert_string_equal(session.value, "Europe/Stockholm lagesbildd a role 12345ms UTF8 public");
    assert_int_equal(pool_pending(pool), 0);
    assert_true(pool_is_ready(pool));
    pool_free(pool);
}

static void a_unit_succeeds_whole_or_not_at_all_and_alone(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer first = {0}, bad = {0}, twice = {0}, after = {0}, counted = {0};
    const char *one[] = {"1", "a"}, *two[] = {"2", "b"}, *zero[] = {"0"};
    ask(pool, &first, &insert, "1", "a");

    DbWork *work = make(pool, &bad, &insert, two);
    db_work_add(work, &divide, zero);
    db_work_add(work, &echo, one);
    db_work_submit(work);

    ask(pool, &twice, &insert, "1", "again");
    ask(pool, &after, &insert, "3", NULL);
    ask(pool, &counted, &count, "0", NULL);
    fixture_wait(fixture, &counted.done);

    assert_int_equal(first.status, DB_OK);
    assert_int_equal(bad.status, DB_REFUSED);
    assert_string_equal(bad.sqlstate, "22012");
    assert_int_equal(twice.status, DB_REFUSED);
    assert_string_equal(twice.sqlstate, "23505");
    assert_string_equal(twice.constraint, "t_is_unique");
    assert_int_equal(after.status, DB_OK);
    assert_string_equal(counted.value, "2"); /* 1 and 3: the 2 went with its unit */
    pool_free(pool);
}

/* The error comes after every statement has succeeded, with the Sync. */
static void a_constraint_checked_at_the_commit_refuses_too(void **state)
{
    Fixture *fixture = *state;
    free(fixture_sql(cluster_conninfo(fixture->cluster),
                     "ALTER TABLE t ADD CONSTRAINT late UNIQUE (body) DEFERRABLE INITIALLY DEFERRED"));
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer first = {0}, same = {0}, after = {0}, counted = {0};
    ask(pool, &first, &insert, "1", "a");
    ask(pool, &same, &insert, "2", "a");
    ask(pool, &after, &insert, "3", "b");
    ask(pool, &counted, &count, "0", NULL);
    fixture_wait(fixture, &counted.done);
    assert_int_equal(first.status, DB_OK);
    assert_int_equal(same.status, DB_REFUSED);
    assert_string_equal(same.constraint, "late");
    assert_int_equal(after.status, DB_OK);
    assert_string_equal(counted.value, "2");
    pool_free(pool);
}

static void a_statement_that_cannot_be_prepared_takes_nobody_with_it(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer bad = {0}, good = {0}, bad_again = {0}, last = {0};
    ask(pool, &bad, &wrong, NULL, NULL);
    ask(pool, &good, &insert, "7", "x");
    ask(pool, &bad_again, &wrong, NULL, NULL);
    ask(pool, &last, &count, "0", NULL);
    fixture_wait(fixture, &last.done);
    assert_int_equal(bad.status, DB_FAILED);
    assert_string_equal(bad.sqlstate, "42703"); /* the reason, not "no such prepared statement" */
    assert_int_equal(bad_again.status, DB_FAILED);
    assert_int_equal(good.status, DB_OK);
    assert_string_equal(last.value, "1");
    /* Once the column is there, the same connection works. */
    free(fixture_sql(cluster_conninfo(fixture->cluster), "ALTER TABLE t ADD no_such_column text DEFAULT 'now'"));
    Answer cured = {0};
    ask(pool, &cured, &wrong, NULL, NULL);
    fixture_wait(fixture, &cured.done);
    assert_int_equal(cured.status, DB_OK);
    assert_string_equal(cured.value, "now");
    pool_free(pool);
}

static void a_changed_result_type_is_prepared_again(void **state)
{
    Fixture *fixture = *state;
    const char *conninfo = cluster_conninfo(fixture->cluster);
    free(fixture_sql(conninfo, "CREATE TABLE shaped AS SELECT 1 AS n"));
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer before = {0}, after[5] = {{0}};
    ask(pool, &before, &shape, NULL, NULL);
    fixture_wait(fixture, &before.done);
    free(fixture_sql(conninfo, "ALTER TABLE shaped ALTER n TYPE text USING 'now text'"));
    for (int i = 0; i < 5; i++)
        ask(pool, &after[i], &shape, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        fixture_wait(fixture, &after[i].done);
        assert_int_equal(after[i].status, DB_OK);
        assert_string_equal(after[i].value, "now text");
    }
    free(fixture_sql(conninfo, "DROP TABLE shaped"));
    pool_free(pool);
}

static void a_megabyte_goes_both_ways_many_times(void **state)
{
    Fixture *fixture = *state;
    enum { SIZE = 1 << 20, UNITS = 10, ROUNDS = 4 }; /* so few that none waits for room on the connection */
    char *big = malloc(SIZE + 1);
    assert_non_null(big);
    memset(big, 'b', SIZE);
    big[SIZE] = '\0';
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    const char *params[] = {big};
    for (int round = 0; round < ROUNDS; round++) {
        Answer answers[UNITS] = {0};
        for (int i = 0; i < UNITS; i++) {
            /* Two in a unit: the first answer is on its way while the second question still is. */
            DbWork *work = make(pool, &answers[i], &echo, params);
            db_work_add(work, &echo, params);
            db_work_submit(work);
        }
        for (int i = 0; i < UNITS; i++) {
            fixture_wait(fixture, &answers[i].done);
            assert_int_equal(answers[i].status, DB_OK);
            assert_int_equal(answers[i].results, 2);
            assert_int_equal(answers[i].length, SIZE);
        }
    }
    pool_free(pool);
    free(big);
}

static void a_slow_unit_does_not_hold_up_short_ones(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.connections = 2});
    Answer slow = {0}, quick[200] = {{0}};
    warm_up(fixture, pool, 2);
    PGconn *shut = gate_shut(fixture);
    ask(pool, &slow, &gate, NULL, NULL);
    gate_wait(fixture, 1);
    fixture_run_ms(fixture, 50);
    for (int i = 0; i < 200; i++)
        ask(pool, &quick[i], &echo, "q", NULL);
    for (int i = 0; i < 200; i++)
        fixture_wait(fixture, &quick[i].done);
    assert_false(slow.done);
    gate_open(shut);
    fixture_wait(fixture, &slow.done);
    pool_free(pool);
}

/* Asks a question of the heavy kind. */
static void ask_heavy(Pool *pool, Answer *answer, const Query *query, const char *first)
{
    const char *params[] = {first};
    DbWork *work = make(pool, answer, query, params);
    db_work_set_heavy(work);
    db_work_submit(work);
}

static void heavy_units_take_no_connection_from_others(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.heavy_connections = 2, .heavy_queue_max = 4});
    Answer warm = {0}, heavy[6] = {{0}}, quick[200] = {{0}};
    ask_heavy(pool, &warm, &echo, "w");
    fixture_wait(fixture, &warm.done);
    PGconn *shut = gate_shut(fixture);
    for (int i = 0; i < 6; i++)
        ask_heavy(pool, &heavy[i], &gate, NULL);
    for (int i = 0; i < 200; i++)
        ask(pool, &quick[i], &echo, "q", NULL);
    for (int i = 0; i < 200; i++)
        fixture_wait(fixture, &quick[i].done);
    for (int i = 0; i < 4; i++)
        assert_false(heavy[i].done);
    for (int i = 4; i < 6; i++) /* more than may wait */
        assert_int_equal(heavy[i].status, DB_OVERLOAD);
    gate_open(shut);
    for (int i = 0; i < 4; i++) {
        fixture_wait(fixture, &heavy[i].done);
        assert_int_equal(heavy[i].status, DB_OK);
    }
    assert_int_equal(pool_pending(pool), 0);
    pool_free(pool);
}

static void heavy_units_have_a_deadline_of_their_own(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.heavy_timeout_ms = 100, .statement_timeout_ms = 50000});
    Answer heavy = {0}, other = {0};
    ask_heavy(pool, &heavy, &nap, "600");
    ask(pool, &other, &nap, "0.5", NULL);
    fixture_wait(fixture, &heavy.done);
    fixture_wait(fixture, &other.done);
    assert_int_equal(heavy.status, DB_TIMEOUT);
    assert_int_equal(other.status, DB_OK);
    pool_free(pool);
}

static void more_than_the_queue_holds_is_refused_at_once(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.queue_max = 10});
    Answer answers[15] = {{0}};
    for (int i = 0; i < 15; i++)
        ask(pool, &answers[i], &echo, "x", NULL);
    for (int i = 0; i < 15; i++) {
        fixture_wait(fixture, &answers[i].done);
        assert_int_equal(answers[i].calls, 1);
        assert_int_equal(answers[i].status, i < 10 ? DB_OK : DB_OVERLOAD);
    }
    pool_free(pool);
}

static void ask_as_housekeeping(Pool *pool, Answer *answer)
{
    const char *params[] = {"x", NULL};
    DbWork *work = make(pool, answer, &echo, params);
    db_work_set_housekeeping(work);
    db_work_submit(work);
}

static void housekeeping_neither_fills_the_queue_nor_is_refused(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.queue_max = 2});
    Answer before[5] = {{0}}, clients[3] = {{0}}, after = {0};
    for (int i = 0; i < 5; i++)
        ask_as_housekeeping(pool, &before[i]);
    for (int i = 0; i < 3; i++)
        ask(pool, &clients[i], &echo, "x", NULL);
    ask_as_housekeeping(pool, &after);
    fixture_wait(fixture, &after.done);
    for (int i = 0; i < 5; i++)
        assert_int_equal(before[i].status, DB_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(clients[i].status, i < 2 ? DB_OK : DB_OVERLOAD);
    assert_int_equal(after.status, DB_OK);
    pool_free(pool);
}

static void a_statement_that_takes_too_long_is_ended(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.statement_timeout_ms = 1500});
    Answer slow = {0}, next = {0};
    ask(pool, &slow, &nap, "600", NULL);
    ask(pool, &next, &echo, "still here", NULL);
    fixture_wait(fixture, &next.done);
    assert_int_equal(slow.status, DB_TIMEOUT);
    assert_string_equal(next.value, "still here");
    pool_free(pool);
}

/* Others wait behind the one for which the statement is prepared; what it could not do in time, they can. */
static void a_statement_that_could_not_be_prepared_in_time_is_prepared_again(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.statement_timeout_ms = 2000});
    Answer warm = {0}, late = {0}, behind[3] = {{0}};
    ask(pool, &warm, &echo, "x", NULL);
    fixture_wait(fixture, &warm.done);
    PGconn *holder = PQconnectdb(cluster_conninfo(fixture->cluster));
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE"));
    assert_int_equal(PQtransactionStatus(holder), PQTRANS_INTRANS);
    ask(pool, &late, &count, "0", NULL);
    for (int i = 0; i < 3; i++)
        ask(pool, &behind[i], &count, "0", NULL);
    fixture_wait(fixture, &late.done);
    assert_int_equal(late.status, DB_TIMEOUT);
    PQfinish(holder);
    for (int i = 0; i < 3; i++) {
        fixture_wait(fixture, &behind[i].done);
        assert_int_equal(behind[i].status, DB_OK);
    }
    pool_free(pool);
}

static void a_deadlock_is_tried_again(void **state)
{
    Fixture *fixture = *state;
    free(fixture_sql(cluster_conninfo(fixture->cluster), "INSERT INTO t VALUES (1, ''), (2, '')"));
    Pool *pool = open_pool(fixture, (PoolOptions){.connections = 2});
    Answer one = {0}, two = {0};
    warm_up(fixture, pool, 2); /* so that the two run side by side */
    const char *first[] = {"1"}, *second[] = {"2"};
    PGconn *shut = gate_shut(fixture);
    DbWork *work = make(pool, &one, &update, first);
    db_work_add(work, &gate, NULL);
    db_work_add(work, &update, second);
    db_work_submit(work);
    work = make(pool, &two, &update, second);
    db_work_add(work, &gate, NULL);
    db_work_add(work, &update, first);
    db_work_submit(work);
    gate_wait(fixture, 2);
    gate_open(shut);
    fixture_wait(fixture, &one.done);
    fixture_wait(fixture, &two.done);
    assert_int_equal(one.status, DB_OK);
    assert_int_equal(two.status, DB_OK);
    char *bodies = fixture_sql(cluster_conninfo(fixture->cluster), "SELECT string_agg(body, ' ') FROM t");
    assert_string_equal(bodies, "xx xx"); /* each once: the one that was rolled back left nothing */
    free(bodies);
    /* The server counts deadlocks a moment later. */
    char *deadlocks = NULL;
    for (int i = 0; i < 300 && (!deadlocks || deadlocks[0] == '0'); i++) {
        fixture_run_ms(fixture, 100);
        free(deadlocks);
        deadlocks = fixture_sql(cluster_conninfo(fixture->cluster),
                                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
    assert_true(atoi(deadlocks) > 0);
    free(deadlocks);
    pool_free(pool);
}

/* Counts what is in t, in a unit that has been held up while somebody put a row into it. */
static void count_after_wait(Fixture *fixture, Pool *pool, Answer *counted, bool one_moment)
{
    const char *conninfo = cluster_conninfo(fixture->cluster), *key[] = {"7"}, *all[] = {"0"};
    PGconn *other = PQconnectdb(conninfo);
    PQclear(PQexec(other, "SELECT pg_advisory_lock(7)"));
    DbWork *work = make(pool, counted, one_moment ? &query_one_moment : &echo, all);
    db_work_add(work, &hold, key);
    db_work_add(work, &count, all);
    db_work_submit(work);
    char *waits = NULL;
    for (int i = 0; i < 2000 && (!waits || waits[0] == '0'); i++) {
        fixture_run_ms(fixture, 10);
        free(waits);
        waits = fixture_sql(conninfo, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    }
    assert_string_equal(waits, "1");
    free(waits);
    free(fixture_sql(conninfo, "INSERT INTO t VALUES ((SELECT count(*) FROM t), '')"));
    PQfinish(other);
    fixture_wait(fixture, &counted->done);
    assert_int_equal(counted->status, DB_OK);
}

static void a_unit_of_one_moment_does_not_see_what_comes_meanwhile(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer without = {0}, with = {0}, next = {0};
    count_after_wait(fixture, pool, &without, false);
    assert_string_equal(without.value, "1");
    count_after_wait(fixture, pool, &with, true);
    assert_string_equal(with.value, "1");
    count_after_wait(fixture, pool, &next, false); /* it has ended with its unit */
    assert_string_equal(next.value, "3");
    pool_free(pool);
}

/* --- rows as they come --- */

typedef struct Reader {
    Answer answer; /* first: note() writes to it */
    DbWork *work;
    int rows, pause_at, stop_at, cancel_at;
    bool reached; /* one of those */
} Reader;

static bool count_row(PGresult *row, void *arg)
{
    Reader *reader = arg;
    assert_int_equal(PQntuples(row), 1);
    reader->rows++;
    assert_int_equal(atoi(PQgetvalue(row, 0, 0)), reader->rows);
    bool stop = reader->rows == reader->stop_at;
    if (reader->rows == reader->pause_at) db_work_pause(reader->work);
    if (reader->rows == reader->cancel_at) db_work_cancel(reader->work);
    reader->reached = reader->reached || stop || reader->rows == reader->pause_at || reader->rows == reader->cancel_at;
    return !stop;
}

static void read_series(Pool *pool, Reader *reader, const char *rows)
{
    const char *params[] = {rows}, *first[] = {"before the rows"};
    reader->work = db_work_new(pool, note, reader);
    assert_non_null(reader->work);
    assert_int_equal(db_work_add(reader->work, &echo, first), 0);
    assert_int_equal(db_work_add(reader->work, &series, params), 0);
    db_work_set_rows(reader->work, count_row);
    db_work_submit(reader->work);
}

#ifdef __SANITIZE_ADDRESS__
enum { SLACK = 320 << 20 }; /* the sanitizer keeps freed memory for a while; all rows at once would be far more */
#else
enum { SLACK = 4 << 20 };
#endif

static size_t memory_in_use(void)
{
    size_t pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%zu %zu", &pages, &resident), 2);
    fclose(file);
    return resident * 4096;
}

static void rows_come_one_by_one_and_wait_for_their_reader(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){.statement_timeout_ms = 200});
    Reader reader = {.pause_at = 1000};
    Answer other = {0};
    read_series(pool, &reader, "200000"); /* 40 MB */
    fixture_wait(fixture, &reader.reached);
    size_t before = memory_in_use();
    fixture_run_ms(fixture, 400); /* longer than the timeout of ordinary statements */
    assert_int_equal(reader.rows, 1000);
    assert_true(memory_in_use() < before + SLACK);
    ask(pool, &other, &echo, "not held up", NULL); /* though there is one connection for units */
    fixture_wait(fixture, &other.done);
    assert_int_equal(reader.rows, 1000);
    db_work_resume(reader.work);
    fixture_wait(fixture, &reader.answer.done);
    assert_int_equal(reader.rows, 200000);
    assert_int_equal(reader.answer.status, DB_OK);
    assert_int_equal(reader.answer.results, 2);
    assert_true(memory_in_use() < before + SLACK);
    pool_free(pool);
}

static void a_reader_may_stop_or_go_away(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Reader stopper = {.stop_at = 10}, leaver = {.cancel_at = 10}, whole = {0}, empty = {0};
    read_series(pool, &stopper, "5000000");
    fixture_wait(fixture, &stopper.answer.done);
    assert_int_equal(stopper.answer.status, DB_OK);
    assert_int_equal(stopper.rows, 10);
    assert_int_equal(stopper.answer.results, 1); /* the statement before the rows */
    read_series(pool, &leaver, "5000000");
    fixture_wait(fixture, &leaver.reached);
    read_series(pool, &whole, "500");
    read_series(pool, &empty, "0");
    fixture_wait(fixture, &empty.answer.done);
    assert_int_equal(whole.rows, 500);
    assert_int_equal(empty.rows, 0);
    assert_int_equal(empty.answer.status, DB_OK);
    assert_int_equal(leaver.rows, 10);
    assert_int_equal(leaver.answer.calls, 0);
    assert_int_equal(pool_pending(pool), 0);
    pool_free(pool);
}

static void a_cancelled_unit_is_silent(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer sent = {0}, queued = {0}, last = {0};
    const char *row[] = {"1", "a"}, *row2[] = {"2", "b"};
    DbWork *never = make(pool, &queued, &insert, row2);
    db_work_submit(never);
    db_work_cancel(never);
    PGconn *shut = gate_shut(fixture);
    DbWork *work = make(pool, &sent, &insert, row);
    db_work_add(work, &gate, NULL);
    db_work_submit(work);
    gate_wait(fixture, 1);
    db_work_cancel(work);
    gate_open(shut);
    ask(pool, &last, &count, "0", NULL);
    fixture_wait(fixture, &last.done);
    assert_int_equal(sent.calls, 0);
    assert_int_equal(queued.calls, 0);
    assert_string_equal(last.value, "1"); /* what was sent ran to its end; what was not never began */
    pool_free(pool);
}

static void a_closed_pool_tells_everybody(void **state)
{
    Fixture *fixture = *state;
    Pool *pool = open_pool(fixture, (PoolOptions){0});
    Answer warm = {0}, sent = {0}, queued[40] = {{0}};
    ask(pool, &warm, &echo, "x", NULL);
    fixture_wait(fixture, &warm.done);
    PGconn *shut = gate_shut(fixture);
    ask(pool, &sent, &gate, NULL, NULL);
    gate_wait(fixture, 1);
    for (int i = 0; i < 40; i++)
        ask(pool, &queued[i], &echo, "x", NULL);
    pool_free(pool);
    gate_open(shut);
    assert_int_equal(sent.status, DB_UNAVAILABLE);
    assert_true(sent.maybe_committed);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(queued[i].calls, 1);
        assert_int_equal(queued[i].status, DB_UNAVAILABLE);
        assert_false(queued[i].maybe_committed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(answers_come_in_order_with_the_session_set_up, fresh_table),
        cmocka_unit_test_setup(a_unit_succeeds_whole_or_not_at_all_and_alone, fresh_table),
        cmocka_unit_test_setup(a_constraint_checked_at_the_commit_refuses_too, fresh_table),
        cmocka_unit_test_setup(a_statement_that_cannot_be_prepared_takes_nobody_with_it, fresh_table),
        cmocka_unit_test_setup(a_changed_result_type_is_prepared_again, fresh_table),
        cmocka_unit_test_setup(a_megabyte_goes_both_ways_many_times, fresh_table),
        cmocka_unit_test_setup(a_slow_unit_does_not_hold_up_short_ones, fresh_table),
        cmocka_unit_test_setup(more_than_the_queue_holds_is_refused_at_once, fresh_table),
        cmocka_unit_test_setup(housekeeping_neither_fills_the_queue_nor_is_refused, fresh_table),
        cmocka_unit_test_setup(a_statement_that_takes_too_long_is_ended, fresh_table),
        cmocka_unit_test_setup(a_statement_that_could_not_be_prepared_in_time_is_prepared_again, fresh_table),
        cmocka_unit_test_setup(a_deadlock_is_tried_again, fresh_table),
        cmocka_unit_test_setup(a_unit_of_one_moment_does_not_see_what_comes_meanwhile, fresh_table),
        cmocka_unit_test_setup(heavy_units_take_no_connection_from_others, fresh_table),
        cmocka_unit_test_setup(heavy_units_have_a_deadline_of_their_own, fresh_table),
        cmocka_unit_test_setup(rows_come_one_by_one_and_wait_for_their_reader, fresh_table),
        cmocka_unit_test_setup(a_reader_may_stop_or_go_away, fresh_table),
        cmocka_unit_test_setup(a_cancelled_unit_is_silent, fresh_table),
        cmocka_unit_test_setup(a_closed_pool_tells_everybody, fresh_table),
    };
    return cmocka_run_group_tests(tests, fixture_open_fast, fixture_close);
}
