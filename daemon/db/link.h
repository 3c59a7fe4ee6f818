/*
 * One connection kept alive: opened without blocking, set up, opened again with back-off when it is lost.
 *
 * The one thing that can block is the resolution of a host *name*, which libpq does with getaddrinfo(): give an address
 * (hostaddr) or a unix socket where that matters.
 */
#pragma once

#include "db/conninfo.h"
#include "db/pipeline.h"
#include "util/log.h"

typedef struct Link Link;

typedef struct LinkHandler {
    void (*ready)(Link *link, void *arg);              /* units may be sent */
    void (*done)(Link *link, DbWork *work, void *arg); /* see pipeline.h */
    /* The connection is gone; `undone` are the units that were under way, to be moved elsewhere. */
    void (*lost)(Link *link, WorkList *undone, void *arg);
    void *arg;
} LinkHandler;

typedef struct LinkOptions {
    struct event_base *base;
    Conninfo *conninfo; /* must outlive the link */
    const char *role;   /* SET ROLE, or NULL; must outlive the link */
    int statement_timeout_ms;
    bool keep; /* open it again when it is lost; otherwise only an attempt to open it is repeated */
    const Log *log;
    LinkHandler handler;
} LinkOptions;

/* A closed link. Returns 0 or -ENOMEM. */
int link_new(Link **out, const LinkOptions *options);
void link_free(Link *link);

/* Starts connecting when it is closed. When it waits to try again, it tries at once. */
void link_open(Link *link);

/* Closes a link that has nothing under way. */
void link_close(Link *link);

/* Moves the units under way to the end of `list` (see pipeline_take_back()); the link is then to be freed. */
void link_take_back(Link *link, WorkList *list);

/* The pipeline to send to, or NULL while there is none. */
Pipeline *link_pipeline(const Link *link);

/* Neither open nor on the way there. */
bool link_is_closed(const Link *link);

/* How long to wait before attempt number `failures` + 1, in milliseconds: doubling from 100 ms to 3 s, spread over
 * ±50 % by `random` so that many daemons do not come back in step. */
int link_backoff_ms(unsigned failures, unsigned random);
