#include "db/link.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

enum {
    CONNECT_TIMEOUT_S = 10, /* where the conninfo has no connect_timeout */
    BACKOFF_FIRST_MS = 100,
    BACKOFF_MAX_MS = 3000, /* an outage should not seem longer than it was */
};

typedef enum LinkState {
    LINK_CLOSED,
    LINK_CONNECTING, /* PQconnectPoll() */
    LINK_SETTING_UP, /* the session's settings are under way */
    LINK_READY,
    LINK_RESTING, /* until the next attempt */
} LinkState;

struct Link {
    LinkOptions options;
    LinkState state;
    PGconn *connection;   /* in LINK_CONNECTING; then the pipeline's */
    Pipeline *pipeline;   /* in LINK_SETTING_UP and LINK_READY */
    struct event *socket; /* one shot, in LINK_CONNECTING */
    struct event *timer;  /* the attempt's deadline, or the rest's end */
    unsigned failures;    /* in a row */
    int64_t set_up_at;
    char timeout[16];
    const char *settings[2]; /* the set-up's parameters */
    char last_failure[256];  /* what was logged last, so that an outage is one line and not hundreds */
};

/* Results must look the same whatever the server's, the database's or the role's defaults are. set_config() takes
 * parameters, so nothing is quoted; setting `role` is SET ROLE. Each execution is planned for its own parameters: the
 * same statement is asked of one small area and of a whole country, with a filter and without, and one plan for all of
 * these is a bad one for most. */
static const Query session_query = {
    .name = "session",
    .parameters = 2,
    .sql = "SELECT set_config('TimeZone', 'Europe/Stockholm', false),"
           " set_config('DateStyle', 'ISO, YMD', false),"
           " set_config('IntervalStyle', 'iso_8601', false),"
           " set_config('bytea_output', 'hex', false),"
           " set_config('extra_float_digits', '1', false),"
           " set_config('default_transaction_isolation', 'read committed', false),"
           " set_config('plan_cache_mode', 'force_custom_plan', false),"
           " set_config('search_path', regexp_replace(current_setting('search_path'),"
           " '\"?\\$user\"?,? *', ''), false),"
           " set_config('statement_timeout', $1, false),"
           " set_config('role', coalesce($2, current_setting('role')), false)",
};

int link_backoff_ms(unsigned failures, unsigned random)
{
    int64_t wait = failures >= 7 ? BACKOFF_MAX_MS : (int64_t)BACKOFF_FIRST_MS << failures;
    if (wait > BACKOFF_MAX_MS) wait = BACKOFF_MAX_MS;
    return (int)(wait / 2 + (int64_t)(random % 1024) * wait / 1024);
}

/* Without memory for a timer, its time is now: too early is better than never. */
static void start_timer(Link *link, int64_t ms)
{
    struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    if (evtimer_add(link->timer, &wait) < 0) event_active(link->timer, EV_TIMEOUT, 0);
}

/* libpq closes and opens sockets as it goes through hosts, and the numbers come again; so the event is made anew for
 * each step, and taken away before libpq is called. */
static void unwatch(Link *link)
{
    if (link->socket) event_free(link->socket);
    link->socket = NULL;
}

static void rest(Link *link)
{
    unsigned random;
    evutil_secure_rng_get_bytes(&random, sizeof random);
    link->state = LINK_RESTING;
    start_timer(link, link_backoff_ms(link->failures, random));
    link->failures++;
}

static void close_connection(Link *link)
{
    unwatch(link);
    evtimer_del(link->timer);
    if (link->pipeline)
        pipeline_free(link->pipeline);
    else
        PQfinish(link->connection);
    link->pipeline = NULL;
    link->connection = NULL;
    link->state = LINK_CLOSED;
}

/* Ends the attempt or the connection, tells why (once), and tries again later. */
static void fail(Link *link, const char *reason)
{
    bool was_ready = link->state == LINK_READY;
    if (reason) {
        char line[sizeof link->last_failure];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(reason, "\n"), reason);
        if (was_ready)
            log_line(link->options.log, LEVEL_WARNING, "database: connection lost: %s", line);
        else if (strcmp(line, link->last_failure) != 0)
            log_line(link->options.log, LEVEL_WARNING, "database: cannot connect: %s; trying again", line);
        memcpy(link->last_failure, line, sizeof line);
    }
    WorkList undone = TAILQ_HEAD_INITIALIZER(undone);
    if (link->pipeline) pipeline_take_back(link->pipeline, &undone);
    close_connection(link);
    if (link->options.keep || !was_ready) rest(link);
    if (was_ready) link->options.handler.lost(link, &undone, link->options.handler.arg);
}

static void set_up_done(Link *link, DbWork *work)
{
    DbOutcome outcome;
    work_outcome(work, &outcome);
    if (outcome.status != DB_OK) {
        char reason[256];
        snprintf(reason, sizeof reason, "the session cannot be set up: %s",
                 outcome.message ? outcome.message : "no reason given");
        work_free(work);
        pipeline_drop(link->pipeline, reason);
        return;
    }
    work_free(work);
    evtimer_del(link->timer);
    pipeline_set_round_trip(link->pipeline, clock_steady_ms() - link->set_up_at);
    if (link->last_failure[0]) log_line(link->options.log, LEVEL_INFO, "database: connected again");
    link->last_failure[0] = '\0';
    link->failures = 0;
    link->state = LINK_READY;
    link->options.handler.ready(link, link->options.handler.arg);
}

static void on_done(Pipeline *pipeline, DbWork *work, void *arg)
{
    (void)pipeline;
    Link *link = arg;
    if (work->kind == WORK_SESSION)
        set_up_done(link, work);
    else
        link->options.handler.done(link, work, link->options.handler.arg);
}

static void on_lost(Pipeline *pipeline, const char *reason, void *arg)
{
    (void)pipeline;
    fail(arg, reason);
}

static void set_up(Link *link)
{
    PipelineHandler handler = {.done = on_done, .lost = on_lost, .arg = link};
    if (pipeline_new(&link->pipeline, link->options.base, link->connection, handler) < 0) {
        fail(link, "out of memory");
        return;
    }
    link->connection = NULL;
    link->state = LINK_SETTING_UP;
    link->set_up_at = clock_steady_ms();
    DbWork *work = db_work_new(NULL, NULL, NULL);
    if (work) work->kind = WORK_SESSION;
    link->settings[0] = link->timeout;
    link->settings[1] = link->options.role;
    if (!work || db_work_add(work, &session_query, link->settings) < 0 || work_make_ready(work) < 0) {
        work_free(work);
        pipeline_drop(link->pipeline, "out of memory");
        return;
    }
    pipeline_send(link->pipeline, work);
}

/* Messages of several hosts come one after the other; a line that begins with a tab continues the one before. */
static const char *last_message(const char *text)
{
    const char *line = text;
    for (const char *p = text; *p; p++)
        if (*p == '\n' && p[1] && p[1] != '\t') line = p + 1;
    return line;
}

static void poll_connection(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Link *link = arg;
    unwatch(link);
    PostgresPollingStatusType status = PQconnectPoll(link->connection);
    switch (status) {
    case PGRES_POLLING_OK:
        set_up(link);
        return;
    case PGRES_POLLING_READING:
    case PGRES_POLLING_WRITING:
        link->socket = event_new(link->options.base, PQsocket(link->connection),
                                 status == PGRES_POLLING_READING ? EV_READ : EV_WRITE, poll_connection, link);
        if (!link->socket || event_add(link->socket, NULL) < 0) fail(link, "out of memory");
        return;
    default:
        fail(link, last_message(PQerrorMessage(link->connection)));
    }
}

/* Notices may quote data and nobody reads them; libpq would print them. */
static void ignore_notice(void *arg, const PGresult *notice)
{
    (void)arg;
    (void)notice;
}

static void connect_now(Link *link)
{
    const Conninfo *conninfo = link->options.conninfo;
    link->state = LINK_CONNECTING;
    const char *given = conninfo_get(conninfo, "connect_timeout");
    int seconds = given ? atoi(given) : 0;
    start_timer(link, (seconds > 0 ? seconds : CONNECT_TIMEOUT_S) * INT64_C(1000));
    link->connection = PQconnectStartParams(conninfo_keywords(conninfo), conninfo_values(conninfo), 0);
    if (!link->connection) {
        fail(link, "out of memory");
        return;
    }
    PQsetNoticeReceiver(link->connection, ignore_notice, NULL);
    if (PQstatus(link->connection) == CONNECTION_BAD) {
        fail(link, last_message(PQerrorMessage(link->connection)));
        return;
    }
    link->socket = event_new(link->options.base, PQsocket(link->connection), EV_WRITE, poll_connection, link);
    if (!link->socket || event_add(link->socket, NULL) < 0) fail(link, "out of memory");
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Link *link = arg;
    if (link->state == LINK_RESTING) {
        connect_now(link);
        return;
    }
    conninfo_next_host(link->options.conninfo);
    fail(link, "no answer in time");
}

void link_open(Link *link)
{
    if (link->state != LINK_CLOSED && link->state != LINK_RESTING) return;
    link->state = LINK_RESTING; /* from a loop turn of its own: the caller may be deep in a callback */
    start_timer(link, 0);
}

void link_close(Link *link)
{
    close_connection(link);
}

void link_take_back(Link *link, WorkList *list)
{
    if (link->pipeline) pipeline_take_back(link->pipeline, list);
}

Pipeline *link_pipeline(const Link *link)
{
    return link->state == LINK_READY ? link->pipeline : NULL;
}

bool link_is_closed(const Link *link)
{
    return link->state == LINK_CLOSED;
}

int link_new(Link **out, const LinkOptions *options)
{
    Link *link = calloc(1, sizeof *link);
    if (!link) return -ENOMEM;
    link->options = *options;
    snprintf(link->timeout, sizeof link->timeout, "%d", options->statement_timeout_ms);
    link->timer = evtimer_new(options->base, on_timer, link);
    if (!link->timer) {
        free(link);
        return -ENOMEM;
    }
    *out = link;
    return 0;
}

void link_free(Link *link)
{
    if (!link) return;
    close_connection(link);
    event_free(link->timer);
    free(link);
}
