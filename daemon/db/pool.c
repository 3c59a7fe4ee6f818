#include "db/pool.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "db/link.h"
#include "util/clock.h"

enum {
    FAILURES_LOGGED = 10,        /* in a second; the others are only counted */
    ATTEMPTS = 4,                /* how often a unit is sent at most */
    RETRY_FIRST_MS = 10,         /* back-off of a unit: 10, 20, 40 ms, twice that at most by chance */
    TICK_MS = 20,                /* how often waiting units are looked after, while there are any */
    UNAVAILABLE_AFTER_MS = 2000, /* without a connection for so long, units fail at once */
    QUEUED_MAX_MS = 10000,       /* longest wait for a connection that is there but never free */
    ROWS_IDLE_MS = 30000,        /* a connection for rows is closed when nobody needed it for so long */
    SILENCE_MS = 10000,          /* past the statement timeout: then the server or the network is dead */
};

/*
 * Heavy questions have connections of their own, one unit at a time on each, so that what is quick never waits for one
 * of them, and no more of them run at once than the machine can bear. Units that give rows as they come have others,
 * opened when needed: their reader sets the pace, and nobody else should have to wait for that.
 */
typedef enum LaneKind { LANE_UNITS, LANE_HEAVY, LANE_ROWS, LANE_COUNT } LaneKind;

typedef struct Lane {
    Link **links;
    int connections;
    int statement_timeout_ms;
    size_t queue_max;
    size_t clients; /* units of clients, submitted and not done */
    WorkList queue;
    int64_t idle_since;
} Lane;

struct Pool {
    struct event_base *base;
    const Log *log;
    Conninfo *conninfo;
    char *role;
    size_t queue_max;
    Lane lanes[LANE_COUNT];
    WorkList rejected;     /* never to be sent; told from the loop */
    WorkList resting;      /* for their back-off */
    WorkList sent_home;    /* came back from a lost connection, to be judged */
    size_t pending;        /* submitted and not done */
    size_t clients;        /* of these, those that are not housekeeping */
    struct event *kick;    /* something can be sent or told */
    struct event *tick;    /* time has passed */
    int64_t cut_off_since; /* when the last connection went; 0 while there is one */
    int failures;          /* in the second that began at failures_since */
    int64_t failures_since;
    bool closing;
};

static void kick(Pool *pool)
{
    event_active(pool->kick, EV_TIMEOUT, 0);
}

static Lane *lane_of(Pool *pool, const DbWork *work)
{
    return &pool->lanes[work->streams ? LANE_ROWS : work->heavy ? LANE_HEAVY : LANE_UNITS];
}

static void count_in(Pool *pool, const DbWork *work)
{
    pool->pending++;
    if (work->housekeeping) return;
    pool->clients++;
    lane_of(pool, work)->clients++;
}

static void count_out(Pool *pool, const DbWork *work)
{
    pool->pending--;
    if (work->housekeeping) return;
    pool->clients--;
    lane_of(pool, work)->clients--;
}

/* --- the end of a unit --- */

/* A statement that is wrong is wrong for every request: what is under way must not drown in saying so. */
static bool may_log(Pool *pool)
{
    int64_t now = clock_steady_ms();
    if (now - pool->failures_since >= 1000) {
        int unsaid = pool->failures - FAILURES_LOGGED;
        if (unsaid > 0) log_line(pool->log, LEVEL_ERROR, "database: %d more failures were not logged", unsaid);
        pool->failures_since = now;
        pool->failures = 0;
    }
    return ++pool->failures <= FAILURES_LOGGED;
}

static void log_failure(Pool *pool, const DbWork *work, const DbOutcome *outcome)
{
    if (!may_log(pool)) return;
    /* Messages of these classes speak of the schema or the server; any other may quote a value. */
    static const char *const harmless[] = {"42", "26", "53", "54", "58", "0A", "25", "XX"};
    const char *message = "", *name = work->failed_query ? work->failed_query->name : "a unit";
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (outcome->message && strncmp(outcome->sqlstate, harmless[i], 2) == 0) message = outcome->message;
    log_line(pool->log, LEVEL_ERROR, "database: %s failed with SQLSTATE %s%s%s", name,
             outcome->sqlstate[0] ? outcome->sqlstate : "(none)", *message ? ": " : "", message);
}

static void finish(Pool *pool, DbWork *work, const DbOutcome *outcome)
{
    work_move(work, NULL);
    count_out(pool, work);
    if (outcome->status == DB_FAILED || work_is_need(outcome->sqlstate)) log_failure(pool, work, outcome);
    if (work->done) work->done(outcome, work->arg);
    work_free(work);
}

static void finish_with(Pool *pool, DbWork *work, DbStatus status, bool maybe_committed)
{
    DbOutcome outcome = {.status = status, .maybe_committed = maybe_committed};
    finish(pool, work, &outcome);
}

static bool may_try_again(const Pool *pool, const DbWork *work)
{
    return !pool->closing && !work->cancelled && !work->rows_given && work->attempts < ATTEMPTS;
}

static void try_again(Pool *pool, DbWork *work)
{
    unsigned random;
    evutil_secure_rng_get_bytes(&random, sizeof random);
    int wait = RETRY_FIRST_MS << work->attempts;
    work_clear_results(work);
    work->wait_until = clock_steady_ms() + wait / 2 + (int)(random % (unsigned)wait);
    work_move(work, &pool->resting);
}

static void on_done(Link *link, DbWork *work, void *arg)
{
    Pool *pool = arg;
    DbOutcome outcome;
    work_outcome(work, &outcome);
    /* The server rolled these back whole, so they may always run again. */
    bool again = work->stale_plan || work_is_passing(outcome.sqlstate);
    if (strcmp(outcome.sqlstate, "25006") == 0 && link_pipeline(link))
        pipeline_drop(link_pipeline(link), "the server only allows reading now; looking for the primary");
    if (again && may_try_again(pool, work))
        try_again(pool, work);
    else
        finish(pool, work, &outcome);
    kick(pool);
}

/* Only noted here: the callbacks come from the loop turn that judges them. */
static void on_lost(Link *link, WorkList *undone, void *arg)
{
    (void)link;
    Pool *pool = arg;
    DbWork *work;
    while ((work = TAILQ_FIRST(undone)))
        work_move(work, &pool->sent_home);
    if (!pool->cut_off_since && !pool_is_ready(pool)) pool->cut_off_since = clock_steady_ms();
    kick(pool);
}

static void judge_sent_home(Pool *pool)
{
    DbWork *work;
    while ((work = TAILQ_FIRST(&pool->sent_home))) {
        bool maybe = !work->certainly_undone;
        if ((work->retry || !maybe) && may_try_again(pool, work))
            try_again(pool, work);
        else
            finish_with(pool, work, DB_UNAVAILABLE, maybe);
    }
}

static void tell_rejected(Pool *pool)
{
    DbWork *work;
    while ((work = TAILQ_FIRST(&pool->rejected)))
        finish_with(pool, work, DB_OVERLOAD, false);
}

/* --- sending --- */

static bool is_cut_off(const Pool *pool)
{
    return pool->cut_off_since && clock_steady_ms() - pool->cut_off_since >= UNAVAILABLE_AFTER_MS;
}

/* The connection with the least under way, or NULL when none has room. */
static Pipeline *freest(const Lane *lane)
{
    Pipeline *best = NULL;
    for (int i = 0; i < lane->connections; i++) {
        Pipeline *one = link_pipeline(lane->links[i]);
        if (one && pipeline_has_room(one) && (!best || pipeline_load(one) < pipeline_load(best))) best = one;
    }
    return best;
}

static void dispatch_units(Pool *pool)
{
    Lane *lane = &pool->lanes[LANE_UNITS];
    DbWork *work;
    Pipeline *pipeline;
    while ((work = TAILQ_FIRST(&lane->queue)) && (pipeline = freest(lane)))
        pipeline_send(pipeline, work);
}

/* One unit at a time on each connection. */
static void dispatch_single(Lane *lane)
{
    for (int i = 0; i < lane->connections && !TAILQ_EMPTY(&lane->queue); i++) {
        Pipeline *pipeline = link_pipeline(lane->links[i]);
        if (pipeline && pipeline_load(pipeline) == 0 && pipeline_has_room(pipeline))
            pipeline_send(pipeline, TAILQ_FIRST(&lane->queue));
    }
}

static void dispatch_rows(Pool *pool)
{
    Lane *lane = &pool->lanes[LANE_ROWS];
    dispatch_single(lane);
    DbWork *work;
    int wanted = 0;
    TAILQ_FOREACH(work, &lane->queue, entry)
    if (++wanted >= lane->connections) break;
    for (int i = 0; i < lane->connections && wanted > 0; i++) {
        if (link_pipeline(lane->links[i])) continue;
        if (link_is_closed(lane->links[i])) link_open(lane->links[i]);
        wanted--;
    }
}

static void start_tick(Pool *pool)
{
    static const struct timeval soon = {.tv_usec = TICK_MS * 1000};
    if (evtimer_pending(pool->tick, NULL)) return;
    if (evtimer_add(pool->tick, &soon) < 0) event_active(pool->tick, EV_TIMEOUT, 0);
}

static void on_kick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Pool *pool = arg;
    judge_sent_home(pool);
    tell_rejected(pool);
    dispatch_units(pool);
    dispatch_single(&pool->lanes[LANE_HEAVY]);
    dispatch_rows(pool);
    if (pool->pending > 0) start_tick(pool);
}

/* --- time --- */

static void fail_those_that_waited_too_long(Pool *pool, Lane *lane)
{
    int64_t now = clock_steady_ms();
    bool cut_off = is_cut_off(pool);
    DbWork *work;
    while ((work = TAILQ_FIRST(&lane->queue))) {
        if (!cut_off && now - work->queued_at < QUEUED_MAX_MS) return;
        finish_with(pool, work, cut_off ? DB_UNAVAILABLE : DB_OVERLOAD, false);
    }
}

static void wake_resting(Pool *pool)
{
    int64_t now = clock_steady_ms();
    DbWork *work, *next;
    for (work = TAILQ_FIRST(&pool->resting); work; work = next) {
        next = TAILQ_NEXT(work, entry);
        if (now < work->wait_until) continue;
        work->queued_at = now;
        work_move(work, &lane_of(pool, work)->queue);
    }
}

/* The server ends what takes too long; when even that does not come, nobody is there. */
static void drop_silent(const Lane *lane)
{
    if (lane->statement_timeout_ms == 0) return;
    for (int i = 0; i < lane->connections; i++) {
        Pipeline *one = link_pipeline(lane->links[i]);
        if (one && pipeline_silence_ms(one) > lane->statement_timeout_ms + SILENCE_MS)
            pipeline_drop(one, "the server does not answer");
    }
}

/* Returns true while there is something to look after. */
static bool close_idle_rows(Pool *pool)
{
    Lane *lane = &pool->lanes[LANE_ROWS];
    bool open = false, busy = !TAILQ_EMPTY(&lane->queue);
    for (int i = 0; i < lane->connections; i++) {
        Pipeline *one = link_pipeline(lane->links[i]);
        busy = busy || (one && pipeline_load(one) > 0);
        open = open || !link_is_closed(lane->links[i]);
    }
    if (busy || !open) lane->idle_since = clock_steady_ms();
    if (!open || clock_steady_ms() - lane->idle_since < ROWS_IDLE_MS) return open;
    for (int i = 0; i < lane->connections; i++)
        link_close(lane->links[i]);
    return false;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    Pool *pool = arg;
    wake_resting(pool);
    for (int i = 0; i < LANE_COUNT; i++) {
        fail_those_that_waited_too_long(pool, &pool->lanes[i]);
        drop_silent(&pool->lanes[i]);
    }
    bool open = close_idle_rows(pool);
    on_kick(fd, what, pool);
    if (open) start_tick(pool);
}

/* --- connections --- */

/* One connection came up: the server is back, so the others need not wait for their turn. */
static void on_ready(Link *link, void *arg)
{
    (void)link;
    Pool *pool = arg;
    if (pool->cut_off_since) {
        pool->cut_off_since = 0;
        for (LaneKind kind = LANE_UNITS; kind <= LANE_HEAVY; kind++)
            for (int i = 0; i < pool->lanes[kind].connections; i++)
                link_open(pool->lanes[kind].links[i]);
    }
    kick(pool);
}

bool pool_is_ready(const Pool *pool)
{
    const Lane *lane = &pool->lanes[LANE_UNITS];
    for (int i = 0; i < lane->connections; i++)
        if (link_pipeline(lane->links[i])) return true;
    return false;
}

size_t pool_pending(const Pool *pool)
{
    return pool->pending;
}

static void set_lanes(Pool *pool, const PoolOptions *options)
{
    size_t heavy_queue = options->heavy_queue_max ? (size_t)options->heavy_queue_max : pool->queue_max;
    int heavy = options->heavy_connections ? options->heavy_connections : options->connections;
    pool->lanes[LANE_UNITS] = (Lane){.connections = options->connections,
                                     .statement_timeout_ms = options->statement_timeout_ms,
                                     .queue_max = pool->queue_max};
    pool->lanes[LANE_HEAVY] =
        (Lane){.connections = heavy, .statement_timeout_ms = options->heavy_timeout_ms, .queue_max = heavy_queue};
    pool->lanes[LANE_ROWS] =
        (Lane){.connections = heavy, .statement_timeout_ms = options->rows_timeout_ms, .queue_max = heavy_queue};
    for (int i = 0; i < LANE_COUNT; i++)
        TAILQ_INIT(&pool->lanes[i].queue);
}

static int open_lane(Pool *pool, LaneKind kind)
{
    Lane *lane = &pool->lanes[kind];
    LinkOptions link = {
        .base = pool->base,
        .conninfo = pool->conninfo,
        .role = pool->role,
        .statement_timeout_ms = lane->statement_timeout_ms,
        .keep = kind != LANE_ROWS,
        .log = pool->log,
        .handler = {.ready = on_ready, .done = on_done, .lost = on_lost, .arg = pool},
    };
    lane->links = calloc((size_t)lane->connections, sizeof(Link *));
    if (!lane->links) return -ENOMEM;
    for (int i = 0; i < lane->connections; i++) {
        if (link_new(&lane->links[i], &link) < 0) return -ENOMEM;
        if (link.keep) link_open(lane->links[i]);
    }
    return 0;
}

static int fill(Pool *pool, const PoolOptions *options)
{
    if (options->role && !(pool->role = strdup(options->role))) return -ENOMEM;
    pool->kick = event_new(pool->base, -1, 0, on_kick, pool);
    pool->tick = evtimer_new(pool->base, on_tick, pool);
    if (!pool->kick || !pool->tick) return -ENOMEM;
    for (LaneKind kind = 0; kind < LANE_COUNT; kind++)
        if (open_lane(pool, kind) < 0) return -ENOMEM;
    return 0;
}

int pool_new(Pool **out, struct event_base *base, const PoolOptions *options, Error *err)
{
    Pool *pool = calloc(1, sizeof *pool);
    if (!pool) return error_set(err, -ENOMEM, "out of memory");
    *pool = (Pool){
        .base = base, .log = options->log, .queue_max = (size_t)options->queue_max, .cut_off_since = clock_steady_ms()};
    set_lanes(pool, options);
    TAILQ_INIT(&pool->rejected);
    TAILQ_INIT(&pool->resting);
    TAILQ_INIT(&pool->sent_home);
    int r = conninfo_new(&pool->conninfo, options->conninfo, err);
    if (r == 0 && (r = fill(pool, options)) < 0) error_set(err, r, "out of memory");
    if (r < 0) {
        pool_free(pool);
        return r;
    }
    *out = pool;
    return 0;
}

static void fail_all(Pool *pool, WorkList *list)
{
    DbWork *work;
    while ((work = TAILQ_FIRST(list)))
        finish_with(pool, work, DB_UNAVAILABLE, false);
}

void pool_free(Pool *pool)
{
    if (!pool) return;
    pool->closing = true;
    for (int l = 0; l < LANE_COUNT; l++) {
        for (int i = 0; pool->lanes[l].links && i < pool->lanes[l].connections; i++) {
            if (!pool->lanes[l].links[i]) continue;
            link_take_back(pool->lanes[l].links[i], &pool->sent_home);
            link_free(pool->lanes[l].links[i]);
        }
        free(pool->lanes[l].links);
        fail_all(pool, &pool->lanes[l].queue);
    }
    judge_sent_home(pool);
    tell_rejected(pool);
    fail_all(pool, &pool->resting);
    if (pool->kick) event_free(pool->kick);
    if (pool->tick) event_free(pool->tick);
    conninfo_free(pool->conninfo);
    free(pool->role);
    free(pool);
}

/* --- units, as their owners see them --- */

void db_work_submit(DbWork *work)
{
    Pool *pool = work->pool;
    work->queued_at = clock_steady_ms();
    Lane *lane = lane_of(pool, work);
    bool full = pool->clients >= pool->queue_max || lane->clients >= lane->queue_max;
    if (work_make_ready(work) < 0) work->no_memory = true;
    count_in(pool, work);
    work_move(work, (full && !work->housekeeping) || work->no_memory || pool->closing ? &pool->rejected : &lane->queue);
    kick(pool);
}

void db_work_cancel(DbWork *work)
{
    work->cancelled = true;
    work->done = NULL;
    work->rows = NULL;
    if (!work->pipeline) { /* not sent: it never will be */
        if (work->list) count_out(work->pool, work);
        work_free(work);
    } else if (work->streams) {
        pipeline_drop(work->pipeline, NULL); /* nobody else is on that connection */
    }
}

void db_work_pause(DbWork *work)
{
    work->paused = true;
    if (work->pipeline) pipeline_pause(work->pipeline);
}

void db_work_resume(DbWork *work)
{
    work->paused = false;
    if (work->pipeline) pipeline_resume(work->pipeline);
}
