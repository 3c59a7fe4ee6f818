/*
 * Forms that take longer than a loop may be held up (PDF), drawn on a thread of the crew (flow/offload.h).
 */
#pragma once

#include <stdio.h>

#include "db/pool.h"
#include "http/request.h"

/* Answers 200 with what `write` writes, or 503 where that cannot be; the turn that the document was built in (LagesbildOrder's
 * `drawn`) then ends. `write` runs on a thread; `arg` and what it leads to live until the request is answered, and nobody
 * else uses them or the request's arena until then. */
void api_draw(Request *request, int (*write)(void *arg, FILE *out), void *arg, const char *content_type);

/* Ends the turn where nothing is to be drawn after all (304). */
void api_draw_nothing(Request *request);

/* Answers why there is no document to draw: 503 where too many wait already, otherwise as api_read_failed(). */
void api_draw_failed(Request *request, DbStatus status);
