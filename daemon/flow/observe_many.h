/*
 * Observations by the thousand: NDJSON in, a verdict for each line out, in order, in constant memory.
 *
 * Lines are stored some hundred a unit of work; a line that is wrong, or that the database refuses, harms no neighbour.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "context.h"
#include "core/knowledge/knowledge.h"
#include "flow/observation.h"

typedef struct ObserveMany ObserveMany;

typedef struct ObserveManyCallbacks {
    void (*pause)(bool paused, void *arg);
    /* The verdicts of some lines, NDJSON, in the lines' order. */
    void (*answer)(const char *ndjson, size_t len, void *arg);
    /* Once, after observe_many_end(); the object is then freed. `error` is NULL, or why the rest was not read. */
    void (*done)(uint64_t stored, const char *error, void *arg);
    void *arg;
} ObserveManyCallbacks;

/* `context` is copied (its knowledge referenced by `knowledge`; its strings must live until done). `refuse_pii`: a text
 * with personal data is refused instead of masked. NULL without memory. */
ObserveMany *observe_many_new(Worker *worker, Knowledge *knowledge, const ObservationContext *context, bool refuse_pii,
                              ObserveManyCallbacks callbacks);
void observe_many_feed(ObserveMany *many, const char *bytes, size_t len);
void observe_many_end(ObserveMany *many, bool complete);
