/*
 * The first token: made when the database has none for an administrator, shown once.
 */
#pragma once

#include "util/error.h"

/* Makes the token where there is none: `file` (NULL: none is written) gets it, mode 0600, and so does `out`. Returns 1
 * when one was made, 0 when there is one already, or a negative errno; -ENOENT where no municipality of the kind
 * "country" has been stored. Blocks; for start-up. */
enum { ADMIN_TOKEN_SIZE = 128 };
int admin_token_ensure(const char *conninfo, const char *file, char out[static ADMIN_TOKEN_SIZE], Error *err);
