/*
 * A group's rhythm: how often it meets over a lägesbild. What people set, the knowledge files leave alone at the next
 * start; the periods that close by it are close_periods.h's.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/rhythm.h"
#include "db/pool.h"
#include "util/arena.h"

typedef struct RhythmAnswer {
    DbStatus status;
    bool found; /* with DB_OK: there is such an area */
    Rhythm rhythm;
    CivilDate today;
} RhythmAnswer;

/* `answer` lives as long as the callback. */
typedef void (*RhythmDone)(const RhythmAnswer *answer, void *arg);

/* Both call `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before they return. Strings live
 * until then; `token` is who asks. */
void query_rhythm(Worker *worker, Arena *arena, const char *municipality, const char *area, RhythmDone done, void *arg);
void edit_rhythm(Worker *worker, Arena *arena, const char *municipality, const char *area, const Rhythm *rhythm,
                 const char *token, RhythmDone done, void *arg);
