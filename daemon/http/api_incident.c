/*
 * GET and PATCH /v1/incidents/{id}: one incident with its history, and what a person decides about it.
 */
#include <stdio.h>
#include <string.h>

#include "context.h"
#include "core/arrival/personal.h"
#include "flow/observation.h"
#include "flow/query_incidents.h"
#include "http/api_ingest.h"
#include "http/api_learn.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "util/clock.h"
#include "util/compose.h"
#include "util/fault.h"
#include "util/json_build.h"
#include "util/json_strict.h"
#include "util/uuid.h"

static const char *const statuses[] = {"tagged", "review", "confirmed", "rejected", NULL};

/* The incident with "history" as its last member. */
static void reply_with_history(Request *request, const IncidentAnswer *answer)
{
    ApiOutput output;
    size_t len = strlen(answer->json);
    while (len && answer->json[len - 1] != '}')
        len--;
    if (!len) {
        api_read_failed(request, DB_FAILED);
        return;
    }
    if (!api_output_open(request, &output)) return;
    fwrite(answer->json, 1, len - 1, output.out);
    fprintf(output.out, ",\"history\":%s}\n", answer->history);
    api_output_reply(request, &output, 0, "application/json");
}

static void answered(const IncidentAnswer *answer, void *arg)
{
    Request *request = arg;
    switch (answer->verdict) {
    case INCIDENT_FOUND:
        reply_with_history(request, answer);
        return;
    case INCIDENT_NOT_FOUND:
        request_problem(request, 404, NULL, "Det finns ingen sådan händelse som du får se.");
        return;
    case INCIDENT_FORBIDDEN:
        request_problem(request, 403, NULL, "Händelsen ligger inte i något av nyckelns områden.");
        return;
    case INCIDENT_NO_AREA: {
        const ProblemError error = {.pointer = "/areas", .detail = "ska vara områden i händelsens egen kommun"};
        request_problem_errors(request, 400, NULL, "Rättelsen går inte att spara.", &error, 1);
        return;
    }
    case INCIDENT_NO_LESSON: {
        const ProblemError error = {.pointer = "/learn",
                                    .detail = "området eller platsen finns inte i händelsens kommun"};
        request_problem_errors(request, 400, NULL, "Rättelsen går inte att spara.", &error, 1);
        return;
    }
    case INCIDENT_FAILED:
        break;
    }
    api_read_failed(request, answer->status);
}

/* The {id} of the path. Answers 404 and returns NULL where it is no id, so the database is not asked. */
static const char *read_id(Request *request)
{
    const char *id = request_path(request, "id");
    if (uuid_is_valid(id)) return id;
    request_problem(request, 404, NULL, "Det finns ingen sådan händelse; dess id är ett UUID.");
    return NULL;
}

void api_incident_get(Request *request)
{
    static const char *const allowed[] = {NULL};
    Worker *worker = request_worker(request);
    Scope scope;
    if (!request_allow_query(request, allowed)) return;
    const char *id = read_id(request);
    if (!id) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &scope, knowledge, NULL))
        query_incident(worker, request_arena(request), &scope, id, answered, request);
    knowledge_unref(knowledge);
}

/* --- corrections --- */

/* A correction under way: what was sent, and what of it is to be stored. */
typedef struct Correction {
    const Knowledge *knowledge;
    cJSON *fields;
    Faults faults, personal;
    bool failed; /* out of memory */
} Correction;

static void keep(Correction *c, const char *name, cJSON *value)
{
    if (!json_add_item(c->fields, name, value)) c->failed = true;
}

static void keep_text(Correction *c, const char *name, const char *text)
{
    if (!text || !json_add_text(c->fields, name, text)) c->failed = true;
}

static const char *text_of(const cJSON *value)
{
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

static void correct_category(Correction *c, const cJSON *value)
{
    const char *code = text_of(value);
    if (code && knowledge_find_category(c->knowledge, code) != CATEGORY_NONE)
        keep(c, "category", cJSON_CreateString(code));
    else
        faults_add(&c->faults, "/category", "ska vara koden för en kategori; GET /v1/categories räknar upp dem");
}

static bool add_area(Correction *c, cJSON *codes, const cJSON *value)
{
    const char *code = text_of(value);
    if (code && knowledge_find_area(c->knowledge, code) != AREA_NONE) {
        if (!json_append_text(codes, code)) c->failed = true;
        return true;
    }
    if (code)
        faults_add(&c->faults, "/areas", "det finns inget område ”%.64s”; GET /v1/areas räknar upp dem", code);
    else
        faults_add(&c->faults, "/areas", "ska vara en områdeskod");
    return false;
}

/* `area` is one code, for who has only one to give. */
static void correct_areas(Correction *c, const cJSON *areas, const cJSON *area)
{
    if (!areas && !area) return;
    cJSON *codes = cJSON_CreateArray();
    const cJSON *item;
    bool good = !areas || (!area && cJSON_IsArray(areas) && cJSON_GetArraySize(areas) <= 16);
    if (!good) faults_add(&c->faults, "/areas", "ska vara en lista med högst 16 områdeskoder");
    if (good && area) good = add_area(c, codes, area);
    cJSON_ArrayForEach(item, areas) good = good && add_area(c, codes, item);
    if (good)
        keep(c, "areas", codes);
    else
        cJSON_Delete(codes);
}

static void correct_time(Correction *c, const cJSON *time, const cJSON *precision)
{
    static const char *const allowed[] = {"minute", "hour", "day", "period"};
    const char *text = text_of(time), *how = precision ? text_of(precision) : "minute";
    int64_t instant;
    char written[CLOCK_TEXT_SIZE];
    size_t i = 0;
    if (time && (!text || !clock_parse(text, strlen(text), &instant)))
        faults_add(&c->faults, "/occurred_at", "ska vara en tid med tidszon, som 2026-03-14T23:40:00+01:00");
    else if (time && instant > clock_now_ms() + OBSERVATION_AHEAD_MS)
        faults_add(&c->faults, "/occurred_at", "ligger i framtiden");
    else if (time)
        keep(c, "occurred_at", cJSON_CreateString(clock_format(instant, written)));
    while (how && i < 4 && strcmp(how, allowed[i]) != 0)
        i++;
    if (!how || i == 4)
        faults_add(&c->faults, "/precision", "ska vara minute, hour, day eller period");
    else
        keep(c, "precision", cJSON_CreateString(how));
}

static void keep_place(Correction *c, const char *name)
{
    const char *composed = compose_name(c->faults.arena, name);
    keep_text(c, "place", composed ? personal_mask(&c->personal, "/place", c->knowledge, composed) : NULL);
}

static void correct_place(Correction *c, const cJSON *value)
{
    const char *name = text_of(value);
    if (cJSON_IsNull(value))
        keep(c, "place", cJSON_CreateNull());
    else if (name && name[strspn(name, " \t\r\n")] && strlen(name) <= 200)
        keep_place(c, name);
    else
        faults_add(&c->faults, "/place", "ska vara ett namn på högst 200 byte, eller null");
}

static void correct_position(Correction *c, const cJSON *value)
{
    const cJSON *lat = json_member(value, "lat"), *lon = json_member(value, "lon");
    if (cJSON_IsNull(value)) {
        keep(c, "position", cJSON_CreateNull());
        return;
    }
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon)) {
        faults_add(&c->faults, "/position", "ska vara {lat, lon} i grader, eller null");
        return;
    }
    if (!observation_is_in_sweden(lat->valuedouble, lon->valuedouble)) {
        faults_add(&c->faults, "/position",
                   observation_is_in_sweden(lon->valuedouble, lat->valuedouble) ? "lat och lon verkar vara omkastade"
                                                                                : "ligger utanför Sverige");
        return;
    }
    cJSON *position = cJSON_CreateObject();
    if (!json_add_number(position, "lat", lat->valuedouble) || !json_add_number(position, "lon", lon->valuedouble))
        c->failed = true;
    keep(c, "position", position);
}

static void correct_status(Correction *c, const cJSON *value)
{
    const char *text = value ? text_of(value) : "confirmed"; /* who corrects it has looked at it */
    size_t i = 0;
    while (text && statuses[i] && strcmp(text, statuses[i]) != 0)
        i++;
    if (text && statuses[i])
        keep(c, "status", cJSON_CreateString(text));
    else
        faults_add(&c->faults, "/status", "ska vara tagged, review, confirmed eller rejected");
}

static void refuse_unknown(Correction *c, const cJSON *json)
{
    static const char *const names[] = {"area",  "areas",    "category", "occurred_at", "precision",
                                        "place", "position", "status",   "learn"};
    const cJSON *member;
    size_t given = 0;
    cJSON_ArrayForEach(member, json)
    {
        size_t i = 0;
        while (i < sizeof names / sizeof *names && strcmp(member->string, names[i]) != 0)
            i++;
        given++;
        if (i < sizeof names / sizeof *names) continue;
        char pointer[80];
        snprintf(pointer, sizeof pointer, "/%.60s", member->string);
        faults_add(&c->faults, pointer, "går inte att rätta");
    }
    if (!cJSON_IsObject(json) || !given)
        faults_add(&c->faults, "",
                   "ska vara ett objekt med något av area, areas, category, occurred_at, precision, "
                   "place, position, status, learn");
}

/* What is to be stored, and what is to be learned of it (NULL where nothing is), as text in the arena. Answers and
 * returns NULL where the correction is at fault. */
static const char *read_correction(Request *request, const Knowledge *knowledge, const cJSON *json, const char **learn)
{
    Arena *arena = request_arena(request);
    Correction c = {.knowledge = knowledge,
                    .fields = cJSON_CreateObject(),
                    .faults = {.arena = arena},
                    .personal = {.arena = arena}};
    const cJSON *time = json_member(json, "occurred_at"), *precision = json_member(json, "precision");
    const cJSON *value;
    refuse_unknown(&c, json);
    if ((value = json_member(json, "category"))) correct_category(&c, value);
    correct_areas(&c, json_member(json, "areas"), json_member(json, "area"));
    if (time || precision) correct_time(&c, time, precision);
    if ((value = json_member(json, "place"))) correct_place(&c, value);
    if ((value = json_member(json, "position"))) correct_position(&c, value);
    correct_status(&c, json_member(json, "status"));
    *learn = NULL;
    if ((value = json_member(json, "learn"))) {
        *learn = api_learn_taught(value, knowledge, &c.faults);
        if (!*learn) c.failed = true;
    }
    char *text = c.failed ? NULL : cJSON_PrintUnformatted(c.fields);
    const char *kept = text ? arena_strdup(arena, text) : NULL;
    cJSON_free(text);
    cJSON_Delete(c.fields);
    if (c.faults.count) {
        ProblemError errors[FAULTS_MAX];
        for (size_t i = 0; i < c.faults.count; i++)
            errors[i] = (ProblemError){.pointer = c.faults.items[i].pointer, .detail = c.faults.items[i].detail};
        request_problem_errors(request, 400, NULL, "Rättelsen går inte att läsa.", errors, c.faults.count);
        return NULL;
    }
    if (kept && c.personal.count && api_ingest_refuses_pii(request)) {
        api_ingest_refuse(request, 422, "Texten innehåller personuppgifter", &c.personal);
        return NULL;
    }
    if (!kept) request_out_of_memory(request);
    return kept;
}

void api_incident_patch(Request *request)
{
    static const char *const allowed[] = {NULL};
    Worker *worker = request_worker(request);
    Scope scope;
    if (!request_allow_query(request, allowed)) return;
    const char *id = read_id(request);
    if (!id) return;
    const cJSON *json = request_json(request);
    if (!json) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    const char *learn, *fields = read_correction(request, knowledge, json, &learn);
    if (fields && api_read_scope(request, &scope, knowledge, NULL)) {
        IncidentDecision decision = {.id = id,
                                     .fields = fields,
                                     .learn = learn,
                                     .token = request_actor(request)->token_id,
                                     .role = request_actor(request)->role_name};
        decide_incident(worker, request_arena(request), &scope, &decision, answered, request);
    }
    knowledge_unref(knowledge);
}
