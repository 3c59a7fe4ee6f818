/*
 * One HTTP exchange, as the handlers see it: what was asked, by whom, and exactly one answer.
 *
 * A Request lives in its own arena, on one loop, from the last byte of the request's head until its answer has been
 * handed to the connection. Handlers run on the loop and never block; they may answer at once or from a later callback.
 * When the client goes away first, the request stays valid until it is answered; the answer then goes nowhere.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

typedef struct Request Request;
typedef struct Connection Connection;
struct Worker;

typedef enum Method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE } Method;
enum { METHOD_COUNT = 6 };

/* What a token lets its holder do; a route names a set of them. The names stand in the schema's role table. */
enum {
    ROLE_ADMIN = 1u << 0,
    ROLE_COORDINATOR = 1u << 1,
    ROLE_POLICE = 1u << 2,
    ROLE_REPORTER = 1u << 3,
    ROLE_GROUP = 1u << 4,
    ROLE_ANALYST = 1u << 5,
};
#define ROLE_ANYONE   0u                                                                        /* no token needed */
#define ROLES_READERS (ROLE_ADMIN | ROLE_COORDINATOR | ROLE_POLICE | ROLE_GROUP | ROLE_ANALYST) /* of incidents */
#define ROLES_KNOWN   (ROLES_READERS | ROLE_REPORTER) /* anyone with a token */

/* "coordinator" for ROLE_COORDINATOR; "" for what is not one role. */
const char *request_role_name(unsigned role);

/* Who asks. Lives in the request's arena. */
typedef struct Actor {
    const char *token_id;     /* uuid, for the log of who did what */
    unsigned role;            /* one ROLE_… bit */
    const char *role_name;    /* "coordinator" */
    const char *municipality; /* code; NULL for a token that covers every municipality */
    const char *organisation; /* "Kommunpolisen Upplands-Bro", or NULL */
    const char **areas;       /* codes a group is bound to, NULL-terminated; NULL where not bound */
} Actor;

/* One fault in what was sent, for `errors[]` of a problem. */
typedef struct ProblemError {
    const char
        *pointer; /* JSON Pointer into the body ("/text"), or "?name" for a query parameter; NULL for the whole */
    const char *detail;
} ProblemError;

/* How a route takes its body. */
typedef enum BodyMode {
    BODY_NONE,   /* a body is refused with 400 */
    BODY_WHOLE,  /* collected, up to body_limit, before the handler runs */
    BODY_MAYBE,  /* as BODY_WHOLE, but a request with neither body nor length is one without a body */
    BODY_STREAM, /* the handler runs at once and gets the bytes as they come, up to import_limit */
} BodyMode;

typedef void (*RequestHandler)(Request *request);

/* One row of the route table (routes.def). */
typedef struct Route {
    Method method;
    const char *path; /* "/v1/reports/{id}": a {name} takes one segment, percent-decoded */
    unsigned roles;   /* ROLE_… set, or ROLE_ANYONE */
    BodyMode body;
    RequestHandler handler;
    const char *name; /* operationId in openapi.json; the metrics' route label */
} Route;

/* --- what was asked --- */

struct Worker *request_worker(const Request *request);
Arena *request_arena(const Request *request);
const Actor *request_actor(const Request *request); /* NULL on a ROLE_ANYONE route */
Method request_method(const Request *request);
const Route *request_route(const Request *request);

/* A {name} in the route's path, decoded, valid UTF-8; never NULL for a name the route has. */
const char *request_path(const Request *request, const char *name);

/* A query parameter, decoded, valid UTF-8; NULL where absent. */
const char *request_query(const Request *request, const char *name);

/* Names every query parameter the handler takes (NULL-terminated). Answers 400 with `errors[]` and returns false where
 * the request has another or has one twice; the handler then just returns. */
bool request_allow_query(Request *request, const char *const *names);

/* A header's value, by lower-case name; NULL where absent. */
const char *request_header(const Request *request, const char *name);

/* The media type of the body, lower case, without parameters ("text/plain"), "" where none; and one parameter of it
 * ("charset"), NULL where absent. */
const char *request_content_type(const Request *request);
const char *request_content_type_parameter(const Request *request, const char *name);

/* Best of `offered` (NULL-terminated media types, the server's preference first) by the Accept header (RFC 9110,
 * 12.5.1), or NULL where none is acceptable. */
const char *request_accept(const Request *request, const char *const *offered);

/* The whole body, with BODY_WHOLE; not NUL-terminated. */
const char *request_body(const Request *request, size_t *len);

/* The body as strict JSON (json_strict.h). Answers 400 or 415 itself and returns NULL where it is not; the tree is
 * freed with the request. */
cJSON *request_json(Request *request);

/* True once the client is known to be gone: long work may stop, but must still answer. */
bool request_is_abandoned(const Request *request);

/* --- a body that streams in (BODY_STREAM) --- */

typedef struct BodySink {
    void (*data)(Request *request, const char *bytes, size_t len, void *arg);
    void (*end)(Request *request, void *arg); /* the last byte has come */
    /* The client went away or broke the protocol before the end: no more data will come. The request must still be
     * answered (the answer goes nowhere), once what is under way has finished. */
    void (*abort)(Request *request, void *arg);
    void *arg;
} BodySink;

/* The handler of a BODY_STREAM route calls this, or answers, before it returns. Once the request has been answered none
 * of the sink's functions is called any more; what is left of the body is read away or the connection closed. */
void request_read_body(Request *request, BodySink sink);

/* Stop and go again: back-pressure to the client while the database catches up. May be called inside data(); what had
 * already been received, at most 64 kB, still comes. The body's deadline stands still meanwhile. */
void request_pause_body(Request *request);
void request_resume_body(Request *request);

/* --- the answer: exactly one --- */

/* Adds a header to the answer to come; the value is copied, the name must live as long as the program. Without one of
 * its own an answer gets Cache-Control: no-store. */
void request_add_header(Request *request, const char *name, const char *value);

/* Answers with a whole body (copied). Content-Length, and nothing but headers for HEAD and 304. */
void request_reply(Request *request, int status, const char *content_type, const void *body, size_t len);

/* The same, where a file has the body as well, from its start (-1: none has): what the client's socket takes at once is
 * sent from there, without a copy. Neither is needed after the call. */
void request_reply_file(Request *request, int status, const char *content_type, int file, const void *body, size_t len);

/* Answers with a JSON tree, which is freed. */
void request_reply_json(Request *request, int status, cJSON *json);

/* Answers application/problem+json (RFC 9457). 503 and 429 get Retry-After. `title` NULL is the status's own, in
 * Swedish; titles and details are for the person at the other end, so in Swedish too, except what only a program's
 * author meets. */
void request_problem(Request *request, int status, const char *title, const char *detail_format, ...)
    __attribute__((format(printf, 4, 5)));

/* 503: memory ran out. */
void request_out_of_memory(Request *request);

/* `detail` may be NULL. */
void request_problem_errors(Request *request, int status, const char *title, const char *detail,
                            const ProblemError *errors, size_t count);

/* An answer in pieces (chunked, or until close for HTTP/1.0): start, write any number of times, end. `drained`, when
 * not NULL, is called each time the connection's output has fallen under its low-water mark, and once when the client
 * has gone (what is then written goes nowhere); the writer should produce at most about request_stream_room() bytes
 * between two calls, so that memory stays bounded. A stream that cannot be finished is broken off with
 * request_stream_break(), which closes the connection so that nobody takes half for whole.
 */
void request_stream_start(Request *request, int status, const char *content_type,
                          void (*drained)(Request *request, void *arg), void *arg);
void request_stream_write(Request *request, const void *bytes, size_t len);
size_t request_stream_room(const Request *request);
/* A field after the last piece (RFC 9110, 6.5), as request_add_header(). Clients may not see it, and with HTTP/1.0 it
 * is left out. The handler names it in a Trailer header before it starts. */
void request_stream_trailer(Request *request, const char *name, const char *value);
void request_stream_end(Request *request);
void request_stream_break(Request *request, const char *reason);
