/*
 * GET /ogc/…: OGC API - Features (Part 1: Core), for QGIS and other maps. What a token may see here is what it may see
 * of /v1/incidents and /v1/areas.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "flow/query_incidents.h"
#include "flow/query_knowledge.h"
#include "http/api_filter.h"
#include "http/api_ogc_bounds.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "http/percent.h"
#include "render/ogc.h"
#include "util/clock.h"
#include "util/uuid.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

/* A request on its way; lives in its arena. */
typedef struct Ask {
    Request *request;
    Knowledge *knowledge; /* held until the answer */
    const char *base;     /* the landing page's address, without a slash at its end */
    OgcCollection collection;
    bool all;  /* of the collections */
    int limit; /* of a page */
    const char *const *parameters;
} Ask;

/* --- addresses --- */

/* What a proxy was asked for goes before what it asked us for; of a list, the first is the client's. The answer is for
 * the one who asked alone (no-store), so a made-up host misleads nobody else. */
static const char *forwarded(const Request *request, const char *name, Arena *arena)
{
    const char *value = request_header(request, name);
    return value ? arena_strndup(arena, value, strcspn(value, ", \t")) : NULL;
}

static const char *base_of(const Request *request)
{
    Arena *arena = request_arena(request);
    const char *host = forwarded(request, "x-forwarded-host", arena);
    const char *scheme = forwarded(request, "x-forwarded-proto", arena);
    if (!host || !*host) host = request_header(request, "host");
    if (!host) return "/ogc"; /* HTTP/1.0 */
    return arena_printf(arena, "%s://%s/ogc", scheme && strcmp(scheme, "https") == 0 ? "https" : "http", host);
}

/* The address of a page or a feature of the collection, with the query asked for but for `cursor`, which is put in its
 * stead where not NULL. NULL without memory. */
static const char *address_of(const Ask *ask, const char *id, const char *cursor, bool keep_cursor)
{
    Arena *arena = request_arena(ask->request);
    char before = '?';
    const char *encoded = id ? percent_encode(arena, id) : "";
    const char *text = encoded ? arena_printf(arena, "%s/collections/%s/items%s%s", ask->base,
                                              ogc_collection_name(ask->collection), id ? "/" : "", encoded)
                               : NULL;
    for (const char *const *name = ask->parameters; text && *name; name++) {
        bool is_cursor = strcmp(*name, "cursor") == 0;
        const char *value = is_cursor && !keep_cursor ? cursor : request_query(ask->request, *name);
        if (!value) continue;
        encoded = percent_encode(arena, value);
        text = encoded ? arena_printf(arena, "%s%c%s=%s", text, before, *name, encoded) : NULL;
        before = '&';
    }
    return text;
}

/* --- what is asked --- */

static bool read_form(Request *request, bool features)
{
    static const char *const documents[] = {"application/json", NULL};
    static const char *const geojson[] = {"application/geo+json", "application/json", NULL};
    const char *form = request_query(request, "f");
    if (form) {
        if (strcmp(form, "json") == 0 || (features && strcmp(form, "geojson") == 0)) return true;
        api_read_bad_query(request, "f", features ? "Ska vara geojson eller json." : "Ska vara json.");
        return false;
    }
    request_add_header(request, "Vary", "Accept");
    if (request_accept(request, features ? geojson : documents)) return true;
    request_problem(request, 406, NULL, "Det här går bara att få som %s.", features ? geojson[0] : documents[0]);
    return false;
}

/* The start of every answer; NULL, answered, where the query is at fault. */
static Ask *begin(Request *request, const char *const *parameters, bool features)
{
    if (!request_allow_query(request, parameters) || !read_form(request, features)) return NULL;
    Ask *ask = arena_calloc(request_arena(request), 1, sizeof *ask);
    if (ask) *ask = (Ask){.request = request, .base = base_of(request), .parameters = parameters};
    if (ask && ask->base) return ask;
    request_out_of_memory(request);
    return NULL;
}

/* The {collection} of the path; answers 404 and returns false where there is none. */
static bool find_collection(Ask *ask)
{
    const char *name = request_path(ask->request, "collection");
    for (int c = 0; c < OGC_COLLECTIONS; c++) {
        ask->collection = (OgcCollection)c;
        if (strcmp(name, ogc_collection_name(ask->collection)) == 0) return true;
    }
    request_problem(ask->request, 404, NULL, "Samlingen finns inte; det finns incidents, incident-points och areas.");
    return false;
}

/* A limit over the most is the most (/req/core/fc-limit-definition). */
static bool read_limit(Request *request, int *out)
{
    if (!api_read_number(request, "limit", 1, 1000000000, LIMIT_DEFAULT, out)) return false;
    if (*out > LIMIT_MAX) *out = LIMIT_MAX;
    return true;
}

/* --- what there is --- */

static const char *const plain_parameters[] = {"f", NULL};

static void reply(Request *request, ApiOutput *output, int rc, bool features)
{
    api_output_reply(request, output, rc, features ? "application/geo+json" : "application/json");
}

void api_ogc_landing(Request *request)
{
    ApiOutput output;
    const Ask *ask = begin(request, plain_parameters, false);
    if (ask && api_output_open(request, &output))
        reply(request, &output, ogc_landing_write(ask->base, output.out), false);
}

void api_ogc_conformance(Request *request)
{
    ApiOutput output;
    const Ask *ask = begin(request, plain_parameters, false);
    if (ask && api_output_open(request, &output)) reply(request, &output, ogc_conformance_write(output.out), false);
}

static void read_extent(OgcExtent *extent, const PGresult *rows, int column)
{
    extent->has_box = true;
    for (int i = 0; i < 4; i++) {
        if (PQgetisnull(rows, 0, column + i)) extent->has_box = false;
        extent->box[i] = strtod(PQgetvalue(rows, 0, column + i), NULL);
    }
}

static void got_extents(DbStatus status, const PGresult *rows, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    OgcExtent extents[OGC_COLLECTIONS] = {0};
    read_extent(&extents[OGC_AREAS], rows, 0);
    read_extent(&extents[OGC_INCIDENTS], rows, 4);
    if (!PQgetisnull(rows, 0, 8)) extents[OGC_INCIDENTS].since = PQgetvalue(rows, 0, 8);
    extents[OGC_INCIDENT_POINTS] = extents[OGC_INCIDENTS];
    if (!api_output_open(request, &output)) return;
    int rc = ask->all ? ogc_collections_write(ask->base, extents, output.out)
                      : ogc_collection_write(ask->base, ask->collection, &extents[ask->collection], output.out);
    reply(request, &output, rc, false);
}

static void ask_extents(Ask *ask)
{
    Request *request = ask->request;
    Worker *worker = request_worker(request);
    Scope scope;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &scope, knowledge, NULL))
        query_extents(worker, request_arena(request), &scope, got_extents, ask);
    knowledge_unref(knowledge);
}

void api_ogc_collections(Request *request)
{
    Ask *ask = begin(request, plain_parameters, false);
    if (!ask) return;
    ask->all = true;
    ask_extents(ask);
}

void api_ogc_collection(Request *request)
{
    Ask *ask = begin(request, plain_parameters, false);
    if (ask && find_collection(ask)) ask_extents(ask);
}

/* --- pages --- */

/* False, answered, without memory. `cursor` NULL: the last page. */
static bool make_page(const Ask *ask, const char *cursor, OgcPage *page)
{
    char now[CLOCK_TEXT_SIZE];
    *page = (OgcPage){.base = ask->base,
                      .collection = ask->collection,
                      .self = address_of(ask, NULL, NULL, true),
                      .next = cursor ? address_of(ask, NULL, cursor, false) : NULL,
                      .time = arena_strdup(request_arena(ask->request), clock_format(clock_now_ms(), now))};
    if (page->self && page->time && (!cursor || page->next)) return true;
    request_out_of_memory(ask->request);
    return false;
}

static void reply_incidents(const Ask *ask, DbStatus status, const IncidentPage *found)
{
    OgcPage page;
    ApiOutput output;
    const char *cursor = NULL;
    if (status != DB_OK) {
        api_read_failed(ask->request, status);
        return;
    }
    if (found->more && !(cursor = api_filter_encode(request_arena(ask->request), &found->next))) {
        request_out_of_memory(ask->request);
        return;
    }
    if (!make_page(ask, cursor, &page) || !api_output_open(ask->request, &output)) return;
    int rc = ogc_incidents_write(&page, found->items, found->count, ask->knowledge, output.out);
    reply(ask->request, &output, rc, true);
}

static void got_incidents(DbStatus status, const IncidentPage *found, void *arg)
{
    const Ask *ask = arg;
    reply_incidents(ask, status, found);
    knowledge_unref(ask->knowledge);
}

static void ask_incidents(Ask *ask)
{
    Request *request = ask->request;
    Worker *worker = request_worker(request);
    IncidentFilter filter = {0};
    IncidentCursor cursor;
    ApiOgcBox box = {0};
    if (ask->collection == OGC_INCIDENT_POINTS) box = (ApiOgcBox){"-180", "-90", "180", "90"};
    if (!api_ogc_bounds_box(request, &box) || !api_ogc_bounds_datetime(request, &filter.from, &filter.before) ||
        !read_limit(request, &ask->limit) || !api_filter_cursor(request, 2, &cursor))
        return;
    filter.west = box.west;
    filter.south = box.south;
    filter.east = box.east;
    filter.north = box.north;
    ask->knowledge = daemon_knowledge(worker->daemon);
    if (api_filter_common(request, ask->knowledge, &filter))
        query_incidents(worker, request_arena(request), &filter, &cursor, ask->limit, got_incidents, ask);
    else
        knowledge_unref(ask->knowledge);
}

static Feature area_of(const PGresult *rows, int row)
{
    return (Feature){.id = PQgetvalue(rows, row, 2),
                     .json = PQgetvalue(rows, row, 3),
                     .geometry = PQgetisnull(rows, row, 4) ? NULL : PQgetvalue(rows, row, 4)};
}

static void got_areas(DbStatus status, const PGresult *rows, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    OgcPage page;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    int found = PQntuples(rows), count = found > ask->limit ? ask->limit : found;
    const char *cursor = found > count ? PQgetvalue(rows, count - 1, 5) : NULL;
    Feature *areas = arena_calloc(request_arena(request), (size_t)count + 1, sizeof *areas);
    if (!areas) {
        request_out_of_memory(request);
        return;
    }
    for (int i = 0; i < count; i++)
        areas[i] = area_of(rows, i);
    if (make_page(ask, cursor, &page) && api_output_open(request, &output))
        reply(request, &output, ogc_areas_write(&page, areas, (size_t)count, output.out), true);
}

/* "municipality.area", an area's id; codes have no points. False where it is none. */
static bool split_area(Arena *arena, const char *text, const char **municipality, const char **area)
{
    const char *dot = strchr(text, '.');
    if (!dot || dot == text || !dot[1]) return false;
    *municipality = arena_strndup(arena, text, (size_t)(dot - text));
    *area = dot + 1;
    return *municipality != NULL;
}

/* The map is no secret: whoever has a token sees all of its municipality, as with /v1/areas. */
static bool read_map_scope(Request *request, const Knowledge *knowledge, const char *municipality, Scope *scope)
{
    Error err;
    const ScopeQuestion question = {.bound_municipality = request_actor(request)->municipality,
                                    .municipality = municipality};
    return api_read_scope_answer(request, scope_resolve(scope, request_arena(request), knowledge, &question, &err),
                                 &err);
}

static void ask_areas(Ask *ask)
{
    Request *request = ask->request;
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    const char *cursor = request_query(request, "cursor"), *from, *before;
    AreaOrder order = {0};
    Scope scope;
    ApiOgcBox box = {0};
    /* A time is read, and then says nothing of what has none (/req/core/fc-time-definition). */
    if (!api_ogc_bounds_box(request, &box) || !api_ogc_bounds_datetime(request, &from, &before) ||
        !read_limit(request, &ask->limit))
        return;
    /* The id of the last area, behind a hyphen where it had no polygon: those come last. */
    order.after_bare = cursor && *cursor == '-';
    if (cursor && !split_area(arena, cursor + order.after_bare, &order.after[0], &order.after[1])) {
        api_read_bad_query(request, "cursor", "Ska vara en cursor som tjänsten har lämnat.");
        return;
    }
    order.scope = &scope;
    order.limit = ask->limit;
    order.west = box.west;
    order.south = box.south;
    order.east = box.east;
    order.north = box.north;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (read_map_scope(request, knowledge, request_query(request, "municipality"), &scope))
        query_areas_page(worker, arena, &order, got_areas, ask);
    knowledge_unref(knowledge);
}

void api_ogc_items(Request *request)
{
    static const char *const incidents[] = {"bbox", "datetime", "area",         "category", "source", "status", "place",
                                            "q",    "f",        "municipality", "limit",    "cursor", NULL};
    static const char *const areas[] = {"bbox", "datetime", "f", "municipality", "limit", "cursor", NULL};
    Ask found = {.request = request};
    if (!find_collection(&found)) return;
    const bool is_incidents = found.collection != OGC_AREAS;
    Ask *ask = begin(request, is_incidents ? incidents : areas, true);
    if (!ask) return;
    ask->collection = found.collection;
    (is_incidents ? ask_incidents : ask_areas)(ask);
}

/* --- one --- */

static void not_found(Request *request)
{
    request_problem(request, 404, NULL, "Det finns ingen sådan i samlingen som du får se.");
}

static void reply_incident(const Ask *ask, const IncidentAnswer *answer)
{
    Request *request = ask->request;
    ApiOutput output;
    if (answer->verdict == INCIDENT_FAILED) {
        api_read_failed(request, answer->status);
        return;
    }
    if (answer->verdict != INCIDENT_FOUND || answer->withdrawn) {
        not_found(request);
        return;
    }
    const char *self = address_of(ask, request_path(request, "id"), NULL, true);
    if (!self) {
        request_out_of_memory(request);
        return;
    }
    if (!api_output_open(request, &output)) return;
    int rc = ogc_incident_write(ask->base, self, ask->collection, answer->json, ask->knowledge, output.out);
    if (rc != -ENOENT) {
        reply(request, &output, rc, true);
        return;
    }
    api_output_drop(&output);
    not_found(request);
}

static void got_incident(const IncidentAnswer *answer, void *arg)
{
    const Ask *ask = arg;
    reply_incident(ask, answer);
    knowledge_unref(ask->knowledge);
}

static void ask_incident(Ask *ask, const char *id)
{
    Request *request = ask->request;
    Worker *worker = request_worker(request);
    Scope scope;
    if (!uuid_is_valid(id)) {
        not_found(request);
        return;
    }
    ask->knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &scope, ask->knowledge, NULL))
        query_incident(worker, request_arena(request), &scope, id, got_incident, ask);
    else
        knowledge_unref(ask->knowledge);
}

static void got_area(DbStatus status, const PGresult *rows, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (PQntuples(rows) != 1) {
        not_found(request);
        return;
    }
    const char *self = address_of(ask, request_path(request, "id"), NULL, true);
    const Feature area = area_of(rows, 0);
    if (!self)
        request_out_of_memory(request);
    else if (api_output_open(request, &output))
        reply(request, &output, ogc_area_write(ask->base, self, &area, output.out), true);
}

static void ask_area(Ask *ask, const char *id)
{
    Request *request = ask->request;
    Worker *worker = request_worker(request);
    const char *municipality;
    AreaOrder order = {.limit = 1};
    Scope scope;
    if (!split_area(request_arena(request), id, &municipality, &order.area)) {
        not_found(request);
        return;
    }
    order.scope = &scope;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (read_map_scope(request, knowledge, municipality, &scope))
        query_areas_page(worker, request_arena(request), &order, got_area, ask);
    knowledge_unref(knowledge);
}

void api_ogc_item(Request *request)
{
    Ask *ask = begin(request, plain_parameters, true);
    if (ask && find_collection(ask))
        (ask->collection != OGC_AREAS ? ask_incident : ask_area)(ask, request_path(request, "id"));
}
