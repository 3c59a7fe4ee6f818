#include "flow/query_rows.h"

typedef struct RowsJob {
    RowsDone done;
    void *arg;
} RowsJob;

static void answered(const DbOutcome *outcome, void *arg)
{
    const RowsJob *job = arg;
    job->done(outcome->status, outcome->status == DB_OK ? outcome->results[0] : NULL, job->arg);
}

void query_rows(Worker *worker, Arena *arena, const Query *query, const char *const *params, bool made, RowsDone done,
                void *arg)
{
    RowsJob *job = arena_alloc(arena, sizeof *job);
    if (job) *job = (RowsJob){done, arg};
    if (!job || !made || db_work_submit_one(worker->pool, query, params, answered, job)) done(DB_OVERLOAD, NULL, arg);
}
