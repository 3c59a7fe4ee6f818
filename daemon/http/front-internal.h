/*
 * What front.c, the connection's and the request's files share.
 */
#pragma once

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "config.h"
#include "http/front.h"
#include "http/listen.h"
#include "http/request.h"
#include "metrics.h"
#include "util/log.h"

struct Addresses;

struct Front {
    struct Worker *worker;
    struct event_base *base;
    const Config *config;
    const Log *log;
    Metrics *metrics;
    struct Addresses *addresses;
    struct RouteHead *route_heads; /* of routes_table */
    ListenSockets sockets;         /* none once draining */
    int reserve; /* a descriptor to give up when there are no more, so that a client can be turned away */
    struct event *accept[LISTEN_MAX]; /* a client waits at that socket */
    struct event *accept_again;       /* when descriptors ran out */
    struct event *reaper;             /* frees `dead` and `answered` outside every callback */
    struct event *kicker;    /* drives `kicked`: one event for all, since an event is a tenth of an idle client */
    Connection *connections; /* open */
    Connection *dead;        /* closed, to be freed */
    Connection *kicked;      /* open, and something has happened to their requests */
    Request *orphans;        /* unanswered, their client gone */
    Request *answered;       /* orphans that have been answered, to be freed */
    size_t unanswered;       /* requests that have been given to a handler or to the database and wait */
    bool draining;
    bool patient; /* while draining: idle connections may stay for their next request */
    void (*drained)(void *arg);
    void *drained_arg;
    char date[32]; /* the Date header as of date_at */
    time_t date_at;
};

/* Says "drained" when it is so. */
void front_check_drained(Front *front);

/* The Date header's value now. */
const char *front_date(Front *front);
