#include "db/cluster.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/binaries.h"
#include "db/child.h"
#include "db/clusterdir.h"
#include "db/leftover.h"
#include "db/tuning.h"
#include "util/clock.h"
#include "util/memstream.h"

enum {
    START_MAX_MS = 60000,      /* until the server says that it is there, if only that it is recovering */
    RECOVERY_MAX_MS = 3600000, /* replaying the log after a crash */
    STOP_FAST_MS = 30000,
    STOP_IMMEDIATE_MS = 10000,
    RESTART_FIRST_MS = 250,
    RESTART_MAX_MS = 30000,
    NAME_MAX_BYTES = 64, /* PostgreSQL's for cluster_name */
    STABLE_MS = 60000,   /* a server that lived so long did not fail at its start */
    SPARE_CONNECTIONS =
        40, /* migrations, psql, QGIS and other tools, daemons beside ours, the three kept for superusers */
};

#define HALF_MADE "cluster.new" /* how the names of clusters begin that are being made */

struct Cluster {
    ClusterDir dir;
    char data[PATH_MAX];
    char name[NAME_MAX_BYTES]; /* of the cluster: in the titles of its processes */
    char binaries[PATH_MAX];
    char *conninfo;
    int max_connections;
    const Log *log;
    pid_t pid; /* the server, or 0 */

    struct event_base *base; /* once supervised */
    int pidfd;
    struct event *ended;   /* on pidfd */
    struct event *restart; /* timer */
    unsigned failures;
    int64_t started_at;
};

static void pause_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* --- creating --- */

/* The last line of a file that holds `word` and says something, for an error. False where there is none. */
static bool last_line(const char *path, const char *word, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    bool found = false;
    if (!file) return false;
    char line[512];
    while (fgets(line, sizeof line, file)) {
        if (strcspn(line, " \t\r\n") == 0 || !strstr(line, word)) continue;
        snprintf(text, size, "%.*s", (int)strcspn(line, "\r\n"), line);
        found = true;
    }
    fclose(file);
    return found;
}

static void last_words(const char *path, char *text, size_t size)
{
    if (!last_line(path, "", text, size)) snprintf(text, size, "see %.250s", path);
}

/* Why a server ended that had already begun to write today's log (tuning.c names it, log_timezone is UTC). */
static void last_words_of_server(const Cluster *cluster, const char *output, char *text, size_t size)
{
    char name[48], path[PATH_MAX];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(name, sizeof name, "log/postgresql-%a.log", &utc);
    clusterdir_path(&cluster->dir, path, name);
    if (last_line(output, "FATAL", text, size) || last_line(path, "FATAL", text, size)) return;
    last_words(output, text, size);
}

static int write_file(Cluster *cluster, const char *path, void (*fill)(const Cluster *, FILE *), Error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        int r = -errno;
        if (fd >= 0) close(fd);
        return error_set(err, r, "%s cannot be written: %s", path, strerror(-r));
    }
    fill(cluster, file);
    int r = 0;
    if (fflush(file) != 0 || fsync(fd) < 0) r = -errno;
    if (r == 0 && cluster->dir.user.change && fchown(fd, cluster->dir.user.uid, cluster->dir.user.gid) < 0) r = -errno;
    fclose(file);
    return r < 0 ? error_set(err, r, "%s cannot be written: %s", path, strerror(-r)) : 0;
}

static void fill_tuning(const Cluster *cluster, FILE *file)
{
    char log[PATH_MAX];
    clusterdir_path(&cluster->dir, log, "log");
    Tuning tuning = {
        .name = cluster->name,
        .memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE),
        .max_connections = cluster->max_connections + SPARE_CONNECTIONS,
        .socket_directory = cluster->dir.socket,
        .log_directory = log,
    };
    tuning_write(&tuning, file);
}

/* The socket's directory is 0700: who comes that far is the owner or root, and needs no further proof. */
static void fill_hba(const Cluster *cluster, FILE *file)
{
    (void)cluster;
    fputs("# Written by lagesbildd. The unix socket stands in a directory that only its owner may enter.\n"
          "local all all trust\n",
          file);
}

static int append_includes(const char *data, Error *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s/postgresql.conf", PATH_MAX - 32, data);
    FILE *file = fopen(path, "ae");
    int r = file ? 0 : -errno;
    if (file) {
        fputs("\ninclude = 'lagesbild.conf'\ninclude_if_exists = 'local.conf'\n", file);
        if (fflush(file) != 0 || fsync(fileno(file)) < 0) r = -errno;
        fclose(file);
    }
    return r < 0 ? error_set(err, r, "%s cannot be written: %s", path, strerror(-r)) : 0;
}

static int run_initdb(Cluster *cluster, const char *data, Error *err)
{
    char initdb[PATH_MAX + 8], output[PATH_MAX], words[300], how[64];
    snprintf(initdb, sizeof initdb, "%s/initdb", cluster->binaries);
    clusterdir_path(&cluster->dir, output, "initdb.log");
    const char *const argv[] = {
        initdb,
        "-D",
        data,
        "-U",
        "lagesbild",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--lc-collate=C", /* the same order as C.UTF-8's, without asking the C library each time */
        "--data-checksums",
        "--auth=trust",
        "--no-instructions",
        NULL};
    pid_t pid = child_start(&cluster->dir.user, argv, output, SIGTERM);
    int status = 0, r = pid < 0 ? (int)pid : child_wait(pid, -1, &status);
    if (r < 0) return error_set(err, r, "initdb cannot be started: %s", strerror(-r));
    if (status == 0) return 0;
    last_words(output, words, sizeof words);
    child_describe(status, how, sizeof how);
    return error_set(err, -EIO, "the database cannot be created (%s): %s", how, words);
}

/* Made beside its place and moved there whole, so that a half-made one is never mistaken for a cluster. Its name is
 * this process's own: when a daemon is killed here, its initdb is still at work, or cleaning up, when the next one
 * starts. */
static int create(Cluster *cluster, Error *err)
{
    char name[48], data[PATH_MAX], hba[PATH_MAX + 16], conf[PATH_MAX + 16];
    snprintf(name, sizeof name, HALF_MADE "-%d", (int)getpid());
    clusterdir_path(&cluster->dir, data, name);
    snprintf(hba, sizeof hba, "%s/pg_hba.conf", data);
    snprintf(conf, sizeof conf, "%s/lagesbild.conf", data);
    log_line(cluster->log, LEVEL_INFO, "database: creating a private PostgreSQL in %s", cluster->dir.path);
    int r = clusterdir_make_private(&cluster->dir, data, err);
    if (r == 0) r = run_initdb(cluster, data, err);
    if (r == 0) r = write_file(cluster, hba, fill_hba, err);
    if (r == 0) r = write_file(cluster, conf, fill_tuning, err);
    if (r == 0) r = append_includes(data, err);
    if (r == 0 && rename(data, cluster->data) < 0)
        r = error_set(err, -errno, "%s cannot be put in place: %s", cluster->data, strerror(errno));
    if (r == 0 && (r = clusterdir_sync(&cluster->dir)) < 0)
        error_set(err, r, "%s cannot be written: %s", cluster->dir.path, strerror(-r));
    return r;
}

/* The major version that made the data, or 0 when there is none. */
static int version_of_data(const Cluster *cluster)
{
    char path[PATH_MAX + 16];
    int version = 0;
    snprintf(path, sizeof path, "%s/PG_VERSION", cluster->data);
    FILE *file = fopen(path, "re");
    if (!file) return 0;
    if (fscanf(file, "%d", &version) != 1) version = 0;
    fclose(file);
    return version;
}

/* --- starting --- */

static int start(Cluster *cluster, Error *err)
{
    char postgres[PATH_MAX + 16], output[PATH_MAX];
    snprintf(postgres, sizeof postgres, "%s/postgres", cluster->binaries);
    clusterdir_path(&cluster->dir, output, "startup.log");
    const char *const argv[] = {postgres, "-D", cluster->data, NULL};
    pid_t pid = child_start(&cluster->dir.user, argv, output, SIGINT);
    if (pid < 0) return error_set(err, (int)pid, "PostgreSQL cannot be started: %s", strerror(-(int)pid));
    cluster->pid = pid;
    cluster->started_at = clock_steady_ms();
    return 0;
}

static int build_conninfo(Cluster *cluster, Error *err)
{
    size_t size;
    FILE *text = memstream_open(&cluster->conninfo, &size);
    if (!text) return error_set(err, -ENOMEM, "out of memory");
    fputs("host=", text);
    tuning_quote(cluster->dir.socket, text, '\\');
    fputs(" port=5432 user=lagesbild dbname=lagesbild", text);
    return memstream_close(text) ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/* A database that is there from the beginning: of two names given, the last wins. */
static PGconn *connect_maintenance(const Cluster *cluster)
{
    const char *const keywords[] = {"dbname", "dbname", "application_name", NULL};
    const char *const values[] = {cluster->conninfo, "postgres", "lagesbildd", NULL};
    return PQconnectdbParams(keywords, values, 1);
}

static PGPing ping(const Cluster *cluster)
{
    const char *const keywords[] = {"dbname", "dbname", NULL};
    const char *const values[] = {cluster->conninfo, "postgres", NULL};
    return PQpingParams(keywords, values, 1);
}

static int await(Cluster *cluster, Error *err)
{
    char output[PATH_MAX], words[300];
    int status;
    clusterdir_path(&cluster->dir, output, "startup.log");
    for (;;) {
        PGPing answer = ping(cluster);
        if (answer == PQPING_OK) return 0;
        if (child_wait(cluster->pid, 0, &status) == 0) {
            cluster->pid = 0;
            last_words_of_server(cluster, output, words, sizeof words);
            return error_set(err, -EIO, "PostgreSQL ended at its start: %s (more in %s/log)", words, cluster->dir.path);
        }
        int64_t waited = clock_steady_ms() - cluster->started_at;
        if (waited > (answer == PQPING_REJECT ? RECOVERY_MAX_MS : START_MAX_MS))
            return error_set(err, -ETIMEDOUT, "PostgreSQL does not answer: see %s/log", cluster->dir.path);
        pause_ms(20);
    }
}

static int create_database(Cluster *cluster, Error *err)
{
    PGconn *connection = connect_maintenance(cluster);
    int r = PQstatus(connection) == CONNECTION_OK ? 0 : -EIO;
    PGresult *found = r == 0 ? PQexec(connection, "SELECT 1 FROM pg_database WHERE datname = 'lagesbild'") : NULL;
    if (r == 0 && PQresultStatus(found) != PGRES_TUPLES_OK) r = -EIO;
    if (r == 0 && PQntuples(found) == 0) {
        PGresult *made = PQexec(connection, "CREATE DATABASE lagesbild");
        if (PQresultStatus(made) != PGRES_COMMAND_OK) r = -EIO;
        PQclear(made);
    }
    if (r < 0) {
        const char *message = PQerrorMessage(connection);
        error_set(err, r, "the database lagesbild cannot be made: %.*s", (int)strcspn(message, "\n"), message);
    }
    PQclear(found);
    PQfinish(connection);
    return r;
}

static int open_log_directory(Cluster *cluster, Error *err)
{
    char path[PATH_MAX];
    clusterdir_path(&cluster->dir, path, "log");
    return clusterdir_make_private(&cluster->dir, path, err);
}

/* What a killed daemon left half made. Its initdb may still be writing there: what cannot be removed now can the next
 * time. */
static void remove_half_made(const Cluster *cluster)
{
    int r = clusterdir_remove_trees(&cluster->dir, HALF_MADE);
    if (r < 0)
        log_line(cluster->log, LEVEL_WARNING, "database: %s/" HALF_MADE "* cannot be removed: %s", cluster->dir.path,
                 strerror(-r));
}

/* A name that no other cluster of this machine has. */
static int choose_name(Cluster *cluster, Error *err)
{
    struct stat place;
    if (stat(cluster->dir.path, &place) < 0)
        return error_set(err, -errno, "%s cannot be looked at: %s", cluster->dir.path, strerror(errno));
    snprintf(cluster->name, sizeof cluster->name, "lagesbild-%llx-%llx", (unsigned long long)place.st_dev,
             (unsigned long long)place.st_ino);
    return 0;
}

static int open_data(Cluster *cluster, const ClusterOptions *options, Error *err)
{
    int named = choose_name(cluster, err);
    if (named < 0) return named;
    remove_half_made(cluster);
    clusterdir_path(&cluster->dir, cluster->data, "cluster");
    int version = version_of_data(cluster);
    int r = binaries_find(cluster->binaries, options->binaries, "/usr/lib/postgresql", version, err);
    if (r < 0) return r;
    if (!version) return create(cluster, err);
    r = leftover_stop(cluster->data, cluster->name, cluster->dir.socket, cluster->log, err);
    if (r < 0) return r;
    char conf[PATH_MAX + 16];
    snprintf(conf, sizeof conf, "%s/lagesbild.conf", cluster->data);
    return write_file(cluster, conf, fill_tuning, err);
}

int cluster_open(Cluster **out, const ClusterOptions *options, Error *err)
{
    Cluster *cluster = calloc(1, sizeof *cluster);
    if (!cluster) return error_set(err, -ENOMEM, "out of memory");
    *cluster = (Cluster){.dir.lock = -1, .pidfd = -1, .log = options->log, .max_connections = options->max_connections};
    int r = clusterdir_open(&cluster->dir, options->directory, options->user, err);
    if (r == 0) r = clusterdir_open_socket(&cluster->dir, err);
    if (r == 0) r = open_log_directory(cluster, err);
    if (r == 0) r = open_data(cluster, options, err);
    if (r == 0) r = build_conninfo(cluster, err);
    if (r == 0) r = start(cluster, err);
    if (r == 0) r = await(cluster, err);
    if (r == 0) r = create_database(cluster, err);
    if (r < 0) {
        cluster_close(cluster);
        return r;
    }
    *out = cluster;
    return 0;
}

const char *cluster_conninfo(const Cluster *cluster)
{
    return cluster->conninfo;
}

pid_t cluster_pid(const Cluster *cluster)
{
    return cluster->pid;
}

/* --- watching --- */

static void watch(Cluster *cluster);

static void restart_later(Cluster *cluster)
{
    int64_t wait = cluster->failures >= 7 ? RESTART_MAX_MS : (int64_t)RESTART_FIRST_MS << cluster->failures;
    cluster->failures++;
    struct timeval delay = {.tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000};
    if (evtimer_add(cluster->restart, &delay) < 0)
        event_active(cluster->restart, EV_TIMEOUT, 0); /* too early, not never */
}

static void on_restart(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Cluster *cluster = arg;
    if (cluster->pid) { /* without a pidfd: only looking whether it still runs */
        watch(cluster);
        return;
    }
    Error err;
    if (start(cluster, &err) < 0) {
        log_line(cluster->log, LEVEL_ERROR, "database: %s", err.text);
        restart_later(cluster);
        return;
    }
    log_line(cluster->log, LEVEL_INFO, "database: PostgreSQL started again, process %d", (int)cluster->pid);
    watch(cluster);
}

static void unwatch(Cluster *cluster)
{
    if (cluster->ended) event_free(cluster->ended);
    if (cluster->pidfd >= 0) close(cluster->pidfd);
    cluster->ended = NULL;
    cluster->pidfd = -1;
}

static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Cluster *cluster = arg;
    int status;
    char how[64];
    int r = child_wait(cluster->pid, 0, &status);
    if (r == -ETIMEDOUT) return;
    unwatch(cluster);
    if (r == 0)
        child_describe(status, how, sizeof how);
    else
        snprintf(how, sizeof how, "%s", strerror(-r)); /* somebody else reaped it */
    log_line(cluster->log, LEVEL_ERROR, "database: PostgreSQL, process %d, ended by itself: %s", (int)cluster->pid,
             how);
    cluster->pid = 0;
    if (clock_steady_ms() - cluster->started_at > STABLE_MS) cluster->failures = 0;
    restart_later(cluster);
}

/* A pidfd tells the loop when the server ends. Where the kernel has none, look now and then. */
static void watch(Cluster *cluster)
{
    static const struct timeval now_and_then = {.tv_sec = 1};
    if (cluster->pidfd < 0) cluster->pidfd = pidfd_open(cluster->pid, 0);
    if (cluster->pidfd >= 0 && !cluster->ended) {
        fcntl(cluster->pidfd, F_SETFD, FD_CLOEXEC);
        cluster->ended = event_new(cluster->base, cluster->pidfd, EV_READ | EV_PERSIST, on_ended, cluster);
        if (cluster->ended && event_add(cluster->ended, NULL) == 0) return;
        unwatch(cluster);
    }
    evtimer_add(cluster->restart, &now_and_then);
    on_ended(-1, 0, cluster);
}

int cluster_supervise(Cluster *cluster, struct event_base *base)
{
    cluster->base = base;
    cluster->restart = evtimer_new(base, on_restart, cluster);
    if (!cluster->restart) return -ENOMEM;
    watch(cluster);
    return 0;
}

/* --- stopping --- */

static void stop(Cluster *cluster)
{
    static const struct {
        int number, wait_ms;
    } steps[] = {{SIGINT, STOP_FAST_MS}, {SIGQUIT, STOP_IMMEDIATE_MS}, {SIGKILL, -1}};
    int status;
    for (size_t i = 0; cluster->pid > 0 && i < sizeof steps / sizeof *steps; i++) {
        if (i > 0) log_line(cluster->log, LEVEL_WARNING, "database: PostgreSQL does not stop; insisting");
        kill(cluster->pid, steps[i].number);
        if (child_wait(cluster->pid, steps[i].wait_ms, &status) != -ETIMEDOUT) cluster->pid = 0;
    }
}

void cluster_close(Cluster *cluster)
{
    if (!cluster) return;
    unwatch(cluster);
    if (cluster->restart) event_free(cluster->restart);
    stop(cluster);
    clusterdir_close(&cluster->dir);
    free(cluster->conninfo);
    free(cluster);
}
