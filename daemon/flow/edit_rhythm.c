#include "flow/edit_rhythm.h"

#include "db/queries.h"

typedef struct RhythmJob {
    RhythmDone done;
    void *arg;
} RhythmJob;

/* The unit's last statement tells what holds now. */
static void answered(const DbOutcome *outcome, void *arg)
{
    const RhythmJob *job = arg;
    RhythmAnswer answer = {.status = outcome->status};
    if (outcome->status == DB_OK) {
        const PGresult *rows = outcome->results[outcome->result_count - 1];
        answer.found = PQntuples(rows) == 1;
        const char *starts = answer.found && !PQgetisnull(rows, 0, 1) ? PQgetvalue(rows, 0, 1) : NULL;
        if (answer.found && rhythm_parse(&answer.rhythm, PQgetvalue(rows, 0, 0), starts)) answer.status = DB_FAILED;
        if (answer.found) civil_parse(PQgetvalue(rows, 0, 2), (size_t)PQgetlength(rows, 0, 2), &answer.today);
    }
    job->done(&answer, job->arg);
}

/* Tells what holds, after `before` (with its parameters) where that is not NULL. */
static void send(Worker *worker, Arena *arena, const Query *before, const char *const *before_params,
                 const char *const *params, RhythmJob wanted)
{
    RhythmJob *job = arena_alloc(arena, sizeof *job);
    DbWork *work = NULL;
    if (job) {
        *job = wanted;
        work = db_work_new(worker->pool, answered, job);
    }
    if (!work || (before && db_work_add(work, before, before_params)) ||
        db_work_add(work, &query_select_rhythm, params)) {
        db_work_free(work);
        wanted.done(&(RhythmAnswer){.status = DB_OVERLOAD}, wanted.arg);
        return;
    }
    db_work_set_retry(work); /* to set the same rhythm twice is to set it once */
    db_work_submit(work);
}

void query_rhythm(Worker *worker, Arena *arena, const char *municipality, const char *area, RhythmDone done, void *arg)
{
    const char *const params[] = {municipality, area};
    send(worker, arena, NULL, NULL, params, (RhythmJob){done, arg});
}

void edit_rhythm(Worker *worker, Arena *arena, const char *municipality, const char *area, const Rhythm *rhythm,
                 const char *token, RhythmDone done, void *arg)
{
    char monday[CIVIL_TEXT_SIZE];
    const bool starts = civil_is_known(rhythm->starts);
    const char *const params[] = {municipality, area};
    const char *const set[] = {municipality, area, rhythm_name(rhythm->every),
                               starts ? arena_strdup(arena, civil_format(rhythm->starts, monday)) : NULL, token};
    if (starts && !set[3])
        done(&(RhythmAnswer){.status = DB_OVERLOAD}, arg);
    else
        send(worker, arena, &query_put_rhythm, set, params, (RhythmJob){done, arg});
}
