/*
 * The schema in the database: ordered migrations, then the latest functions and views.
 *
 * Safe when two daemons start at once (an advisory lock); each migration runs in its own transaction and its SHA-256 is
 * kept: a migration that was changed after it ran stops the start with a clear error. Blocks; for start-up and
 * `lagesbildd migrate`.
 */
#pragma once

#include "util/error.h"

/* `schema_directory` holds migrations/NNNN_name.sql, functions/NAME.sql and views/NAME.sql. `applied`, when not NULL,
 * gets how many migrations were new. Returns 0 or a negative errno. */
int migrate_run(const char *conninfo, const char *schema_directory, int *applied, Error *err);
