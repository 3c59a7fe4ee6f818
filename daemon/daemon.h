/*
 * The daemon: its loops, what they share, and how they start and stop.
 *
 * Each Worker is one thread with one event loop, its own listening socket (SO_REUSEPORT), its own database pool and its
 * own counters. Workers share only what is read-only or atomic: the configuration and the knowledge.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "config.h"
#include "core/knowledge.h"
#include "util/error.h"

struct Cluster;
struct Daemon;
struct Front;
struct Metrics;
struct Pool;
struct TokenCache;
struct event_base;

typedef struct Worker {
    struct Daemon *daemon;
    int index;
    struct event_base *base;
    struct Front *front;       /* HTTP: listener and connections */
    struct Pool *pool;         /* the application role */
    struct Metrics *metrics;   /* this loop's counters */
    struct TokenCache *tokens; /* who a bearer token is, for a few seconds */
    pthread_t thread;
} Worker;

typedef struct Daemon {
    Config config;
    struct Cluster *cluster; /* with --embedded */
    const char *conninfo;
    Worker *workers;
    int worker_count;
    pthread_mutex_t knowledge_lock;
    Knowledge *knowledge;         /* the newest; take it with daemon_knowledge() */
    atomic_uint token_generation; /* raised when a token is revoked: every cache forgets */
    char address[128];            /* where it listens, with the real port */
} Daemon;

/* Runs until SIGTERM or SIGINT, then drains. Returns the process's exit status; errors have been logged. */
int daemon_run(Daemon *daemon);

/* The newest knowledge, referenced; the caller releases it with knowledge_unref(). Any thread. */
Knowledge *daemon_knowledge(Daemon *daemon);

/* Puts a new knowledge in place; takes over the caller's reference. Any thread. */
void daemon_set_knowledge(Daemon *daemon, Knowledge *knowledge);
