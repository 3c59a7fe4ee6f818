#include "flow/query_trends.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/trend_parts.h"
#include "core/lagesbild/trend_reporters.h"
#include "db/array.h"
#include "db/queries.h"

/* A statement of the unit: what its rows are. */
typedef struct Asked {
    bool is_base;
    bool is_tally;    /* from the weekly sums; each row is a run of weeks */
    bool is_watch;    /* of who reported when */
    TrendParts parts; /* what was asked for; nothing for hours of the week */
} Asked;

enum { ASKED_MAX = 5, WEEKS_MAX = 53 };

typedef struct TrendJob {
    TrendOrder order;
    TrendSpan *spans;
    size_t span_count;
    Asked asked[ASKED_MAX];
    size_t asked_count;
    TrendCount *counts;
    size_t count, capacity;
    TrendWatch watch;
    TrendReporters reporters;
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

/* The first `dimensions` of what is grouped by, from the columns from `column` on. False without memory. */
static bool read_group(const TrendJob *job, TrendCount *out, const PGresult *result, int row, int column,
                       int dimensions)
{
    for (int d = 0; d < dimensions; d++) {
        if (PQgetisnull(result, row, column + d)) continue;
        out->group[d] = arena_strdup(job->order.arena, PQgetvalue(result, row, column + d));
        if (!out->group[d]) return false;
    }
    return true;
}

static bool read_counts(TrendJob *job, const PGresult *result, bool is_base)
{
    for (int row = 0; row < PQntuples(result); row++) {
        TrendCount found = {.slot = strtoull(PQgetvalue(result, row, 0), NULL, 10),
                            .is_base = is_base,
                            .count = strtoll(PQgetvalue(result, row, 5), NULL, 10)};
        if (!read_group(job, &found, result, row, 1, TREND_DIMENSIONS) || !add(job, found)) return false;
    }
    return true;
}

/* Numbers of an integer[] as PostgreSQL writes it, without NULL. Gives how many. */
static size_t read_weeks(int64_t counts[static WEEKS_MAX], const char *text)
{
    size_t n = 0;
    while (n < WEEKS_MAX && (*text == '{' || *text == ',')) {
        char *end;
        counts[n] = strtoll(text + 1, &end, 10);
        if (end == text + 1) break;
        text = end;
        n++;
    }
    return n;
}

static bool read_tally(TrendJob *job, const PGresult *result, const Asked *asked)
{
    for (int row = 0; row < PQntuples(result); row++) {
        TrendCount found = {.is_base = asked->is_base};
        int64_t counts[WEEKS_MAX];
        CivilDate monday;
        const char *day = PQgetvalue(result, row, 2);
        if (!read_group(job, &found, result, row, 0, TREND_CATEGORY + 1)) return false;
        if (!civil_parse(day, strlen(day), &monday)) return false;
        size_t weeks = read_weeks(counts, PQgetvalue(result, row, 3));
        for (size_t i = 0; i < asked->parts.week_count; i++) {
            const TrendPart *part = &asked->parts.weeks[i];
            found.slot = part->slot;
            found.count = trend_part_sum(part, civil_to_days(monday), counts, weeks);
            if (found.count && !add(job, found)) return false;
        }
    }
    return true;
}

static bool read_reporters(TrendJob *job, const PGresult *result)
{
    for (int row = 0; row < PQntuples(result); row++) {
        const char *name = arena_strdup(job->order.arena, PQgetvalue(result, row, 0));
        if (!name ||
            trend_reporters_add(&job->reporters, job->order.arena, &job->watch, name, PQgetvalue(result, row, 1)))
            return false;
    }
    job->order.trend.reporters = &job->reporters;
    return true;
}

static bool read_result(TrendJob *job, const PGresult *result, const Asked *asked)
{
    if (asked->is_watch) return read_reporters(job, result);
    return asked->is_tally ? read_tally(job, result, asked) : read_counts(job, result, asked->is_base);
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
        if (!read_result(job, outcome->results[i], &job->asked[i])) {
            fail(job, DB_OVERLOAD);
            return;
        }
    }
    Trend *trend = &job->order.trend;
    int rc = add_named(job) ? trend_fill(trend, job->order.arena, job->spans, job->span_count, job->counts, job->count)
                            : -ENOMEM;
    if (rc == -E2BIG)
        refuse(job, narrower);
    else if (rc)
        fail(job, DB_OVERLOAD);
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

/* First days and the days after the last, as two date[]; with `slots` also whose they are. False without memory. */
static bool part_arrays(Arena *arena, const TrendPart *parts, size_t count, const char **first, const char **after,
                        const char **slots)
{
    const char **items[3];
    for (int side = 0; side < 3; side++)
        if (!(items[side] = arena_calloc(arena, count + 1, sizeof **items))) return false;
    for (size_t i = 0; i < count; i++) {
        char text[CIVIL_TEXT_SIZE];
        items[0][i] = arena_strdup(arena, civil_format(civil_from_days(parts[i].first), text));
        items[1][i] = arena_strdup(arena, civil_format(civil_from_days(parts[i].after), text));
        items[2][i] = arena_printf(arena, "%zu", parts[i].slot);
        if (!items[0][i] || !items[1][i] || !items[2][i]) return false;
    }
    *first = array_of_texts(arena, items[0], count);
    *after = array_of_texts(arena, items[1], count);
    if (slots) *slots = array_of_texts(arena, items[2], count);
    return *first && *after && (!slots || *slots);
}

/* What of incidents is asked for, as the statements take it from $1 on; where and what kind first. */
enum { COMMON = 9, PARAMETERS_MAX = COMMON + 5 };

static bool common_params(const TrendOrder *o, const char *params[static COMMON])
{
    params[0] = array_of_texts(o->arena, o->scope.municipalities, o->scope.municipality_count);
    params[1] = o->scope.areas ? array_of_texts(o->arena, o->scope.areas, o->scope.area_count) : NULL;
    params[3] = o->place;
    for (int d = 0; d < TREND_DIMENSIONS; d++)
        params[5 + d] = o->trend.by[d] ? "t" : "f";
    return params[0] && (!o->scope.areas || params[1]) && to_array(&params[2], o->arena, o->categories) &&
           to_array(&params[4], o->arena, o->sources);
}

static bool add_hours(const TrendJob *job, DbWork *work, const char *params[static PARAMETERS_MAX], bool is_base)
{
    char first[CIVIL_TEXT_SIZE], after[CIVIL_TEXT_SIZE];
    const TrendSpan *span = &job->spans[0];
    params[COMMON] = arena_strdup(job->order.arena, civil_format(is_base ? span->base_first : span->first, first));
    params[COMMON + 1] = arena_strdup(job->order.arena, civil_format(is_base ? span->base_after : span->after, after));
    return params[COMMON] && params[COMMON + 1] && db_work_add(work, &query_trends_hours, params) == 0;
}

static bool add_tally(const TrendJob *job, DbWork *work, const char *const *params, const TrendParts *parts)
{
    char text[CIVIL_TEXT_SIZE];
    int32_t first = parts->weeks[0].first, after = parts->weeks[0].after;
    for (size_t i = 1; i < parts->week_count; i++) {
        if (parts->weeks[i].first < first) first = parts->weeks[i].first;
        if (parts->weeks[i].after > after) after = parts->weeks[i].after;
    }
    const char *from = arena_strdup(job->order.arena, civil_format(civil_from_days(first), text));
    const char *to = arena_strdup(job->order.arena, civil_format(civil_from_days(after), text));
    const char *asked[] = {
        params[0], params[1], params[2], from, to, params[5 + TREND_AREA], params[5 + TREND_CATEGORY],
    };
    return from && to && db_work_add(work, &query_trends_tally, asked) == 0;
}

/* Weekly sums are kept of whole municipalities and of each area. They cannot tell of places, of sources, or of several
 * areas together, where an incident may be in two of them. */
static bool has_tally(const TrendOrder *o)
{
    const bool *by = o->trend.by;
    if (o->place || o->sources || by[TREND_PLACE] || by[TREND_SOURCE]) return false;
    return o->scope.areas ? by[TREND_AREA] || o->scope.area_count == 1 : !by[TREND_AREA];
}

static bool add_statements(TrendJob *job, DbWork *work, bool is_base)
{
    const char *params[PARAMETERS_MAX];
    TrendParts parts;
    if (!common_params(&job->order, params)) return false;
    if (job->order.trend.bucket == TREND_HOUR_OF_WEEK) {
        job->asked[job->asked_count++] = (Asked){.is_base = is_base};
        return add_hours(job, work, params, is_base);
    }
    if (trend_parts(&parts, job->order.arena, job->spans, job->span_count, is_base, has_tally(&job->order)))
        return false;
    if (parts.week_count) {
        job->asked[job->asked_count++] = (Asked){.is_base = is_base, .is_tally = true, .parts = parts};
        if (!add_tally(job, work, params, &parts)) return false;
    }
    if (!parts.day_count) return true;
    job->asked[job->asked_count++] = (Asked){.is_base = is_base};
    Arena *arena = job->order.arena;
    return part_arrays(arena, parts.days, parts.day_count, &params[COMMON], &params[COMMON + 1], &params[COMMON + 2]) &&
           part_arrays(arena, parts.stretches, parts.stretch_count, &params[COMMON + 3], &params[COMMON + 4], NULL) &&
           db_work_add(work, &query_trends_count, params) == 0;
}

/* Who reported when: of one municipality, as those who report do so to one. */
static bool add_watch(TrendJob *job, DbWork *work)
{
    const TrendOrder *o = &job->order;
    const char **days[2], *params[3] = {o->scope.municipalities[0]};
    char text[CIVIL_TEXT_SIZE];
    bool few = job->span_count <= TREND_WATCH_MAX;
    if (o->scope.municipality_count != 1 || o->watching == TREND_WATCH_NEVER) return true;
    if (o->watching == TREND_WATCH_FEW && !few) return true;
    if (trend_watch(&job->watch, o->arena, o->trend.bucket, o->trend.compare != TREND_COMPARE_NONE, job->spans,
                    job->span_count))
        return false;
    for (int side = 0; side < 2; side++) {
        const CivilDate *dates = side ? job->watch.after : job->watch.first;
        days[side] = arena_calloc(o->arena, job->watch.count, sizeof **days);
        for (size_t i = 0; days[side] && i < job->watch.count; i++)
            if (!(days[side][i] = arena_strdup(o->arena, civil_format(dates[i], text)))) return false;
        params[side + 1] = days[side] ? array_of_texts(o->arena, days[side], job->watch.count) : NULL;
        if (!params[side + 1]) return false;
    }
    job->asked[job->asked_count++] = (Asked){.is_watch = true};
    return db_work_add(work, &query_trends_reporters, params) == 0;
}

void query_trends(Worker *worker, const TrendOrder *order, TrendDone done, void *arg)
{
    TrendJob *job = arena_calloc(order->arena, 1, sizeof *job);
    if (!job) {
        done(&(TrendAnswer){.verdict = TREND_FAILED, .status = DB_OVERLOAD}, arg);
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
    if (!work || !add_statements(job, work, false) ||
        (trend->compare != TREND_COMPARE_NONE && !add_statements(job, work, true)) || !add_watch(job, work)) {
        db_work_free(work);
        fail(job, DB_OVERLOAD);
        return;
    }
    db_work_set_heavy(work);
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}
