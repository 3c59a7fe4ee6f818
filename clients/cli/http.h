/*
 * One server, over libcurl: a call out, an answer in. Blocking; one call at a time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/arena.h"
#include "util/error.h"

typedef struct Http Http;

/* A request's body: bytes in memory, or a stream that `read` fills. */
typedef struct HttpBody {
    const void *bytes;
    size_t len;
    /* Writes up to `room` bytes to `to` and returns how many, 0 at the end, -1 to give up. */
    ssize_t (*read)(void *arg, void *to, size_t room);
    void *arg;
} HttpBody;

typedef struct HttpCall {
    const char *method; /* "GET", "POST", "PUT", "PATCH", "DELETE" */
    const char *path;   /* from "/v1" on, percent-encoded, with its query: see http_query() */
    const char *accept, *content_type, *idempotency_key, *if_match; /* NULL where there is none */
    HttpBody body;
    int stall_seconds; /* gives up after so long without a byte either way; 0 for the usual minute */
    /* Takes the body of a 2xx answer as it comes, instead of HttpAnswer.body. Returns 0, or -1 to give up. */
    int (*sink)(void *arg, const void *bytes, size_t len);
    void *sink_arg;
} HttpCall;

/* Free with http_answer_deinit(), also after a failure. */
typedef struct HttpAnswer {
    long status;
    char *type; /* media type without parameters, lower case; "" where there was none */
    char *body; /* NUL-terminated; never NULL after a call that returned 0 */
    size_t len;
    char *etag;   /* or NULL */
    int64_t rows; /* of the trailer field Row-Count; -1 where there is none */
    char *next;   /* path of `Link: <…>; rel="next"`, from "/v1" on, or NULL */
} HttpAnswer;

enum {
    HTTP_UNREACHABLE = 1, /* no connection: the server has seen nothing of it */
    HTTP_CUT = 2,         /* the connection broke or fell silent: the server may or may not have done it */
};

/* `url` without a slash at its end; `token` may be NULL. Both are copied. NULL when memory is out. */
Http *http_new(const char *url, const char *token);
void http_free(Http *http);

/*
 * Makes the call. Returns 0 when an HTTP answer came, whatever its status; HTTP_UNREACHABLE or HTTP_CUT with the
 * reason in `err`; -EINVAL for an address that is none; -ECANCELED when `read` or `sink` gave up; -EFBIG for an answer
 * over 256 MB; -ENOMEM.
 */
int http_call(Http *http, const HttpCall *call, HttpAnswer *answer, Error *err);
void http_answer_deinit(HttpAnswer *answer);

/* `path` with `name=value` put after its query, encoded; `path` itself where `value` is NULL. NULL: memory is out. */
const char *http_query(Arena *arena, const char *path, const char *name, const char *value);

/* `text` as one path segment, percent-encoded. */
const char *http_segment(Arena *arena, const char *text);

/* The target of rel="next" in a Link header's value (RFC 8288), or NULL; points into `value`, `*len` bytes. */
const char *http_link_next(const char *value, size_t *len);
