/*
 * Where the programs find the files they came with.
 */
#pragma once

#include "util/error.h"

enum { PATHS_SIZE = 4096 };

/* The directory to use: `configured` where it is not empty, else `relative` ("schema/knowledge") in the source tree
 * that the program was built from where that is still there (a checkout runs as it is), else where `meson install` put
 * it. Returns 0, -ENOENT where there is none, or -ENAMETOOLONG. */
int paths_find(char out[static PATHS_SIZE], const char *configured, const char *relative, Error *err);
