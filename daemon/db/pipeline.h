/*
 * One connection in pipeline mode: units go in, answered units come out, in the same order.
 *
 *   pipeline_send()  →  libpq's buffer  →  flush, now and when the socket can be written
 *   the socket can be read  →  consume, flush, then take results for as long as libpq has whole ones
 *
 * Both directions are watched at once, so that two full socket buffers never wait for each other. Statements are
 * prepared the first time this connection meets them.
 *
 * Nothing is torn down inside a callback: a pipeline that is of no more use says so from a loop turn of its own.
 */
#pragma once

#include "db/work.h"

struct event_base;

typedef struct Pipeline Pipeline;

typedef struct PipelineHandler {
    /* The unit's Sync was answered, or its reader stopped; the unit is the handler's now. May send more. */
    void (*done)(Pipeline *pipeline, DbWork *work, void *arg);
    /* The connection is of no use any more; `reason` is for people, NULL when we chose so. The handler takes the units
     * back and frees the pipeline. */
    void (*lost)(Pipeline *pipeline, const char *reason, void *arg);
    void *arg;
} PipelineHandler;

/* Takes over an established connection. Returns 0, or -ENOMEM with `connection` still the caller's. */
int pipeline_new(Pipeline **out, struct event_base *base, PGconn *connection, PipelineHandler handler);

/* Closes the connection; units still in it are freed without a word (take them back first). NULL is allowed. */
void pipeline_free(Pipeline *pipeline);

/* May another unit be sent? Not behind a reader of rows, not behind one that has been waiting for its answer so long
 * that it is probably a slow one, not before what was sent has left, and not more than a few at once. */
bool pipeline_has_room(const Pipeline *pipeline);

/* Units of the pool under way. */
size_t pipeline_load(const Pipeline *pipeline);

/* Sends a unit; it belongs to the pipeline until `done` or pipeline_take_back(). */
void pipeline_send(Pipeline *pipeline, DbWork *work);

/* Milliseconds since the connection last gave an answer that somebody waits for; 0 when nobody does. */
int64_t pipeline_silence_ms(const Pipeline *pipeline);

/* Gives the connection up: `lost` follows from a later loop turn. NULL for a reason that nobody need hear of. */
void pipeline_drop(Pipeline *pipeline, const char *reason);

/* Moves the pool's units that have not been answered to the end of `list`, in order, with results forgotten. Where the
 * server's last words make it certain, `certainly_undone` is set. */
void pipeline_take_back(Pipeline *pipeline, WorkList *list);

/* Stops and restarts reading, for a unit whose reader is full. */
void pipeline_pause(Pipeline *pipeline);
void pipeline_resume(Pipeline *pipeline);

/* An estimate of the round trip to the server, from the time it took to set the session up. */
void pipeline_set_round_trip(Pipeline *pipeline, int64_t ms);
