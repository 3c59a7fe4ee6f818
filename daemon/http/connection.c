#include "http/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "http/addresses.h"
#include "http/connection-internal.h"

enum {
    INPUT_MAX = 64 * 1024,   /* read ahead of what is being done */
    DISCARD_MAX = 64 * 1024, /* the rest of a refused body that is read to keep the connection */
};

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

static void forget_kick(Connection *c)
{
    if (c->kicked) DL_DELETE2(c->front->kicked, c, prev_kicked, next_kicked);
    c->kicked = false;
}

void connection_close(Connection *c, const char *reason)
{
    if (c->state == CONNECTION_CLOSED) return;
    log_line(c->front->log, LEVEL_DEBUG, "http: a connection closes: %s", reason);
    c->state = CONNECTION_CLOSED;
    event_del(c->deadline);
    forget_kick(c);
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
    forget_kick(c);
    if (c->bev) bufferevent_free(c->bev);
    if (c->deadline) event_free(c->deadline);
    free(c);
}

Connection *connection_next(Connection *c)
{
    return c->next;
}

void connection_refuse(Connection *c, int status, const char *detail)
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
    connection_enter(c, CONNECTION_ANSWER);
    request_fault(request, &(GuardFault){status, detail});
    connection_pump(c);
}

/* --- the one driver --- */

static size_t input_max(const Front *front)
{
    size_t head_limit = (size_t)front->config->head_limit;
    return head_limit > INPUT_MAX ? head_limit : INPUT_MAX;
}

/* While a bufferevent reads and its input is full, libevent calls on_read() over and over, also where nobody can take
 * any of it yet. So a full one does not read. */
static void watch_input(Connection *c)
{
    bool full = evbuffer_get_length(bufferevent_get_input(c->bev)) >= input_max(c->front);
    if (full == c->full || c->eof) return;
    c->full = full;
    if (full)
        bufferevent_disable(c->bev, EV_READ);
    else
        bufferevent_enable(c->bev, EV_READ);
}

void connection_pump(Connection *c)
{
    if (c->pumping) return; /* the step that called us is followed by another look */
    c->pumping = true;
    while (c->state != CONNECTION_CLOSED && !c->broken && connection_step(c)) {}
    c->pumping = false;
    if (c->broken) connection_close(c, c->broken);
    if (c->state == CONNECTION_CLOSED) return;
    watch_input(c);
    connection_start_deadline(c);
}

void connection_kick(Connection *c)
{
    /* While it is pumped, the step that called us is followed by another look. */
    if (c->state == CONNECTION_CLOSED || c->pumping || c->kicked) return;
    c->kicked = true;
    DL_APPEND2(c->front->kicked, c, prev_kicked, next_kicked);
    event_active(c->front->kicker, 0, 0);
}

void connection_pump_kicked(Connection *c)
{
    forget_kick(c);
    connection_pump(c);
}

static void on_read(struct bufferevent *bev, void *arg)
{
    (void)bev;
    connection_pump(arg);
}

/* The output has fallen under CONNECTION_OUTPUT_LOW. */
static void on_write(struct bufferevent *bev, void *arg)
{
    (void)bev;
    Connection *c = arg;
    Request *r = c->request;
    if (r && r->answer == ANSWER_STREAMING && r->drained) r->drained(r, r->drained_arg);
    if (c->state == CONNECTION_IDLE && connection_pending(c) == 0) connection_set_idle_deadline(c);
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
    if (c->state == CONNECTION_IDLE) connection_set_idle_deadline(c);
}

int connection_new(Front *front, evutil_socket_t fd, struct AddressEntry *address)
{
    Connection *c = calloc(1, sizeof *c);
    if (!c) return -ENOMEM;
    c->front = front;
    c->bev = bufferevent_socket_new(front->base, fd, 0);
    c->deadline = event_new(front->base, -1, 0, connection_on_deadline, c);
    if (!c->bev || !c->deadline) {
        connection_free(c);
        return -ENOMEM;
    }
    c->address = address;
    int yes = 1; /* answers are written whole; waiting to fill a packet would only delay their ends */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
    bufferevent_setwatermark(c->bev, EV_READ, 0, input_max(front));
    bufferevent_setwatermark(c->bev, EV_WRITE, CONNECTION_OUTPUT_LOW, 0);
    DL_APPEND(front->connections, c);
    metrics_add(front->metrics, METRIC_http_connections, 1);
    metrics_add(front->metrics, METRIC_http_connections_total, 1);
    connection_enter(c, CONNECTION_IDLE);
    bufferevent_enable(c->bev, EV_READ | EV_WRITE);
    return 0;
}
