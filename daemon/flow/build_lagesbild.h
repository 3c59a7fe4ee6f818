/*
 * The second straight path: what is stored, as the document of an area and a period.
 *
 * One unit of several statements, so that all figures are of one moment; then core/lagesbild judges and words them.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/lagesbild.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

enum { BUILD_INCIDENTS_MAX = 2000 }; /* the others are counted but not told; GET /v1/incidents has them */

typedef struct LagesbildOrder {
    Arena *arena;         /* for the document and for the work; lives until done */
    Knowledge *knowledge; /* referenced until done */
    Scope scope;          /* of one area */
    Period period;
    bool drawn;           /* in a form that takes a thread long: built when a turn to draw comes (offload_turn()), which
                           * is the caller's to end where the status is DB_OK */
} LagesbildOrder;

/* `status` is DB_OK with the document (in the order's arena), otherwise why there is none; DB_OVERLOAD also for memory.
 */
typedef void (*LagesbildBuilt)(DbStatus status, const Lagesbild *l, void *arg);

/* Calls `built` exactly once: from the loop, or, where memory is out, before this returns. */
void build_lagesbild(Worker *worker, const LagesbildOrder *order, LagesbildBuilt built, void *arg);
