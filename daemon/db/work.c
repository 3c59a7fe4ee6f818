#include "db/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

DbWork *db_work_new(Pool *pool, DbDone done, void *arg)
{
    DbWork *work = calloc(1, sizeof *work);
    if (work) *work = (DbWork){.pool = pool, .done = done, .arg = arg};
    return work;
}

DbWork *work_new_internal(WorkKind kind, const Query *query)
{
    DbWork *work = db_work_new(NULL, NULL, NULL);
    if (!work) return NULL;
    work->kind = kind;
    if (db_work_add(work, query, NULL) < 0 || work_make_ready(work) < 0) {
        work_free(work);
        return NULL;
    }
    return work;
}

void work_move(DbWork *work, WorkList *list)
{
    if (work->list) TAILQ_REMOVE(work->list, work, entry);
    work->list = list;
    if (list) TAILQ_INSERT_TAIL(list, work, entry);
}

void work_free(DbWork *work)
{
    if (!work) return;
    work_move(work, NULL);
    work_clear_results(work);
    free(work->results);
    free(work->statements);
    free(work->params);
    free(work);
}

void db_work_free(DbWork *work)
{
    work_free(work);
}

/* An array with room for `more` elements after `count`, or NULL with the old one untouched. */
static void *with_room(void *items, size_t count, size_t *capacity, size_t more, size_t size)
{
    if (count + more <= *capacity) return items;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    if (wanted < count + more) wanted = count + more;
    void *moved = reallocarray(items, wanted, size);
    if (moved) *capacity = wanted;
    return moved;
}

int db_work_add(DbWork *work, const Query *query, const char *const *params)
{
    return db_work_add_binary(work, query, params, NULL);
}

int db_work_add_binary(DbWork *work, const Query *query, const char *const *params, const int *lengths)
{
    size_t count = params ? (size_t)query->parameters : 0;
    WorkStatement *statements =
        with_room(work->statements, work->statement_count, &work->statement_capacity, 1, sizeof *statements);
    if (!statements) goto no_memory;
    work->statements = statements;
    if (count > 0) {
        const char **all = with_room(work->params, work->param_count, &work->param_capacity, count, sizeof *all);
        if (!all) goto no_memory;
        work->params = all;
        memcpy(all + work->param_count, params, count * sizeof *params);
    }
    statements[work->statement_count++] =
        (WorkStatement){.query = query, .params = work->param_count, .lengths = lengths};
    work->param_count += count;
    return 0;

no_memory:
    work->no_memory = true;
    return -ENOMEM;
}

int db_work_submit_one(Pool *pool, const Query *query, const char *const *params, DbDone done, void *arg)
{
    DbWork *work = db_work_new(pool, done, arg);
    if (!work || db_work_add(work, query, params)) {
        db_work_free(work);
        return -ENOMEM;
    }
    db_work_set_retry(work);
    db_work_submit(work);
    return 0;
}

void db_work_set_retry(DbWork *work)
{
    work->retry = true;
}

void db_work_set_heavy(DbWork *work)
{
    work->heavy = true;
}

void db_work_set_housekeeping(DbWork *work)
{
    work->housekeeping = true;
}

void db_work_set_rows(DbWork *work, bool (*rows)(PGresult *row, void *arg))
{
    work->rows = rows;
    work->streams = true;
}

int work_make_ready(DbWork *work)
{
    if (work->no_memory) return -ENOMEM;
    if (!work->results && work->statement_count > 0) {
        work->results = calloc(work->statement_count, sizeof(PGresult *));
        if (!work->results) return -ENOMEM;
    }
    return 0;
}

void work_clear_results(DbWork *work)
{
    for (size_t i = 0; work->results && i < work->statement_count; i++) {
        PQclear(work->results[i]);
        work->results[i] = NULL;
    }
    PQclear(work->error);
    work->error = NULL;
    work->failed_query = NULL;
    work->result_count = 0;
    work->answered = work->synced = work->stale_plan = work->unpreparable = work->certainly_undone = false;
}

/* The plan of a prepared statement no longer fits the tables, or the statement has gone with its session (a pooler
 * between us and the server may do that). The routine's name is used because 0A000 alone means a hundred things and
 * the message is translated. */
static bool is_stale_plan(const PGresult *result, const char *sqlstate)
{
    if (strcmp(sqlstate, "26000") == 0) return true;
    const char *routine = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
    return strcmp(sqlstate, "0A000") == 0 && routine && strcmp(routine, "RevalidateCachedQuery") == 0;
}

static const char *sqlstate_of(const PGresult *result)
{
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    return sqlstate ? sqlstate : "";
}

void work_take_result(DbWork *work, PGresult *result)
{
    work->answered = true;
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_ABORTED: /* an earlier statement failed; that error is the one to tell */
        PQclear(result);
        return;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_SINGLE_TUPLE:
        if (work->result_count >= work->statement_count) { /* never, or the count of answers is lost */
            PQclear(result);
            return;
        }
        PQclear(work->results[work->result_count]);
        work->results[work->result_count] = result;
        return;
    default:
        break;
    }
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "ERROR") != 0 && work->result_count < work->statement_count)
        work->certainly_undone = true; /* FATAL while a statement ran: before the commit, which comes with the Sync */
    if (work->error) {
        PQclear(result);
        return;
    }
    work->error = result;
    if (work->result_count < work->statement_count) work->failed_query = work->statements[work->result_count].query;
    work->stale_plan = is_stale_plan(result, sqlstate_of(result));
}

bool work_is_passing(const char *sqlstate)
{
    return strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0 || strcmp(sqlstate, "55P03") == 0;
}

bool work_is_need(const char *sqlstate)
{
    return strncmp(sqlstate, "53", 2) == 0 || strncmp(sqlstate, "58", 2) == 0;
}

DbStatus work_status(const char *sqlstate)
{
    static const char *const unavailable[] = {
        "57P01", "57P02", "57P03", /* the server is stopping, has crashed, is starting */
        "57P05",                   /* idle session ended */
        "25006",                   /* a standby: the primary is somewhere else now */
    };
    if (work_is_passing(sqlstate)) return DB_CONFLICT;
    if (work_is_need(sqlstate)) return DB_UNAVAILABLE;
    if (strcmp(sqlstate, "57014") == 0) return DB_TIMEOUT;
    for (size_t i = 0; i < sizeof unavailable / sizeof *unavailable; i++)
        if (strcmp(sqlstate, unavailable[i]) == 0) return DB_UNAVAILABLE;
    if (strncmp(sqlstate, "08", 2) == 0) return DB_UNAVAILABLE;
    if (strncmp(sqlstate, "22", 2) == 0 || strncmp(sqlstate, "23", 2) == 0 || strncmp(sqlstate, "P0", 2) == 0)
        return DB_REFUSED;
    return DB_FAILED;
}

void work_outcome(const DbWork *work, DbOutcome *outcome)
{
    *outcome = (DbOutcome){.status = DB_OK, .results = work->results, .result_count = work->result_count};
    if (!work->error) return;
    const char *sqlstate = sqlstate_of(work->error);
    outcome->status = work_status(sqlstate);
    outcome->results = NULL;
    outcome->result_count = 0;
    strncpy(outcome->sqlstate, sqlstate, sizeof outcome->sqlstate - 1);
    outcome->message = PQresultErrorField(work->error, PG_DIAG_MESSAGE_PRIMARY);
    outcome->constraint = PQresultErrorField(work->error, PG_DIAG_CONSTRAINT_NAME);
}

PGresult *db_outcome_take(const DbOutcome *outcome, size_t index)
{
    PGresult **results = (PGresult **)outcome->results; /* the unit's own, which clears what is left */
    PGresult *taken = results[index];
    results[index] = NULL;
    return taken;
}
