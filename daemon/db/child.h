/*
 * Programs of PostgreSQL as child processes, under the user that they should run as.
 *
 * A child never outlives us: the kernel tells it when the thread that started it ends, whatever the cause. So children
 * are started from a thread that lives as long as the process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "util/error.h"

typedef struct ChildUser {
    bool change; /* false: the child runs as whoever we are */
    uid_t uid;
    gid_t gid;
    gid_t groups[64];
    int group_count;
    char name[64];
} ChildUser;

/* Looks a user up. -ENOENT when there is none. */
int child_user_find(ChildUser *user, const char *name, Error *err);

/* Can the user come through every directory above `path` and into it? Returns 0, or -EACCES with what to do. */
int child_check_reach(const ChildUser *user, const char *path, Error *err);

/* Starts `argv` (argv[0] is a path) in a session of its own, so that ^C at the terminal reaches us alone, with standard
 * output and error in the file `output`, and with an environment of its own. `death_signal` is sent to it when we go.
 * Returns the process's id, or a negative errno. */
pid_t child_start(const ChildUser *user, const char *const *argv, const char *output, int death_signal);

/* Waits for the child's end, at most `timeout_ms` (negative: for ever), and reaps it. Returns 0 with the wait status,
 * -ETIMEDOUT, or another negative errno. */
int child_wait(pid_t pid, int timeout_ms, int *status);

/* "exit status 1", "signal 9 (Killed)". */
void child_describe(int status, char *text, size_t size);
