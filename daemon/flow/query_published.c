#include "flow/query_published.h"

#include "db/queries.h"

/* A parameter that is NULL could not be made: without memory. */
static void send(Worker *worker, Arena *arena, const Query *query, const char *const *params, RowsDone done, void *arg)
{
    bool made = true;
    for (int i = 0; i < query->parameters; i++)
        made = made && params[i];
    query_rows(worker, arena, query, params, made, done, arg);
}

static const char *code_of(Arena *arena, const PublishedKey *key)
{
    char code[PERIOD_CODE_SIZE];
    return arena_strdup(arena, period_code(&key->period, code));
}

void query_published_document(Worker *worker, Arena *arena, const PublishedKey *key, int version, const char *audience,
                              const char *format, RowsDone done, void *arg)
{
    const char *params[] = {key->municipality, key->area, code_of(arena, key), arena_printf(arena, "%d", version),
                            audience,          format};
    send(worker, arena, &query_select_lagesbild_document, params, done, arg);
}

void query_published_versions(Worker *worker, Arena *arena, const PublishedKey *key, RowsDone done, void *arg)
{
    const char *params[] = {key->municipality, key->area, code_of(arena, key)};
    send(worker, arena, &query_select_lagesbild_versions, params, done, arg);
}

void query_published_feed(Worker *worker, Arena *arena, const PublishedKey *key, int most, RowsDone done, void *arg)
{
    const char *params[] = {key->municipality, key->area, arena_printf(arena, "%d", most)};
    send(worker, arena, &query_select_lagesbild_feed, params, done, arg);
}
