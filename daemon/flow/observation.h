/*
 * One observation as somebody sends it: checked, read, made into the row that is stored.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"
#include "util/fault.h"

/* Who sends it, and what holds where the observation does not say. */
typedef struct ObservationContext {
    const Knowledge *knowledge;
    MunicipalityId municipality; /* the sender's; MUNICIPALITY_NONE for one who may send for any */
    MunicipalityId otherwise;    /* where neither the observation nor its text tells */
    const char *source;          /* "vaktare" */
    const char *organisation;    /* or NULL */
    const char *created_by;      /* the token's id */
    int64_t now_ms;
} ObservationContext;

/* Sweden with its economic zone, degrees in WGS 84. */
bool observation_is_in_sweden(double lat, double lon);

/* Clocks of phones differ; a time more than this ahead of ours is no clock's fault. Milliseconds. */
enum { OBSERVATION_AHEAD_MS = 10 * 60 * 1000 };

/* The longest text of one observation, in bytes. */
enum { OBSERVATION_TEXT_MAX = 64 * 1024 };

/*
 * Reads {text, observed_at?, category?, place?, position?{lat,lon}, source?, organisation?, municipality?,
 * idempotency_key?}. The key, when given (or `key`, from the header), makes the incident's id, so that the same one
 * sent again is the same incident. Returns 0 with `*row` for ingest_observation(); -EINVAL with at least one fault;
 * -ENOMEM.
 * `personal` (which has an arena) tells the personal data that was found, and is masked in the row.
 */
int observation_read(cJSON **row, Faults *personal, Arena *arena, const cJSON *json, const char *key,
                     const ObservationContext *context, Faults *faults);
