/*
 * Many observations from a file, one JSON object a line, sent in batches through the outbox.
 *
 * Each line gets an idempotency_key unless it has one, because the server knows lines by that and not by the request's;
 * a line that says when it was seen (observed_at) always gets the same, so the same file can be sent again.
 */
#pragma once

#include "session.h"

/* Sends `path` ("-" for standard input). Prints how many were taken and each line that was not. Returns the exit code:
 * CLI_REFUSED when a line was refused, CLI_UNREACHABLE when some are in the outbox. */
int bulk_send_observations(Session *session, const char *path);
