/*
 * GET /v1/incidents and /v1/review: lists.
 */
#include "context.h"
#include "flow/query_incidents.h"
#include "http/api_export.h"
#include "http/api_filter.h"
#include "http/api_read.h"
#include "http/cursor.h"
#include "http/handlers.h"
#include "render/incidents.h"

enum { FORM_JSON, FORM_GEOJSON, FORM_CSV, FORM_EXCEL };
enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_GEOJSON] = {"geojson", "application/geo+json", "application/geo+json"},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8; header=present"},
    [FORM_EXCEL] = {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present"},
    {NULL, NULL, NULL},
};

static const char *const list_parameters[] = {"area",  "category", "source",  "status",       "from",
                                              "to",    "place",    "q",       "bbox",         "cursor",
                                              "limit", "format",   "dialect", "municipality", NULL};

/* A list on its way; lives in the request's arena. */
typedef struct List {
    Request *request;
    int form;
} List;

/* --- lists --- */

/* What the forms that come in pieces are called by their renderer. */
static const IncidentsForm pieces[] = {
    [FORM_GEOJSON] = INCIDENTS_GEOJSON, [FORM_CSV] = INCIDENTS_CSV, [FORM_EXCEL] = INCIDENTS_EXCEL};

static int write_list(int form, const IncidentPage *page, const char *cursor, FILE *out)
{
    if (form == FORM_JSON) return incidents_json_write(page->items, page->count, cursor, out);
    IncidentsForm whole = pieces[form];
    incidents_begin(whole, out);
    for (size_t i = 0; i < page->count; i++) {
        int rc = incidents_add(whole, page->items[i], i == 0, out);
        if (rc) return rc;
    }
    incidents_end(whole, page->count, out);
    return 0;
}

static void listed(DbStatus status, const IncidentPage *page, void *arg)
{
    const List *list = arg;
    Request *request = list->request;
    int form = list->form;
    ApiOutput output;
    const char *cursor = NULL;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (page->more) {
        cursor = api_filter_encode(request_arena(request), &page->next);
        if (!cursor || !cursor_add_next_link(request, list_parameters, cursor)) {
            request_out_of_memory(request);
            return;
        }
    }
    if (!api_output_open(request, &output)) return;
    int rc = write_list(form, page, cursor, output.out);
    api_output_reply(request, &output, rc, forms[form].content_type);
}

void api_incidents_list(Request *request)
{
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    IncidentFilter filter = {0};
    IncidentCursor cursor;
    int limit;
    if (!request_allow_query(request, list_parameters)) return;
    List *list = arena_calloc(arena, 1, sizeof *list);
    if (!list) {
        request_out_of_memory(request);
        return;
    }
    list->request = request;
    list->form = api_read_form(request, forms, NULL);
    if (list->form < 0) return;
    /* A file is whole unless a part of it is asked for: one that ends early without saying so is a trap. */
    bool whole = list->form != FORM_JSON && !request_query(request, "limit") && !request_query(request, "cursor");
    if (!api_read_number(request, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &limit) ||
        !api_filter_cursor(request, 2, &cursor))
        return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    bool readable = api_filter_incidents(request, knowledge, &filter);
    if (readable && whole)
        api_export_incidents(request, &filter, pieces[list->form], forms[list->form].content_type);
    else if (readable)
        query_incidents(worker, arena, &filter, &cursor, limit, listed, list);
    knowledge_unref(knowledge);
}

void api_incidents_review(Request *request)
{
    static const char *const allowed[] = {"area", "cursor", "limit", "municipality", NULL};
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    const char *const *areas;
    IncidentCursor cursor;
    Scope scope;
    int limit;
    if (!request_allow_query(request, allowed) ||
        !api_read_number(request, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &limit) ||
        !api_filter_cursor(request, 3, &cursor) || !api_read_list(request, "area", &areas))
        return;
    List *list = arena_calloc(arena, 1, sizeof *list);
    if (!list) {
        request_out_of_memory(request);
        return;
    }
    *list = (List){.request = request, .form = FORM_JSON};
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &scope, knowledge, areas))
        query_review(worker, arena, &scope, &cursor, limit, listed, list);
    knowledge_unref(knowledge);
}
