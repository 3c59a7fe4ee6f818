/*
 * A coordinator's own parts of a lägesbild, stored as one more revision.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/period.h"
#include "db/pool.h"
#include "util/arena.h"

/* All strings live until done. */
typedef struct LagesbildEdit {
    const char *municipality, *area;
    Period period;
    const char *parts;     /* JSON, as core/lagesbild_parts makes it */
    const char *token;     /* uuid of who edits */
    const char *actor;     /* organisation or role, for the document */
    const char *revisions; /* integer[] as text: one of them must be the newest; NULL for any */
} LagesbildEdit;

typedef enum EditVerdict {
    EDIT_STORED,
    EDIT_STALE,  /* the newest revision is none of those */
    EDIT_RACED,  /* another edit came between, several times */
    EDIT_FAILED, /* `status` tells why */
} EditVerdict;

typedef void (*EditDone)(EditVerdict verdict, DbStatus status, void *arg);

/* Calls `done` exactly once: from the loop, or, without memory, before this returns. The edit is copied. */
void edit_lagesbild(Worker *worker, Arena *arena, const LagesbildEdit *edit, EditDone done, void *arg);
