#include "proxy.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* One connection: what comes from one end goes to the other. */
typedef struct Pair {
    TAILQ_ENTRY(Pair) entry;
    struct Proxy *proxy;
    struct bufferevent *client, *server;
    struct event *again; /* when something was held back */
} Pair;

struct Proxy {
    struct event_base *base;
    struct evconnlistener *listener;
    struct sockaddr_un server;
    char conninfo[256];
    TAILQ_HEAD(, Pair) pairs;
    size_t dribble;
    int count;
};

static void pair_free(Pair *pair)
{
    TAILQ_REMOVE(&pair->proxy->pairs, pair, entry);
    event_free(pair->again);
    bufferevent_free(pair->client);
    bufferevent_free(pair->server);
    free(pair);
}

static void forward(Pair *pair, struct bufferevent *from, struct bufferevent *to)
{
    struct evbuffer *input = bufferevent_get_input(from);
    size_t limit = pair->proxy->dribble ? pair->proxy->dribble : evbuffer_get_length(input);
    evbuffer_remove_buffer(input, bufferevent_get_output(to), limit);
    struct timeval now = {0};
    if (evbuffer_get_length(input) > 0) event_add(pair->again, &now);
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Pair *pair = arg;
    forward(pair, pair->client, pair->server);
    forward(pair, pair->server, pair->client);
}

static void on_read(struct bufferevent *from, void *arg)
{
    Pair *pair = arg;
    forward(pair, from, from == pair->client ? pair->server : pair->client);
}

static void on_event(struct bufferevent *from, short what, void *arg)
{
    (void)from;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) pair_free(arg);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int len, void *arg)
{
    (void)listener;
    (void)address;
    (void)len;
    Proxy *proxy = arg;
    Pair *pair = calloc(1, sizeof *pair);
    assert_non_null(pair);
    pair->proxy = proxy;
    proxy->count++;
    pair->again = event_new(proxy->base, -1, 0, on_again, pair);
    pair->client = bufferevent_socket_new(proxy->base, fd, BEV_OPT_CLOSE_ON_FREE);
    pair->server = bufferevent_socket_new(proxy->base, -1, BEV_OPT_CLOSE_ON_FREE);
    TAILQ_INSERT_TAIL(&proxy->pairs, pair, entry);
    struct bufferevent *ends[] = {pair->client, pair->server};
    for (int i = 0; i < 2; i++) {
        bufferevent_setcb(ends[i], on_read, NULL, on_event, pair);
        bufferevent_enable(ends[i], EV_READ | EV_WRITE);
        /* Full before long, so that a side that only sends is made to wait as by a real network. */
        bufferevent_setwatermark(ends[i], EV_READ, 0, 32768);
    }
    bufferevent_socket_connect(pair->server, (struct sockaddr *)&proxy->server, sizeof proxy->server);
}

Proxy *proxy_open(Fixture *fixture)
{
    Proxy *proxy = calloc(1, sizeof *proxy);
    assert_non_null(proxy);
    proxy->base = fixture->base;
    TAILQ_INIT(&proxy->pairs);
    char directory[128];
    snprintf(directory, sizeof directory, "%s/proxy", fixture->directory);
    mkdir(directory, 0755);
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    snprintf(own.sun_path, sizeof own.sun_path, "%.64s/proxy/.s.PGSQL.5432", fixture->directory);
    unlink(own.sun_path);
    proxy->server.sun_family = AF_UNIX;
    snprintf(proxy->server.sun_path, sizeof proxy->server.sun_path, "%.64s/socket/.s.PGSQL.5432", fixture->directory);
    snprintf(proxy->conninfo, sizeof proxy->conninfo, "%s host=%s", cluster_conninfo(fixture->cluster), directory);
    proxy->listener = evconnlistener_new_bind(fixture->base, on_accept, proxy, LEV_OPT_CLOSE_ON_FREE, -1,
                                              (struct sockaddr *)&own, sizeof own);
    assert_non_null(proxy->listener);
    return proxy;
}

void proxy_cut(Proxy *proxy)
{
    Pair *pair;
    while ((pair = TAILQ_FIRST(&proxy->pairs)))
        pair_free(pair);
}

void proxy_close(Proxy *proxy)
{
    proxy_cut(proxy);
    evconnlistener_free(proxy->listener);
    free(proxy);
}

const char *proxy_conninfo(const Proxy *proxy)
{
    return proxy->conninfo;
}

void proxy_dribble(Proxy *proxy, size_t bytes)
{
    proxy->dribble = bytes;
}

int proxy_count(const Proxy *proxy)
{
    return proxy->count;
}
