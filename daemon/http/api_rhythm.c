/*
 * GET and PUT /v1/areas/{code}/rhythm: how often a group meets over a lägesbild.
 */
#include "context.h"
#include "core/lagesbild/rhythm.h"
#include "flow/edit_rhythm.h"
#include "http/api_ingest.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "util/json_build.h"
#include "util/json_strict.h"

/* A question or a change on its way; lives in the request's arena. */
typedef struct Ask {
    Request *request;
    const char *municipality, *area; /* codes */
} Ask;

/* --- the answer: {municipality, area, every, starts, period} --- */

/* The period that is going on, as the lägesbild's JSON has it, or null. */
static cJSON *period_json(const Rhythm *rhythm, CivilDate today)
{
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE], from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    Period period;
    if (!rhythm_period_of(&period, rhythm, today)) return cJSON_CreateNull();
    cJSON *json = cJSON_CreateObject();
    if (json && json_add_text(json, "code", period_code(&period, code)) &&
        json_add_text(json, "from", civil_format(period.from, from)) &&
        json_add_text(json, "to", civil_format(civil_add_days(period.to, -1), to)) &&
        json_add_text(json, "label", period_label(&period, label)))
        return json;
    cJSON_Delete(json);
    return NULL;
}

static void told(const RhythmAnswer *answer, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    char week[PERIOD_CODE_SIZE];
    if (answer->status != DB_OK) {
        api_read_failed(request, answer->status);
        return;
    }
    if (!answer->found) {
        request_problem(request, 404, NULL, "Det finns inget sådant område.");
        return;
    }
    cJSON *json = cJSON_CreateObject();
    if (json && json_add_text(json, "municipality", ask->municipality) && json_add_text(json, "area", ask->area) &&
        json_add_text(json, "every", rhythm_name(answer->rhythm.every)) &&
        json_add_text(json, "starts", rhythm_starts(&answer->rhythm, week)) &&
        json_add_item(json, "period", period_json(&answer->rhythm, answer->today))) {
        request_reply_json(request, 200, json);
        return;
    }
    cJSON_Delete(json);
    request_out_of_memory(request);
}

/* --- the question --- */

/* Which area, within what the one who asks may see. NULL, answered, where that cannot be. */
static Ask *ask_new(Request *request, const Knowledge *knowledge)
{
    const char *const areas[] = {request_path(request, "code"), NULL};
    Arena *arena = request_arena(request);
    Scope scope;
    if (!api_read_scope(request, &scope, knowledge, areas)) return NULL;
    Ask *ask = arena_calloc(arena, 1, sizeof *ask);
    if (ask)
        *ask = (Ask){.request = request,
                     .municipality = arena_strdup(arena, scope.municipalities[0]),
                     .area = arena_strdup(arena, knowledge_area(knowledge, scope.area)->code)};
    if (ask && ask->municipality && ask->area) return ask;
    request_out_of_memory(request);
    return NULL;
}

/* A member that is a text, null or absent (NULL in `*out`). */
static bool text_of(const cJSON *json, const char *name, const char **out, Faults *faults)
{
    const cJSON *value = json_member(json, name);
    *out = cJSON_GetStringValue(value);
    if (*out || !value || cJSON_IsNull(value)) return true;
    faults_add(faults, arena_printf(faults->arena, "/%s", name), "ska vara en text");
    return false;
}

static void check(Rhythm *rhythm, const cJSON *json, Faults *faults)
{
    static const char *const known[] = {"every", "starts", NULL};
    const char *every, *starts;
    if (!cJSON_IsObject(json)) {
        faults_add(faults, "", "ska vara ett objekt");
        return;
    }
    faults_unknown_members(faults, json, known, "hör inte till en rytm");
    if (!text_of(json, "every", &every, faults) || !text_of(json, "starts", &starts, faults)) return;
    switch (every ? rhythm_parse(rhythm, every, starts) : RHYTHM_UNKNOWN) {
    case RHYTHM_OK:
        break;
    case RHYTHM_UNKNOWN:
        faults_add(faults, "/every", "ska vara none, week, fortnight, four-weeks, month, tertial eller year");
        break;
    case RHYTHM_STARTS_WANTED:
        faults_add(faults, "/starts", "saknas: veckan som en av perioderna börjar med, till exempel 2026-W10");
        break;
    case RHYTHM_STARTS_UNWANTED:
        faults_add(faults, "/starts", "hör bara till perioder på flera veckor");
        break;
    case RHYTHM_STARTS_NO_WEEK:
        faults_add(faults, "/starts", "ska vara en vecka, till exempel 2026-W10");
        break;
    }
}

static bool read_rhythm(Request *request, Rhythm *rhythm)
{
    Faults faults = {.arena = request_arena(request)};
    const cJSON *json = request_json(request);
    if (!json) return false;
    check(rhythm, json, &faults);
    if (faults.count) api_ingest_refuse(request, 400, "Rytmen går inte att läsa", &faults);
    return !faults.count;
}

static const char *const query_parameters[] = {"municipality", NULL};

void api_rhythm_get(Request *request)
{
    Worker *worker = request_worker(request);
    if (!request_allow_query(request, query_parameters)) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    Ask *ask = ask_new(request, knowledge);
    if (ask) query_rhythm(worker, request_arena(request), ask->municipality, ask->area, told, ask);
    knowledge_unref(knowledge);
}

void api_rhythm_put(Request *request)
{
    Worker *worker = request_worker(request);
    Rhythm rhythm;
    if (!request_allow_query(request, query_parameters) || !read_rhythm(request, &rhythm)) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    Ask *ask = ask_new(request, knowledge);
    if (ask)
        edit_rhythm(worker, request_arena(request), ask->municipality, ask->area, &rhythm,
                    request_actor(request)->token_id, told, ask);
    knowledge_unref(knowledge);
}
