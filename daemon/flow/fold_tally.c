#include "flow/fold_tally.h"

#include <event2/event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/pool.h"
#include "db/queries.h"
#include "util/clock.h"

enum {
    EVERY_MS = 10 * 1000, /* from the end of one round to the next */
    SOON_MS = 1000,       /* where the database is not there, or there are more places to list */
    PART_US = 3000,       /* what a part is to take, as the one who asked for it sees it */
    REST_TIMES = 3,       /* as long as a part took: one of two processors is ours an eighth of the time at most */
    REST_MIN_MS = 5,
    ROWS_FIRST = 400,
    ROWS_MIN = 200,
    ROWS_MAX = 2000,
};

/* Of the incidents whose places are listed, at a time. */
#define MOST_LISTED "5000"

/* After what a round goes on. */
enum { MUNICIPALITY, AREA, DELTA, KEYS };

struct FoldTally {
    Worker *worker;
    struct event *next; /* it is time for the next part, or the next round */
    int rows;           /* of the next part */
    int64_t began_us;   /* the part under way */
    char most[16];      /* its parameters */
    char *after[KEYS];  /* NULL: at the beginning */
};

static void wait_for(FoldTally *fold, int64_t ms)
{
    struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    if (evtimer_add(fold->next, &wait) < 0)
        log_line(&fold->worker->daemon->log, LEVEL_ERROR, "the weekly sums are folded no more: out of memory");
}

static void begin_again(FoldTally *fold)
{
    for (int i = 0; i < KEYS; i++) {
        free(fold->after[i]);
        fold->after[i] = NULL;
    }
}

/* Without memory from the beginning, which costs time and nothing else. */
static void go_on_after(FoldTally *fold, const PGresult *result)
{
    begin_again(fold);
    bool kept = true;
    for (int i = 0; i < KEYS; i++)
        kept = (fold->after[i] = strdup(PQgetvalue(result, 0, 1 + i))) && kept;
    if (!kept) begin_again(fold);
}

static DbWork *unit_new(FoldTally *fold, DbDone done)
{
    DbWork *work = db_work_new(fold->worker->pool, done, fold);
    if (!work) return NULL;
    db_work_set_heavy(work);
    db_work_set_housekeeping(work);
    db_work_set_retry(work); /* what was folded is folded, and a year listed twice is listed */
    return work;
}

/* --- the places of years that are over, at the end of a round --- */

static void listed(const DbOutcome *outcome, void *arg)
{
    FoldTally *fold = arg;
    bool more =
        outcome->status == DB_OK && strtoll(PQgetvalue(outcome->results[0], 0, 0), NULL, 10) >= atoi(MOST_LISTED);
    wait_for(fold, more ? SOON_MS : EVERY_MS); /* the pool has logged what failed */
}

static void list_places(FoldTally *fold)
{
    static const char *const params[] = {MOST_LISTED};
    DbWork *work = unit_new(fold, listed);
    if (work && db_work_add(work, &query_list_places, params) == 0) {
        db_work_submit(work);
        return;
    }
    db_work_free(work);
    wait_for(fold, EVERY_MS);
}

/* --- parts --- */

/* The next part is to take PART_US: nearer to it by steps, since one part may have waited for something. */
static void fit(FoldTally *fold, int64_t took_us)
{
    if (took_us > 2 * PART_US)
        fold->rows /= 2;
    else if (took_us > PART_US)
        fold->rows -= fold->rows / 8;
    else
        fold->rows += fold->rows / 8;
    if (fold->rows < ROWS_MIN) fold->rows = ROWS_MIN;
    if (fold->rows > ROWS_MAX) fold->rows = ROWS_MAX;
}

static void folded(const DbOutcome *outcome, void *arg)
{
    FoldTally *fold = arg;
    if (outcome->status != DB_OK) { /* the pool has logged it */
        begin_again(fold);
        wait_for(fold, EVERY_MS);
        return;
    }
    const PGresult *result = outcome->results[1];
    int64_t took_us = clock_steady_us() - fold->began_us;
    if (strtoll(PQgetvalue(result, 0, 0), NULL, 10) < fold->rows) {
        begin_again(fold);
        list_places(fold);
        return;
    }
    go_on_after(fold, result);
    fit(fold, took_us);
    int64_t rest = REST_TIMES * took_us / 1000;
    wait_for(fold, rest > REST_MIN_MS ? rest : REST_MIN_MS);
}

static void on_next(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    FoldTally *fold = arg;
    if (!pool_is_ready(fold->worker->pool)) {
        wait_for(fold, SOON_MS);
        return;
    }
    snprintf(fold->most, sizeof fold->most, "%d", fold->rows);
    const char *params[] = {fold->most, fold->after[MUNICIPALITY] ? fold->after[MUNICIPALITY] : "",
                            fold->after[AREA] ? fold->after[AREA] : "", fold->after[DELTA] ? fold->after[DELTA] : "0"};
    DbWork *work = unit_new(fold, folded);
    if (!work || db_work_add(work, &query_fold_lightly, NULL) || db_work_add(work, &query_fold_tally, params)) {
        db_work_free(work);
        wait_for(fold, EVERY_MS);
        return;
    }
    fold->began_us = clock_steady_us();
    db_work_submit(work);
}

FoldTally *fold_tally_new(Worker *worker)
{
    FoldTally *fold = calloc(1, sizeof *fold);
    if (!fold) return NULL;
    *fold = (FoldTally){.worker = worker, .rows = ROWS_FIRST};
    fold->next = evtimer_new(worker->base, on_next, fold);
    if (!fold->next) {
        free(fold);
        return NULL;
    }
    wait_for(fold, SOON_MS);
    return fold;
}

void fold_tally_free(FoldTally *fold)
{
    if (!fold) return;
    begin_again(fold);
    event_free(fold->next);
    free(fold);
}
