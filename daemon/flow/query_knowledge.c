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

/* A parameter that is needed and could not be made is told as being without memory. */
static void send_params(Worker *worker, Arena *arena, const Query *query, const char *const *params, bool made,
                        KnowledgeJob wanted)
{
    KnowledgeJob *job = arena_alloc(arena, sizeof *job);
    if (job) *job = wanted;
    if (!job || !made || db_work_submit_one(worker->pool, query, params, answered, job))
        wanted.done(DB_OVERLOAD, NULL, wanted.arg);
}

/* `third` is the statement's last parameter, where it has three. */
static void send(Worker *worker, Arena *arena, const Query *query, const Scope *scope, const char *third,
                 KnowledgeJob wanted)
{
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL, third};
    send_params(worker, arena, query, params, params[0] && (!scope->areas || params[1]), wanted);
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

void query_areas_page(Worker *worker, Arena *arena, const AreaOrder *order, KnowledgeRowsDone done, void *arg)
{
    const Scope *scope = order->scope;
    const char *const only[] = {order->area};
    const bool some = order->area || scope->areas;
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            order->area    ? array_of_texts(arena, only, 1)
                            : scope->areas ? array_of_texts(arena, scope->areas, scope->area_count)
                                           : NULL,
                            order->west,
                            order->south,
                            order->east,
                            order->north,
                            order->after[0],
                            order->after[1],
                            arena_printf(arena, "%d", order->limit + 1),
                            order->after_bare ? "t" : "f"};
    send_params(worker, arena, &query_page_of_areas, params, params[0] && (!some || params[1]) && params[8],
                (KnowledgeJob){done, arg});
}

void query_extents(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg)
{
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count)};
    send_params(worker, arena, &query_ogc_extents, params, params[0] != NULL, (KnowledgeJob){done, arg});
}

void query_cues(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg)
{
    send(worker, arena, &query_knowledge_cues, scope, NULL, (KnowledgeJob){done, arg});
}
