/*
 * Which lägesbilder there are: published, waiting to be, or written in.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"
#include "render/lagesbild_list.h"

/* Strings live until done. */
typedef struct LagesbilderFilter {
    Scope scope;
    const char *status;                     /* "draft", "waiting", "published", or NULL for all */
    const char *after[LAGESBILD_LIST_KEYS]; /* the keys of the last row already given, or NULL */
    int limit;
} LagesbilderFilter;

/* `items` is NULL unless `status` is DB_OK, and lives as long as the callback; `next` are the last one's keys where
 * there are more, or NULL. */
typedef void (*LagesbilderDone)(DbStatus status, const LagesbildListItem *items, size_t count, const char *const *next,
                                void *arg);

/* The newest period first. Calls `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before it
 * returns.
 */
void query_lagesbilder(Worker *worker, Arena *arena, const LagesbilderFilter *filter, LagesbilderDone done, void *arg);
