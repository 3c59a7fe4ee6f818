/*
 * A request as the connection and the answer see it. Handlers use request.h.
 */
#pragma once

#include <event2/buffer.h>
#include <time.h>

#include "http/front-internal.h"
#include "http/guard.h"
#include "http/percent.h"
#include "http/request.h"
#include "http/routes.h"

typedef struct HeaderField {
    const char *name; /* lower case */
    const char *value;
} HeaderField;

/* A header of the answer. */
typedef struct ReplyHeader {
    struct ReplyHeader *next;
    const char *name, *value;
} ReplyHeader;

typedef enum AnswerState { ANSWER_NONE, ANSWER_STREAMING, ANSWER_DONE } AnswerState;

struct Request {
    Connection *connection; /* NULL once the client is gone */
    Front *front;
    Arena *arena;
    Request *prev, *next; /* in Front.orphans or .answered */
    int64_t started;      /* microseconds, monotonic */

    Method method;           /* METHOD_GET where no route can have it */
    const char *method_text; /* as it was sent */
    const char *target;      /* path and query, as they were sent */
    int http_minor;          /* 1.0 or 1.1 */
    RouteMatch match;
    GuardHead shape;
    HeaderField *headers;
    size_t header_count;
    QueryParameter *query;
    size_t query_count;
    Actor *actor;
    bool in_hand; /* a handler or the database has it; counted in Front.unanswered */

    uint64_t body_limit, body_received;
    char *body; /* BODY_WHOLE; malloc'd */
    size_t body_len, body_capacity;
    BodySink sink;                          /* BODY_STREAM */
    bool has_sink, body_paused, body_ended; /* ended: nothing more will come */
    cJSON *json;

    AnswerState answer;
    int status;
    ReplyHeader *reply_headers, *reply_trailers;
    bool reply_chunked, reply_headless; /* headless: nothing but headers goes out (HEAD, 204, 304) */
    void (*drained)(Request *request, void *arg);
    void *drained_arg;
    bool told_gone; /* the stream's writer has been called after the client went */
};

/* A request of `connection`, not yet parsed; NULL without memory. */
Request *request_new(Front *front, Connection *connection);
void request_free(Request *request);

/* Answers a request that is not HTTP. */
void request_fault(Request *request, const GuardFault *fault);

/* A handler or the database holds the request until it is answered or released: it must not be freed before. */
void request_hold(Request *request);
void request_release(Request *request);

/* The client is gone: whoever waits for the rest of the body is told, and may then answer to nobody. The request is
 * freed once it is answered or released. */
void request_leave(Request *request);

/* Nothing will come of an orphan that was held: it is freed soon. */
void request_drop(Request *request);

/* Swedish title for a status, for problems that name none. */
const char *request_status_title(int status);
