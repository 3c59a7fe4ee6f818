#include "flow/edit_knowledge.h"

#include "db/array.h"
#include "db/queries.h"

/* What the first column of the answer says. */
typedef enum Says { SAYS_WHETHER_NEW, SAYS_WHETHER_THERE, SAYS_NEW_ID, SAYS_ID } Says;

typedef struct EditJob {
    Says says;
    EditDone done;
    void *arg;
} EditJob;

static EditVerdict verdict_of(Says says, const PGresult *row)
{
    bool null = PQgetisnull(row, 0, 0), yes = !null && PQgetvalue(row, 0, 0)[0] == 't';
    switch (says) {
    case SAYS_WHETHER_NEW:
        return yes ? EDIT_MADE : EDIT_CHANGED;
    case SAYS_WHETHER_THERE:
        return yes ? EDIT_DELETED : EDIT_NOT_FOUND;
    case SAYS_NEW_ID:
        return EDIT_MADE;
    case SAYS_ID:
        break;
    }
    return null ? EDIT_NOT_FOUND : EDIT_CHANGED;
}

static void edited(const DbOutcome *outcome, void *arg)
{
    const EditJob *job = arg;
    EditAnswer answer = {.verdict = outcome->status == DB_REFUSED ? EDIT_REFUSED : EDIT_FAILED,
                         .status = outcome->status,
                         .constraint = outcome->constraint,
                         .message = outcome->message};
    if (outcome->status == DB_OK) {
        const PGresult *row = outcome->results[0];
        answer.verdict = verdict_of(job->says, row);
        answer.id = PQgetisnull(row, 0, 0) ? NULL : PQgetvalue(row, 0, 0);
    }
    job->done(&answer, job->arg);
}

static void send(Worker *worker, Arena *arena, const Query *query, const char *const *params, EditJob wanted)
{
    EditJob *job = arena_alloc(arena, sizeof *job);
    DbWork *work = NULL;
    if (job) {
        *job = wanted;
        work = db_work_new(worker->pool, edited, job);
    }
    if (!work || db_work_add(work, query, params) < 0) {
        db_work_free(work);
        wanted.done(&(EditAnswer){.verdict = EDIT_FAILED, .status = DB_OVERLOAD}, wanted.arg);
        return;
    }
    db_work_submit(work);
}

void edit_put_area(Worker *worker, Arena *arena, const char *municipality, const char *code, const char *body,
                   const char *token, EditDone done, void *arg)
{
    const char *params[] = {municipality, code, body, token};
    send(worker, arena, &query_put_area, params, (EditJob){SAYS_WHETHER_NEW, done, arg});
}

void edit_delete_area(Worker *worker, Arena *arena, const char *municipality, const char *code, const char *token,
                      EditDone done, void *arg)
{
    const char *params[] = {municipality, code, token};
    send(worker, arena, &query_delete_area, params, (EditJob){SAYS_WHETHER_THERE, done, arg});
}

void edit_delete_cue(Worker *worker, Arena *arena, const char *municipality, const char *phrase, const char *token,
                     EditDone done, void *arg)
{
    const char *params[] = {municipality, phrase, token};
    send(worker, arena, &query_delete_cue, params, (EditJob){SAYS_WHETHER_THERE, done, arg});
}

void edit_add_place(Worker *worker, Arena *arena, const char *municipality, const char *body, const char *token,
                    EditDone done, void *arg)
{
    const char *params[] = {municipality, body, token};
    send(worker, arena, &query_add_place, params, (EditJob){SAYS_NEW_ID, done, arg});
}

/* False, answered, without memory. */
static bool arrays(const Scope *scope, Arena *arena, const char **params, EditJob wanted)
{
    params[0] = array_of_texts(arena, scope->municipalities, scope->municipality_count);
    params[1] = scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL;
    if (params[0] && (!scope->areas || params[1])) return true;
    wanted.done(&(EditAnswer){.verdict = EDIT_FAILED, .status = DB_OVERLOAD}, wanted.arg);
    return false;
}

void edit_put_place(Worker *worker, Arena *arena, const Scope *scope, const char *id, const char *body,
                    const char *token, EditDone done, void *arg)
{
    const EditJob job = {SAYS_ID, done, arg};
    const char *params[5] = {[2] = id, [3] = body, [4] = token};
    if (arrays(scope, arena, params, job)) send(worker, arena, &query_put_place, params, job);
}

void edit_delete_place(Worker *worker, Arena *arena, const Scope *scope, const char *id, const char *token,
                       EditDone done, void *arg)
{
    const EditJob job = {SAYS_WHETHER_THERE, done, arg};
    const char *params[4] = {[2] = id, [3] = token};
    if (arrays(scope, arena, params, job)) send(worker, arena, &query_delete_place, params, job);
}
