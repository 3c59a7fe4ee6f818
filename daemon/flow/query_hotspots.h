/*
 * Where it happens: ranked places, clusters of positions, near-repeats, and what is new, answered by two units of work:
 * what is known of the time before, then the rest.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"
#include "util/civil.h"

enum {
    HOTSPOTS_INCIDENTS_MAX = 5000, /* in the period and the one before; with more, no clusters are sought */
    HOTSPOTS_PLACES_MAX = 20,
};

typedef struct HotspotsOrder {
    Arena *arena;
    Scope scope;                       /* of one area */
    const char *area_code, *area_name; /* the name is no place in itself */
    const char *const *categories;     /* NULL-terminated, or NULL for all */
    CivilDate from, to;                /* [from, to); the time before is as long and ends at `from` */
    int distance;                      /* metres: closer than this is the same spot */
    int least;                         /* incidents of a cluster */
    int days;                          /* near-repeats follow within as many */
} HotspotsOrder;

typedef enum HotspotsVerdict {
    HOTSPOTS_ANSWERED,
    HOTSPOTS_TOO_BROAD, /* more than HOTSPOTS_INCIDENTS_MAX, or it took too long */
    HOTSPOTS_FAILED,    /* `status` tells why */
} HotspotsVerdict;

/* All JSON, living as long as the callback. */
typedef struct HotspotsAnswer {
    HotspotsVerdict verdict;
    DbStatus status;
    bool previous_known; /* somebody reported for all of the time before */
    const char *places, *clusters, *near_repeats;
    const char *positions, *positions_of_places, *without_position; /* numbers; the second is part of the first */
} HotspotsAnswer;

typedef void (*HotspotsDone)(const HotspotsAnswer *answer, void *arg);

/* Calls `done` exactly once: from the loop, or, without memory, before this returns. What the order points to lives
 * until then. */
void query_hotspots(Worker *worker, const HotspotsOrder *order, HotspotsDone done, void *arg);
