/*
 * GET /v1/areas, /v1/categories, /v1/cues, /v1/places: what the service knows.
 */
#include "context.h"
#include "flow/query_knowledge.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/feature_list.h"
#include "util/json_build.h"

enum { FORM_JSON, FORM_GEOJSON };

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_GEOJSON] = {"geojson", "application/geo+json", "application/geo+json"},
    {NULL, NULL, NULL},
};

typedef struct Ask {
    Request *request;
    int form;
} Ask;

static void answered(DbStatus status, const PGresult *rows, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    const ApiForm *form = &forms[ask->form];
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    size_t count = (size_t)PQntuples(rows);
    Feature *features = arena_calloc(request_arena(request), count + 1, sizeof *features);
    if (!features) {
        request_out_of_memory(request);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int row = (int)i;
        features[i] = (Feature){.json = PQgetvalue(rows, row, 0),
                                .id = PQgetvalue(rows, row, 1),
                                .geometry = PQgetisnull(rows, row, 2) ? NULL : PQgetvalue(rows, row, 2)};
    }
    if (!api_output_open(request, &output)) return;
    int rc = feature_list_write(features, count, form == &forms[FORM_GEOJSON], output.out);
    api_output_reply(request, &output, rc, form->content_type);
}

/* The map is no secret: whoever has a token sees all of its municipality, also the areas it is not bound to. */
static bool read_scope(Request *request, const Knowledge *knowledge, Scope *scope)
{
    Error err;
    const char *const *areas;
    if (!api_read_list(request, "area", &areas)) return false;
    const ScopeQuestion question = {.bound_municipality = request_actor(request)->municipality,
                                    .municipality = request_query(request, "municipality"),
                                    .areas = areas};
    return api_read_scope_answer(request, scope_resolve(scope, request_arena(request), knowledge, &question, &err),
                                 &err);
}

typedef enum Subject { AREAS, PLACES, CUES } Subject;

static void ask_for(Request *request, Subject subject)
{
    /* A phrase holds in all of its municipality and lies nowhere on a map. */
    static const char *const on_map[] = {"area", "municipality", "format", NULL}, *const of_words[] = {"municipality",
                                                                                                       NULL};
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    Scope scope;
    if (!request_allow_query(request, subject == CUES ? of_words : on_map)) return;
    Ask *ask = arena_calloc(arena, 1, sizeof *ask);
    if (!ask) {
        request_out_of_memory(request);
        return;
    }
    *ask = (Ask){.request = request, .form = subject == CUES ? FORM_JSON : api_read_form(request, forms, NULL)};
    if (ask->form < 0) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (read_scope(request, knowledge, &scope)) {
        if (subject == AREAS)
            query_areas(worker, arena, &scope, ask->form == FORM_GEOJSON, answered, ask);
        else if (subject == PLACES)
            query_places(worker, arena, &scope, answered, ask);
        else
            query_cues(worker, arena, &scope, answered, ask);
    }
    knowledge_unref(knowledge);
}

void api_knowledge_areas(Request *request)
{
    ask_for(request, AREAS);
}

void api_knowledge_places(Request *request)
{
    ask_for(request, PLACES);
}

void api_knowledge_cues(Request *request)
{
    ask_for(request, CUES);
}

void api_knowledge_categories(Request *request)
{
    static const char *const allowed[] = {NULL};
    if (!request_allow_query(request, allowed)) return;
    Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
    cJSON *root = cJSON_CreateObject(), *items = cJSON_CreateArray();
    bool made = json_add_item(root, "items", items);
    for (size_t i = 0; made && i < knowledge_category_count(knowledge); i++) {
        const Category *category = knowledge_category(knowledge, (CategoryId)i);
        cJSON *item = cJSON_CreateObject();
        bool named = json_add_text(item, "code", category->code) && json_add_text(item, "name", category->name);
        made = json_append(items, item) && named;
    }
    knowledge_unref(knowledge);
    if (made) {
        request_reply_json(request, 200, root);
        return;
    }
    cJSON_Delete(root);
    request_out_of_memory(request);
}
