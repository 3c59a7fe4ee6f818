#include "worker.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "db/pool.h"
#include "flow/analyze_grown.h"
#include "flow/close_periods.h"
#include "flow/fold_tally.h"
#include "flow/ingest.h"
#include "flow/offload.h"
#include "flow/reload.h"
#include "http/auth.h"
#include "http/front.h"
#include "http/routes.h"
#include "metrics.h"
#include "util/byte_cache.h"
#include "util/short_turns.h"

/* At the start clients wait in the sockets' queues until there is a database to serve them from, but not for ever. */
enum { EARLY_US = 5000, EARLY_TURNS = 2000000 / EARLY_US };

/* What is added to the worker's eventfd: the sum of what has been said since it was last read. */
enum { SAY_DRAIN = 1, SAY_NOW = 1 << 16 };

static void on_drained(void *arg)
{
    Worker *worker = arg;
    event_base_loopexit(worker->base, NULL);
}

static void on_hurry(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Worker *worker = arg;
    size_t unanswered = front_unanswered(worker->front);
    if (unanswered > 0)
        log_line(&worker->daemon->log, LEVEL_WARNING, "%zu requests could not be answered in the time to stop",
                 unanswered);
    front_abandon(worker->front);
    event_base_loopexit(worker->base, NULL); /* the pool's end answers what is left */
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    Worker *worker = arg;
    uint64_t said = 0;
    if (read(fd, &said, sizeof said) != sizeof said) return;
    if (said >= SAY_NOW) {
        on_hurry(-1, 0, worker);
        return;
    }
    struct timeval longest = {.tv_sec = worker->daemon->config.drain_timeout};
    event_add(worker->hurry, &longest);
    front_drain(worker->front, (FrontDrain)atomic_load(&worker->daemon->drain), on_drained, worker);
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Worker *worker = arg;
    metrics_set(worker->metrics, METRIC_database_pending, (int64_t)pool_pending(worker->pool));
    metrics_set(worker->metrics, METRIC_database_loops_ready, pool_is_ready(worker->pool));
    if (worker->index > 0) return;
    struct Reload *reload = worker->daemon->reload;
    if (reload) reload_poll(reload, worker);
    if (reload) close_periods_notice(worker->closing, reload_version(reload));
    analyze_grown_poll(worker);
}

/* The database is connected to while the loop already turns; whoever started us wants to know when it is there. */
static void on_early(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Worker *worker = arg;
    uint64_t one = 1;
    bool ready = pool_is_ready(worker->pool);
    if ((ready || ++worker->early_turns == EARLY_TURNS) && front_open(worker->front) < 0)
        log_line(&worker->daemon->log, LEVEL_ERROR, "a loop cannot accept: out of memory");
    if (!ready) return;
    event_del(worker->early);
    if (worker->daemon->ready_fd >= 0 && write(worker->daemon->ready_fd, &one, sizeof one) != sizeof one)
        log_line(&worker->daemon->log, LEVEL_ERROR, "a loop could not tell that it is ready");
}

/* The loop is used by its own thread only, so libevent need not lock it. Timers of a millisecond or two must not wait
 * for the kernel's tick, which may be 4 ms away. */
static struct event_base *loop_new(void)
{
    struct event_config *config = event_config_new();
    if (!config) return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_PRECISE_TIMER);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static int events_init(Worker *worker)
{
    worker->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->wake_fd < 0) return -errno;
    struct timeval second = {.tv_sec = 1}, soon = {.tv_usec = EARLY_US};
    worker->wake = event_new(worker->base, worker->wake_fd, EV_READ | EV_PERSIST, on_wake, worker);
    worker->second = event_new(worker->base, -1, EV_PERSIST, on_second, worker);
    worker->early = event_new(worker->base, -1, EV_PERSIST, on_early, worker);
    worker->hurry = event_new(worker->base, -1, 0, on_hurry, worker);
    if (!worker->wake || !worker->second || !worker->early || !worker->hurry || event_add(worker->wake, NULL) < 0 ||
        event_add(worker->second, &second) < 0 || event_add(worker->early, &soon) < 0)
        return -ENOMEM;
    return 0;
}

static int pool_init(Worker *worker, Error *err)
{
    const Config *config = &worker->daemon->config;
    PoolOptions options = {
        .conninfo = worker->daemon->conninfo,
        .role = "lagesbild_app",
        .connections = (int)config->connections,
        .queue_max = (int)config->queue,
        .statement_timeout_ms = (int)config->statement_timeout * 1000,
        .heavy_connections = (int)config->heavy_connections,
        .heavy_queue_max = (int)config->heavy_queue,
        .heavy_timeout_ms = (int)config->heavy_timeout * 1000,
        .rows_timeout_ms = (int)config->export_timeout * 1000,
        .log = &worker->daemon->log,
    };
    return pool_new(&worker->pool, worker->base, &options, err);
}

int worker_init(Worker *worker, Daemon *daemon, int index, ListenSockets *sockets, Error *err)
{
    *worker = (Worker){.daemon = daemon, .index = index, .wake_fd = -1};
    worker->base = loop_new();
    worker->metrics = metrics_new(routes_count);
    worker->tokens = token_cache_new();
    worker->published = byte_cache_new((size_t)daemon->config.published_cache);
    worker->observations = worker->base ? ingest_queue_new(worker) : NULL;
    worker->desk = worker->base ? offload_desk_new(daemon->crew, worker->base) : NULL;
    worker->judging = worker->base ? offload_desk_new(daemon->judges, worker->base) : NULL;
    bool made = worker->observations && worker->desk && worker->judging && worker->metrics && worker->tokens &&
                worker->published;
    int r = made ? events_init(worker) : -ENOMEM;
    if (r < 0) error_set(err, r, "cannot start a loop: %s", strerror(-r));
    if (r == 0) r = pool_init(worker, err);
    if (r == 0 && index == 0 &&
        (!(worker->closing = close_periods_new(worker)) || !(worker->folding = fold_tally_new(worker))))
        r = error_set(err, -ENOMEM, "out of memory");
    if (r == 0)
        r = front_new(&worker->front, worker, sockets, err);
    else
        listen_close(sockets);
    if (r < 0) worker_deinit(worker);
    return r;
}

static void *run(void *arg)
{
    Worker *worker = arg;
    short_turns_ask(); /* a statement or a drawing on the same processor would hold up its next event by milliseconds */
    event_base_dispatch(worker->base);
    /* Units that are still under way fail now, and their requests are answered, if to nobody. */
    ingest_queue_flush(worker->observations);
    offload_desk_free(worker->judging); /* what comes of it may go to the database */
    worker->judging = NULL;
    pool_free(worker->pool);
    worker->pool = NULL;
    ingest_queue_free(worker->observations);
    worker->observations = NULL;
    close_periods_free(worker->closing);
    worker->closing = NULL;
    fold_tally_free(worker->folding);
    worker->folding = NULL;
    offload_desk_free(worker->desk);
    worker->desk = NULL;
    front_free(worker->front);
    worker->front = NULL;
    uint64_t one = 1;
    if (write(worker->daemon->finished_fd, &one, sizeof one) != sizeof one)
        log_line(&worker->daemon->log, LEVEL_ERROR, "a loop could not tell that it has ended");
    return NULL;
}

int worker_start(Worker *worker, Error *err)
{
    int r = pthread_create(&worker->thread, NULL, run, worker);
    if (r) return error_set(err, -r, "cannot start a thread: %s", strerror(r));
    worker->running = true;
    return 0;
}

void worker_stop(Worker *worker, bool now)
{
    uint64_t what = now ? SAY_NOW : SAY_DRAIN;
    if (worker->wake_fd >= 0 && write(worker->wake_fd, &what, sizeof what) != sizeof what)
        log_line(&worker->daemon->log, LEVEL_ERROR, "a loop could not be told to stop: %s", strerror(errno));
}

void worker_join(Worker *worker)
{
    if (worker->running) pthread_join(worker->thread, NULL);
    worker->running = false;
}

void worker_deinit(Worker *worker)
{
    worker_join(worker);
    offload_desk_free(worker->judging);
    pool_free(worker->pool);
    ingest_queue_free(worker->observations);
    close_periods_free(worker->closing);
    fold_tally_free(worker->folding);
    offload_desk_free(worker->desk);
    front_free(worker->front);
    token_cache_free(worker->tokens);
    byte_cache_free(worker->published);
    metrics_free(worker->metrics);
    if (worker->wake) event_free(worker->wake);
    if (worker->second) event_free(worker->second);
    if (worker->early) event_free(worker->early);
    if (worker->hurry) event_free(worker->hurry);
    if (worker->wake_fd >= 0) close(worker->wake_fd);
    if (worker->base) event_base_free(worker->base);
    *worker = (Worker){.wake_fd = -1};
}
