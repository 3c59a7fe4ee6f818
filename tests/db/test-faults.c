/*
 * Memory that runs out, at each allocation in turn: ours (the linker wraps them) and libevent's. Whatever fails, each
 * unit is told once, nothing leaks (under ASan), and the pool works afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"

static long allocations;
static long fail_at; /* 0: never */

static bool fails(void)
{
    return ++allocations == fail_at;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__real_reallocarray(void *items, size_t count, size_t size);
void *__wrap_reallocarray(void *items, size_t count, size_t size);
void *__wrap_reallocarray(void *items, size_t count, size_t size)
{
    return fails() ? NULL : __real_reallocarray(items, count, size);
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static void *loop_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

static void *loop_realloc(void *items, size_t size)
{
    return fails() ? NULL : realloc(items, size);
}

/* --- one life of a pool --- */

static const Query echo = {"echo", "SELECT $1::text", 1};
static const Query wrong = {"wrong", "SELECT no_such_column", 0};
static const Query series = {"series", "SELECT n FROM generate_series(1, 100) n", 0};

typedef struct Told {
    int count[3], rows;
    DbStatus status[3];
    bool all;
} Told;

typedef struct One {
    Told *told;
    int index;
} One;

static void note(const DbOutcome *outcome, void *arg)
{
    One *one = arg;
    Told *told = one->told;
    told->count[one->index]++;
    told->status[one->index] = outcome->status;
    told->all = told->count[0] && told->count[1] && told->count[2];
}

static bool take_row(PGresult *row, void *arg)
{
    One *one = arg;
    one->told->rows += PQntuples(row);
    return true;
}

/* Submits what can be made; what cannot counts as told. */
static void submit(Pool *pool, One *one, const Query *query, bool rows)
{
    const char *params[] = {"text"};
    DbWork *work = db_work_new(pool, note, one);
    if (!work) {
        note(&(DbOutcome){.status = DB_OVERLOAD}, one);
        return;
    }
    for (int i = 0; i < 2; i++)
        db_work_add(work, query, params); /* when this fails, the unit must fail as a whole */
    if (rows) db_work_set_rows(work, take_row);
    db_work_set_retry(work);
    db_work_submit(work);
}

static void live(Fixture *fixture)
{
    static const Log quiet = {.level = LEVEL_ERROR, .fd = -1};
    Told told = {0};
    One ones[3] = {{&told, 0}, {&told, 1}, {&told, 2}};
    Pool *pool;
    Error err;
    PoolOptions options = {.conninfo = cluster_conninfo(fixture->cluster),
                           .role = "lagesbild",
                           .connections = 1,
                           .queue_max = 10,
                           .log = &quiet};
    if (pool_new(&pool, fixture->base, &options, &err) < 0) {
        assert_string_equal(err.text, "out of memory");
        return;
    }
    submit(pool, &ones[0], &echo, false);
    submit(pool, &ones[1], &wrong, false);
    submit(pool, &ones[2], &series, true);
    for (int i = 0; i < 60000 && !told.all; i++) { /* fixture_wait() would take memory too */
        event_base_loop(fixture->base, EVLOOP_NONBLOCK);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(told.count[i], 1);
    assert_true(told.status[0] == DB_OK || told.status[0] == DB_OVERLOAD);
    assert_true(told.status[1] == DB_FAILED || told.status[1] == DB_OVERLOAD);
    if (told.status[2] == DB_OK) assert_int_equal(told.rows, 100);
    pool_free(pool);
}

static void memory_may_run_out_anywhere(void **state)
{
    Fixture *fixture = *state;
    fail_at = 0;
    allocations = 0;
    live(fixture);
    long count = allocations;
    assert_true(count > 40);
    for (long at = 1; at <= count; at++) {
        allocations = 0;
        fail_at = at;
        live(fixture);
    }
    fail_at = 0;
    live(fixture);
}

int main(void)
{
    event_set_mem_functions(loop_malloc, loop_realloc, free);
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_may_run_out_anywhere)};
    return cmocka_run_group_tests(tests, fixture_open_fast, fixture_close);
}
