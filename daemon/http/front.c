#include "http/front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "context.h"
#include "http/addresses.h"
#include "http/connection.h"
#include "http/front-internal.h"
#include "http/request-internal.h"
#include "http/routes.h"

enum {
    ACCEPT_BATCH = 64,        /* taken in a row, before other events get their turn */
    ACCEPT_PAUSE_US = 200000, /* when there are no descriptors */
};

const char *front_date(Front *front)
{
    time_t now = time(NULL);
    if (now != front->date_at) {
        struct tm utc;
        gmtime_r(&now, &utc);
        strftime(front->date, sizeof front->date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
        front->date_at = now;
    }
    return front->date;
}

/* --- accepting --- */

/* Tells a client that cannot be taken why, as far as its socket takes the bytes at once. */
static void turn_away(Front *front, int fd)
{
    static const char body[] =
        "{\"type\":\"about:blank\",\"title\":\"Tjänsten är tillfälligt upptagen\",\"status\":503,"
        "\"detail\":\"För många anslutningar. Försök igen om en stund.\"}";
    char answer[512], unread[4096];
    int len = snprintf(answer, sizeof answer,
                       "HTTP/1.1 503 Service Unavailable\r\nDate: %s\r\nContent-Type: application/problem+json\r\n"
                       "Retry-After: 1\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                       front_date(front), sizeof body - 1, body);
    metrics_add(front->metrics, METRIC_http_connections_refused_total, 1);
    if (send(fd, answer, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
        shutdown(fd, SHUT_WR);
        /* What the client has already sent must be read, or closing resets the connection under the answer. */
        while (recv(fd, unread, sizeof unread, MSG_DONTWAIT) > 0) {}
    }
    close(fd);
}

static void take_client(Front *front, int fd, const struct sockaddr *peer)
{
    struct AddressEntry *entry;
    if (addresses_enter(front->addresses, peer, &entry) < 0) {
        turn_away(front, fd);
        return;
    }
    if (connection_new(front, fd, entry) < 0) {
        addresses_leave(front->addresses, entry);
        turn_away(front, fd);
    }
}

static void take_reserve(Front *front)
{
    if (front->reserve < 0) front->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void stop_accepting(Front *front)
{
    for (int i = 0; i < front->sockets.count; i++)
        event_del(front->accept[i]);
    event_del(front->accept_again);
}

/* No descriptor is left: the reserve is given up for as long as it takes to turn those away who wait, one after the
 * other, so that the queue does not fill with clients that hear nothing. */
static void use_reserve(Front *front, int socket)
{
    if (front->reserve >= 0) close(front->reserve);
    front->reserve = -1;
    for (int i = 0; i < ACCEPT_BATCH; i++) {
        int fd = accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) break;
        turn_away(front, fd);
    }
    take_reserve(front);
    struct timeval pause = {.tv_usec = ACCEPT_PAUSE_US};
    stop_accepting(front);
    event_add(front->accept_again, &pause);
}

/* Returns false when nobody waits. */
static bool accept_one(Front *front, int socket)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    int fd = accept4(socket, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        take_client(front, fd, (struct sockaddr *)&peer);
        return true;
    }
    if (errno == EMFILE || errno == ENFILE) {
        log_line(front->log, LEVEL_WARNING, "http: no file descriptor for a new connection");
        use_reserve(front, socket);
        return false;
    }
    /* A client that left the queue is no reason to stop. */
    return errno == ECONNABORTED || errno == EINTR;
}

static void on_accept(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    for (int i = 0; i < ACCEPT_BATCH && accept_one(arg, fd); i++) {}
}

static void on_accept_again(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Front *front = arg;
    take_reserve(front); /* another thread may have been quicker the last time */
    if (!front->draining) front_open(front);
}

/* --- those to go on with, and the dead --- */

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Front *front = arg;
    while (front->kicked)
        connection_pump_kicked(front->kicked);
}

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Front *front = arg;
    Request *request, *next_request;
    DL_FOREACH_SAFE(front->orphans, request, next_request)
    {
        if (request->answer != ANSWER_STREAMING || request->told_gone) continue;
        request->told_gone = true;
        if (request->drained) request->drained(request, request->drained_arg);
    }
    DL_FOREACH_SAFE(front->answered, request, next_request)
    {
        DL_DELETE(front->answered, request);
        request_free(request);
    }
    while (front->dead)
        connection_free(front->dead);
}

/* --- the front --- */

static int parts_init(Front *front)
{
    front->route_heads = calloc(routes_count, sizeof *front->route_heads);
    if (!front->route_heads) return -ENOMEM;
    routes_heads(front->route_heads, routes_table, routes_count);
    front->accept_again = event_new(front->base, -1, 0, on_accept_again, front);
    front->reaper = event_new(front->base, -1, 0, on_reap, front);
    front->kicker = event_new(front->base, -1, 0, on_kick, front);
    if (!front->accept_again || !front->reaper || !front->kicker) return -ENOMEM;
    for (int i = 0; i < front->sockets.count; i++) {
        front->accept[i] = event_new(front->base, front->sockets.fds[i], EV_READ | EV_PERSIST, on_accept, front);
        if (!front->accept[i]) return -ENOMEM;
    }
    return 0;
}

int front_new(Front **out, struct Worker *worker, ListenSockets *sockets, Error *err)
{
    Front *front = calloc(1, sizeof *front);
    if (!front) {
        listen_close(sockets);
        return error_set(err, -ENOMEM, "out of memory");
    }
    front->worker = worker;
    front->base = worker->base;
    front->config = &worker->daemon->config;
    front->log = &worker->daemon->log;
    front->metrics = worker->metrics;
    front->addresses = worker->daemon->addresses;
    front->sockets = *sockets;
    sockets->count = 0;
    front->reserve = -1;
    take_reserve(front);
    if (parts_init(front) < 0) {
        front_free(front);
        return error_set(err, -ENOMEM, "out of memory");
    }
    *out = front;
    return 0;
}

void front_check_drained(Front *front)
{
    if (!front->draining || front->connections || front->unanswered || !front->drained) return;
    void (*drained)(void *) = front->drained;
    front->drained = NULL;
    drained(front->drained_arg);
}

int front_open(Front *front)
{
    for (int i = 0; i < front->sockets.count; i++)
        if (event_add(front->accept[i], NULL) < 0) return -ENOMEM;
    return 0;
}

void front_drain(Front *front, FrontDrain how, void (*done)(void *arg), void *arg)
{
    front->draining = true;
    front->patient = how == FRONT_DRAIN_PATIENT;
    front->drained = done;
    front->drained_arg = arg;
    stop_accepting(front);
    /* Who waits in a queue has been connected by the kernel: closing the last descriptor would reset them. */
    for (int i = 0; how == FRONT_DRAIN_ALL && i < front->sockets.count; i++)
        while (accept_one(front, front->sockets.fds[i])) {}
    event_del(front->accept_again); /* there was no descriptor for somebody */
    for (int i = 0; i < front->sockets.count; i++) {
        event_free(front->accept[i]);
        front->accept[i] = NULL;
    }
    listen_close(&front->sockets);
    for (Connection *c = front->connections; c; c = connection_next(c))
        connection_drain(c);
    front_check_drained(front);
}

void front_abandon(Front *front)
{
    while (front->connections)
        connection_close(front->connections, "the time to finish is over");
}

size_t front_unanswered(const Front *front)
{
    return front->unanswered;
}

void front_free(Front *front)
{
    if (!front) return;
    front->drained = NULL;
    front_abandon(front);
    on_reap(-1, 0, front);
    Request *lost, *next;
    DL_FOREACH_SAFE(front->orphans, lost, next)
    {
        log_line(front->log, LEVEL_ERROR, "http: %s was never answered", lost->match.route->name);
        DL_DELETE(front->orphans, lost);
        request_free(lost);
    }
    for (int i = 0; i < front->sockets.count; i++)
        if (front->accept[i]) event_free(front->accept[i]);
    if (front->accept_again) event_free(front->accept_again);
    if (front->reaper) event_free(front->reaper);
    if (front->kicker) event_free(front->kicker);
    listen_close(&front->sockets);
    if (front->reserve >= 0) close(front->reserve);
    free(front->route_heads);
    free(front);
}
