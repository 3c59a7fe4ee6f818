/*
 * A unit of work on its way through the pool: shared by the pool, its links and their pipelines, and by nobody else.
 *
 * A unit is a list of statements that end in one Sync. The pipeline also runs units of its own (it prepares a
 * statement, it sets up the session): the same machinery, told apart by `kind`.
 */
#pragma once

#include <stdint.h>
#include <sys/queue.h>

#include "db/pool.h"

typedef enum WorkKind {
    WORK_UNIT,    /* somebody's */
    WORK_SESSION, /* the settings of a new connection */
    WORK_PREPARE, /* one statement, in a Sync of its own so that its failure takes nobody with it */
    WORK_FORGET,  /* DEALLOCATE ALL, after a plan went stale */
} WorkKind;

typedef struct WorkStatement {
    const Query *query;
    size_t params;      /* index of the first in DbWork.params */
    const int *lengths; /* of the parameters, which are in binary format; NULL: in text */
} WorkStatement;

struct DbWork {
    TAILQ_ENTRY(DbWork) entry;
    struct WorkList *list;     /* the one it is on; NULL while it is the caller's */
    Pool *pool;                /* NULL for the pipeline's own */
    struct Pipeline *pipeline; /* the one that runs it, or NULL */
    WorkKind kind;

    WorkStatement *statements;
    size_t statement_count, statement_capacity;
    const char **params;
    size_t param_count, param_capacity;

    DbDone done; /* NULL once cancelled */
    bool (*rows)(PGresult *row, void *arg);
    void *arg;
    bool retry;        /* may run twice */
    bool heavy;        /* db_work_set_heavy() was called */
    bool housekeeping; /* db_work_set_housekeeping() was called */
    bool streams;      /* db_work_set_rows() was called */
    bool paused;       /* the one who gets the rows wants no more for now */
    bool rows_given;   /* a row has left the pool: it cannot start over */
    bool cancelled;
    bool stopped;       /* the one who got the rows wants no more at all */
    bool no_memory;     /* db_work_add() failed; the unit must not run with a statement less */
    bool synced;        /* its Sync has been handed to libpq: the server may commit it */
    int attempts;       /* how often it has been sent */
    int64_t queued_at;  /* clock_steady_ms() */
    int64_t wait_until; /* when it may go again after a back-off */

    PGresult **results;        /* one for each statement; the last of several for one statement wins */
    size_t result_count;       /* statements wholly answered */
    bool answered;             /* the current statement has had a result, so that a NULL ends it */
    PGresult *error;           /* the first failure */
    const Query *failed_query; /* what failed, with `error` */
    bool stale_plan;           /* the failure means: prepare again and it will work */
    bool unpreparable;         /* one of its statements could not be prepared: preparing again would not help */
    bool certainly_undone;     /* the server said that it ended the session before the commit */
};

typedef TAILQ_HEAD(WorkList, DbWork) WorkList;

/* Takes the unit off the list it is on and puts it last on `list` (NULL: on none). Where a unit is, is its state. */
void work_move(DbWork *work, WorkList *list);

/* What a SQLSTATE means for the one who asked (never DB_OK). */
DbStatus work_status(const char *sqlstate);

/* True for a failure after which the whole unit was rolled back and may work the next time (deadlock and the like). */
bool work_is_passing(const char *sqlstate);

/* True where the server lacks something for now (disk, memory, connections: class 53) or cannot use its disk (class
 * 58). It was rolled back and may work later; someone must look after it, so it is logged. */
bool work_is_need(const char *sqlstate);

/* Makes room for the results. Returns 0 or -ENOMEM. */
int work_make_ready(DbWork *work);

/* Forgets what the last attempt gave. */
void work_clear_results(DbWork *work);

/* Takes a result of the current statement over; an error is kept aside. */
void work_take_result(DbWork *work, PGresult *result);

/* Fills the outcome from what the pipeline gathered: DB_OK, or what the error says. */
void work_outcome(const DbWork *work, DbOutcome *outcome);

/* A unit of the pipeline's own for one statement, or NULL without memory. */
DbWork *work_new_internal(WorkKind kind, const Query *query);

/* Takes the unit off its list and frees it. NULL is allowed. */
void work_free(DbWork *work);
