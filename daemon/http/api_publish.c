/*
 * POST …/publish, GET …/versions, GET …?version=N and the Atom feed: lägesbilder that are published.
 */
#include "http/api_publish.h"

#include <stdlib.h>
#include <string.h>

#include "flow/publish_lagesbild.h"
#include "flow/query_published.h"
#include "http/api_ingest.h"
#include "http/api_lagesbild.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "http/percent.h"
#include "render/feed.h"
#include "util/byte_cache.h"
#include "util/json_build.h"

enum { FEED_ENTRIES = 50 };

/* A published lägesbild asked for. */
typedef struct Asked {
    PublishedKey key;
    const char *area_name; /* NULL for an area that is not there any more */
    const char *unknown;   /* what to answer where nothing was published for such an area */
} Asked;

/* Codes are the knowledge's, which may be gone before the answer comes; so the key has copies. */
static bool ask_known(Asked *asked, const Knowledge *knowledge, const Scope *scope, Arena *arena)
{
    const Area *area = knowledge_area(knowledge, scope->area);
    asked->key.municipality = arena_strdup(arena, scope->municipalities[0]);
    asked->key.area = arena_strdup(arena, area->code);
    asked->area_name = arena_strdup(arena, area->name);
    return asked->key.municipality && asked->key.area && asked->area_name;
}

/* Whoever is bound to no areas may see those that are gone, others the very ones that they are bound to. */
static bool may_see_gone(const Actor *actor, const char *area)
{
    if (!actor->areas) return true;
    for (const char **own = actor->areas; *own; own++)
        if (strcmp(*own, area) == 0) return true;
    return false;
}

static bool is_municipality(const Knowledge *knowledge, const char *code)
{
    MunicipalityId id = knowledge_find_municipality(knowledge, code);
    return id != MUNICIPALITY_NONE && strcmp(knowledge_municipality(knowledge, id)->code, code) == 0;
}

/*
 * What was published for an area stays when the area goes. The municipality must be told by the token or the query, as
 * the knowledge does not tell it any more. False where nothing can have been published that the asker may see.
 */
static bool ask_gone(Asked *asked, Request *request, const Knowledge *knowledge, const Error *err)
{
    static const char code_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    Arena *arena = request_arena(request);
    const Actor *actor = request_actor(request);
    const char *area = request_path(request, "area"), *asks_for = request_query(request, "municipality");
    const char *municipality = asks_for ? asks_for : actor->municipality;
    if (!municipality || !is_municipality(knowledge, municipality)) return false;
    if (area[strspn(area, code_characters)] || !may_see_gone(actor, area)) return false;
    asked->key.municipality = arena_strdup(arena, municipality);
    asked->key.area = area;
    asked->unknown = arena_strdup(arena, err->text);
    return asked->key.municipality && asked->unknown;
}

/* The area of the path, as it is or as it was; `period` may be NULL. False, answered, where there is none for the one
 * who asks. */
static bool ask(Asked *asked, Request *request, const char *period)
{
    const char *const areas[] = {request_path(request, "area"), NULL};
    Error err;
    Scope scope;
    *asked = (Asked){0};
    if (period && period_parse(&asked->key.period, period, &err)) {
        request_problem(request, 400, NULL, "%s", err.text);
        return false;
    }
    Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
    int verdict = api_read_scope_verdict(request, &scope, knowledge, areas, &err);
    bool found = verdict == SCOPE_OK        ? ask_known(asked, knowledge, &scope, request_arena(request))
                 : verdict == SCOPE_UNKNOWN ? ask_gone(asked, request, knowledge, &err)
                                            : false;
    knowledge_unref(knowledge);
    if (found) return true;
    if (verdict == SCOPE_OK)
        request_out_of_memory(request);
    else
        api_read_scope_answer(request, verdict, &err);
    return false;
}

/* --- publishing --- */

static void reply_published(Request *request, int status, const PublishResult *result)
{
    Arena *arena = request_arena(request);
    const char *area = percent_encode(arena, request_path(request, "area")), *municipality = NULL, *location = NULL;
    if (request_query(request, "municipality"))
        municipality = percent_encode(arena, request_query(request, "municipality"));
    const char *period = percent_encode(arena, request_path(request, "period"));
    if (area && period)
        location = arena_printf(arena, "/v1/lagesbilder/%s/%s?version=%d%s%s", area, period, result->version,
                                municipality ? "&municipality=" : "", municipality ? municipality : "");
    if (location) request_add_header(request, "Location", location);
    cJSON *json = cJSON_CreateObject();
    bool made = json && json_add_number(json, "version", result->version) &&
                json_add_text(json, "published_at", result->published_at) &&
                json_add_text(json, "sha256", result->sha256);
    if (made) {
        request_reply_json(request, status, json);
        return;
    }
    cJSON_Delete(json);
    request_out_of_memory(request);
}

static void published(const PublishResult *result, void *arg)
{
    Request *request = arg;
    switch (result->verdict) {
    case PUBLISH_DONE:
        reply_published(request, 201, result);
        return;
    case PUBLISH_KNOWN:
    case PUBLISH_UNCHANGED:
        reply_published(request, 200, result);
        return;
    case PUBLISH_KEY_REUSED:
        request_problem(request, 422, NULL,
                        "Nyckeln i Idempotency-Key har gett ut en annan lägesbild. En ny behöver en ny nyckel.");
        return;
    case PUBLISH_RACED:
        request_problem(request, 409, NULL,
                        "Någon annan gav just ut samma lägesbild. Se efter innan du ger ut den igen.");
        return;
    case PUBLISH_FAILED:
        break;
    }
    api_read_failed(request, result->status);
}

/* Nothing is asked for in the body; an empty object is what some clients send for nothing. */
static bool body_is_empty(Request *request)
{
    size_t len;
    request_body(request, &len);
    if (!len) return true;
    const cJSON *json = request_json(request);
    if (json && cJSON_IsObject(json) && !json->child) return true;
    if (json) request_problem(request, 400, NULL, "Lägesbilden ges ut som den är; anropet ska inte ha något innehåll.");
    return false;
}

void api_lagesbild_publish(Request *request)
{
    static const char *const allowed[] = {"municipality", NULL};
    PublishOrder order = {.token = request_actor(request)->token_id, .actor = api_lagesbild_actor(request)};
    if (!request_allow_query(request, allowed) || !api_ingest_key(request, &order.key) || !body_is_empty(request))
        return;
    Worker *worker = request_worker(request);
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_lagesbild_order(request, knowledge, request_path(request, "period"), &order.lagesbild))
        publish_lagesbild(worker, &order, published, request);
    knowledge_unref(knowledge);
}

/* --- a version --- */

/* A version asked for; lives in the request's arena. */
typedef struct Show {
    Request *request;
    Asked asked;
    const char *name; /* in the loop's cache */
    size_t name_len;
} Show;

static void reply_document(Request *request, const CachedBytes *document)
{
    request_add_header(request, "ETag", document->tag);
    /* It never changes; but it is for those who may see it. */
    request_add_header(request, "Cache-Control", "private, max-age=31536000, immutable");
    if (strncmp(document->kind, "text/html", 9) == 0) api_lagesbild_guard_html(request);
    if (!api_read_is_known(request, document->tag))
        request_reply_file(request, 200, document->kind, document->file, document->bytes, document->len);
}

static void got_document(DbStatus status, const PGresult *rows, void *arg)
{
    const Show *show = arg;
    Request *request = show->request;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (PQntuples(rows) == 0) {
        request_problem(request, 404, NULL, "%s",
                        show->asked.unknown
                            ? show->asked.unknown
                            : "Den versionen är inte utgiven i den formen. GET …/versions räknar upp dem som finns.");
        return;
    }
    CachedBytes document = {.kind = PQgetvalue(rows, 0, 0),
                            .tag = arena_printf(request_arena(request), "\"%s\"", PQgetvalue(rows, 0, 1)),
                            .file = -1};
    unsigned char *bytes = PQunescapeBytea((unsigned char *)PQgetvalue(rows, 0, 2), &document.len);
    document.bytes = bytes;
    if (bytes && document.tag) {
        byte_cache_put(request_worker(request)->published, show->name, show->name_len, &document);
        reply_document(request, &document);
    } else {
        request_out_of_memory(request);
    }
    PQfreemem(bytes);
}

/* What a document is called in the cache: numbers of fixed length, and texts up to their NULs, so that no two have one
 * name. Who asks has been let through before this. False without memory. */
static bool name_document(Show *show, int version, const char *audience, const char *form)
{
    const PublishedKey *key = &show->asked.key;
    const int32_t numbers[] = {(int32_t)key->period.kind, civil_to_days(key->period.from),
                               civil_to_days(key->period.to), version};
    const char *const texts[] = {key->municipality, key->area, audience, form};
    size_t sizes[4], size = sizeof numbers;
    for (size_t i = 0; i < 4; i++)
        size += sizes[i] = strlen(texts[i]) + 1;
    char *name = arena_alloc(request_arena(show->request), size), *at = name;
    if (!name) return false;
    at = mempcpy(at, numbers, sizeof numbers);
    for (size_t i = 0; i < 4; i++)
        at = mempcpy(at, texts[i], sizes[i]);
    show->name = name;
    show->name_len = size;
    return true;
}

void api_publish_show(Request *request, const char *period, int version, const char *audience, const char *form)
{
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    CachedBytes document;
    Asked asked;
    if (!ask(&asked, request, period)) return;
    Show *show = arena_alloc(arena, sizeof *show);
    if (show) *show = (Show){.request = request, .asked = asked};
    if (!show || !name_document(show, version, audience, form)) {
        request_out_of_memory(request);
        return;
    }
    if (byte_cache_get(worker->published, show->name, show->name_len, &document))
        reply_document(request, &document);
    else
        query_published_document(worker, arena, &show->asked.key, version, audience, form, got_document, show);
}

typedef struct VersionsJob {
    Request *request;
    Asked asked;
} VersionsJob;

static void got_versions(DbStatus status, const PGresult *rows, void *arg)
{
    const VersionsJob *job = arg;
    Request *request = job->request;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (PQntuples(rows) == 0 && job->asked.unknown) {
        request_problem(request, 404, NULL, "%s", job->asked.unknown);
        return;
    }
    cJSON *json = cJSON_CreateObject(), *items = cJSON_CreateArray();
    bool made = json_add_item(json, "items", items);
    for (int i = 0; made && i < PQntuples(rows); i++)
        made = json_append(items, cJSON_CreateRaw(PQgetvalue(rows, i, 0)));
    if (made) {
        request_reply_json(request, 200, json);
        return;
    }
    cJSON_Delete(json);
    request_out_of_memory(request);
}

void api_lagesbild_versions(Request *request)
{
    static const char *const allowed[] = {"municipality", NULL};
    Arena *arena = request_arena(request);
    Asked asked;
    if (!request_allow_query(request, allowed) || !ask(&asked, request, request_path(request, "period"))) return;
    VersionsJob *job = arena_calloc(arena, 1, sizeof *job);
    if (!job) {
        request_out_of_memory(request);
        return;
    }
    *job = (VersionsJob){.request = request, .asked = asked};
    query_published_versions(request_worker(request), arena, &job->asked.key, got_versions, job);
}

/* --- the feed --- */

typedef struct FeedJob {
    Request *request;
    Asked asked;
    Feed feed;
} FeedJob;

static bool read_entry(FeedEntry *entry, const PGresult *rows, int row)
{
    *entry = (FeedEntry){.version = atoi(PQgetvalue(rows, row, 1)),
                         .published_at = PQgetvalue(rows, row, 3),
                         .published_by = PQgetvalue(rows, row, 4)};
    return period_parse(&entry->period, PQgetvalue(rows, row, 0), NULL) == 0;
}

static void got_feed(DbStatus status, const PGresult *rows, void *arg)
{
    FeedJob *job = arg;
    Request *request = job->request;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    int count = PQntuples(rows);
    if (!count && job->asked.unknown) {
        request_problem(request, 404, NULL, "%s", job->asked.unknown);
        return;
    }
    FeedEntry *entries = arena_calloc(request_arena(request), (size_t)count + 1, sizeof *entries);
    const char *tag =
        arena_printf(request_arena(request), "W/\"%d-%.16s\"", count, count ? PQgetvalue(rows, 0, 5) : "tomt");
    if (!entries || !tag) {
        request_out_of_memory(request);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (read_entry(&entries[i], rows, i)) continue;
        api_read_failed(request, DB_FAILED);
        return;
    }
    if (!job->feed.area_name) job->feed.area_name = PQgetvalue(rows, 0, 2); /* as it was called */
    job->feed.entries = entries;
    job->feed.count = (size_t)count;
    request_add_header(request, "ETag", tag);
    request_add_header(request, "Cache-Control", "private, no-cache");
    if (api_read_is_known(request, tag) || !api_output_open(request, &output)) return;
    int rc = feed_write(&job->feed, output.out);
    api_output_reply(request, &output, rc, "application/atom+xml; charset=utf-8");
}

void api_lagesbild_feed(Request *request)
{
    static const char *const allowed[] = {"municipality", NULL};
    Arena *arena = request_arena(request);
    Asked asked;
    if (!request_allow_query(request, allowed) || !ask(&asked, request, NULL)) return;
    FeedJob *job = arena_calloc(arena, 1, sizeof *job);
    if (!job) {
        request_out_of_memory(request);
        return;
    }
    *job = (FeedJob){
        .request = request,
        .asked = asked,
        .feed = {.municipality = asked.key.municipality, .area = asked.key.area, .area_name = asked.area_name}};
    query_published_feed(request_worker(request), arena, &job->asked.key, FEED_ENTRIES, got_feed, job);
}
