/*
 * The directory of a private PostgreSQL: made, locked, and given its subdirectories and its socket.
 *
 * The directory itself is ours; what PostgreSQL writes to lies in subdirectories that its user owns.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "db/child.h"
#include "util/error.h"

typedef struct ClusterDir {
    char path[PATH_MAX - 64]; /* absolute, without links; leaves room for the names in it */
    char socket[PATH_MAX];    /* the directory that holds the unix socket */
    ChildUser user;           /* who runs PostgreSQL */
    int lock;                 /* held for as long as we use the directory; -1 */
} ClusterDir;

/* Makes the directory when it is not there, finds the user (only when we are root), and takes the lock: -EBUSY when
 * another process has it. `dir` is to be closed after failure too. */
int clusterdir_open(ClusterDir *dir, const char *path, const char *user, Error *err);

/* Releases the lock, and removes a short socket directory. Safe when it was never locked. */
void clusterdir_close(ClusterDir *dir);

/* DIR/name. */
void clusterdir_path(const ClusterDir *dir, char path[PATH_MAX], const char *name);

/* Makes a directory for PostgreSQL alone (0700), or takes over one that is there. */
int clusterdir_make_private(const ClusterDir *dir, const char *path, Error *err);

/* Fills dir->socket: DIR/socket, or where that path would be too long for a socket, a short one under /tmp that
 * DIR/socket is a link to. */
int clusterdir_open_socket(ClusterDir *dir, Error *err);

/* Makes the names in a directory durable. */
int clusterdir_sync(const ClusterDir *dir);

/* rm -rf of everything in DIR whose name begins with `prefix`; follows no links. Nothing there is fine. Goes on after a
 * failure and returns the first one. */
int clusterdir_remove_trees(const ClusterDir *dir, const char *prefix);
