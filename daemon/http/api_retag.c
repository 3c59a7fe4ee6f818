/*
 * POST /v1/retag: stored texts read again with today's knowledge.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "context.h"
#include "flow/retag.h"
#include "http/api_ingest.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "util/civil.h"
#include "util/json_strict.h"

enum { PROGRESS_INCIDENTS = 10000 };

/* An answer on its way; lives in the request's arena. */
typedef struct Answer {
    Request *request;
    Retag *retag;
    bool dry_run, begun, waiting;
    uint64_t told; /* how many had been read at the last line of progress */
} Answer;

static void drained(Request *request, void *arg)
{
    Answer *answer = arg;
    (void)request;
    if (!answer->waiting) return;
    answer->waiting = false;
    retag_resume(answer->retag);
}

/* The status line waits for the first page, so that a database that does not answer gives an answer of its own. */
static void begin(Answer *answer)
{
    if (answer->begun) return;
    answer->begun = true;
    request_stream_start(answer->request, 200, "application/x-ndjson", drained, answer);
}

/* A line now and then, so that whoever waits for a long run sees that it goes on. */
static void tell_progress(Answer *answer, const RetagSummary *so_far)
{
    char line[64];
    if (so_far->read < answer->told + PROGRESS_INCIDENTS) return;
    answer->told = so_far->read;
    int len = snprintf(line, sizeof line, "{\"progress\":{\"read\":%" PRIu64 "}}\n", so_far->read);
    request_stream_write(answer->request, line, (size_t)len);
}

static bool take_lines(const char *ndjson, size_t len, const RetagSummary *so_far, void *arg)
{
    Answer *answer = arg;
    begin(answer);
    if (request_is_abandoned(answer->request)) retag_stop(answer->retag);
    if (len) request_stream_write(answer->request, ndjson, len);
    tell_progress(answer, so_far);
    answer->waiting = request_stream_room(answer->request) == 0 && !request_is_abandoned(answer->request);
    return !answer->waiting;
}

static void take_end(DbStatus status, const RetagSummary *summary, void *arg)
{
    Answer *answer = arg;
    Request *request = answer->request;
    char line[160];
    if (status != DB_OK && !answer->begun) {
        api_read_failed(request, status);
        return;
    }
    begin(answer);
    if (status != DB_OK) {
        request_stream_break(request, "not all incidents could be read again");
        return;
    }
    int len =
        snprintf(line, sizeof line, "{\"summary\":{\"read\":%" PRIu64 ",\"changed\":%" PRIu64 ",\"dry_run\":%s}}\n",
                 summary->read, summary->changed, answer->dry_run ? "true" : "false");
    request_stream_write(request, line, (size_t)len);
    request_stream_end(request);
}

/* --- the question --- */

static const char *text_of(const cJSON *json, const char *name, const char *pointer, Faults *faults)
{
    const cJSON *value = json_member(json, name);
    if (!value || cJSON_IsNull(value)) return NULL;
    if (cJSON_IsString(value) && *value->valuestring) return value->valuestring;
    faults_add(faults, pointer, "ska vara en text");
    return NULL;
}

/* Midnight at the day's start, or after its end, as PostgreSQL reads it. */
static const char *day_of(const cJSON *json, const char *name, const char *pointer, bool end, Faults *faults)
{
    const char *text = text_of(json, name, pointer, faults);
    CivilDate date;
    char written[CIVIL_TEXT_SIZE];
    if (!text) return NULL;
    if (!api_read_is_day(text, &date)) {
        faults_add(faults, pointer, "ska vara ett datum, som 2026-03-14");
        return NULL;
    }
    return arena_printf(faults->arena, "%s 00:00 Europe/Stockholm",
                        civil_format(end ? civil_add_days(date, 1) : date, written));
}

static void refuse_unknown(const cJSON *json, Faults *faults)
{
    static const char *const known[] = {"area", "municipality", "from", "to", "dry_run"};
    const cJSON *member;
    if (!cJSON_IsObject(json)) faults_add(faults, "", "ska vara ett objekt");
    cJSON_ArrayForEach(member, json)
    {
        size_t i = 0;
        while (i < sizeof known / sizeof *known && (!member->string || strcmp(known[i], member->string) != 0))
            i++;
        char pointer[80];
        snprintf(pointer, sizeof pointer, "/%.60s", member->string ? member->string : "");
        if (i == sizeof known / sizeof *known) faults_add(faults, pointer, "hör inte hit");
    }
}

static bool read_scope(Request *request, Scope *scope, const Knowledge *k, const char *municipality, const char *area)
{
    Error err;
    const Actor *actor = request_actor(request);
    const char *const areas[] = {area, NULL};
    const ScopeQuestion question = {.bound_municipality = actor->municipality,
                                    .bound_areas = (const char *const *)actor->areas,
                                    .municipality = municipality,
                                    .areas = area ? areas : NULL};
    return api_read_scope_answer(request, scope_resolve(scope, request_arena(request), k, &question, &err), &err);
}

static void start(Request *request, const cJSON *json, Answer *answer)
{
    Faults faults = {.arena = request_arena(request)};
    Scope scope;
    const cJSON *dry_run = json_member(json, "dry_run");
    refuse_unknown(json, &faults);
    const char *area = text_of(json, "area", "/area", &faults);
    const char *municipality = text_of(json, "municipality", "/municipality", &faults);
    RetagQuestion question = {.scope = &scope,
                              .from = day_of(json, "from", "/from", false, &faults),
                              .before = day_of(json, "to", "/to", true, &faults),
                              .apply = dry_run && cJSON_IsFalse(dry_run),
                              .token = request_actor(request)->token_id};
    if (dry_run && !cJSON_IsBool(dry_run)) faults_add(&faults, "/dry_run", "ska vara true eller false");
    /* Both are written alike, so that text sorts as time. */
    if (question.from && question.before && strcmp(question.from, question.before) >= 0)
        faults_add(&faults, "/to", "ligger före början");
    if (faults.count) {
        api_ingest_refuse(request, 400, "Frågan går inte att läsa", &faults);
        return;
    }
    Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
    if (read_scope(request, &scope, knowledge, municipality, area)) {
        *answer = (Answer){.request = request, .dry_run = !question.apply};
        answer->retag = retag_start(request_worker(request), &question, (RetagCallbacks){take_lines, take_end, answer});
        if (!answer->retag) request_out_of_memory(request);
    }
    knowledge_unref(knowledge);
}

void api_retag_post(Request *request)
{
    static const char *const allowed[] = {NULL};
    if (!request_allow_query(request, allowed)) return;
    const cJSON *json = request_json(request);
    if (!json) return;
    Answer *answer = arena_calloc(request_arena(request), 1, sizeof *answer);
    if (answer)
        start(request, json, answer);
    else
        request_out_of_memory(request);
}
