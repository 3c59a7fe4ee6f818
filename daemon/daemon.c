#include "daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <http_parser.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "admin_token.h"
#include "db/cluster.h"
#include "db/migrate.h"
#include "flow/offload.h"
#include "flow/reload.h"
#include "flow/seed.h"
#include "handover.h"
#include "http/addresses.h"
#include "http/front.h"
#include "http/listen.h"
#include "render/paper.h"
#include "util/paths.h"
#include "worker.h"

enum { SPARE_DESCRIPTORS = 64 }; /* for logs, the database, the loops themselves */

/* What the main thread's own loop works with while the workers serve. */
typedef struct Control {
    Daemon *daemon;
    struct event_base *base;
    struct event *terminate, *interrupt, *hangup, *ready, *finished; /* hangup is NULL where it is ignored */
    int signals;                                                     /* how many times it has been asked to stop */
    int workers_unready;                                             /* that have not seen their database yet */
    int workers_left;                                                /* that have not ended */
    int predecessor; /* the conversation with the daemon whose sockets we have; -1: there is none */
} Control;

void daemon_init(Daemon *daemon, Config *config)
{
    *daemon = (Daemon){
        .config = *config, .log = {.level = LEVEL_INFO, .fd = STDERR_FILENO}, .ready_fd = -1, .finished_fd = -1};
    *config = (Config){0};
    pthread_mutex_init(&daemon->knowledge_lock, NULL);
    log_level_parse(&daemon->log.level, daemon->config.log_level);
}

void daemon_deinit(Daemon *daemon)
{
    reload_free(daemon->reload);
    cluster_close(daemon->cluster);
    handover_free(daemon->handover);
    listen_close(&daemon->sockets);
    addresses_free(daemon->addresses);
    knowledge_unref(daemon->knowledge);
    pthread_mutex_destroy(&daemon->knowledge_lock);
    if (daemon->ready_fd >= 0) close(daemon->ready_fd);
    if (daemon->finished_fd >= 0) close(daemon->finished_fd);
    config_deinit(&daemon->config);
    *daemon = (Daemon){.ready_fd = -1, .finished_fd = -1};
}

Knowledge *daemon_knowledge(Daemon *daemon)
{
    pthread_mutex_lock(&daemon->knowledge_lock);
    Knowledge *knowledge = knowledge_ref(daemon->knowledge);
    pthread_mutex_unlock(&daemon->knowledge_lock);
    return knowledge;
}

void daemon_set_knowledge(Daemon *daemon, Knowledge *knowledge)
{
    pthread_mutex_lock(&daemon->knowledge_lock);
    Knowledge *before = daemon->knowledge;
    daemon->knowledge = knowledge;
    pthread_mutex_unlock(&daemon->knowledge_lock);
    knowledge_unref(before);
}

/* --- start --- */

/* As many connections as the settings allow must have descriptors; where the system gives fewer, so do we. */
static void raise_descriptors(Daemon *daemon)
{
    Config *config = &daemon->config;
    rlim_t others =
        SPARE_DESCRIPTORS + (rlim_t)(config->threads * (config->connections + config->heavy_connections * 2 + 8));
    rlim_t wanted = (rlim_t)config->max_connections + others;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted) return;
    struct rlimit raised = {.rlim_cur = wanted, .rlim_max = limit.rlim_max < wanted ? wanted : limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return; /* root may raise both */
    raised = (struct rlimit){.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &raised);
    rlim_t rest = limit.rlim_max > others ? limit.rlim_max - others : 1;
    if ((rlim_t)config->max_connections <= rest) return;
    log_line(&daemon->log, LEVEL_WARNING,
             "the system allows %llu file descriptors: at most %llu connections instead of max_connections = %lld",
             (unsigned long long)limit.rlim_max, (unsigned long long)rest, (long long)config->max_connections);
    config->max_connections = (int64_t)rest;
}

static int open_database(Daemon *daemon, Error *err)
{
    const Config *config = &daemon->config;
    daemon->conninfo = config->database;
    if (!*config->embedded) return 0;
    ClusterOptions options = {
        .directory = config->embedded,
        .user = config->embedded_user,
        .max_connections = (int)(config->threads * (config->connections + config->heavy_connections * 2)),
        .log = &daemon->log,
    };
    int r = cluster_open(&daemon->cluster, &options, err);
    if (r == 0) daemon->conninfo = cluster_conninfo(daemon->cluster);
    return r;
}

static int migrate(Daemon *daemon, Error *err)
{
    char directory[PATHS_SIZE];
    int applied = 0;
    int r = paths_find(directory, daemon->config.schema, "schema", err);
    if (r == 0) r = migrate_run(daemon->conninfo, directory, &applied, err);
    if (r == 0 && applied) log_line(&daemon->log, LEVEL_INFO, "database: %d migrations applied", applied);
    return r;
}

/* A slip of the pen here would send what comes without a sender to the municipality that happens to be first. */
static int check_municipality(const Daemon *daemon, const Knowledge *files, Error *err)
{
    const char *code = daemon->config.municipality;
    if (knowledge_find_municipality(files, code) != MUNICIPALITY_NONE) return 0;
    return error_set(err, -EINVAL, "municipality: municipalities.csv has no \"%s\"", code);
}

/* The files' knowledge fills the database, and what people have changed there is what we read with. */
static int load_knowledge(Daemon *daemon, Error *err)
{
    char directory[PATHS_SIZE];
    Knowledge *files = NULL, *stored = NULL;
    int64_t version = 0;
    int r = paths_find(directory, daemon->config.knowledge, "schema/knowledge", err);
    if (r == 0) r = knowledge_load_base(&files, directory, err);
    if (r == 0) r = check_municipality(daemon, files, err);
    if (r == 0) r = seed_run(&stored, &version, files, daemon->conninfo, err);
    if (r == 0) daemon_set_knowledge(daemon, stored);
    if (r == 0 && !(daemon->reload = reload_new(daemon, version))) r = error_set(err, -ENOMEM, "out of memory");
    knowledge_unref(files);
    malloc_trim(0); /* the rows that were read, some ten MB, are back in the allocator, not yet in the system */
    return r;
}

static void show_token(const char *token, const char *file)
{
    printf("admin token (shown once%s%s): %s\n", file ? "; also in " : "", file ? file : "", token);
    fflush(stdout);
}

/* The first start shows how to get in. Without a token the service still runs, so this is no reason to stop. */
static void ensure_admin_token(Daemon *daemon)
{
    char file[PATHS_SIZE];
    const char *embedded = daemon->config.embedded;
    Error err;
    snprintf(file, sizeof file, "%s/admin-token", embedded);
    if (admin_token_ensure(daemon->conninfo, *embedded ? file : NULL, show_token, &err) < 0)
        log_line(&daemon->log, LEVEL_ERROR, "%s", err.text);
}

/* The sockets of systemd, or of the daemon that runs; none where neither has any for us. */
static int take_over(Control *control, Daemon *daemon, Error *err)
{
    enum { MORE_SECONDS = 60 }; /* beyond its drain_timeout, which we take to be ours, for its PostgreSQL to stop */
    const Config *config = &daemon->config;
    int r = listen_inherit(&daemon->sockets, err);
    if (r > 0 && *config->handover)
        return error_set(err, -EINVAL, "handover is set, but systemd has the sockets already; choose one");
    if (r != 0 || !*config->handover) return r < 0 ? r : 0;
    r = handover_ask(config->handover, &daemon->sockets, err);
    if (r == -ENOENT) return 0;
    if (r < 0) return r;
    control->predecessor = r;
    if (!listen_is_at(&daemon->sockets, config->listen)) {
        listen_show(&daemon->sockets, daemon->address, sizeof daemon->address);
        return error_set(err, -EINVAL, "handover: the running daemon listens on %s, not on %s; stop it first",
                         daemon->address, config->listen);
    }
    log_line(&daemon->log, LEVEL_INFO, "taking over the port of the running daemon");
    if (!*config->embedded) return 0;
    return handover_stop_other(control->predecessor, (int)config->drain_timeout + MORE_SECONDS, err);
}

static int open_sockets(Daemon *daemon, Error *err)
{
    int r = 0;
    if (daemon->sockets.count == 0) {
        r = listen_open(&daemon->sockets, daemon->config.listen, (int)daemon->config.threads, err);
        daemon->sockets_are_ours = r == 0;
    }
    if (r == 0) listen_show(&daemon->sockets, daemon->address, sizeof daemon->address);
    return r;
}

/* A draft takes milliseconds that somebody waits for, as for the loops; a drawing takes what both leave. */
enum { JUDGING_NICE = 0, DRAWING_NICE = 10, JUDGING_QUEUE = 256 };

static int start_workers(Daemon *daemon, Error *err)
{
    int count = (int)daemon->config.threads;
    int r = open_sockets(daemon, err);
    if (r < 0) return r;
    daemon->workers = calloc((size_t)count, sizeof *daemon->workers);
    daemon->addresses =
        addresses_new((long)daemon->config.max_connections, (long)daemon->config.max_connections_per_address);
    if (!daemon->workers || !daemon->addresses) r = error_set(err, -ENOMEM, "out of memory");
    if (r == 0)
        r = offload_crew_new(&daemon->crew, (int)daemon->config.drawing_threads, DRAWING_NICE,
                             (size_t)daemon->config.drawing_queue, err);
    if (r == 0) r = offload_crew_new(&daemon->judges, count, JUDGING_NICE, JUDGING_QUEUE, err);
    for (int i = 0; r == 0 && i < count; i++) {
        ListenSockets share;
        r = listen_share(&share, &daemon->sockets, i, count, err);
        if (r == 0) r = worker_init(&daemon->workers[i], daemon, i, &share, err);
    }
    /* Only whole: a loop reads the others' counters as soon as it serves. */
    if (r == 0) daemon->worker_count = count;
    for (int i = 0; r == 0 && i < count; i++)
        r = worker_start(&daemon->workers[i], err);
    return r;
}

static void free_workers(Daemon *daemon)
{
    for (int i = 0; i < daemon->worker_count; i++)
        worker_join(&daemon->workers[i]);
    for (int i = 0; daemon->workers && i < daemon->config.threads; i++)
        if (daemon->workers[i].daemon) worker_deinit(&daemon->workers[i]);
    offload_crew_free(daemon->crew);
    offload_crew_free(daemon->judges);
    paper_forget_fonts();
    daemon->crew = daemon->judges = NULL;
    free(daemon->workers);
    daemon->workers = NULL;
    daemon->worker_count = 0;
}

/* --- stop --- */

static void stop_workers(Daemon *daemon, FrontDrain how, bool now)
{
    atomic_store(&daemon->drain, how);
    listen_close(&daemon->sockets); /* the loops have descriptors of their own */
    for (int i = 0; i < daemon->worker_count; i++)
        worker_stop(&daemon->workers[i], now);
}

static void on_signal(evutil_socket_t signal, short what, void *arg)
{
    (void)what;
    Control *control = arg;
    Daemon *daemon = control->daemon;
    bool again = control->signals++ > 0;
    log_line(&daemon->log, LEVEL_INFO, "SIG%s: %s", sigabbrev_np(signal),
             again ? "stopping at once" : "finishing the accepted requests");
    handover_withdraw(daemon->handover);
    stop_workers(daemon, daemon->sockets_are_ours ? FRONT_DRAIN_ALL : FRONT_DRAIN_ACCEPTED, again);
}

/* Another daemon has our sockets. */
static void on_taken(bool waits, void *arg)
{
    Control *control = arg;
    Daemon *daemon = control->daemon;
    log_line(&daemon->log, LEVEL_INFO, "our port was taken over: finishing the accepted requests");
    daemon->sockets_are_ours = false;
    stop_workers(daemon, waits ? FRONT_DRAIN_ACCEPTED : FRONT_DRAIN_PATIENT, false);
}

/* We serve: the daemon whose sockets we have may go, and the next may have them from us. */
static void take_turns(Control *control)
{
    Daemon *daemon = control->daemon;
    const char *path = daemon->config.handover;
    Error err;
    if (control->predecessor >= 0) {
        handover_say_serving(control->predecessor);
        close(control->predecessor);
        control->predecessor = -1;
    }
    if (!*path || control->signals > 0) return;
    HandoverEvents events = {.taken = on_taken, .arg = control};
    if (handover_offer(&daemon->handover, control->base, path, &daemon->sockets, &events, &daemon->log, &err) < 0)
        log_line(&daemon->log, LEVEL_ERROR, "%s", err.text);
}

/* Who reads this line may call at once, and finds a database behind every loop. */
static void on_ready(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    Control *control = arg;
    uint64_t count = 0;
    if (read(fd, &count, sizeof count) == sizeof count) control->workers_unready -= (int)count;
    if (control->workers_unready > 0) return;
    event_del(control->ready);
    take_turns(control);
    printf("lagesbild listens on http://%s\n", control->daemon->address);
    fflush(stdout);
}

static void on_finished(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    Control *control = arg;
    uint64_t count = 0;
    if (read(fd, &count, sizeof count) == sizeof count) control->workers_left -= (int)count;
    if (control->workers_left <= 0) event_base_loopexit(control->base, NULL);
}

/* --- the run --- */

/* A terminal that is closed ends us as decently as SIGTERM, unless we were started to outlive it (nohup). */
static int watch_hangup(Control *control)
{
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN) return 0;
    control->hangup = evsignal_new(control->base, SIGHUP, on_signal, control);
    return control->hangup && event_add(control->hangup, NULL) == 0 ? 0 : -ENOMEM;
}

static int control_init(Control *control, Daemon *daemon, Error *err)
{
    control->base = event_base_new();
    daemon->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    daemon->finished_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (control->base && daemon->ready_fd >= 0 && daemon->finished_fd >= 0) {
        control->ready = event_new(control->base, daemon->ready_fd, EV_READ | EV_PERSIST, on_ready, control);
        control->terminate = evsignal_new(control->base, SIGTERM, on_signal, control);
        control->interrupt = evsignal_new(control->base, SIGINT, on_signal, control);
        control->finished = event_new(control->base, daemon->finished_fd, EV_READ | EV_PERSIST, on_finished, control);
    }
    if (!control->terminate || !control->interrupt || !control->ready || !control->finished ||
        event_add(control->ready, NULL) < 0 || event_add(control->terminate, NULL) < 0 ||
        event_add(control->interrupt, NULL) < 0 || event_add(control->finished, NULL) < 0 || watch_hangup(control) < 0)
        return error_set(err, -ENOMEM, "out of memory");
    return 0;
}

static void control_deinit(Control *control)
{
    if (control->terminate) event_free(control->terminate);
    if (control->interrupt) event_free(control->interrupt);
    if (control->hangup) event_free(control->hangup);
    if (control->ready) event_free(control->ready);
    if (control->finished) event_free(control->finished);
    if (control->base) event_base_free(control->base);
    if (control->predecessor >= 0) close(control->predecessor);
}

/* Everything up to the first request. */
static int start(Control *control, Daemon *daemon, Error *err)
{
    http_parser_set_max_header_size((uint32_t)daemon->config.head_limit + 1); /* the library's own; ours comes first */
    raise_descriptors(daemon);
    int r = sodium_init() < 0 ? error_set(err, -EIO, "there is no source of randomness") : 0;
    if (r == 0) r = take_over(control, daemon, err);
    if (r == 0) r = open_database(daemon, err);
    if (r == 0) r = migrate(daemon, err);
    if (r == 0) r = load_knowledge(daemon, err);
    if (r == 0) ensure_admin_token(daemon);
    if (r == 0) r = control_init(control, daemon, err);
    if (r == 0 && daemon->cluster) {
        r = cluster_supervise(daemon->cluster, control->base);
        if (r < 0) error_set(err, r, "cannot watch the private PostgreSQL: %s", strerror(-r));
    }
    if (r == 0) r = start_workers(daemon, err);
    return r;
}

/* Signals that come during the start are kept until there is a loop for them, and those at the end for ever; threads
 * leave them to the main one. */
static void hold_signals(bool hold)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    pthread_sigmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

int daemon_run(Daemon *daemon)
{
    Control control = {.daemon = daemon, .predecessor = -1};
    Error err;
    signal(SIGPIPE, SIG_IGN);
    hold_signals(true);
    int r = start(&control, daemon, &err);
    if (r == 0) {
        control.workers_unready = control.workers_left = daemon->worker_count;
        hold_signals(false);
        event_base_dispatch(control.base);
        hold_signals(true); /* all is answered: nothing is left to hurry, and we end well */
        log_line(&daemon->log, LEVEL_INFO, "stopped");
    } else {
        log_line(&daemon->log, LEVEL_ERROR, "%s", err.text);
        for (int i = 0; i < daemon->worker_count; i++)
            worker_stop(&daemon->workers[i], true);
    }
    free_workers(daemon);
    cluster_close(daemon->cluster); /* before its loop goes */
    daemon->cluster = NULL;
    handover_free(daemon->handover); /* the daemon that waits for our end may have the directory now */
    daemon->handover = NULL;
    control_deinit(&control);
    return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int daemon_migrate(Daemon *daemon)
{
    Error err;
    int r = open_database(daemon, &err);
    if (r == 0) r = migrate(daemon, &err);
    if (r < 0)
        log_line(&daemon->log, LEVEL_ERROR, "%s", err.text);
    else
        log_line(&daemon->log, LEVEL_INFO, "the database's schema is up to date");
    return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
