/* How long each state may last, and what happens when that time is over. */
#include "http/connection-internal.h"
#include "util/clock.h"

enum {
    SLOW_READER_BYTES = 16 * 1024, /* what a client must at least take of its answer in each body_timeout */
    LINGER_SECONDS = 2,            /* for the client to read the last answer before the socket is reset */
    DRAIN_GRACE_SECONDS = 1,       /* for a request that is on its way when the daemon stops */
    BODY_UNIT = 1024 * 1024,       /* body_timeout is for this much */
};

void connection_start_deadline(Connection *c)
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
    if (!c->pumping) connection_start_deadline(c);
}

static void set_deadline(Connection *c, int64_t seconds)
{
    set_deadline_us(c, seconds * 1000000);
}

void connection_set_idle_deadline(Connection *c)
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

void connection_enter(Connection *c, ConnectionState state)
{
    const Config *config = c->front->config;
    c->state = state;
    switch (state) {
    case CONNECTION_IDLE:
        c->scanned = 0;
        connection_set_idle_deadline(c);
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

void connection_on_deadline(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Connection *c = arg;
    switch (c->state) {
    case CONNECTION_HEAD:
        metrics_add(c->front->metrics, METRIC_http_timeouts_total, 1);
        connection_refuse(c, 408, "The request's head did not come in time.");
        return;
    case CONNECTION_BODY:
        if (c->paused_since || body_time_left(c) > 0) {
            set_deadline_us(c, c->paused_since ? c->front->config->body_timeout * 1000000 : body_time_left(c));
            return;
        }
        metrics_add(c->front->metrics, METRIC_http_timeouts_total, 1);
        connection_refuse(c, 408, "The request's body did not come in time.");
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
