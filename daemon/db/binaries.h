/*
 * Where PostgreSQL's programs are.
 */
#pragma once

#include <limits.h>

#include "util/error.h"

#define BINARIES_OLDEST 15 /* what the schema needs */

/* Finds the directory that holds initdb and postgres: `given` when not NULL; else the newest of `root`/NN/bin (on
 * Debian /usr/lib/postgresql), else the first in PATH that has them. `version` restricts it to one major version (the
 * one that made a cluster), 0 for any from BINARIES_OLDEST. Returns 0, or -ENOENT with the Debian package to install.
 */
int binaries_find(char directory[PATH_MAX], const char *given, const char *root, int version, Error *err);
