#include "db/pipeline.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->query = NULL)
#include <uthash.h>

#include "util/clock.h"

enum {
    DEPTH = 16,          /* units under way on one connection: enough to hide a round trip, few enough to stay fair */
    SLOW_MS = 10,        /* an answer that takes longer than this and two round trips is a slow statement's */
    PARAMETERS_MAX = 32, /* in binary format */
    EMPTY_ANSWERS = 16,  /* "nothing" from libpq in a row before we believe that we have lost count */
};

typedef struct Prepared {
    const Query *query;
    UT_hash_handle hh;
} Prepared;

struct Pipeline {
    PGconn *connection;
    PipelineHandler handler;
    struct event *readable, *writable, *gone;
    WorkList works;     /* sent, oldest first */
    size_t load;        /* how many of them are the pool's */
    Prepared *prepared; /* by query: what the server knows once it has read all that we have sent */
    bool forget;        /* prepared statements must be forgotten before the next unit */
    bool blocked;       /* libpq still holds bytes that the socket did not take */
    bool paused;
    bool doomed;
    int empty_answers;
    int64_t heard_at; /* when the oldest unit was last answered something, or became the oldest */
    int64_t round_trip;
    char reason[256];
};

void pipeline_drop(Pipeline *pipeline, const char *reason)
{
    if (pipeline->doomed) return;
    pipeline->doomed = true;
    if (reason) snprintf(pipeline->reason, sizeof pipeline->reason, "%.*s", (int)strcspn(reason, "\n"), reason);
    event_del(pipeline->readable);
    event_del(pipeline->writable);
    event_active(pipeline->gone, EV_TIMEOUT, 0);
}

static void drop_broken(Pipeline *pipeline)
{
    const char *message = PQerrorMessage(pipeline->connection);
    pipeline_drop(pipeline, message && *message ? message : "the connection broke");
}

/* --- sending --- */

static void flush(Pipeline *pipeline)
{
    if (pipeline->doomed) return;
    int left = PQflush(pipeline->connection);
    if (left < 0) {
        drop_broken(pipeline);
        return;
    }
    if (left > 0) {
        if (event_add(pipeline->writable, NULL) < 0) {
            pipeline_drop(pipeline, "out of memory");
            return;
        }
        /* When the socket took nothing, libpq may have read: those answers wait in its buffer, not in the socket. */
        if (!pipeline->paused) event_active(pipeline->readable, EV_READ, 0);
    } else if (pipeline->blocked) {
        event_del(pipeline->writable);
    }
    pipeline->blocked = left > 0;
}

/* Rows one by one must be asked for exactly when their statement becomes the one that libpq listens to. */
static void head_changed(Pipeline *pipeline)
{
    DbWork *work = TAILQ_FIRST(&pipeline->works);
    pipeline->heard_at = clock_steady_ms();
    if (work && work->streams && work->result_count + 1 == work->statement_count)
        PQsetSingleRowMode(pipeline->connection);
}

static bool send_statement(PGconn *connection, const DbWork *work, const WorkStatement *statement)
{
    const Query *query = statement->query;
    static const int binary[PARAMETERS_MAX] = {[0 ... PARAMETERS_MAX - 1] = 1};
    const char *const *params = work->params ? work->params + statement->params : NULL;
    switch (work->kind) {
    case WORK_PREPARE:
        return PQsendPrepare(connection, query->name, query->sql, 0, NULL);
    case WORK_SESSION:
    case WORK_FORGET:
        return PQsendQueryParams(connection, query->sql, query->parameters, NULL, params, NULL, NULL, 0);
    case WORK_UNIT:
        break;
    }
    return PQsendQueryPrepared(connection, query->name, query->parameters, params, statement->lengths,
                               statement->lengths ? binary : NULL, 0);
}

static void push(Pipeline *pipeline, DbWork *work)
{
    bool first = TAILQ_EMPTY(&pipeline->works);
    work->pipeline = pipeline;
    work_move(work, &pipeline->works);
    if (work->kind == WORK_UNIT) pipeline->load++;
    for (size_t i = 0; i < work->statement_count; i++) {
        if (!send_statement(pipeline->connection, work, &work->statements[i])) {
            drop_broken(pipeline);
            return;
        }
    }
    if (!PQpipelineSync(pipeline->connection)) {
        drop_broken(pipeline);
        return;
    }
    work->synced = true;
    if (first) head_changed(pipeline);
}

static bool push_internal(Pipeline *pipeline, WorkKind kind, const Query *query)
{
    DbWork *work = work_new_internal(kind, query);
    if (work)
        push(pipeline, work);
    else
        pipeline_drop(pipeline, "out of memory");
    return !pipeline->doomed;
}

static void clear_prepared(Pipeline *pipeline)
{
    Prepared *one, *next;
    HASH_ITER(hh, pipeline->prepared, one, next)
    {
        HASH_DEL(pipeline->prepared, one);
        free(one);
    }
}

static bool prepare(Pipeline *pipeline, const Query *query)
{
    Prepared *one;
    HASH_FIND_PTR(pipeline->prepared, &query, one);
    if (one) return true;
    one = calloc(1, sizeof *one);
    if (one) {
        one->query = query;
        HASH_ADD_PTR(pipeline->prepared, query, one);
    }
    if (!one || !one->query) {
        free(one);
        pipeline_drop(pipeline, "out of memory");
        return false;
    }
    return push_internal(pipeline, WORK_PREPARE, query);
}

void pipeline_send(Pipeline *pipeline, DbWork *work)
{
    static const Query forget = {.name = "forget", .sql = "DEALLOCATE ALL"};
    work->attempts++;
    if (pipeline->forget && work->kind == WORK_UNIT) {
        pipeline->forget = false;
        clear_prepared(pipeline);
        push_internal(pipeline, WORK_FORGET, &forget);
    }
    for (size_t i = 0; work->kind == WORK_UNIT && i < work->statement_count && !pipeline->doomed; i++)
        prepare(pipeline, work->statements[i].query);
    if (pipeline->doomed) { /* nothing of it was sent: it comes back with the others */
        work->pipeline = pipeline;
        work_move(work, &pipeline->works);
        pipeline->load += work->kind == WORK_UNIT;
        return;
    }
    push(pipeline, work);
    if (work->paused) pipeline_pause(pipeline);
    flush(pipeline);
}

/* --- answers --- */

/* What could not be prepared in time, say behind a lock, may be prepared the next time; anything else is wrong. Units
 * that were sent in the belief that it was prepared will fail with "no such prepared statement"; they must know which
 * it was. */
static void prepare_failed(Pipeline *pipeline, const DbWork *work)
{
    const Query *query = work->statements[0].query;
    Prepared *one;
    HASH_FIND_PTR(pipeline->prepared, &query, one);
    if (one) HASH_DEL(pipeline->prepared, one);
    free(one);
    DbOutcome outcome;
    work_outcome(work, &outcome);
    if (outcome.status != DB_FAILED) return;
    DbWork *unit;
    TAILQ_FOREACH(unit, &pipeline->works, entry)
    for (size_t i = 0; i < unit->statement_count; i++)
        if (unit->statements[i].query == query) unit->unpreparable = true;
}

/* A statement that could not be prepared fails the unit it was prepared for, with that reason instead of the one that
 * follows ("no such prepared statement"). */
static void finish_internal(Pipeline *pipeline, DbWork *work)
{
    DbWork *unit = TAILQ_FIRST(&pipeline->works);
    while (unit && unit->kind != WORK_UNIT)
        unit = TAILQ_NEXT(unit, entry);
    if (work->error && work->kind == WORK_PREPARE) {
        prepare_failed(pipeline, work);
        if (unit && !unit->error) {
            unit->error = work->error;
            unit->failed_query = work->statements[0].query;
            work->error = NULL;
        }
    }
    work_free(work);
}

/* After a stale plan, everything is prepared again: the schema has changed, and one stale plan seldom comes alone. A
 * statement that we know could not be prepared is not stale, it is wrong. */
static void look_for_stale_plan(Pipeline *pipeline, DbWork *work)
{
    if (work->unpreparable)
        work->stale_plan = false;
    else if (work->stale_plan)
        pipeline->forget = true;
}

static void finish(Pipeline *pipeline, DbWork *work)
{
    work_move(work, NULL);
    work->pipeline = NULL;
    head_changed(pipeline);
    if (work->kind == WORK_PREPARE || work->kind == WORK_FORGET) {
        finish_internal(pipeline, work);
        return;
    }
    if (work->kind == WORK_UNIT) {
        pipeline->load--;
        look_for_stale_plan(pipeline, work);
    }
    pipeline->handler.done(pipeline, work, pipeline->handler.arg);
}

/* A NULL ends a statement's results. */
static void end_statement(Pipeline *pipeline, DbWork *work)
{
    if (work->answered && work->result_count < work->statement_count) {
        work->answered = false;
        work->result_count++;
        pipeline->empty_answers = 0;
        head_changed(pipeline);
    } else if (++pipeline->empty_answers > EMPTY_ANSWERS) {
        pipeline_drop(pipeline, "the server's answers are out of step with what was asked");
    }
}

static void give_rows(Pipeline *pipeline, DbWork *work, PGresult *result)
{
    work->answered = true;
    pipeline->heard_at = clock_steady_ms();
    bool more = true;
    if (work->rows && !work->stopped) {
        work->rows_given = true;
        more = work->rows(result, work->arg);
    }
    PQclear(result);
    if (more || work->cancelled) return;
    /* The rest could be millions of rows; this connection serves nobody else, so it is closed instead. */
    work->stopped = true;
    pipeline_drop(pipeline, NULL);
    finish(pipeline, work);
}

static void take(Pipeline *pipeline, DbWork *work, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        finish(pipeline, work);
        return;
    }
    bool rows = status == PGRES_SINGLE_TUPLE || (status == PGRES_TUPLES_OK && PQntuples(result) > 0);
    if (rows && work->streams && work->result_count + 1 == work->statement_count) {
        give_rows(pipeline, work, result);
        return;
    }
    pipeline->heard_at = clock_steady_ms();
    work_take_result(work, result);
}

/* An error that did not come from the server: libpq could not keep an answer, for want of memory. What it was an answer
 * to, and whether a Sync was among what is lost, nobody knows. */
static bool is_out_of_step(const PGresult *result)
{
    return PQresultStatus(result) == PGRES_FATAL_ERROR && !PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/* PQgetResult() blocks when libpq is busy, so it is asked only when it is not; and it can answer for ever on a broken
 * connection, so that is looked for each time. */
static void drain(Pipeline *pipeline)
{
    DbWork *work;
    while (!pipeline->doomed && !pipeline->paused && (work = TAILQ_FIRST(&pipeline->works)) &&
           !PQisBusy(pipeline->connection)) {
        PGresult *result = PQgetResult(pipeline->connection);
        if (PQstatus(pipeline->connection) == CONNECTION_BAD) {
            PQclear(result);
            drop_broken(pipeline);
        } else if (!result) {
            end_statement(pipeline, work);
        } else if (is_out_of_step(result)) {
            PQclear(result);
            pipeline_drop(pipeline, "libpq could not keep an answer");
        } else {
            take(pipeline, work, result);
        }
    }
}

/* --- events --- */

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Pipeline *pipeline = arg;
    if (pipeline->doomed || pipeline->paused) return;
    if (!PQconsumeInput(pipeline->connection)) {
        drop_broken(pipeline);
        return;
    }
    if (pipeline->blocked) flush(pipeline);
    drain(pipeline);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    flush(arg);
}

static void on_gone(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Pipeline *pipeline = arg;
    pipeline->handler.lost(pipeline, pipeline->reason[0] ? pipeline->reason : NULL, pipeline->handler.arg);
}

void pipeline_pause(Pipeline *pipeline)
{
    pipeline->paused = true;
    event_del(pipeline->readable);
}

void pipeline_resume(Pipeline *pipeline)
{
    if (!pipeline->paused) return;
    pipeline->paused = false;
    pipeline->heard_at = clock_steady_ms();
    if (pipeline->doomed) return;
    if (event_add(pipeline->readable, NULL) < 0) {
        pipeline_drop(pipeline, "out of memory");
        return;
    }
    event_active(pipeline->readable, EV_READ, 0); /* libpq may hold whole rows already */
}

/* --- what the pool asks --- */

bool pipeline_has_room(const Pipeline *pipeline)
{
    if (pipeline->doomed || pipeline->blocked || pipeline->load >= DEPTH) return false;
    const DbWork *oldest = TAILQ_FIRST(&pipeline->works), *newest = TAILQ_LAST(&pipeline->works, WorkList);
    if (!oldest) return true;
    return !newest->streams && clock_steady_ms() - pipeline->heard_at < SLOW_MS + 2 * pipeline->round_trip;
}

size_t pipeline_load(const Pipeline *pipeline)
{
    return pipeline->load;
}

int64_t pipeline_silence_ms(const Pipeline *pipeline)
{
    return TAILQ_EMPTY(&pipeline->works) || pipeline->paused ? 0 : clock_steady_ms() - pipeline->heard_at;
}

void pipeline_set_round_trip(Pipeline *pipeline, int64_t ms)
{
    pipeline->round_trip = ms;
}

void pipeline_take_back(Pipeline *pipeline, WorkList *list)
{
    bool undone = false;
    DbWork *work;
    while ((work = TAILQ_FIRST(&pipeline->works))) {
        work->pipeline = NULL;
        if (work->kind != WORK_UNIT) {
            undone = undone || work->certainly_undone;
            work_free(work);
            continue;
        }
        /* The server works in order: when it ended the session within one unit, it never began the later ones. */
        undone = undone || work->certainly_undone;
        bool certain = undone || work->error || !work->synced;
        work_clear_results(work);
        work->certainly_undone = certain;
        work_move(work, list);
    }
    pipeline->load = 0;
}

int pipeline_new(Pipeline **out, struct event_base *base, PGconn *connection, PipelineHandler handler)
{
    Pipeline *pipeline = calloc(1, sizeof *pipeline);
    if (!pipeline) return -ENOMEM;
    *pipeline = (Pipeline){.handler = handler, .heard_at = clock_steady_ms()};
    TAILQ_INIT(&pipeline->works);
    int fd = PQsocket(connection);
    pipeline->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, pipeline);
    pipeline->writable = event_new(base, fd, EV_WRITE | EV_PERSIST, on_writable, pipeline);
    pipeline->gone = event_new(base, -1, 0, on_gone, pipeline);
    if (!pipeline->readable || !pipeline->writable || !pipeline->gone || PQsetnonblocking(connection, 1) < 0 ||
        !PQenterPipelineMode(connection) || event_add(pipeline->readable, NULL) < 0) {
        pipeline_free(pipeline);
        return -ENOMEM;
    }
    pipeline->connection = connection;
    *out = pipeline;
    return 0;
}

void pipeline_free(Pipeline *pipeline)
{
    if (!pipeline) return;
    if (pipeline->readable) event_free(pipeline->readable);
    if (pipeline->writable) event_free(pipeline->writable);
    if (pipeline->gone) event_free(pipeline->gone);
    DbWork *work;
    while ((work = TAILQ_FIRST(&pipeline->works)))
        work_free(work);
    clear_prepared(pipeline);
    PQfinish(pipeline->connection); /* after the events: its socket's number is soon somebody else's */
    free(pipeline);
}
