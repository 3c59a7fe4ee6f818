#include "flow/close_periods.h"

#include <errno.h>
#include <event2/event.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/lagesbild/rhythm.h"
#include "db/array.h"
#include "db/queries.h"
#include "metrics.h"
#include "util/arena.h"
#include "util/clock.h"

/* The wait between two looks, in milliseconds; after one that failed; and what is added to a wait for midnight, so that
 * it is over when we look. */
enum { WAIT_MAX = 3600 * 1000, WAIT_FAILED = 30 * 1000, WAIT_AFTER = 50 };

/* Periods of one group that are recorded at a time; the others come with the next look, which is then at once. */
enum { PERIODS_MAX = 400 };

struct ClosePeriods {
    Worker *worker;
    int timer; /* CLOCK_REALTIME: goes off at a time of day, also after the machine has slept, and when the clock is set
                */
    struct event *wake;
    Arena *arena;    /* of one look */
    bool looking;    /* a look is under way */
    bool again;      /* something came in between */
    bool failed;     /* some of the look */
    size_t waiting;  /* units of work under way */
    int64_t version; /* of the knowledge looked with */
    int64_t next_ms; /* until midnight */
};

static void look(ClosePeriods *watch);

/* --- the timer --- */

static void set_timer(ClosePeriods *watch, int64_t wait_ms)
{
    int64_t at = clock_now_ms() + wait_ms;
    const struct itimerspec when = {.it_value = {.tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000}};
    if (timerfd_settime(watch->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) < 0)
        log_line(&watch->worker->daemon->log, LEVEL_ERROR, "the close of periods has no timer: %s", strerror(errno));
}

/* The time has come, or the clock was set (ECANCELED): either way it is time to look. */
static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    uint64_t times;
    if (read(fd, &times, sizeof times) < 0 && errno != ECANCELED) return;
    look(arg);
}

static void finish(ClosePeriods *watch)
{
    int64_t midnight = watch->next_ms + WAIT_AFTER;
    watch->looking = false;
    arena_reset(watch->arena);
    if (watch->failed)
        set_timer(watch, WAIT_FAILED);
    else if (watch->again)
        look(watch);
    else
        set_timer(watch, midnight < WAIT_MAX ? midnight : WAIT_MAX);
}

/* --- what has closed, municipality by municipality --- */

typedef struct Closed {
    const char *area;
    char period[PERIOD_CODE_SIZE], first[CIVIL_TEXT_SIZE], after[CIVIL_TEXT_SIZE];
} Closed;

/* Those of one municipality. */
typedef struct Batch {
    const char *municipality;
    Closed *items;
    size_t count, capacity;
} Batch;

static void stored(const DbOutcome *outcome, void *arg)
{
    ClosePeriods *watch = arg;
    watch->failed |= outcome->status != DB_OK;
    if (outcome->status == DB_OK)
        metrics_add(watch->worker->metrics, METRIC_periods_closed_total, PQntuples(outcome->results[0]));
    if (--watch->waiting == 0) finish(watch);
}

/* One column of the batch as an array; NULL without memory. `offset` is that of the text in Closed, a pointer only for
 * the area. */
static const char *column(Arena *arena, const Batch *batch, size_t offset)
{
    const char **texts = arena_calloc(arena, batch->count, sizeof *texts);
    for (size_t i = 0; texts && i < batch->count; i++)
        texts[i] = (const char *)&batch->items[i] + offset;
    return texts ? array_of_texts(arena, texts, batch->count) : NULL;
}

static bool submit(ClosePeriods *watch, const Batch *batch)
{
    Arena *arena = watch->arena;
    const char **areas = arena_calloc(arena, batch->count, sizeof *areas);
    for (size_t i = 0; areas && i < batch->count; i++)
        areas[i] = batch->items[i].area;
    const char *params[] = {batch->municipality, areas ? array_of_texts(arena, areas, batch->count) : NULL,
                            column(arena, batch, offsetof(Closed, period)),
                            column(arena, batch, offsetof(Closed, first)),
                            column(arena, batch, offsetof(Closed, after))};
    DbWork *work = NULL;
    if (params[1] && params[2] && params[3] && params[4]) work = db_work_new(watch->worker->pool, stored, watch);
    if (!work || db_work_add(work, &query_insert_lagesbild_closed, params)) {
        db_work_free(work);
        return false;
    }
    db_work_set_retry(work); /* the primary key keeps what is there already */
    db_work_set_housekeeping(work);
    db_work_submit(work);
    watch->waiting++;
    return true;
}

static CivilDate date_of(const PGresult *rows, int row, int col)
{
    CivilDate date = {0};
    civil_parse(PQgetvalue(rows, row, col), (size_t)PQgetlength(rows, row, col), &date);
    return date;
}

/* A day of the first period that is not recorded yet. Where nothing is, the first is the one that had closed last when
 * the group got its rhythm. */
static CivilDate begin_at(const Rhythm *rhythm, CivilDate since, CivilDate recorded_until)
{
    Period period;
    if (!rhythm_period_of(&period, rhythm, since)) return since;
    CivilDate from = period_previous(&period).from;
    return civil_is_known(recorded_until) && civil_compare(recorded_until, from) > 0 ? recorded_until : from;
}

enum { COLUMN_MUNICIPALITY, COLUMN_AREA, COLUMN_EVERY, COLUMN_STARTS, COLUMN_SINCE, COLUMN_RECORDED, COLUMN_TODAY };

static bool add_group(ClosePeriods *watch, Batch *batch, const PGresult *rows, int row)
{
    Period *periods = arena_calloc(watch->arena, PERIODS_MAX, sizeof *periods);
    const char *area = arena_strdup(watch->arena, PQgetvalue(rows, row, COLUMN_AREA));
    const char *starts = PQgetisnull(rows, row, COLUMN_STARTS) ? NULL : PQgetvalue(rows, row, COLUMN_STARTS);
    Rhythm rhythm;
    if (!periods || !area) return false;
    if (rhythm_parse(&rhythm, PQgetvalue(rows, row, COLUMN_EVERY), starts)) return true; /* a newer daemon's, perhaps */
    CivilDate from = begin_at(&rhythm, date_of(rows, row, COLUMN_SINCE), date_of(rows, row, COLUMN_RECORDED));
    size_t count = rhythm_closed(periods, PERIODS_MAX, &rhythm, from, date_of(rows, row, COLUMN_TODAY));
    if (count == PERIODS_MAX) watch->again = true;
    for (size_t i = 0; i < count; i++) {
        Closed *items = arena_grow(watch->arena, batch->items, batch->count, &batch->capacity, sizeof *items);
        if (!items) return false;
        batch->items = items;
        Closed *closed = &items[batch->count++];
        closed->area = area;
        period_code(&periods[i], closed->period);
        civil_format(periods[i].from, closed->first);
        civil_format(periods[i].to, closed->after);
    }
    return true;
}

/* Submits what has closed, one unit a municipality. False without memory; what was submitted then comes to its end. */
static bool record(ClosePeriods *watch, const PGresult *rows)
{
    Batch batch = {0};
    bool ok = true;
    for (int row = 0; ok && row < PQntuples(rows); row++) {
        const char *municipality = PQgetvalue(rows, row, COLUMN_MUNICIPALITY);
        if (!batch.municipality || strcmp(batch.municipality, municipality) != 0) {
            if (batch.count) ok = submit(watch, &batch);
            batch = (Batch){.municipality = arena_strdup(watch->arena, municipality)};
        }
        ok = ok && batch.municipality && add_group(watch, &batch, rows, row);
    }
    return ok && (!batch.count || submit(watch, &batch));
}

static void read_rhythms(const DbOutcome *outcome, void *arg)
{
    ClosePeriods *watch = arg;
    if (outcome->status == DB_OK) {
        watch->next_ms = strtoll(PQgetvalue(outcome->results[0], 0, 0), NULL, 10);
        watch->failed = !record(watch, outcome->results[1]);
    } else {
        watch->failed = true; /* the pool has logged why */
    }
    if (--watch->waiting == 0) finish(watch);
}

static bool ask(ClosePeriods *watch)
{
    DbWork *work = db_work_new(watch->worker->pool, read_rhythms, watch);
    if (!work) return false;
    if (db_work_add(work, &query_select_midnight, NULL) || db_work_add(work, &query_select_rhythms, NULL)) {
        db_work_free(work);
        return false;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_set_housekeeping(work);
    db_work_submit(work);
    return true;
}

static void look(ClosePeriods *watch)
{
    if (watch->looking) {
        watch->again = true;
        return;
    }
    watch->again = watch->failed = false;
    watch->looking = ask(watch);
    watch->waiting = watch->looking;
    if (!watch->looking) set_timer(watch, WAIT_FAILED);
}

/* --- life --- */

ClosePeriods *close_periods_new(Worker *worker)
{
    ClosePeriods *watch = calloc(1, sizeof *watch);
    if (!watch) return NULL;
    *watch = (ClosePeriods){.worker = worker, .timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
    watch->arena = arena_new();
    if (watch->timer >= 0) watch->wake = event_new(worker->base, watch->timer, EV_READ | EV_PERSIST, on_wake, watch);
    if (!watch->arena || !watch->wake || event_add(watch->wake, NULL) < 0) {
        close_periods_free(watch);
        return NULL;
    }
    set_timer(watch, 0);
    return watch;
}

void close_periods_free(ClosePeriods *watch)
{
    if (!watch) return;
    if (watch->wake) event_free(watch->wake);
    if (watch->timer >= 0) close(watch->timer);
    arena_free(watch->arena);
    free(watch);
}

void close_periods_notice(ClosePeriods *watch, int64_t knowledge_version)
{
    if (watch->version == knowledge_version) return;
    watch->version = knowledge_version;
    look(watch);
}
