#include "flow/build_lagesbild.h"

#include <errno.h>
#include <stdio.h>

#include "db/array.h"
#include "db/queries.h"
#include "flow/lagesbild_fingerprint.h"
#include "flow/lagesbild_rows.h"
#include "flow/offload.h"

typedef struct Build {
    Worker *worker;
    LagesbildOrder order;
    LagesbildRows rows;
    bool made;     /* of the rows a document */
    bool has_turn; /* to draw it */
    LagesbildBuilt built;
    void *arg;
} Build;

static void set_spans(Build *build)
{
    const Period *period = &build->order.period;
    Period *spans = build->rows.spans;
    spans[SPAN_NOW] = *period;
    spans[SPAN_PREVIOUS] = period_previous(period);
    spans[SPAN_YEAR_AGO] = period_year_ago(period);
    Period before = *period;
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++)
        before = spans[i] = period_previous(&before);
}

/* Ends the build. What the arena holds is its owner's. */
static void finish(Build *build, DbStatus status)
{
    Knowledge *knowledge = build->order.knowledge;
    if (build->has_turn && status != DB_OK) offload_turn_end(build->worker->desk);
    build->built(status, status == DB_OK ? build->rows.l : NULL, build->arg);
    knowledge_unref(knowledge);
}

/* --- the document is made on a thread: judging a few years of weeks for each kind takes milliseconds --- */

static void clear_results(Build *build)
{
    for (int i = 0; i < OF_COUNT; i++) {
        PQclear(build->rows.of[i]);
        build->rows.of[i] = NULL;
    }
}

static void make_document(void *arg)
{
    Build *build = arg;
    build->made = lagesbild_rows_read(&build->rows) && lagesbild_fingerprint(&build->rows);
}

static void document_made(bool worked, void *arg)
{
    Build *build = arg;
    clear_results(build);
    finish(build, !worked ? DB_UNAVAILABLE : build->made ? DB_OK : DB_OVERLOAD);
}

static void answered(const DbOutcome *outcome, void *arg)
{
    Build *build = arg;
    if (outcome->status != DB_OK) {
        finish(build, outcome->status);
        return;
    }
    for (int i = 0; i < OF_COUNT; i++)
        build->rows.of[i] = db_outcome_take(outcome, (size_t)i);
    int rc = build->worker->judging ? offload_submit(build->worker->judging, make_document, document_made, build)
                                    : -EAGAIN; /* the loop is ending */
    if (rc == 0) return;
    clear_results(build);
    finish(build, DB_OVERLOAD);
}

/* The first days and the days after the last of all spans, as two arrays. */
static bool span_arrays(const Build *build, const char **first, const char **after)
{
    char text[2][SPAN_COUNT][CIVIL_TEXT_SIZE];
    const char *items[2][SPAN_COUNT];
    for (int i = 0; i < SPAN_COUNT; i++) {
        items[0][i] = civil_format(build->rows.spans[i].from, text[0][i]);
        items[1][i] = civil_format(build->rows.spans[i].to, text[1][i]);
    }
    *first = array_of_texts(build->order.arena, items[0], SPAN_COUNT);
    *after = array_of_texts(build->order.arena, items[1], SPAN_COUNT);
    return *first && *after;
}

static int add_statements(const Build *build, DbWork *work)
{
    Arena *arena = build->order.arena;
    const Scope *scope = &build->order.scope;
    const char *first, *after, *municipality = scope->municipalities[0];
    const char *areas = scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL;
    char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE], before[CIVIL_TEXT_SIZE], limit[16], series[CIVIL_TEXT_SIZE],
        written[PERIOD_CODE_SIZE];
    if ((scope->areas && !areas) || !span_arrays(build, &first, &after)) return -1;
    snprintf(limit, sizeof limit, "%d", BUILD_INCIDENTS_MAX);
    const char *now = arena_strdup(arena, civil_format(build->rows.spans[SPAN_NOW].from, from));
    const char *end = arena_strdup(arena, civil_format(build->rows.spans[SPAN_NOW].to, to));
    const char *previous = arena_strdup(arena, civil_format(build->rows.spans[SPAN_PREVIOUS].from, before));
    const char *most = arena_strdup(arena, limit), *area = build->rows.l->area_code;
    const char *code = arena_strdup(arena, period_code(&build->order.period, written));
    const char *monday = arena_strdup(arena, civil_format(lagesbild_weeks_from(&build->order.period), series));
    const char *weeks = arena_printf(arena, "%d", LAGESBILD_WEEKS_READ);
    if (!now || !end || !previous || !most || !monday || !weeks || !code) return -1;
    const struct {
        const Query *query;
        const char *params[8];
    } statements[OF_COUNT] = {
        [OF_MOMENT] = {&query_one_moment},
        [OF_PLAN] = {&query_plan_kept},
        [OF_SLOTS] = {&query_lagesbild_slots, {municipality, first, after}},
        [OF_COUNTS] = {&query_lagesbild_counts, {municipality, areas, first, after}},
        [OF_PLACES] = {&query_lagesbild_places,
                       {municipality, areas, now, end, previous, now, build->rows.l->area_name, monday}},
        [OF_FIGURES] = {&query_lagesbild_figures, {municipality, areas, now, end}},
        [OF_INCIDENTS] = {&query_lagesbild_incidents, {municipality, areas, now, end, most}},
        [OF_SOURCES] = {&query_lagesbild_sources, {municipality, now, end}},
        [OF_WITHOUT_AREA] = {&query_lagesbild_without_area, {municipality, now, end}},
        [OF_REPORTED_WEEKS] = {&query_lagesbild_reported_weeks, {municipality, monday, weeks}},
        [OF_ALL_WEEKS] = {&query_lagesbild_weeks, {municipality, NULL, monday, weeks}},
        [OF_WEEKS] = {&query_lagesbild_weeks, {municipality, areas, monday, weeks}},
        [OF_EDIT] = {&query_lagesbild_edit, {municipality, area, code}},
        [OF_FOLLOWUP] = {&query_lagesbild_followup, {municipality, area, areas, now, end}},
        [OF_PUBLISHED] = {&query_lagesbild_published, {municipality, area, code}},
        [OF_CLOSED] = {&query_lagesbild_closed, {municipality, area, code}},
    };
    for (int i = 0; i < OF_COUNT; i++)
        if (db_work_add(work, statements[i].query, statements[i].params)) return -1;
    return 0;
}

static void ask(Build *build)
{
    DbWork *work = db_work_new(build->worker->pool, answered, build);
    if (!work || add_statements(build, work)) {
        db_work_free(work);
        finish(build, DB_OVERLOAD);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

static void turn_came(bool come, void *arg)
{
    Build *build = arg;
    build->has_turn = come;
    if (come)
        ask(build);
    else
        finish(build, DB_UNAVAILABLE);
}

void build_lagesbild(Worker *worker, const LagesbildOrder *order, LagesbildBuilt built, void *arg)
{
    Build *build = arena_calloc(order->arena, 1, sizeof *build);
    Lagesbild *l = arena_calloc(order->arena, 1, sizeof *l);
    /* The document is drawn when the knowledge may have been replaced. */
    const AreaId id = order->scope.area;
    const Area *area = knowledge_area(order->knowledge, id);
    const char *code = arena_strdup(order->arena, area->code), *name = arena_strdup(order->arena, area->name);
    if (!build || !l || !code || !name) {
        built(DB_OVERLOAD, NULL, arg);
        return;
    }
    *build = (Build){.worker = worker,
                     .order = *order,
                     .rows = {.arena = order->arena, .knowledge = order->knowledge, .area = id, .l = l},
                     .built = built,
                     .arg = arg};
    *l = (Lagesbild){.area_code = code,
                     .area_name = name,
                     .area_is_root = !order->scope.areas,
                     .area_has_parts = knowledge_next_within(order->knowledge, id, id) != AREA_NONE,
                     .period = order->period};
    knowledge_ref(order->knowledge);
    set_spans(build);
    if (!order->drawn)
        ask(build);
    else if (offload_turn(worker->desk, turn_came, build) < 0)
        finish(build, DB_OVERLOAD);
}
