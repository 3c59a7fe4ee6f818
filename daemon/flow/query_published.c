#include "flow/query_published.h"

#include "db/queries.h"

typedef struct PublishedJob {
    PublishedDone done;
    void *arg;
} PublishedJob;

static void answered(const DbOutcome *outcome, void *arg)
{
    const PublishedJob *job = arg;
    job->done(outcome->status, outcome->status == DB_OK ? outcome->results[0] : NULL, job->arg);
}

/* A parameter that is NULL could not be made: without memory. */
static void send(Worker *worker, Arena *arena, const Query *query, const char *const *params, PublishedJob wanted)
{
    PublishedJob *job = arena_alloc(arena, sizeof *job);
    bool complete = job != NULL;
    if (job) *job = wanted;
    for (int i = 0; i < query->parameters; i++)
        complete = complete && params[i];
    if (!complete || db_work_submit_one(worker->pool, query, params, answered, job))
        wanted.done(DB_OVERLOAD, NULL, wanted.arg);
}

static const char *code_of(Arena *arena, const PublishedKey *key)
{
    char code[PERIOD_CODE_SIZE];
    return arena_strdup(arena, period_code(&key->period, code));
}

void query_published_document(Worker *worker, Arena *arena, const PublishedKey *key, int version, const char *audience,
                              const char *format, PublishedDone done, void *arg)
{
    const char *params[] = {key->municipality, key->area, code_of(arena, key), arena_printf(arena, "%d", version),
                            audience,          format};
    send(worker, arena, &query_select_lagesbild_document, params, (PublishedJob){done, arg});
}

void query_published_versions(Worker *worker, Arena *arena, const PublishedKey *key, PublishedDone done, void *arg)
{
    const char *params[] = {key->municipality, key->area, code_of(arena, key)};
    send(worker, arena, &query_select_lagesbild_versions, params, (PublishedJob){done, arg});
}

void query_published_feed(Worker *worker, Arena *arena, const PublishedKey *key, int most, PublishedDone done,
                          void *arg)
{
    const char *params[] = {key->municipality, key->area, arena_printf(arena, "%d", most)};
    send(worker, arena, &query_select_lagesbild_feed, params, (PublishedJob){done, arg});
}
