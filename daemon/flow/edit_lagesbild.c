#include "flow/edit_lagesbild.h"

#include <string.h>

#include "db/queries.h"

enum { TRIES_MAX = 5, PARAMETERS = 9 };

typedef struct EditJob {
    Worker *worker;
    const char *params[PARAMETERS];
    int tries;
    EditDone done;
    void *arg;
} EditJob;

static void send(EditJob *job);

static void answered(const DbOutcome *outcome, void *arg)
{
    EditJob *job = arg;
    bool raced =
        outcome->status == DB_REFUSED && outcome->constraint && strcmp(outcome->constraint, "lagesbild_edit_pkey") == 0;
    if (raced && ++job->tries < TRIES_MAX)
        send(job); /* onto what the other one wrote, or to find that it is not what the editor had seen */
    else if (raced)
        job->done(EDIT_RACED, outcome->status, job->arg);
    else if (outcome->status != DB_OK)
        job->done(EDIT_FAILED, outcome->status, job->arg);
    else
        job->done(PQntuples(outcome->results[0]) == 1 ? EDIT_STORED : EDIT_STALE, DB_OK, job->arg);
}

static void send(EditJob *job)
{
    DbWork *work = db_work_new(job->worker->pool, answered, job);
    if (!work || db_work_add(work, &query_insert_lagesbild_edit, job->params)) {
        db_work_free(work);
        job->done(EDIT_FAILED, DB_OVERLOAD, job->arg);
        return;
    }
    db_work_submit(work);
}

void edit_lagesbild(Worker *worker, Arena *arena, const LagesbildEdit *edit, EditDone done, void *arg)
{
    char code[PERIOD_CODE_SIZE], from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    EditJob *job = arena_calloc(arena, 1, sizeof *job);
    const char *period = arena_strdup(arena, period_code(&edit->period, code));
    const char *first = arena_strdup(arena, civil_format(edit->period.from, from));
    const char *after = arena_strdup(arena, civil_format(edit->period.to, to));
    if (!job || !period || !first || !after) {
        done(EDIT_FAILED, DB_OVERLOAD, arg);
        return;
    }
    *job = (EditJob){.worker = worker,
                     .params = {edit->municipality, edit->area, period, first, after, edit->parts, edit->token,
                                edit->actor, edit->revisions},
                     .done = done,
                     .arg = arg};
    send(job);
}
