/*
 * Which municipalities and areas a question may and does concern: what is asked for, within what the one who asks may
 * see.
 *
 * An area stands for itself and everything in it; a municipality's own area stands for all its incidents, also those
 * that are not known to lie in any smaller one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"

typedef struct ScopeQuestion {
    const char *bound_municipality; /* of the one who asks; NULL where not bound */
    const char *const *bound_areas; /* NULL-terminated codes; NULL where not bound */
    const char *municipality;       /* asked for, or NULL */
    const char *const *areas;       /* asked for, NULL-terminated codes; NULL for none in particular */
} ScopeQuestion;

/* Lives in the arena; the codes are the knowledge's. */
typedef struct Scope {
    const char **municipalities;
    size_t municipality_count;
    const char **areas; /* with everything in them; NULL for every incident of the municipalities */
    size_t area_count;
    AreaId area; /* the first area asked for, AREA_NONE without */
} Scope;

typedef enum ScopeVerdict {
    SCOPE_OK = 0,
    SCOPE_UNKNOWN,   /* no such area or municipality */
    SCOPE_AMBIGUOUS, /* several municipalities have an area of that code: name the municipality */
    SCOPE_MIXED,     /* areas of several municipalities cannot be asked for together */
    SCOPE_FORBIDDEN, /* not for the one who asks */
} ScopeVerdict;

/* Returns a ScopeVerdict, with a sentence in Swedish in `err` where it is not SCOPE_OK, or -ENOMEM. */
int scope_resolve(Scope *out, Arena *arena, const Knowledge *knowledge, const ScopeQuestion *question, Error *err);
