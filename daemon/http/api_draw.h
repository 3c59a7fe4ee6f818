/*
 * Forms that take longer than a loop may be held up (PDF), drawn on a thread of the crew (flow/offload.h).
 */
#pragma once

#include <stdio.h>

#include "http/request.h"

/* Answers 200 with what `write` writes, or 503 where too many wait already. `write` runs on a thread; `arg` and what it
 * leads to live until the request is answered, and nobody else uses them or the request's arena until then. */
void api_draw(Request *request, int (*write)(void *arg, FILE *out), void *arg, const char *content_type);
