/*
 * What the rooms share: the loop they run on, and the daemon it belongs to.
 *
 * Only data and forward declarations, so that flow/ and http/ can be handed a Worker without knowing the daemon that
 * made it; each room looks inside the parts that are its own or below it.
 *
 * Each Worker is one thread with one event loop, its own listening socket (SO_REUSEPORT), its own database pool and its
 * own counters. Workers share only what is read-only or atomic: the configuration and the knowledge.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "config.h"
#include "core/knowledge/knowledge.h"
#include "http/listen.h"
#include "util/log.h"

struct Addresses;
struct ByteCache;
struct ClosePeriods;
struct Cluster;
struct Daemon;
struct FoldTally;
struct Front;
struct Handover;
struct IngestQueue;
struct Metrics;
struct OffloadCrew;
struct OffloadDesk;
struct Pool;
struct Reload;
struct TokenCache;
struct event;
struct event_base;

typedef struct Worker {
    struct Daemon *daemon;
    int index;
    struct event_base *base;
    struct Front *front;              /* HTTP: listener and connections */
    struct Pool *pool;                /* the application role */
    struct IngestQueue *observations; /* single ones that wait to be stored together */
    struct Metrics *metrics;          /* this loop's counters */
    struct OffloadDesk *desk;         /* for work that takes too long for a loop */
    struct OffloadDesk *judging;      /* for lägesbilder: what was expected, and their words */
    struct TokenCache *tokens;        /* who a bearer token is, for a few seconds */
    struct ByteCache *published;      /* the bytes of published documents that were asked for lately */
    struct ClosePeriods *closing;     /* of the first loop only: notices periods that have closed */
    struct FoldTally *folding;        /* of the first loop only: keeps the weekly sums */
    pthread_t thread;
    int wake_fd;          /* eventfd: how other threads speak to this loop (worker_stop) */
    struct event *wake;   /* something was said */
    struct event *second; /* every second: gauges */
    struct event *early;  /* at the start, until the pool is ready */
    int early_turns;      /* how often it has been looked at */
    struct event *hurry;  /* the drain has taken too long */
    bool analyzing;       /* statistics are being looked at for this loop */
    bool running;         /* the thread has been started and not been joined */
} Worker;

typedef struct Daemon {
    Config config;
    Log log;
    struct Cluster *cluster;     /* with --embedded */
    struct Addresses *addresses; /* connections by address, over all loops */
    const char *conninfo;
    struct OffloadCrew *crew;   /* threads for what takes too long for a loop */
    struct OffloadCrew *judges; /* the same, for what is shorter and waited for: one for each loop */
    Worker *workers;
    int worker_count;
    pthread_mutex_t knowledge_lock;
    Knowledge *knowledge;         /* the newest; take it with daemon_knowledge() */
    struct Reload *reload;        /* takes up what changes in it; NULL where nothing does */
    atomic_uint token_generation; /* raised when a token is revoked: every cache forgets */
    ListenSockets sockets;        /* where it listens; the loops have descriptors of their own for them */
    bool sockets_are_ours;        /* nobody else has them, so that who waits there must be answered before they close */
    atomic_int drain;             /* FrontDrain: how the loops stop when they are told to */
    struct Handover *handover;    /* offers the sockets to a daemon that is started later; NULL where it does not */
    char address[128];            /* where it listens, with the real port */
    int ready_fd;                 /* eventfd: workers whose database answers for the first time */
    int finished_fd;              /* eventfd: workers that have ended */
} Daemon;

/* The newest knowledge, referenced; the caller releases it with knowledge_unref(). Any thread. */
Knowledge *daemon_knowledge(Daemon *daemon);

/* Puts a new knowledge in place; takes over the caller's reference. Any thread. */
void daemon_set_knowledge(Daemon *daemon, Knowledge *knowledge);
