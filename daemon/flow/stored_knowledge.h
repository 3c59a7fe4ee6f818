/*
 * The knowledge as the database holds it: a row of select_knowledge.sql, and the Knowledge it makes.
 */
#pragma once

#include <libpq-fe.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"

typedef struct StoredKnowledge {
    char *areas, *places, *cues; /* JSON arrays */
    int64_t version;
} StoredKnowledge;

/* Copies it out of the statement's result. Returns 0 or -ENOMEM, with nothing to free. */
int stored_knowledge_copy(StoredKnowledge *out, const PGresult *row);
void stored_knowledge_deinit(StoredKnowledge *stored);

/* A knowledge with these areas, places and cues, and the rest as `base` (which it keeps no longer than it needs).
 * Returns 0, or a negative errno with the fault in `err`. Takes some twenty milliseconds: not for a loop. */
int stored_knowledge_make(Knowledge **out, Knowledge *base, const StoredKnowledge *stored, Error *err);
