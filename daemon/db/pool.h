/*
 * PostgreSQL from an event loop: a few connections in pipeline mode, never blocking.
 *
 * A unit of work is everything up to one Sync: an implicit transaction, so no BEGIN. It succeeds whole or not at all.
 * Units are sent in the order they were submitted (one that is tried again comes later), each on one connection,
 * several in flight on the same connection. With several connections they may finish in another order: what must follow
 * another unit is submitted from its `done`.
 *
 * One pool belongs to one loop and is used on that loop only. Sessions have Swedish time, ISO dates and UTF-8. The one
 * thing that can block is the resolution of a host name (see link.h).
 */
#pragma once

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"
#include "util/log.h"

struct event_base;

/* One statement, from a file in db/queries, embedded by the build as `query_<file name>` (see db/queries.h). */
typedef struct Query {
    const char *name; /* the prepared statement's name: the file's name */
    const char *sql;
    int parameters; /* how many $n it has */
} Query;

typedef enum DbStatus {
    DB_OK,
    DB_REFUSED,     /* a constraint or check said no (SQLSTATE class 22, 23, P0); `sqlstate` tells which */
    DB_CONFLICT,    /* serialization failure or deadlock that stayed after the pool's own retries */
    DB_TIMEOUT,     /* statement_timeout (57014) */
    DB_OVERLOAD,    /* the queue is full, no connection was free for 10 s, or memory is out; nothing was done */
    DB_UNAVAILABLE, /* no connection for 2 s, or it went while the unit was under way, or the server lacks room */
    DB_FAILED,      /* anything else: a bug; logged by the pool */
} DbStatus;

typedef struct DbOutcome {
    DbStatus status;
    PGresult *const
        *results; /* one for each statement, with DB_OK; owned by the pool, gone when the callback returns */
    size_t result_count;
    char sqlstate[6];       /* "" where there is none */
    const char *message;    /* the server's primary message; may hold data, so never log it. NULL where none */
    const char *constraint; /* the constraint that refused, or NULL */
    bool maybe_committed;   /* with DB_UNAVAILABLE: sent, and nobody knows what came of it */
} DbOutcome;

/* Takes a result over from the pool: the caller frees it with PQclear(), in any thread. */
PGresult *db_outcome_take(const DbOutcome *outcome, size_t index);

typedef struct Pool Pool;
typedef struct DbWork DbWork;
typedef void (*DbDone)(const DbOutcome *outcome, void *arg);

typedef struct PoolOptions {
    const char *conninfo;     /* any libpq conninfo, several hosts included */
    const char *role;         /* SET ROLE after connecting, or NULL */
    int connections;          /* 1 to 64 */
    int queue_max;            /* clients' units of all kinds waiting or under way before DB_OVERLOAD */
    int statement_timeout_ms; /* 0 for none */
    int heavy_connections;    /* beside those, for heavy units, and as many for rows; 0 for as many as `connections` */
    int heavy_queue_max;      /* heavy units waiting or under way before DB_OVERLOAD; 0 for queue_max */
    int heavy_timeout_ms;     /* of a heavy unit's statements; 0 for none */
    int rows_timeout_ms;      /* of units with db_work_set_rows(), pauses included; 0 for none */
    const Log *log;           /* must outlive the pool; NULL is standard error */
} PoolOptions;

/* Starts connecting; returns 0 with the pool, -EINVAL for a conninfo that cannot be read, or -ENOMEM. */
int pool_new(Pool **out, struct event_base *base, const PoolOptions *options, Error *err);

/* Fails what is left with DB_UNAVAILABLE and closes; new units are refused meanwhile. Call on the pool's loop, outside
 * its callbacks. */
void pool_free(Pool *pool);

/* At least one connection is usable now (for /readyz). */
bool pool_is_ready(const Pool *pool);

/* Units submitted and not done. */
size_t pool_pending(const Pool *pool);

/* A new unit that will tell `done`, exactly once, from the loop and never inside db_work_submit(). NULL without memory.
 */
DbWork *db_work_new(Pool *pool, DbDone done, void *arg);

/* Adds a statement with its parameters in text format (query->parameters of them; NULL is SQL NULL). The array is
 * copied; the strings must live until the unit is done or cancelled. Returns 0 or -ENOMEM. */
int db_work_add(DbWork *work, const Query *query, const char *const *params);

/* The same with parameters in binary format, at most 32, of `lengths` bytes; these are not copied either. */
int db_work_add_binary(DbWork *work, const Query *query, const char *const *params, const int *lengths);

/* The unit may safely run twice (it only reads, or is idempotent by its keys): the pool then also tries it again after
 * a lost connection. Any unit is tried again, a few times with back-off, when the server surely rolled it back and it
 * may work the next time: deadlock, serialization failure, a plan that a migration made stale, a server that said
 * goodbye before the commit. */
void db_work_set_retry(DbWork *work);

/* The unit may take long: it runs on a connection kept for such, alone, as many at once as there are of those. However
 * many are asked for, the others find their connections free. */
void db_work_set_heavy(DbWork *work);

/* The unit is the daemon's own, not a client's: it takes no room in the queue from them, and is not refused because
 * they fill it. There must be few of them, and never more because there are more clients. */
void db_work_set_housekeeping(DbWork *work);

/* Rows of the last statement are given to `rows` as they come (single-row mode; the pool frees each), instead of in the
 * outcome, whose last result is then empty. For exports: such a unit has a connection of its own, so a slow reader
 * holds up nobody, and memory stays bounded because the pool does not read from it between db_work_pause() and
 * db_work_resume(). As many of them run at once as the pool has heavy connections; others wait.
 *
 * The unit must only read: when `rows` returns false, `done` gets DB_OK with the results of the statements before, and
 * the connection is closed, which rolls back. Once a row has been given the unit is not tried again. */
void db_work_set_rows(DbWork *work, bool (*rows)(PGresult *row, void *arg));
void db_work_pause(DbWork *work);
void db_work_resume(DbWork *work);

/* Hands the unit over. Its memory is the pool's from here; it is freed after `done`. */
void db_work_submit(DbWork *work);

/* A unit of one statement that may safely run twice, made and handed over. Returns 0, or -ENOMEM without calling
 * `done`.
 */
int db_work_submit_one(Pool *pool, const Query *query, const char *const *params, DbDone done, void *arg);

/* The one who asked has gone: `done` and `rows` will not be called, and the parameters' strings may go away. A unit
 * that was not sent yet never runs; one that was runs to its end, unless it gives rows, then its connection is closed.
 * Not to be called from the unit's own `done`, nor after it. */
void db_work_cancel(DbWork *work);

/* Frees a unit that was never submitted. */
void db_work_free(DbWork *work);
