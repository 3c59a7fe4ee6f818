/*
 * POST of observations: one as JSON, or any number as NDJSON.
 */
#include <errno.h>
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/observe_many.h"
#include "http/api_ingest.h"
#include "http/handlers.h"
#include "util/clock.h"
#include "util/json_strict.h"

/* One observation as JSON, more than any text with its labels can be. */
enum { OBSERVATION_BODY_MAX = 512 * 1024 };

static ObservationContext context_of(const Request *request, const Knowledge *knowledge)
{
    return (ObservationContext){.knowledge = knowledge,
                                .municipality = api_ingest_municipality(request, knowledge),
                                .otherwise = api_ingest_otherwise(request, knowledge),
                                .source = api_ingest_source(request),
                                .organisation = request_actor(request)->organisation,
                                .created_by = request_actor(request)->token_id,
                                .now_ms = clock_now_ms()};
}

/* --- one --- */

typedef struct One {
    struct evbuffer *body;
    const char *key;
    bool too_long, no_memory;
} One;

static void one_free(One *one)
{
    evbuffer_free(one->body);
    free(one);
}

static void one_answered(const IngestResult *result, void *arg)
{
    api_ingest_answer(arg, result, "/v1/incidents/");
}

static void refuse_json(Request *request, const JsonFault *fault)
{
    ProblemError error = {.pointer = fault->pointer, .detail = fault->text};
    request_problem_errors(request, 400, "Innehållet är inte JSON", NULL, &error, 1);
}

/* Stores the observation, or answers what is wrong with it. */
static void one_store(Request *request, const One *one, const cJSON *json, const Knowledge *knowledge)
{
    Faults faults = {.arena = request_arena(request)}, personal = {.arena = request_arena(request)};
    ObservationContext context = context_of(request, knowledge);
    cJSON *row;
    int r = observation_read(&row, &personal, request_arena(request), json, one->key, &context, &faults);
    if (r == -ENOMEM) {
        request_out_of_memory(request);
    } else if (r < 0) {
        api_ingest_refuse(request, 400, "Observationen gick inte att läsa", &faults);
    } else if (personal.count && api_ingest_refuses_pii(request)) {
        cJSON_Delete(row);
        api_ingest_refuse(request, 422, "Texten innehåller personuppgifter", &personal);
    } else {
        ingest_observation(request_worker(request), row, one_answered, request);
    }
}

static void one_read(Request *request, const One *one)
{
    size_t len = evbuffer_get_length(one->body);
    const char *bytes = len ? (const char *)evbuffer_pullup(one->body, -1) : "";
    JsonFault fault;
    cJSON *json;
    int r = one->too_long ? -E2BIG : bytes && !one->no_memory ? json_strict_parse(&json, bytes, len, &fault) : -ENOMEM;
    if (r == -E2BIG) {
        request_problem(request, 413, NULL, "En observation får ha %d kB. Flera skickas som NDJSON.",
                        OBSERVATION_BODY_MAX / 1024);
    } else if (r == -EBADMSG) {
        refuse_json(request, &fault);
    } else if (r < 0) {
        request_out_of_memory(request);
    } else {
        Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
        one_store(request, one, json, knowledge);
        knowledge_unref(knowledge);
        cJSON_Delete(json);
    }
}

static void one_data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)request;
    One *one = arg;
    if (one->too_long || evbuffer_get_length(one->body) + len > OBSERVATION_BODY_MAX)
        one->too_long = true;
    else if (evbuffer_add(one->body, bytes, len) < 0)
        one->no_memory = true;
}

static void one_end(Request *request, void *arg)
{
    one_read(request, arg);
    one_free(arg);
}

static void one_abort(Request *request, void *arg)
{
    one_free(arg);
    request_problem(request, 400, NULL, "Innehållet kom inte fram helt. Inget sparades.");
}

static void post_one(Request *request, const char *key)
{
    One *one = calloc(1, sizeof *one);
    if (one) one->body = evbuffer_new();
    if (!one || !one->body) {
        free(one);
        request_out_of_memory(request);
        return;
    }
    one->key = key;
    request_read_body(request, (BodySink){.data = one_data, .end = one_end, .abort = one_abort, .arg = one});
}

/* --- many --- */

/* The answers wait until the last line has come, because a client that is still sending may not be reading; past
 * ANSWERS_IN_MEMORY they wait in a file without a name. */
enum { ANSWERS_IN_MEMORY = 1024 * 1024 };

typedef struct Many {
    Request *request;
    Knowledge *knowledge;
    ObserveMany *many;
    FILE *spool; /* NULL until there is much */
    struct evbuffer *answers;
    bool broken; /* an answer was lost: the stream must not look whole */
} Many;

static void many_free(Many *m)
{
    if (m->spool) fclose(m->spool);
    if (m->answers) evbuffer_free(m->answers);
    knowledge_unref(m->knowledge);
    free(m);
}

static void many_pause(bool paused, void *arg)
{
    Many *m = arg;
    if (paused)
        request_pause_body(m->request);
    else
        request_resume_body(m->request);
}

/* Moves what is in memory to the file. */
static bool spill(Many *m)
{
    if (!m->spool && !(m->spool = tmpfile())) return false;
    size_t len = evbuffer_get_length(m->answers);
    const unsigned char *bytes = evbuffer_pullup(m->answers, -1);
    if (!bytes || fwrite(bytes, 1, len, m->spool) != len) return false;
    evbuffer_drain(m->answers, len);
    return true;
}

static void many_answer(const char *ndjson, size_t len, void *arg)
{
    Many *m = arg;
    if (evbuffer_add(m->answers, ndjson, len) < 0) m->broken = true;
    if (evbuffer_get_length(m->answers) > ANSWERS_IN_MEMORY && !spill(m)) m->broken = true;
}

/* Sends the next piece of the answers; ends after the last. */
static void many_send(Request *request, void *arg)
{
    Many *m = arg;
    char piece[16 * 1024];
    while (request_stream_room(request) >= sizeof piece) {
        size_t len = m->spool ? fread(piece, 1, sizeof piece, m->spool) : 0;
        if (len == 0 && m->spool && ferror(m->spool)) {
            many_free(m);
            request_stream_break(request, "the answers could not be read back");
            return;
        }
        if (len == 0) {
            int rest = evbuffer_remove(m->answers, piece, sizeof piece);
            len = rest > 0 ? (size_t)rest : 0;
        }
        if (len == 0) {
            many_free(m);
            request_stream_end(request);
            return;
        }
        request_stream_write(request, piece, len);
    }
}

static void many_done(uint64_t stored, const char *error, void *arg)
{
    (void)stored;
    Many *m = arg;
    Request *request = m->request;
    bool nothing = !m->spool && evbuffer_get_length(m->answers) == 0;
    if (m->broken || (nothing && error)) {
        many_free(m);
        request_problem(
            request, 503, NULL,
            "Alla observationer kunde inte sparas. Skicka dem igen med sin idempotency_key; ingen sparas två gånger.");
        return;
    }
    if (m->spool) rewind(m->spool);
    request_stream_start(request, 200, "application/x-ndjson", many_send, m);
    many_send(request, m);
}

static void many_data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)request;
    observe_many_feed(((Many *)arg)->many, bytes, len);
}

static void many_end(Request *request, void *arg)
{
    (void)request;
    observe_many_end(((Many *)arg)->many, true);
}

static void many_abort(Request *request, void *arg)
{
    (void)request;
    observe_many_end(((Many *)arg)->many, false);
}

static void post_many(Request *request)
{
    Many *m = calloc(1, sizeof *m);
    if (m) {
        m->request = request;
        m->knowledge = daemon_knowledge(request_worker(request)->daemon);
        m->answers = evbuffer_new();
        ObservationContext context = context_of(request, m->knowledge);
        ObserveManyCallbacks callbacks = {.pause = many_pause, .answer = many_answer, .done = many_done, .arg = m};
        if (m->answers)
            m->many = observe_many_new(request_worker(request), m->knowledge, &context, api_ingest_refuses_pii(request),
                                       callbacks);
    }
    if (!m || !m->many) {
        if (m) many_free(m);
        request_out_of_memory(request);
        return;
    }
    request_read_body(request, (BodySink){.data = many_data, .end = many_end, .abort = many_abort, .arg = m});
}

void api_observations_post(Request *request)
{
    static const char *const query[] = {NULL};
    const char *key, *type = request_content_type(request);
    if (!request_allow_query(request, query) || !api_ingest_key(request, &key)) return;
    if (strcmp(type, "application/json") == 0)
        post_one(request, key);
    else if (strcmp(type, "application/x-ndjson") == 0)
        post_many(request);
    else
        request_problem(
            request, 415, NULL,
            "En observation är JSON: Content-Type ska vara application/json, eller application/x-ndjson för många.");
}
