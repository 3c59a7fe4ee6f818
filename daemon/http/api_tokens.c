/*
 * Tokens: made, listed, revoked. The secret is in the answer to the POST and nowhere else.
 */
#include <stdio.h>
#include <string.h>

#include "context.h"
#include "db/queries.h"
#include "flow/reading.h"
#include "http/api_ingest.h"
#include "http/handlers.h"
#include "http/token.h"
#include "util/json_build.h"
#include "util/json_strict.h"
#include "util/uuid.h"

typedef struct NewToken {
    Request *request;
    char secret[TOKEN_SIZE];
    char *row; /* the parameter */
    const char *role, *organisation, *municipality;
    cJSON *areas;
} NewToken;

static void database_problem(Request *request)
{
    request_problem(request, 503, NULL, "Databasen kan inte svara just nu. Försök igen om en stund.");
}

static const char *text(const cJSON *json, const char *name, Faults *faults)
{
    const cJSON *value = json_member(json, name);
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/%s", name);
    if (!value || cJSON_IsNull(value)) return NULL;
    if (cJSON_IsString(value) && *value->valuestring && strlen(value->valuestring) <= 200) return value->valuestring;
    faults_add(faults, pointer, "ska vara en sträng på 1 till 200 byte");
    return NULL;
}

/* The areas a token is bound to must be the municipality's. */
static void check_areas(const cJSON *areas, const Knowledge *k, MunicipalityId municipality, Faults *faults)
{
    if (!areas || cJSON_IsNull(areas)) return;
    if (!cJSON_IsArray(areas)) {
        faults_add(faults, "/areas", "ska vara en lista med områdeskoder");
        return;
    }
    const cJSON *one;
    int i = 0;
    cJSON_ArrayForEach(one, areas)
    {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/areas/%d", i++);
        if (!cJSON_IsString(one) || knowledge_find_area_in(k, municipality, one->valuestring) == AREA_NONE)
            faults_add(faults, pointer, "är inget område i nyckelns kommun");
    }
}

/* Where the token holds: where it says, or where its areas are, or where the asker's own does. */
static MunicipalityId municipality_of(const NewToken *new, const Knowledge *k, const cJSON *json, Faults *faults)
{
    MunicipalityId own = api_ingest_municipality(new->request, k);
    const char *wanted = text(json, "municipality", faults);
    const cJSON *areas = json_member(json, "areas");
    const cJSON *first = cJSON_IsArray(areas) ? cJSON_GetArrayItem(areas, 0) : NULL;
    MunicipalityId id = own;
    if (wanted) {
        id = knowledge_find_municipality(k, wanted);
        if (id == MUNICIPALITY_NONE) faults_add(faults, "/municipality", "är ingen känd kommun");
    } else if (own == MUNICIPALITY_NONE && cJSON_IsString(first)) {
        AreaId area = knowledge_find_area(k, first->valuestring);
        if (area != AREA_NONE) id = knowledge_area(k, area)->municipality;
    }
    if (id == MUNICIPALITY_NONE) id = knowledge_country(k);
    if (id == MUNICIPALITY_NONE) id = api_ingest_otherwise(new->request, k);
    if (own != MUNICIPALITY_NONE && id != own)
        faults_add(faults, "/municipality", "din egen nyckel gäller en annan kommun");
    return id;
}

static void check(NewToken *new, const Knowledge *k, const cJSON *json, Faults *faults)
{
    static const char *const roles[] = {"admin", "coordinator", "police", "reporter", "group", "analyst", NULL};
    static const char *const known[] = {"role", "organisation", "municipality", "areas", NULL};
    faults_unknown_members(faults, json, known, "hör inte till en nyckel");
    new->role = text(json, "role", faults);
    size_t i = 0;
    while (new->role && roles[i] && strcmp(roles[i], new->role) != 0)
        i++;
    if (!new->role || !roles[i])
        faults_add(faults, "/role", "ska vara admin, coordinator, police, reporter, group eller analyst");
    new->organisation = text(json, "organisation", faults);
    MunicipalityId municipality = municipality_of(new, k, json, faults);
    new->municipality = knowledge_municipality(k, municipality)->code;
    const cJSON *areas = json_member(json, "areas");
    check_areas(areas, k, municipality, faults);
    if (new->role && strcmp(new->role, "group") == 0 && cJSON_GetArraySize(areas) == 0)
        faults_add(faults, "/areas", "en områdesgrupps nyckel behöver sina områden");
}

static void created(const DbOutcome *outcome, void *arg)
{
    NewToken *new = arg;
    Request *request = new->request;
    cJSON *json = outcome->status == DB_OK ? cJSON_CreateObject() : NULL;
    bool ok = json && json_add_text(json, "id", PQgetvalue(outcome->results[0], 0, 0)) &&
              json_add_text(json, "token", new->secret) && json_add_text(json, "role", new->role) &&
              json_add_text(json, "municipality", new->municipality) &&
              json_add_text(json, "organisation", new->organisation) &&
              json_add_item(json, "areas", new->areas ? cJSON_Duplicate(new->areas, true) : cJSON_CreateArray());
    cJSON_free(new->row);
    if (ok) {
        request_reply_json(request, 201, json);
        return;
    }
    cJSON_Delete(json);
    database_problem(request);
}

static char *print_row(const NewToken *new)
{
    char sha256[SHA256_HEX_SIZE];
    reading_sha256(new->secret, strlen(new->secret), sha256);
    cJSON *row = cJSON_CreateObject();
    bool ok = row && json_add_text(row, "municipality", new->municipality) && json_add_text(row, "sha256", sha256) &&
              json_add_text(row, "role", new->role) && json_add_text(row, "organisation", new->organisation) &&
              json_add_text(row, "created_by", request_actor(new->request)->token_id) &&
              (!new->areas || json_add_item(row, "areas", cJSON_Duplicate(new->areas, true)));
    char *json = ok ? cJSON_PrintUnformatted(row) : NULL;
    cJSON_Delete(row);
    return json;
}

static void create(NewToken *new)
{
    token_new(new->municipality, new->secret);
    new->row = print_row(new);
    DbWork *work = new->row ? db_work_new(request_worker(new->request)->pool, created, new) : NULL;
    const char *params[] = {new->row};
    if (!work || db_work_add(work, &query_insert_token, params) < 0) {
        db_work_free(work);
        cJSON_free(new->row);
        database_problem(new->request);
        return;
    }
    db_work_submit(work);
}

void api_tokens_post(Request *request)
{
    static const char *const query[] = {NULL};
    if (!request_allow_query(request, query)) return;
    const cJSON *json = request_json(request);
    if (!json) return;
    NewToken *new = arena_calloc(request_arena(request), 1, sizeof *new);
    if (!new) {
        database_problem(request);
        return;
    }
    new->request = request;
    Faults faults = {.arena = request_arena(request)};
    Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
    if (cJSON_IsObject(json))
        check(new, knowledge, json, &faults);
    else
        faults_add(&faults, "", "ska vara ett objekt");
    /* Its strings must outlive the knowledge, which may be replaced while the database works. */
    if (new->municipality) new->municipality = arena_strdup(request_arena(request), new->municipality);
    knowledge_unref(knowledge);
    new->areas = cJSON_IsArray(json_member(json, "areas")) ? (cJSON *)json_member(json, "areas") : NULL;
    if (faults.count)
        api_ingest_refuse(request, 400, "Nyckeln gick inte att skapa", &faults);
    else if (!new->municipality)
        database_problem(request);
    else
        create(new);
}

static void listed(const DbOutcome *outcome, void *arg)
{
    Request *request = arg;
    cJSON *json = outcome->status == DB_OK ? cJSON_CreateObject() : NULL, *items = cJSON_CreateArray();
    if (!json) cJSON_Delete(items);
    bool ok = json && json_add_item(json, "items", items);
    for (int i = 0; ok && i < PQntuples(outcome->results[0]); i++)
        ok = json_append(items, cJSON_CreateRaw(PQgetvalue(outcome->results[0], i, 0)));
    if (ok) {
        request_reply_json(request, 200, json);
        return;
    }
    cJSON_Delete(json);
    database_problem(request);
}

void api_tokens_list(Request *request)
{
    static const char *const query[] = {NULL};
    if (!request_allow_query(request, query)) return;
    const char *params[] = {request_actor(request)->municipality};
    if (db_work_submit_one(request_worker(request)->pool, &query_select_tokens, params, listed, request))
        database_problem(request);
}

static void revoked(const DbOutcome *outcome, void *arg)
{
    Request *request = arg;
    if (outcome->status != DB_OK) {
        database_problem(request);
        return;
    }
    if (PQntuples(outcome->results[0]) == 0) {
        request_problem(request, 404, NULL, "Det finns ingen sådan nyckel som du får återkalla.");
        return;
    }
    atomic_fetch_add(&request_worker(request)->daemon->token_generation, 1);
    request_reply(request, 204, NULL, NULL, 0);
}

void api_tokens_delete(Request *request)
{
    static const char *const query[] = {NULL};
    const char *params[] = {request_actor(request)->municipality, request_path(request, "id")};
    if (!request_allow_query(request, query)) return;
    if (!uuid_is_valid(params[1])) {
        request_problem(request, 404, NULL, "Det finns ingen sådan nyckel som du får återkalla.");
        return;
    }
    if (db_work_submit_one(request_worker(request)->pool, &query_revoke_token, params, revoked, request))
        database_problem(request);
}
