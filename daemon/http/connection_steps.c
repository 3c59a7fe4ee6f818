/* What is done in each state of a connection: a request is read, handed on and answered, and the next one begins. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/auth.h"
#include "http/connection-internal.h"
#include "http/head.h"
#include "util/clock.h"

/* --- the head --- */

static void on_authenticated(Request *request)
{
    request->connection->authorized = true;
    connection_kick(request->connection);
}

/* Takes the head out of the input and judges it. */
static bool begin(Connection *c, size_t head_len)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    Request *r = c->request = request_new(c->front, c);
    char *head = r ? arena_alloc(r->arena, head_len + 1) : NULL;
    if (!head) {
        connection_close(c, "out of memory");
        return false;
    }
    evbuffer_remove(input, head, head_len);
    head[head_len] = '\0';
    metrics_add(c->front->metrics, METRIC_http_received_bytes_total, (int64_t)head_len);
    connection_enter(c, CONNECTION_AUTH);
    c->authorized = false;

    const GuardFault *fault = head_read(r, &c->parser, head, head_len);
    if (fault) {
        metrics_add(c->front->metrics, METRIC_http_faults_total, 1);
        c->last = true;
        request_fault(r, fault);
        return true;
    }
    c->parser.data = c;
    c->chunks = (GuardChunks){0};
    c->body_fault = 0;
    if (!http_should_keep_alive(&c->parser)) c->last = true;
    head_route(r);
    if (r->answer == ANSWER_NONE) auth_start(r, on_authenticated);
    return true;
}

static bool step_idle(Connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    char pair[2];
    if (connection_pending(c) > CONNECTION_OUTPUT_LOW) return false; /* it must take its answers first */
    /* Empty lines before a request are passed over (RFC 9112, 2.2). */
    ev_ssize_t got;
    while ((got = evbuffer_copyout(input, pair, 2)) == 2 && memcmp(pair, "\r\n", 2) == 0)
        evbuffer_drain(input, 2);
    bool half_a_line_end = got == 1 && pair[0] == '\r' && !c->eof;
    if (got > 0 && !half_a_line_end) {
        connection_enter(c, CONNECTION_HEAD);
        return true;
    }
    if (c->eof) {
        connection_enter(c, CONNECTION_FLUSH);
        return true;
    }
    return false;
}

static bool step_head(Connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    size_t len = evbuffer_get_length(input), limit = (size_t)c->front->config->head_limit, head_len;
    if (len > limit) len = limit;
    const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)len);
    if (!bytes) {
        connection_close(c, "out of memory");
        return false;
    }
    const GuardFault *fault = guard_head_end(bytes, len, limit, &c->scanned, &head_len);
    if (fault) {
        metrics_add(c->front->metrics, METRIC_http_faults_total, 1);
        connection_refuse(c, fault->status, fault->detail);
        return true;
    }
    if (head_len) return begin(c, head_len);
    if (c->eof) connection_close(c, "the client went away in the head");
    return false;
}

/* --- who asks, and the handler --- */

static void run_handler(Connection *c)
{
    Request *r = c->request;
    request_hold(r);
    r->match.route->handler(r);
}

static bool step_auth(Connection *c)
{
    Request *r = c->request;
    if (r->answer == ANSWER_NONE && !c->authorized) return false;
    if (r->answer == ANSWER_NONE && r->match.route->body == BODY_STREAM) {
        run_handler(c);
        if (c->state == CONNECTION_CLOSED) return false;
    }
    if (r->answer == ANSWER_DONE || r->body_ended) {
        if (r->answer == ANSWER_DONE && !r->body_ended && !connection_is_last(c, true)) {
            connection_enter(c, CONNECTION_BODY); /* the little that is left of a refused body */
            return true;
        }
        connection_enter(c, CONNECTION_ANSWER);
        if (r->answer == ANSWER_NONE && !r->in_hand)
            run_handler(c);
        else if (r->answer != ANSWER_DONE && r->has_sink && r->sink.end)
            r->sink.end(r, r->sink.arg);
        return c->state != CONNECTION_CLOSED;
    }
    if (r->shape.expect_continue && evbuffer_get_length(bufferevent_get_input(c->bev)) == 0) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        connection_write(c, go_on, sizeof go_on - 1);
    }
    connection_enter(c, CONNECTION_BODY);
    return true;
}

/* --- the body --- */

static bool keep_body(Request *r, const char *bytes, size_t len)
{
    if (r->body_len + len > r->body_capacity) {
        size_t wanted = r->body_capacity ? r->body_capacity * 2 : 4096;
        while (wanted < r->body_len + len)
            wanted *= 2;
        char *larger = realloc(r->body, wanted);
        if (!larger) return false;
        r->body = larger;
        r->body_capacity = wanted;
    }
    memcpy(r->body + r->body_len, bytes, len);
    r->body_len += len;
    return true;
}

static bool take_body(Connection *c, const char *bytes, size_t len)
{
    Request *r = c->request;
    r->body_received += len;
    if (r->answer == ANSWER_DONE) return true;
    if (r->body_received > r->body_limit) {
        c->body_fault = 413;
        return false;
    }
    if (r->match.route->body == BODY_STREAM) {
        if (r->has_sink && r->sink.data) r->sink.data(r, bytes, len, r->sink.arg);
    } else if (!keep_body(r, bytes, len)) {
        c->body_fault = 503;
        return false;
    }
    return true;
}

static int on_body(http_parser *parser, const char *at, size_t len)
{
    return take_body(parser->data, at, len) ? 0 : -1;
}

static const http_parser_settings body_settings = {.on_body = on_body};

static void end_body(Connection *c)
{
    Request *r = c->request;
    r->body_ended = true;
    connection_pause_clock(c, false);
    connection_enter(c, CONNECTION_ANSWER);
    if (r->answer == ANSWER_DONE) return;
    if (r->match.route->body != BODY_STREAM)
        run_handler(c);
    else if (r->has_sink && r->sink.end)
        r->sink.end(r, r->sink.arg);
}

static void refuse_body(Connection *c, const GuardFault *fault)
{
    if (fault) {
        metrics_add(c->front->metrics, METRIC_http_faults_total, 1);
        connection_refuse(c, fault->status, fault->detail);
    } else if (c->body_fault == 413) {
        connection_refuse(c, 413, "The body is longer than this address takes.");
    } else {
        connection_refuse(c, c->body_fault ? c->body_fault : 400, "The body cannot be read.");
    }
}

static bool step_body(Connection *c)
{
    Request *r = c->request;
    struct evbuffer *input = bufferevent_get_input(c->bev);
    struct evbuffer_iovec piece;
    if (r->answer == ANSWER_DONE && connection_is_last(c, true)) {
        connection_enter(c, CONNECTION_ANSWER);
        return true;
    }
    if (r->body_paused && r->answer != ANSWER_DONE) return false;
    if (evbuffer_peek(input, -1, NULL, &piece, 1) < 1 || piece.iov_len == 0) {
        if (c->eof) connection_close(c, "the client went away in the body");
        return false;
    }
    size_t n = piece.iov_len;
    const GuardFault *fault = NULL;
    if (r->shape.chunked)
        fault = guard_chunks(&c->chunks, piece.iov_base, piece.iov_len, &n);
    else if (n > r->shape.length - r->body_received)
        n = (size_t)(r->shape.length - r->body_received);
    if (fault || http_parser_execute(&c->parser, &body_settings, piece.iov_base, n) != n || c->body_fault ||
        HTTP_PARSER_ERRNO(&c->parser) != HPE_OK) {
        refuse_body(c, fault);
        return c->state != CONNECTION_CLOSED;
    }
    if (c->state == CONNECTION_CLOSED) return false;
    metrics_add(c->front->metrics, METRIC_http_received_bytes_total, (int64_t)n);
    evbuffer_drain(input, n);
    if (r->shape.chunked ? guard_chunks_done(&c->chunks) : r->body_received == r->shape.length) end_body(c);
    return c->state != CONNECTION_CLOSED;
}

/* --- the answer --- */

static void count_request(Connection *c, const Request *r)
{
    size_t route = r->match.route ? (size_t)(r->match.route - routes_table) : routes_count;
    double seconds = (double)(clock_steady_us() - r->started) / 1e6;
    metrics_request(c->front->metrics, route, r->status, seconds);
    log_line(c->front->log, r->status == 500 ? LEVEL_WARNING : LEVEL_DEBUG, "http: %s %s %d in %.1f ms",
             routes_method_name(r->method), r->match.route ? r->match.route->name : "none", r->status, seconds * 1e3);
}

static bool step_answer(Connection *c)
{
    Request *r = c->request;
    if (r->answer != ANSWER_DONE) return false;
    count_request(c, r);
    /* While draining, only a connection whose client has been told so ends here; another has its moment of grace. */
    bool last = c->last || !r->body_ended;
    c->request = NULL;
    request_release(r);
    request_free(r);
    connection_enter(c, last ? CONNECTION_FLUSH : CONNECTION_IDLE);
    return true;
}

/* The answer is out. Our end says so; the client's last bytes are read away, because closing a socket with unread bytes
 * resets it, and the client could lose the answer. */
static bool step_flush(Connection *c)
{
    if (connection_pending(c) > 0) return false;
    shutdown(bufferevent_getfd(c->bev), SHUT_WR);
    connection_enter(c, CONNECTION_LINGER);
    return true;
}

static bool step_linger(Connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    evbuffer_drain(input, evbuffer_get_length(input));
    if (c->eof) connection_close(c, "answered");
    return false;
}

/* --- the table of them --- */

static bool (*const steps[])(Connection *) = {
    [CONNECTION_IDLE] = step_idle,     [CONNECTION_HEAD] = step_head,     [CONNECTION_AUTH] = step_auth,
    [CONNECTION_BODY] = step_body,     [CONNECTION_ANSWER] = step_answer, [CONNECTION_FLUSH] = step_flush,
    [CONNECTION_LINGER] = step_linger,
};

bool connection_step(Connection *c)
{
    return steps[c->state](c);
}
