/*
 * Knowledge between the files and the database: the files fill the database at start, what people changed there stays,
 * and the daemon reads with what the database then holds.
 *
 * Blocks; for start-up.
 */
#pragma once

#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "util/error.h"

/*
 * Writes the files' knowledge into the database at `conninfo` (as the schema's owner) and gives one whose areas,
 * places and taught cues are the database's, with their version (reload.h). `files` stays the caller's. Safe when two
 * daemons start at once. Returns 0 or a negative errno.
 */
int seed_run(Knowledge **out, int64_t *version, Knowledge *files, const char *conninfo, Error *err);
