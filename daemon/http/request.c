/* What was asked: a request's life and its readers. answer.c has the other half. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utlist.h>

#include "http/connection.h"
#include "http/media_type.h"
#include "http/request-internal.h"
#include "util/clock.h"
#include "util/json_strict.h"

Request *request_new(Front *front, Connection *connection)
{
    Arena *arena = arena_new();
    Request *request = arena ? arena_calloc(arena, 1, sizeof *request) : NULL;
    if (!request) {
        arena_free(arena);
        return NULL;
    }
    request->arena = arena;
    request->front = front;
    request->connection = connection;
    request->http_minor = 1;
    request->started = clock_steady_us();
    return request;
}

void request_free(Request *request)
{
    free(request->body);
    cJSON_Delete(request->json);
    arena_free(request->arena);
}

void request_hold(Request *request)
{
    request->in_hand = true;
    request->front->unanswered++;
}

void request_release(Request *request)
{
    if (!request->in_hand) return;
    request->in_hand = false;
    request->front->unanswered--;
}

static void free_soon(Request *request)
{
    Front *front = request->front;
    request_release(request);
    DL_APPEND(front->answered, request);
    event_active(front->reaper, 0, 0);
}

/* The client is gone. A request that is held waits in Front.orphans for its answer, which goes nowhere; another is
 * freed soon. */
static void request_orphan(Request *request)
{
    request->connection = NULL;
    if (!request->in_hand || request->answer == ANSWER_DONE) {
        free_soon(request);
        return;
    }
    DL_APPEND(request->front->orphans, request);
    event_active(request->front->reaper, 0, 0); /* a stream's writer that waits for room is told there */
}

void request_leave(Request *request)
{
    bool cut = request->has_sink && !request->body_ended && request->answer != ANSWER_DONE;
    request->has_sink = false;
    request_orphan(request);
    if (cut && request->sink.abort) request->sink.abort(request, request->sink.arg);
}

void request_drop(Request *request)
{
    DL_DELETE(request->front->orphans, request);
    free_soon(request);
    front_check_drained(request->front);
}

/* --- readers --- */

struct Worker *request_worker(const Request *request)
{
    return request->front->worker;
}

Arena *request_arena(const Request *request)
{
    return request->arena;
}

const Actor *request_actor(const Request *request)
{
    return request->actor;
}

Method request_method(const Request *request)
{
    return request->method;
}

const Route *request_route(const Request *request)
{
    return request->match.route;
}

bool request_is_abandoned(const Request *request)
{
    return !request->connection;
}

const char *request_path(const Request *request, const char *name)
{
    for (size_t i = 0; i < request->match.parameter_count; i++) {
        const RouteParameter *p = &request->match.parameters[i];
        if (strlen(name) == p->name_len && memcmp(name, p->name, p->name_len) == 0) return p->value;
    }
    return "";
}

const char *request_query(const Request *request, const char *name)
{
    for (size_t i = 0; i < request->query_count; i++)
        if (strcmp(request->query[i].name, name) == 0) return request->query[i].value;
    return NULL;
}

static bool is_listed(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

bool request_allow_query(Request *request, const char *const *names)
{
    ProblemError errors[PERCENT_QUERY_MAX];
    size_t count = 0;
    for (size_t i = 0; i < request->query_count; i++) {
        const char *name = request->query[i].name, *detail = NULL;
        if (!is_listed(name, names)) {
            detail = "Det finns ingen sådan parameter här.";
        } else {
            for (size_t j = 0; j < i && !detail; j++)
                if (strcmp(request->query[j].name, name) == 0) detail = "Parametern är angiven mer än en gång.";
        }
        if (!detail) continue;
        const char *pointer = arena_printf(request->arena, "?%s", name);
        errors[count++] = (ProblemError){.pointer = pointer, .detail = detail};
    }
    if (count == 0) return true;
    request_problem_errors(request, 400, "Fel i adressens parametrar", NULL, errors, count);
    return false;
}

const char *request_header(const Request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcmp(request->headers[i].name, name) == 0) return request->headers[i].value;
    return NULL;
}

/* --- media types --- */

const char *request_content_type(const Request *request)
{
    const char *value = request_header(request, "content-type");
    size_t len = value ? strcspn(value, "; \t") : 0;
    char *type = arena_strndup(request->arena, value ? value : "", len);
    for (size_t i = 0; type && i < len; i++)
        type[i] = (char)tolower((unsigned char)type[i]);
    return type ? type : "";
}

const char *request_content_type_parameter(const Request *request, const char *name)
{
    const char *type = request_header(request, "content-type");
    return type ? media_type_parameter(request->arena, type, name) : NULL;
}

const char *request_accept(const Request *request, const char *const *offered)
{
    const char *accept = request_header(request, "accept"), *best = NULL;
    if (!accept || !*accept) return *offered;
    int best_quality = 0;
    for (; *offered; offered++) {
        int quality = media_type_quality(accept, *offered);
        if (quality > best_quality) {
            best_quality = quality;
            best = *offered;
        }
    }
    return best;
}

/* --- the body --- */

const char *request_body(const Request *request, size_t *len)
{
    *len = request->body_len;
    return request->body ? request->body : "";
}

static bool is_json_type(const char *type)
{
    size_t len = strlen(type);
    return strcmp(type, "application/json") == 0 || (len > 5 && strcmp(type + len - 5, "+json") == 0);
}

cJSON *request_json(Request *request)
{
    if (request->json) return request->json;
    const char *charset = request_content_type_parameter(request, "charset");
    if (!is_json_type(request_content_type(request))) {
        request_problem(request, 415, NULL, "Innehållet ska vara JSON (Content-Type: application/json).");
        return NULL;
    }
    if (charset && strcasecmp(charset, "utf-8") != 0) {
        request_problem(request, 415, NULL, "JSON är alltid UTF-8.");
        return NULL;
    }
    JsonFault fault;
    int r = json_strict_parse(&request->json, request->body ? request->body : "", request->body_len, &fault);
    if (r == -EBADMSG) {
        ProblemError error = {
            .pointer = fault.pointer,
            .detail = arena_printf(request->arena, "byte %zu: %s", fault.offset, fault.text),
        };
        request_problem_errors(request, 400, "Innehållet är inte giltig JSON", NULL, &error, 1);
    } else if (r < 0) {
        request_out_of_memory(request);
    }
    return request->json;
}

void request_read_body(Request *request, BodySink sink)
{
    request->sink = sink;
    request->has_sink = true;
    /* The client went before we were asked to read. */
    if (!request->connection && sink.abort) sink.abort(request, sink.arg);
}

void request_pause_body(Request *request)
{
    request->body_paused = true;
    if (request->connection) connection_pause_clock(request->connection, true);
}

void request_resume_body(Request *request)
{
    if (!request->body_paused) return;
    request->body_paused = false;
    if (!request->connection) return;
    connection_pause_clock(request->connection, false);
    connection_kick(request->connection);
}
