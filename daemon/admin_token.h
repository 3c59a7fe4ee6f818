/*
 * The first token: made when the database has none for an administrator, shown once.
 */
#pragma once

#include "util/error.h"

/* Makes the token where there is none. Before it counts, `file` (NULL: none is written) gets it, mode 0600, and `show`
 * is called with it, so that a token that counts is always one that somebody has seen; the text goes with the call.
 * Returns 1 when one was made, 0 when there is one already, or a negative errno; -ENOENT where no municipality of the
 * kind "country" has been stored. Blocks; for start-up. */
int admin_token_ensure(const char *conninfo, const char *file, void (*show)(const char *token, const char *file),
                       Error *err);
