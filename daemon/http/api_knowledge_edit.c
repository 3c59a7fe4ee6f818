/*
 * PUT and DELETE of /v1/areas/{code} and /v1/places/{id}, POST /v1/places, DELETE /v1/cues: the knowledge as people
 * change it.
 */
#include <string.h>

#include "context.h"
#include "flow/edit_knowledge.h"
#include "http/api_ingest.h"
#include "http/api_learn.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "util/json_build.h"
#include "util/json_strict.h"
#include "util/uuid.h"

/* An edit on its way; lives in the request's arena. */
typedef struct Edit {
    Request *request;
    const char *municipality; /* code */
    const char *body;         /* what is stored */
    const char *code;         /* of the area, or NULL for a place */
    const char *missing;      /* what is said where there is no such thing */
} Edit;

static const char *const query_parameters[] = {"municipality", NULL};

/* --- the answer --- */

/* What refuses an edit, by the constraint's name, and what is said of it. */
static const struct Refusal {
    const char *constraint;
    int status;
    const char *pointer; /* into the body, or NULL */
    const char *detail;
} refusals[] = {
    {"area_area_check", 400, NULL, "Ett områdes kod är små bokstäver a till z, siffror och bindestreck."},
    {"area_municipality_fkey", 404, NULL, "Det finns ingen sådan kommun."},
    {"area_municipality_parent_fkey", 400, "/parent", "är inget område i kommunen"},
    {"area_circle", 400, "/parent", "området skulle ligga i sig självt"},
    {"area_polygon_form", 400, "/geometry", "är ingen polygon som går att läsa"},
    {"area_polygon_valid", 400, "/geometry", "är ingen giltig polygon"},
    {"area_is_municipality", 409, NULL, "Kommunens eget område går inte att ta bort."},
    {"area_has_areas", 409, NULL, "Området har områden i sig. Flytta eller ta bort dem först."},
    {"area_has_incidents", 409, NULL, "Området har händelser och går därför inte att ta bort."},
    {"area_has_places", 409, NULL, "Området har platser i sig. Flytta eller ta bort dem först."},
    {"place_municipality_area_fkey", 400, "/area", "är inget område i kommunen"},
    {"place_municipality_area_name_kind_key", 409, NULL,
     "Det finns redan en plats av det slaget med det namnet i området."},
};

static void refuse(Request *request, const EditAnswer *answer)
{
    const struct Refusal *found = NULL;
    for (size_t i = 0; answer->constraint && i < sizeof refusals / sizeof *refusals; i++)
        if (strcmp(refusals[i].constraint, answer->constraint) == 0) found = &refusals[i];
    if (!found) {
        api_read_failed(request, DB_FAILED);
        return;
    }
    if (!found->pointer) {
        request_problem(request, found->status, NULL, "%s", found->detail);
        return;
    }
    const char *detail = found->detail;
    if (strcmp(found->constraint, "area_polygon_valid") == 0 && answer->message)
        detail = arena_printf(request_arena(request), "%s (%s)", found->detail, answer->message);
    const ProblemError error = {.pointer = found->pointer, .detail = detail ? detail : found->detail};
    request_problem_errors(request, found->status, NULL, "Ändringen går inte att spara.", &error, 1);
}

static void reply_stored(Request *request, const Edit *edit, const EditAnswer *answer)
{
    cJSON *json = cJSON_Parse(edit->body);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "geometry");
    bool ok = json && json_add_text(json, "municipality", edit->municipality);
    if (edit->code) {
        bool is_root = strcmp(edit->code, edit->municipality) == 0;
        const cJSON *parent = json_member(json, "parent");
        ok = ok && json_add_text(json, "code", edit->code);
        if (ok && !cJSON_IsString(parent)) {
            cJSON_DeleteItemFromObjectCaseSensitive(json, "parent");
            ok = json_add_text(json, "parent", is_root ? NULL : edit->municipality);
        }
    } else {
        ok = ok && json_add_text(json, "id", answer->id);
        if (ok && !cJSON_IsArray(json_member(json, "aliases"))) {
            cJSON_DeleteItemFromObjectCaseSensitive(json, "aliases");
            ok = json_add_item(json, "aliases", cJSON_CreateArray());
        }
        if (ok && !json_member(json, "position")) ok = json_add_text(json, "position", NULL);
    }
    const char *path = edit->code ? arena_printf(request_arena(request), "/v1/areas/%s", edit->code)
                                  : arena_printf(request_arena(request), "/v1/places/%s", answer->id);
    if (!ok || !path) {
        cJSON_Delete(json);
        request_out_of_memory(request);
        return;
    }
    bool made = answer->verdict == EDIT_MADE;
    if (made) request_add_header(request, "Location", path);
    request_reply_json(request, made ? 201 : 200, json);
}

static void edited(const EditAnswer *answer, void *arg)
{
    const Edit *edit = arg;
    Request *request = edit->request;
    switch (answer->verdict) {
    case EDIT_MADE:
    case EDIT_CHANGED:
        reply_stored(request, edit, answer);
        return;
    case EDIT_DELETED:
        request_reply(request, 204, NULL, NULL, 0);
        return;
    case EDIT_NOT_FOUND:
        request_problem(request, 404, NULL, "%s", edit->missing);
        return;
    case EDIT_REFUSED:
        refuse(request, answer);
        return;
    case EDIT_FAILED:
        break;
    }
    api_read_failed(request, answer->status);
}

/* --- the question --- */

static const char no_area[] = "Det finns inget sådant område.";
static const char no_place[] = "Det finns ingen sådan plats som du får ändra.";
static const char no_cue[] = "Det finns ingen sådan inlärd fras; GET /v1/cues räknar upp dem.";

static Edit *edit_new(Request *request, const char *missing)
{
    Edit *edit = arena_calloc(request_arena(request), 1, sizeof *edit);
    if (edit)
        *edit = (Edit){.request = request, .missing = missing};
    else
        request_out_of_memory(request);
    return edit;
}

/* Which municipality an edit is for, told by an area of it (NULL or not there yet: by the query or the token), where
 * the one who asks may do so. False, answered, where that cannot be known. */
static bool find_municipality(Edit *edit, const Knowledge *k, const char *area)
{
    Request *request = edit->request;
    const Actor *actor = request_actor(request);
    const char *asked = request_query(request, "municipality"), *own = asked ? asked : actor->municipality;
    MunicipalityId id = own ? knowledge_find_municipality(k, own) : MUNICIPALITY_NONE;
    const char *const areas[] = {area, NULL};
    bool there = area && (id != MUNICIPALITY_NONE ? knowledge_find_area_in(k, id, area) != AREA_NONE
                                                  : knowledge_find_area(k, area) != AREA_NONE);
    Scope scope;
    if (!api_read_scope(request, &scope, k, there ? areas : NULL)) return false;
    if (scope.municipality_count != 1) {
        api_read_bad_query(request, "municipality", "Nyckeln gäller flera kommuner; ange vilken.");
        return false;
    }
    /* Who is bound to some areas makes none outside them; who is bound to the whole municipality's is not. */
    if (!there && scope.areas) {
        request_problem(request, 403, NULL, "Nyckeln gäller bara vissa områden.");
        return false;
    }
    edit->municipality = arena_strdup(request_arena(request), scope.municipalities[0]);
    if (!edit->municipality) request_out_of_memory(request);
    return edit->municipality;
}

/* The body, checked by `check`; false, answered, where it is at fault. */
static bool read_body(Edit *edit, const char *(*check)(const cJSON *json, Faults *faults), const char *title,
                      const cJSON **json)
{
    Request *request = edit->request;
    Faults faults = {.arena = request_arena(request)};
    *json = request_json(request);
    if (!*json) return false;
    edit->body = check(*json, &faults);
    if (edit->body) return true;
    if (faults.count)
        api_ingest_refuse(request, 400, title, &faults);
    else
        request_out_of_memory(request);
    return false;
}

static const char *member_text(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(json_member(json, name));
}

void api_area_put(Request *request)
{
    Worker *worker = request_worker(request);
    Arena *arena = request_arena(request);
    const cJSON *json;
    Edit *edit;
    if (!request_allow_query(request, query_parameters) || !(edit = edit_new(request, no_area)) ||
        !read_body(edit, api_learn_area, "Området går inte att läsa", &json))
        return;
    edit->code = request_path(request, "code");
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    const char *parent = member_text(json, "parent");
    bool known = knowledge_find_area(knowledge, edit->code) != AREA_NONE;
    if (find_municipality(edit, knowledge, known || !parent ? edit->code : parent))
        edit_put_area(worker, arena, edit->municipality, edit->code, edit->body, request_actor(request)->token_id,
                      edited, edit);
    knowledge_unref(knowledge);
}

void api_area_delete(Request *request)
{
    Worker *worker = request_worker(request);
    Edit *edit;
    if (!request_allow_query(request, query_parameters) || !(edit = edit_new(request, no_area))) return;
    edit->code = request_path(request, "code");
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (find_municipality(edit, knowledge, edit->code))
        edit_delete_area(worker, request_arena(request), edit->municipality, edit->code,
                         request_actor(request)->token_id, edited, edit);
    knowledge_unref(knowledge);
}

void api_places_post(Request *request)
{
    Worker *worker = request_worker(request);
    const cJSON *json;
    Edit *edit;
    if (!request_allow_query(request, query_parameters) || !(edit = edit_new(request, no_place)) ||
        !read_body(edit, api_learn_place, "Platsen går inte att läsa", &json))
        return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (find_municipality(edit, knowledge, member_text(json, "area")))
        edit_add_place(worker, request_arena(request), edit->municipality, edit->body, request_actor(request)->token_id,
                       edited, edit);
    knowledge_unref(knowledge);
}

/* The {id} of the path; 404 and NULL where it is none. */
static const char *place_id(Request *request)
{
    const char *id = request_path(request, "id");
    if (uuid_is_valid(id)) return id;
    request_problem(request, 404, NULL, "Det finns ingen sådan plats; dess id är ett UUID.");
    return NULL;
}

void api_place_put(Request *request)
{
    Worker *worker = request_worker(request);
    const cJSON *json;
    const char *id;
    Edit *edit;
    Scope scope;
    if (!request_allow_query(request, query_parameters) || !(id = place_id(request)) ||
        !(edit = edit_new(request, no_place)) || !read_body(edit, api_learn_place, "Platsen går inte att läsa", &json))
        return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    /* Where it is to lie says which municipality; where it lies now must be the asker's too. */
    if (find_municipality(edit, knowledge, member_text(json, "area")) &&
        api_read_scope(request, &scope, knowledge, NULL)) {
        scope.municipalities = &edit->municipality;
        scope.municipality_count = 1;
        edit_put_place(worker, request_arena(request), &scope, id, edit->body, request_actor(request)->token_id, edited,
                       edit);
    }
    knowledge_unref(knowledge);
}

void api_place_delete(Request *request)
{
    Worker *worker = request_worker(request);
    const char *id;
    Edit *edit;
    Scope scope;
    if (!request_allow_query(request, query_parameters) || !(id = place_id(request)) ||
        !(edit = edit_new(request, no_place)))
        return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &scope, knowledge, NULL))
        edit_delete_place(worker, request_arena(request), &scope, id, request_actor(request)->token_id, edited, edit);
    knowledge_unref(knowledge);
}

/* A phrase may hold spaces and stars, so it is told in the query and not in the path. */
void api_cues_delete(Request *request)
{
    static const char *const allowed[] = {"municipality", "phrase", NULL};
    Edit *edit;
    if (!request_allow_query(request, allowed) || !(edit = edit_new(request, no_cue))) return;
    const char *phrase = request_query(request, "phrase");
    if (!phrase || !*phrase) {
        api_read_bad_query(request, "phrase", "Ange vilken fras som ska tas bort, skriven som i GET /v1/cues.");
        return;
    }
    Worker *worker = request_worker(request);
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (find_municipality(edit, knowledge, NULL))
        edit_delete_cue(worker, request_arena(request), edit->municipality, phrase, request_actor(request)->token_id,
                        edited, edit);
    knowledge_unref(knowledge);
}
