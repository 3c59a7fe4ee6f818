/*
 * The Police's feed, any length of it, in constant memory: notices are taken out of the stream, read, and stored some
 * hundred a unit of work, a few units at the same time.
 *
 * Idempotent on the notice's id: one that is stored with the same text is known, one that was edited becomes a
 * revision.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "core/knowledge/knowledge.h"
#include "util/error.h"

typedef struct Import Import;

typedef struct ImportSummary {
    uint64_t received, stored, known, updated;
    uint64_t skipped_count;
    const cJSON *skipped; /* [{index, line, id?, reason}], the first IMPORT_SKIPPED_MAX */
    uint64_t incidents;   /* in the stored ones */
    const char *broken;   /* why the stream stopped being JSON, or NULL */
    bool busy;            /* the database went away: what was counted is stored, the rest can be sent again */
    bool failed;          /* out of memory */
} ImportSummary;

enum { IMPORT_SKIPPED_MAX = 1000 };

typedef struct ImportCallbacks {
    void (*pause)(bool paused, void *arg);                 /* true: enough units are under way, send no more for now */
    void (*done)(const ImportSummary *summary, void *arg); /* once, after import_end(); the import is then freed */
    void *arg;
} ImportCallbacks;

/* NULL without memory. References `knowledge`. */
Import *import_new(Worker *worker, Knowledge *knowledge, const char *created_by, ImportCallbacks callbacks);

/* The next bytes of a JSON array or of NDJSON. */
void import_feed(Import *import, const char *bytes, size_t len);

/* There are no more bytes; `complete` is false where the sender went away. `done` may be called before this returns. */
void import_end(Import *import, bool complete);
