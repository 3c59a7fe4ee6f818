#include "http/connection.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <http_parser.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "context.h"
#include "http/addresses.h"
#include "http/auth.h"
#include "http/front-internal.h"
#include "http/head.h"
#include "http/request-internal.h"
#include "util/clock.h"

enum {
    INPUT_MAX = 64 * 1024,         /* read ahead of what is being done */
    OUTPUT_LOW = 64 * 1024,        /* a stream's writer is asked for more below it; no new request is begun above it */
    DISCARD_MAX = 64 * 1024,       /* the rest of a refused body that is read to keep the connection */
    SLOW_READER_BYTES = 16 * 1024, /* what a client must at least take of its answer in each body_timeout */
    LINGER_SECONDS = 2,            /* for the client to read the last answer before the socket is reset */
    DRAIN_GRACE_SECONDS = 1,       /* for a request that is on its way when the daemon stops */
    BODY_UNIT = 1024 * 1024,       /* body_timeout is for this much */
};

typedef enum ConnectionState {
    CONNECTION_IDLE,
    CONNECTION_HEAD,
    CONNECTION_AUTH,
    CONNECTION_BODY,
    CONNECTION_ANSWER,
    CONNECTION_FLUSH,
    CONNECTION_LINGER,
    CONNECTION_CLOSED,
} ConnectionState;

struct Connection {
    Front *front;
    Connection *prev, *next; /* in Front.connections or .dead */
    struct AddressEntry *address;
    struct bufferevent *bev;
    struct event *deadline, *kick;
    ConnectionState state;
    Request *request; /* the one under way */
    bool last;        /* close after its answer */
    bool authorized;  /* the token has been looked up */
    bool eof;         /* the client will send no more, but may still read */
    bool pumping;
    int64_t deadline_us;   /* from now on, for a deadline that was set while pumping; 0: none was */
    const char *broken;    /* why an answer cannot go on */
    size_t scanned;        /* of the head that comes in */
    http_parser parser;    /* of the request under way */
    GuardChunks chunks;    /* of its body */
    int body_fault;        /* status, when the parser's callback refused a part of the body */
    int64_t body_since;    /* microseconds; moved on by pauses */
    int64_t paused_since;  /* 0: not paused */
    uint64_t written;      /* bytes given to the output, ever */
    uint64_t taken_before; /* of them, what the client had taken at the last look */
};

/* --- deadlines --- */

static void start_deadline(Connection *c)
{
    if (!c->deadline_us) return;
    struct timeval tv = {.tv_sec = c->deadline_us / 1000000, .tv_usec = c->deadline_us % 1000000};
    c->deadline_us = 0;
    event_add(c->deadline, &tv);
}

/* A request that is answered at once goes through all states in one pumping; only the last one's deadline matters. */
static void set_deadline_us(Connection *c, int64_t us)
{
    c->deadline_us = us < 1000 ? 1000 : us;
    if (!c->pumping) start_deadline(c);
}

static void set_deadline(Connection *c, int64_t seconds)
{
    set_deadline_us(c, seconds * 1000000);
}

/* Before the next request: while the last answers are still going out, the client must take them. */
static void set_idle_deadline(Connection *c)
{
    const Config *config = c->front->config;
    if (connection_pending(c) > 0) {
        c->taken_before = c->written - connection_pending(c);
        set_deadline(c, config->body_timeout);
    } else if (c->front->draining && !c->front->patient) {
        set_deadline(c, DRAIN_GRACE_SECONDS);
    } else {
        set_deadline(c, config->idle_timeout);
    }
}

static void enter(Connection *c, ConnectionState state)
{
    const Config *config = c->front->config;
    c->state = state;
    switch (state) {
    case CONNECTION_IDLE:
        c->scanned = 0;
        set_idle_deadline(c);
        break;
    case CONNECTION_HEAD:
        set_deadline(c, config->head_timeout);
        break;
    case CONNECTION_BODY:
        c->body_since = clock_steady_us();
        set_deadline(c, config->body_timeout);
        break;
    case CONNECTION_LINGER:
        set_deadline(c, LINGER_SECONDS);
        break;
    default:
        c->taken_before = c->written - connection_pending(c);
        set_deadline(c, config->body_timeout);
    }
}

/* A client that takes its answer drop by drop would hold it in memory for ever. */
static bool takes_its_answer(Connection *c)
{
    size_t pending = connection_pending(c);
    uint64_t taken = c->written - pending, before = c->taken_before;
    c->taken_before = taken;
    return pending == 0 || taken - before >= SLOW_READER_BYTES;
}

/* How long the body may still take, in microseconds: body_timeout for each MB that has come, the first in advance. */
static int64_t body_time_left(const Connection *c)
{
    int64_t units = (int64_t)(c->request->body_received / BODY_UNIT) + 1;
    return c->body_since + units * c->front->config->body_timeout * 1000000 - clock_steady_us();
}

static void connection_pump(Connection *c);
static void break_off(Connection *c, int status, const char *detail);

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Connection *c = arg;
    switch (c->state) {
    case CONNECTION_HEAD:
        metrics_add(c->front->metrics, METRIC_http_timeouts_total, 1);
        break_off(c, 408, "The request's head did not come in time.");
        return;
    case CONNECTION_BODY:
        if (c->paused_since || body_time_left(c) > 0) {
            set_deadline_us(c, c->paused_since ? c->front->config->body_timeout * 1000000 : body_time_left(c));
            return;
        }
        metrics_add(c->front->metrics, METRIC_http_timeouts_total, 1);
        break_off(c, 408, "The request's body did not come in time.");
        return;
    case CONNECTION_LINGER:
        connection_close(c, "answered");
        return;
    case CONNECTION_IDLE:
        if (connection_pending(c) == 0) {
            connection_close(c, "idle");
            return;
        }
        __attribute__((fallthrough));
    default:
        if (takes_its_answer(c)) {
            set_deadline(c, c->front->config->body_timeout);
            return;
        }
        metrics_add(c->front->metrics, METRIC_http_timeouts_total, 1);
        connection_close(c, "the client does not take its answer");
    }
}

void connection_pause_clock(Connection *c, bool paused)
{
    if (paused && !c->paused_since) {
        c->paused_since = clock_steady_us();
    } else if (!paused && c->paused_since) {
        c->body_since += clock_steady_us() - c->paused_since;
        c->paused_since = 0;
    }
}

/* --- out --- */

size_t connection_pending(const Connection *c)
{
    return evbuffer_get_length(bufferevent_get_output(c->bev));
}

void connection_write(Connection *c, const void *bytes, size_t len)
{
    if (c->state == CONNECTION_CLOSED || c->broken) return;
    if (bufferevent_write(c->bev, bytes, len) < 0) {
        connection_break(c, "out of memory");
        return;
    }
    c->written += len;
    metrics_add(c->front->metrics, METRIC_http_sent_bytes_total, (int64_t)len);
}

void connection_send(Connection *c, const void *head, size_t head_len, const SendBody *body)
{
    if (c->state == CONNECTION_CLOSED || c->broken) return;
    size_t sent = connection_pending(c) ? 0 : send_now(bufferevent_getfd(c->bev), head, head_len, body);
    c->written += sent;
    metrics_add(c->front->metrics, METRIC_http_sent_bytes_total, (int64_t)sent);
    if (sent < head_len) connection_write(c, (const char *)head + sent, head_len - sent);
    size_t of_body = sent > head_len ? sent - head_len : 0;
    if (of_body < body->len) connection_write(c, (const char *)body->bytes + of_body, body->len - of_body);
}

void connection_set_last(Connection *c)
{
    c->last = true;
}

void connection_break(Connection *c, const char *reason)
{
    if (!c->broken) c->broken = reason;
    connection_kick(c);
}

bool connection_is_last(Connection *c, bool answered)
{
    const Request *r = c->request;
    bool no_more = c->eof && evbuffer_get_length(bufferevent_get_input(c->bev)) == 0;
    if (c->front->draining || no_more) c->last = true;
    /* The rest of a body that nobody wants is read away only where it is known to be short. */
    if (r && answered && !r->body_ended &&
        (r->shape.chunked || r->shape.expect_continue || r->shape.length - r->body_received > DISCARD_MAX))
        c->last = true;
    return c->last;
}

/* --- closing --- */

void connection_close(Connection *c, const char *reason)
{
    if (c->state == CONNECTION_CLOSED) return;
    log_line(c->front->log, LEVEL_DEBUG, "http: a connection closes: %s", reason);
    c->state = CONNECTION_CLOSED;
    event_del(c->deadline);
    event_del(c->kick);
    bufferevent_disable(c->bev, EV_READ | EV_WRITE);
    close(bufferevent_getfd(c->bev));
    bufferevent_setfd(c->bev, -1);
    addresses_leave(c->front->addresses, c->address);
    metrics_add(c->front->metrics, METRIC_http_connections, -1);
    DL_DELETE(c->front->connections, c);
    DL_APPEND(c->front->dead, c);
    Request *request = c->request;
    c->request = NULL;
    if (request) request_leave(request);
    event_active(c->front->reaper, 0, 0);
    front_check_drained(c->front);
}

void connection_free(Connection *c)
{
    if (c->state == CONNECTION_CLOSED) DL_DELETE(c->front->dead, c);
    if (c->bev) bufferevent_free(c->bev);
    if (c->deadline) event_free(c->deadline);
    if (c->kick) event_free(c->kick);
    free(c);
}

Connection *connection_next(Connection *c)
{
    return c->next;
}

/* Ends the exchange from our side: an answer of our own where there is none yet, then close. */
static void break_off(Connection *c, int status, const char *detail)
{
    c->last = true;
    Request *request = c->request;
    if (request && (request->in_hand || request->answer != ANSWER_NONE)) {
        /* A handler has it and must still answer; that goes nowhere. */
        bool silent = request->answer != ANSWER_NONE;
        c->request = NULL;
        request_leave(request);
        request = NULL;
        if (silent) { /* an answer is out, or half of one: nothing may follow it */
            connection_close(c, "the body broke off under its answer");
            return;
        }
    }
    if (!request) request = c->request = request_new(c->front, c);
    if (!request) {
        connection_close(c, "out of memory");
        return;
    }
    enter(c, CONNECTION_ANSWER);
    request_fault(request, &(GuardFault){status, detail});
    connection_pump(c);
}

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
    enter(c, CONNECTION_AUTH);
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
    if (connection_pending(c) > OUTPUT_LOW) return false; /* it must take its answers first */
    /* Empty lines before a request are passed over (RFC 9112, 2.2). */
    ev_ssize_t got;
    while ((got = evbuffer_copyout(input, pair, 2)) == 2 && memcmp(pair, "\r\n", 2) == 0)
        evbuffer_drain(input, 2);
    bool half_a_line_end = got == 1 && pair[0] == '\r' && !c->eof;
    if (got > 0 && !half_a_line_end) {
        enter(c, CONNECTION_HEAD);
        return true;
    }
    if (c->eof) {
        enter(c, CONNECTION_FLUSH);
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
        break_off(c, fault->status, fault->detail);
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
            enter(c, CONNECTION_BODY); /* the little that is left of a refused body */
            return true;
        }
        enter(c, CONNECTION_ANSWER);
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
    enter(c, CONNECTION_BODY);
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
    enter(c, CONNECTION_ANSWER);
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
        break_off(c, fault->status, fault->detail);
    } else if (c->body_fault == 413) {
        break_off(c, 413, "The body is longer than this address takes.");
    } else {
        break_off(c, c->body_fault ? c->body_fault : 400, "The body cannot be read.");
    }
}

static bool step_body(Connection *c)
{
    Request *r = c->request;
    struct evbuffer *input = bufferevent_get_input(c->bev);
    struct evbuffer_iovec piece;
    if (r->answer == ANSWER_DONE && connection_is_last(c, true)) {
        enter(c, CONNECTION_ANSWER);
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
    enter(c, last ? CONNECTION_FLUSH : CONNECTION_IDLE);
    return true;
}

/* The answer is out. Our end says so; the client's last bytes are read away, because closing a socket with unread bytes
 * resets it, and the client could lose the answer. */
static bool step_flush(Connection *c)
{
    if (connection_pending(c) > 0) return false;
    shutdown(bufferevent_getfd(c->bev), SHUT_WR);
    enter(c, CONNECTION_LINGER);
    return true;
}

static bool step_linger(Connection *c)
{
    struct evbuffer *input = bufferevent_get_input(c->bev);
    evbuffer_drain(input, evbuffer_get_length(input));
    if (c->eof) connection_close(c, "answered");
    return false;
}

/* --- the one driver --- */

/* One step each; true: another step may be possible. */
static bool (*const steps[])(Connection *) = {
    [CONNECTION_IDLE] = step_idle,     [CONNECTION_HEAD] = step_head,     [CONNECTION_AUTH] = step_auth,
    [CONNECTION_BODY] = step_body,     [CONNECTION_ANSWER] = step_answer, [CONNECTION_FLUSH] = step_flush,
    [CONNECTION_LINGER] = step_linger,
};

static void connection_pump(Connection *c)
{
    if (c->pumping) return; /* the step that called us is followed by another look */
    c->pumping = true;
    while (c->state != CONNECTION_CLOSED && !c->broken && steps[c->state](c)) {}
    c->pumping = false;
    if (c->broken) connection_close(c, c->broken);
    if (c->state != CONNECTION_CLOSED) start_deadline(c);
}

void connection_kick(Connection *c)
{
    /* While it is pumped, the step that called us is followed by another look. */
    if (c->state != CONNECTION_CLOSED && !c->pumping) event_active(c->kick, 0, 0);
}

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    connection_pump(arg);
}

static void on_read(struct bufferevent *bev, void *arg)
{
    (void)bev;
    connection_pump(arg);
}

/* The output has fallen under OUTPUT_LOW. */
static void on_write(struct bufferevent *bev, void *arg)
{
    (void)bev;
    Connection *c = arg;
    Request *r = c->request;
    if (r && r->answer == ANSWER_STREAMING && r->drained) r->drained(r, r->drained_arg);
    if (c->state == CONNECTION_IDLE && connection_pending(c) == 0) set_idle_deadline(c);
    connection_pump(c);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
    (void)bev;
    Connection *c = arg;
    if (what & BEV_EVENT_EOF) {
        c->eof = true;
        connection_pump(c);
    } else if (what & BEV_EVENT_ERROR) {
        connection_close(c, "the client is gone");
    }
}

void connection_drain(Connection *c)
{
    if (c->state == CONNECTION_IDLE) set_idle_deadline(c);
}

int connection_new(Front *front, evutil_socket_t fd, struct AddressEntry *address)
{
    Connection *c = calloc(1, sizeof *c);
    if (!c) return -ENOMEM;
    c->front = front;
    c->bev = bufferevent_socket_new(front->base, fd, 0);
    c->deadline = event_new(front->base, -1, 0, on_deadline, c);
    c->kick = event_new(front->base, -1, 0, on_kick, c);
    if (!c->bev || !c->deadline || !c->kick) {
        connection_free(c);
        return -ENOMEM;
    }
    c->address = address;
    size_t input_max = (size_t)front->config->head_limit > INPUT_MAX ? (size_t)front->config->head_limit : INPUT_MAX;
    int yes = 1; /* answers are written whole; waiting to fill a packet would only delay their ends */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
    bufferevent_setwatermark(c->bev, EV_READ, 0, input_max);
    bufferevent_setwatermark(c->bev, EV_WRITE, OUTPUT_LOW, 0);
    DL_APPEND(front->connections, c);
    metrics_add(front->metrics, METRIC_http_connections, 1);
    metrics_add(front->metrics, METRIC_http_connections_total, 1);
    enter(c, CONNECTION_IDLE);
    bufferevent_enable(c->bev, EV_READ | EV_WRITE);
    return 0;
}
