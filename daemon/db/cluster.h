/*
 * The private PostgreSQL of `--embedded DIR`: created, tuned, started, watched, stopped by the daemon.
 *
 *   DIR/cluster   the data directory          DIR/lock          held while a daemon uses DIR
 *   DIR/socket    the unix socket (or, where that path would be too long, a short one under /tmp, 0700)
 *   DIR/log       PostgreSQL's log            DIR/admin-token   the first admin token, 0600
 *   DIR/initdb.log, DIR/startup.log           what those programs said, for when they fail
 *
 * Listens on the unix socket only and never runs as root: a daemon started by root starts it as `user`.
 */
#pragma once

#include <sys/types.h>

#include "util/error.h"
#include "util/log.h"

struct event_base;

typedef struct Cluster Cluster;

typedef struct ClusterOptions {
    const char *directory;
    const char *user;     /* run PostgreSQL as this user when we are root ("postgres"); ignored otherwise */
    const char *binaries; /* where initdb and postgres are; NULL: the newest under /usr/lib/postgresql, then PATH */
    int max_connections;  /* clients of the daemon's own at the same time; a few more are let in for psql */
    const Log *log;       /* must outlive the cluster; NULL is standard error */
} ClusterOptions;

/* Takes the lock, creates the cluster when there is none (UTF8, C.UTF-8, checksums, access only through the 0700 socket
 * directory), starts it and waits until it answers. Blocks; for start-up, before the loops run. Returns 0, -EBUSY when
 * another daemon has the directory, or another negative errno with what to do in `err`.
 *
 * Call it, and run the loop of cluster_supervise(), on a thread that lives as long as the process: the kernel stops the
 * server when the thread that started it ends. */
int cluster_open(Cluster **out, const ClusterOptions *options, Error *err);

/* Watches the server from `base`: when it dies it is started again with back-off, and that is logged. 0 or -ENOMEM. */
int cluster_supervise(Cluster *cluster, struct event_base *base);

/* libpq conninfo for the cluster's owner, dbname=lagesbild. Owned by the cluster. */
const char *cluster_conninfo(const Cluster *cluster);

/* The server's process, or 0 while it is down. */
pid_t cluster_pid(const Cluster *cluster);

/* Fast shutdown; waits at most 30 s, then immediate. Releases the lock. Call it before the base that supervises it is
 * freed. NULL is allowed. */
void cluster_close(Cluster *cluster);
