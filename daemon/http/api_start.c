/*
 * GET /: the way to the lägesbilder in a browser, which logs in with the token as its password.
 */
#include <errno.h>
#include <string.h>

#include "context.h"
#include "db/queries.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/start_html.h"

/* "bro,brunna", or NULL where the actor is bound to no areas. */
static int bound_areas(Request *request, const char **out)
{
    *out = NULL;
    for (const char **area = request_actor(request)->areas; area && *area; area++) {
        *out = *out ? arena_printf(request_arena(request), "%s,%s", *out, *area) : *area;
        if (!*out) return -ENOMEM;
    }
    return 0;
}

/* How many drafts that wait are told of; GET /v1/lagesbilder?status=waiting has them all. */
#define WAITING_MAX "30"

static StartWaiting *read_waiting(Request *request, const PGresult *rows)
{
    int count = PQntuples(rows);
    StartWaiting *waiting = arena_calloc(request_arena(request), (size_t)count + 1, sizeof *waiting);
    for (int i = 0; waiting && i < count; i++) {
        waiting[i] = (StartWaiting){.municipality = PQgetvalue(rows, i, 0),
                                    .municipality_name = PQgetvalue(rows, i, 1),
                                    .code = PQgetvalue(rows, i, 2),
                                    .name = PQgetvalue(rows, i, 3)};
        if (period_parse(&waiting[i].period, PQgetvalue(rows, i, 4), NULL)) return NULL;
    }
    return waiting;
}

static void got_areas(const DbOutcome *outcome, void *arg)
{
    Request *request = arg;
    if (outcome->status != DB_OK) {
        api_read_failed(request, outcome->status);
        return;
    }
    const PGresult *rows = outcome->results[0];
    size_t count = (size_t)PQntuples(rows);
    StartArea *areas = arena_calloc(request_arena(request), count + 1, sizeof *areas);
    StartWaiting *waiting = read_waiting(request, outcome->results[1]);
    ApiOutput output;
    if (!areas || !waiting || !api_output_open(request, &output)) {
        if (!areas || !waiting)
            request_problem(request, 503, NULL, "Minnet räcker inte just nu. Fråga igen om en stund.");
        return;
    }
    for (int i = 0; i < (int)count; i++) {
        areas[i] = (StartArea){.municipality = PQgetvalue(rows, i, 0),
                               .municipality_name = PQgetvalue(rows, i, 1),
                               .code = PQgetvalue(rows, i, 2),
                               .name = PQgetvalue(rows, i, 3)};
        civil_parse(PQgetvalue(rows, i, 4), (size_t)PQgetlength(rows, i, 4), &areas[i].last_day);
    }
    int r = start_html_write(areas, count, waiting, (size_t)PQntuples(outcome->results[1]), output.out);
    request_add_header(request, "Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    api_output_reply(request, &output, r, "text/html; charset=utf-8");
}

void api_start_get(Request *request)
{
    static const char *const query[] = {NULL};
    if (!request_allow_query(request, query)) return;
    const char *params[] = {request_actor(request)->municipality, NULL, WAITING_MAX};
    DbWork *work = NULL;
    if (bound_areas(request, &params[1]) == 0) work = db_work_new(request_worker(request)->pool, got_areas, request);
    if (work) db_work_set_retry(work);
    if (!work || db_work_add(work, &query_select_start, params) < 0 ||
        db_work_add(work, &query_select_waiting, params) < 0) {
        db_work_free(work);
        request_problem(request, 503, NULL, "Minnet räcker inte just nu. Fråga igen om en stund.");
        return;
    }
    db_work_submit(work);
}
