/*
 * Did it help: the counts before and after a day, here and in a comparison area, answered by one unit of work and
 * judged by core/effect.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/effect.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

typedef struct EffectOrder {
    Arena *arena;
    Scope scope; /* of one area */
    bool compares;
    Scope compare_scope;           /* of one area, where `compares` */
    bool compares_rest;            /* that area holds the first one: compared with is what is left of it */
    const char *const *categories; /* NULL-terminated, or NULL for all */
    Effect effect;                 /* all but the counts and what is judged */
} EffectOrder;

/* `effect` (in the order's arena, with its counts, judged) with DB_OK; otherwise why there is none. */
typedef void (*EffectDone)(DbStatus status, const Effect *effect, void *arg);

/* Calls `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before this returns. What the order
 * points to lives until then. */
void query_effect(Worker *worker, const EffectOrder *order, EffectDone done, void *arg);
