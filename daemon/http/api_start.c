/*
 * GET /: the way to the lägesbilder in a browser, which logs in with the token as its password.
 */
#include <errno.h>
#include <stdlib.h>

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/queries.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/start_html.h"

/* "bro,brunna": `codes` after those in `before`; NULL without memory. */
static const char *joined(Arena *arena, const char *before, const char *const *codes, size_t count)
{
    for (size_t i = 0; before && i < count; i++)
        before = arena_printf(arena, "%s%s%s", before, *before ? "," : "", codes[i]);
    return before;
}

/* The areas that a bound actor may see: its own, also one that is no more but has been published, and everything in
 * them. NULL for all of the municipality, also where the bound areas hold it whole. */
static int seen_areas(Request *request, const char **out)
{
    Arena *arena = request_arena(request);
    const Actor *actor = request_actor(request);
    const char *const *bound = (const char *const *)actor->areas;
    *out = NULL;
    if (!bound) return 0;
    size_t count = 0;
    while (bound[count])
        count++;
    Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
    const ScopeQuestion question = {.bound_municipality = actor->municipality, .bound_areas = bound};
    Scope scope;
    int r = scope_resolve(&scope, arena, knowledge, &question, NULL);
    bool whole = r == SCOPE_OK && !scope.areas;
    if (r >= 0 && !whole) *out = joined(arena, "", bound, count);
    if (r == SCOPE_OK && *out) *out = joined(arena, *out, scope.areas, scope.area_count);
    knowledge_unref(knowledge); /* the codes have been copied */
    return whole || *out ? 0 : -ENOMEM;
}

/* How many are told of in each list; GET /v1/lagesbilder has them all. */
#define WAITING_MAX   "30"
#define PUBLISHED_MAX "10"

/* The statements of the unit, in this order. */
enum { OF_AREAS, OF_WAITING, OF_PUBLISHED };

static bool read_items(Request *request, StartItems *list, const PGresult *rows)
{
    int count = PQntuples(rows);
    StartItem *items = arena_calloc(request_arena(request), (size_t)count + 1, sizeof *items);
    *list = (StartItems){.items = items, .count = (size_t)count};
    for (int i = 0; items && i < count; i++) {
        items[i] = (StartItem){.municipality = PQgetvalue(rows, i, 0),
                               .municipality_name = PQgetvalue(rows, i, 1),
                               .code = PQgetvalue(rows, i, 2),
                               .name = PQgetvalue(rows, i, 3),
                               .version = atoi(PQgetvalue(rows, i, 5))};
        if (period_parse(&items[i].period, PQgetvalue(rows, i, 4), NULL)) return false;
    }
    return items;
}

static void got_areas(const DbOutcome *outcome, void *arg)
{
    Request *request = arg;
    if (outcome->status != DB_OK) {
        api_read_failed(request, outcome->status);
        return;
    }
    const PGresult *rows = outcome->results[OF_AREAS];
    size_t count = (size_t)PQntuples(rows);
    StartArea *areas = arena_calloc(request_arena(request), count + 1, sizeof *areas);
    StartItems waiting, published;
    ApiOutput output;
    bool read = areas && read_items(request, &waiting, outcome->results[OF_WAITING]) &&
                read_items(request, &published, outcome->results[OF_PUBLISHED]);
    if (!read) request_out_of_memory(request);
    if (!read || !api_output_open(request, &output)) return;
    for (int i = 0; i < (int)count; i++) {
        areas[i] = (StartArea){.municipality = PQgetvalue(rows, i, 0),
                               .municipality_name = PQgetvalue(rows, i, 1),
                               .code = PQgetvalue(rows, i, 2),
                               .name = PQgetvalue(rows, i, 3)};
        civil_parse(PQgetvalue(rows, i, 4), (size_t)PQgetlength(rows, i, 4), &areas[i].last_day);
    }
    int r = start_html_write(areas, count, &waiting, &published, output.out);
    request_add_header(request, "Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    api_output_reply(request, &output, r, "text/html; charset=utf-8");
}

static int add_statements(Request *request, DbWork *work)
{
    const char *municipality = request_actor(request)->municipality, *areas;
    if (seen_areas(request, &areas)) return -ENOMEM;
    const char *const all[] = {municipality, areas}, *const waiting[] = {municipality, areas, WAITING_MAX},
                      *const published[] = {municipality, areas, PUBLISHED_MAX};
    if (db_work_add(work, &query_select_start, all) || db_work_add(work, &query_select_waiting, waiting) ||
        db_work_add(work, &query_select_published_lately, published))
        return -ENOMEM;
    return 0;
}

void api_start_get(Request *request)
{
    static const char *const query[] = {NULL};
    if (!request_allow_query(request, query)) return;
    DbWork *work = db_work_new(request_worker(request)->pool, got_areas, request);
    if (!work || add_statements(request, work)) {
        db_work_free(work);
        request_out_of_memory(request);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}
