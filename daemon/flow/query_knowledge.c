#include "flow/query_knowledge.h"

#include "db/array.h"
#include "db/queries.h"

typedef struct KnowledgeJob {
    KnowledgeRowsDone done;
    void *arg;
} KnowledgeJob;

static void answered(const DbOutcome *outcome, void *arg)
{
    const KnowledgeJob *job = arg;
    job->done(outcome->status, outcome->status == DB_OK ? outcome->results[0] : NULL, job->arg);
}

/* `third` is the statement's last parameter, where it has three. */
static void send(Worker *worker, Arena *arena, const Query *query, const Scope *scope, const char *third,
                 KnowledgeJob wanted)
{
    KnowledgeJob *job = arena_alloc(arena, sizeof *job);
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL, third};
    DbWork *work = NULL;
    if (job && params[0] && (!scope->areas || params[1])) {
        *job = wanted;
        work = db_work_new(worker->pool, answered, job);
    }
    if (!work || db_work_add(work, query, params)) {
        db_work_free(work);
        wanted.done(DB_FAILED, NULL, wanted.arg);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

void query_areas(Worker *worker, Arena *arena, const Scope *scope, bool with_polygons, KnowledgeRowsDone done,
                 void *arg)
{
    send(worker, arena, &query_knowledge_areas, scope, with_polygons ? "t" : "f", (KnowledgeJob){done, arg});
}

void query_places(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg)
{
    send(worker, arena, &query_knowledge_places, scope, NULL, (KnowledgeJob){done, arg});
}
