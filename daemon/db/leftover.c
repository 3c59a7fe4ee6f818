#include "db/leftover.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

enum {
    STOP_FAST_MS = 30000,
    STOP_IMMEDIATE_MS = 10000,
    TELL_AGAIN_MS = 1000,
    LOOK_AGAIN_MS = 20,
    TITLE_BYTES = 80, /* cluster_name has 64 */
};

typedef struct Left {
    const char *data, *name;
} Left;

static size_t read_proc(const char *pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
    FILE *file = fopen(path, "re");
    size_t len = file ? fread(text, 1, size - 1, file) : 0;
    if (file) fclose(file);
    text[len] = '\0';
    return len;
}

/* True for a process of PostgreSQL on our data: it stands in that directory, is on its way there with "-D DATA", or has
 * the cluster's name in its title. (Where it stands may be hidden from us, as in a container without CAP_SYS_PTRACE;
 * how it was called is not.) */
static bool is_server(const Left *left, const char *pid)
{
    char name[32], path[64], text[PATH_MAX * 2], wanted[PATH_MAX + 8], title[TITLE_BYTES];
    read_proc(pid, "comm", name, sizeof name);
    if (strcmp(name, "postgres\n") != 0) return false;
    snprintf(path, sizeof path, "/proc/%.20s/cwd", pid);
    ssize_t cwd = readlink(path, text, sizeof text);
    if (cwd == (ssize_t)strlen(left->data) && memcmp(text, left->data, (size_t)cwd) == 0) return true;
    size_t len = read_proc(pid, "cmdline", text, sizeof text); /* the arguments, each with its NUL */
    size_t wanted_len = (size_t)snprintf(wanted, sizeof wanted, "-D%c%s", '\0', left->data) + 1;
    int title_len = snprintf(title, sizeof title, "postgres: %s: ", left->name);
    return memmem(text, len, wanted, wanted_len) || strncmp(text, title, (size_t)title_len) == 0;
}

/* How many processes work on our data; each is sent `signal` (0: none), the last one's number is in `pid`. Looked for
 * among the processes and not in postmaster.pid: a server that was started the moment before its daemon was killed has
 * none yet, and one that was killed too leaves sessions that write until their statement ends. Two servers would ruin
 * the data. */
static int tell(const Left *left, int signal, pid_t *pid)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    int count = 0;
    while (processes && (entry = readdir(processes))) {
        if (!isdigit((unsigned char)*entry->d_name) || !is_server(left, entry->d_name)) continue;
        *pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (signal) kill(*pid, signal);
        count++;
    }
    if (processes) closedir(processes);
    return count;
}

/* They are not our children: wait by looking. All of them are told: without their server the logger, say, heeds no
 * signal and lives as long as the last session. */
int leftover_stop(const char *data, const char *name, const char *socket, const Log *log, Error *err)
{
    const Left left = {data, name};
    char path[PATH_MAX + 32];
    pid_t pid = 0;
    int count;
    int64_t since = clock_steady_ms(), told = since - TELL_AGAIN_MS;
    bool logged = false;
    for (;;) {
        int64_t now = clock_steady_ms();
        bool again = now - told >= TELL_AGAIN_MS;
        if (again) told = now;
        count = tell(&left, !again ? 0 : now - since > STOP_FAST_MS ? SIGQUIT : SIGINT, &pid);
        if (count == 0) break;
        if (!logged)
            log_line(log, LEVEL_WARNING,
                     "database: stopping PostgreSQL that a killed daemon left, %d processes, among them %d", count,
                     (int)pid);
        logged = true;
        if (now - since > STOP_FAST_MS + STOP_IMMEDIATE_MS)
            return error_set(err, -EBUSY, "PostgreSQL from before, process %d, does not stop", (int)pid);
        nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_MS * 1000000L}, NULL);
    }
    /* A number that is used again, or that of a dead process which nobody has reaped yet (in a container whose first
     * process does not), would make PostgreSQL believe that it runs already. */
    snprintf(path, sizeof path, "%s/postmaster.pid", data);
    unlink(path);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432.lock", socket);
    unlink(path);
    return 0;
}
