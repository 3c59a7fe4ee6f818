#include "flow/query_trends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db/array.h"
#include "db/queries.h"

typedef struct TrendJob {
    TrendOrder order;
    TrendSpan *spans;
    size_t span_count;
    TrendCount *counts;
    size_t count, capacity;
    TrendDone done;
    void *arg;
} TrendJob;

static void fail(TrendJob *job, DbStatus status)
{
    job->done(&(TrendAnswer){.verdict = TREND_FAILED, .status = status}, job->arg);
}

static void refuse(TrendJob *job, const char *why)
{
    job->done(&(TrendAnswer){.verdict = TREND_TOO_BROAD, .why = why}, job->arg);
}

static bool add(TrendJob *job, TrendCount count)
{
    TrendCount *grown = arena_grow(job->order.arena, job->counts, job->count, &job->capacity, sizeof *grown);
    if (!grown) return false;
    job->counts = grown;
    job->counts[job->count++] = count;
    return true;
}

static bool read_counts(TrendJob *job, const PGresult *result, bool is_base)
{
    for (int row = 0; row < PQntuples(result); row++) {
        TrendCount found = {.slot = strtoull(PQgetvalue(result, row, 0), NULL, 10) - 1,
                            .is_base = is_base,
                            .count = strtoll(PQgetvalue(result, row, 5), NULL, 10)};
        for (int d = 0; d < TREND_DIMENSIONS; d++) {
            if (PQgetisnull(result, row, d + 1)) continue;
            found.group[d] = arena_strdup(job->order.arena, PQgetvalue(result, row, d + 1));
            if (!found.group[d]) return false;
        }
        if (!add(job, found)) return false;
    }
    return true;
}

/* How the place asked for is spelled where it was found. */
static const char *spelled(const TrendJob *job)
{
    for (size_t i = 0; i < job->count; i++)
        if (job->counts[i].group[TREND_PLACE]) return job->counts[i].group[TREND_PLACE];
    return job->order.place;
}

/*
 * What was asked for by name is answered by name, also where nothing was found: "none of this kind at this place" is an
 * answer. Adds a zero for each combination, if every grouped dimension was asked for by name.
 */
static bool add_named(TrendJob *job)
{
    const char *place[] = {spelled(job), NULL}, *none[] = {NULL};
    const char *const *given[TREND_DIMENSIONS] = {job->order.areas, job->order.categories,
                                                  job->order.place ? place : NULL, job->order.sources};
    const char *const *lists[TREND_DIMENSIONS];
    size_t sizes[TREND_DIMENSIONS], combinations = 1;
    for (int d = 0; d < TREND_DIMENSIONS; d++) {
        bool by = job->order.trend.by[d];
        if (by && !given[d]) return true;
        lists[d] = by ? given[d] : none;
        sizes[d] = 0;
        while (by && lists[d][sizes[d]])
            sizes[d]++;
        if (!by) sizes[d] = 1;
        combinations *= sizes[d];
    }
    for (size_t i = 0; i < combinations && i <= TREND_ROWS_MAX; i++) {
        TrendCount zero = {.count = 0};
        size_t rest = i;
        for (int d = 0; d < TREND_DIMENSIONS; d++) {
            zero.group[d] = lists[d][rest % sizes[d]];
            rest /= sizes[d];
        }
        if (!add(job, zero)) return false;
    }
    return true;
}

static void answered(const DbOutcome *outcome, void *arg)
{
    static const char *const narrower =
        "Frågan ger för många rader. Fråga om färre dagar, längre tidsfack, färre grupperingar eller ett område.";
    TrendJob *job = arg;
    if (outcome->status == DB_TIMEOUT) {
        refuse(job, narrower);
        return;
    }
    if (outcome->status != DB_OK) {
        fail(job, outcome->status);
        return;
    }
    for (size_t i = 0; i < outcome->result_count; i++) {
        if (PQntuples(outcome->results[i]) > TREND_ROWS_MAX) {
            refuse(job, narrower);
            return;
        }
        if (!read_counts(job, outcome->results[i], i == 1)) {
            fail(job, DB_FAILED);
            return;
        }
    }
    Trend *trend = &job->order.trend;
    int rc = add_named(job) ? trend_fill(trend, job->order.arena, job->spans, job->span_count, job->counts, job->count)
                            : -ENOMEM;
    if (rc == -E2BIG)
        refuse(job, narrower);
    else if (rc)
        fail(job, DB_FAILED);
    else
        job->done(&(TrendAnswer){.verdict = TREND_ANSWERED, .trend = trend}, job->arg);
}

static size_t length(const char *const *items)
{
    size_t n = 0;
    while (items[n])
        n++;
    return n;
}

/* A text[] of a NULL-terminated list, or NULL for no list. False without memory. */
static bool to_array(const char **out, Arena *arena, const char *const *items)
{
    *out = items ? array_of_texts(arena, items, length(items)) : NULL;
    return !items || *out;
}

static bool span_arrays(const TrendJob *job, bool base, const char **first, const char **after)
{
    Arena *arena = job->order.arena;
    const char **items[2];
    for (int side = 0; side < 2; side++) {
        items[side] = arena_calloc(arena, job->span_count, sizeof **items);
        for (size_t i = 0; items[side] && i < job->span_count; i++) {
            const TrendSpan *s = &job->spans[i];
            char text[CIVIL_TEXT_SIZE];
            civil_format(base ? (side ? s->base_after : s->base_first) : (side ? s->after : s->first), text);
            items[side][i] = arena_strdup(arena, text);
            if (!items[side][i]) return false;
        }
        if (!items[side]) return false;
    }
    *first = array_of_texts(arena, items[0], job->span_count);
    *after = array_of_texts(arena, items[1], job->span_count);
    return *first && *after;
}

static bool add_statements(const TrendJob *job, DbWork *work)
{
    const TrendOrder *o = &job->order;
    const char *params[7 + TREND_DIMENSIONS];
    const Query *query = o->trend.bucket == TREND_HOUR_OF_WEEK ? &query_trends_hours : &query_trends_count;
    params[0] = array_of_texts(o->arena, o->scope.municipalities, o->scope.municipality_count);
    params[1] = o->scope.areas ? array_of_texts(o->arena, o->scope.areas, o->scope.area_count) : NULL;
    params[3] = o->place;
    if (!params[0] || (o->scope.areas && !params[1])) return false;
    if (!to_array(&params[2], o->arena, o->categories) || !to_array(&params[4], o->arena, o->sources)) return false;
    for (int d = 0; d < TREND_DIMENSIONS; d++)
        params[7 + d] = o->trend.by[d] ? "t" : "f";
    if (!span_arrays(job, false, &params[5], &params[6]) || db_work_add(work, query, params)) return false;
    if (o->trend.compare == TREND_COMPARE_NONE) return true;
    return span_arrays(job, true, &params[5], &params[6]) && db_work_add(work, query, params) == 0;
}

void query_trends(Worker *worker, const TrendOrder *order, TrendDone done, void *arg)
{
    TrendJob *job = arena_calloc(order->arena, 1, sizeof *job);
    if (!job) {
        done(&(TrendAnswer){.verdict = TREND_FAILED, .status = DB_FAILED}, arg);
        return;
    }
    *job = (TrendJob){.order = *order, .done = done, .arg = arg};
    Error err;
    const Trend *trend = &job->order.trend;
    int rc = trend_spans(&job->spans, &job->span_count, order->arena, trend->bucket, trend->compare, trend->from,
                         trend->to, &err);
    if (rc == -E2BIG || rc == -EINVAL) {
        refuse(job, err.text);
        return;
    }
    DbWork *work = rc ? NULL : db_work_new(worker->pool, answered, job);
    if (!work || !add_statements(job, work)) {
        db_work_free(work);
        fail(job, DB_FAILED);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}
