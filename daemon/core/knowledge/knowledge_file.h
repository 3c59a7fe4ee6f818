/*
 * The files of a knowledge directory as bytes and as CSV rows, with errors that name the file and the line.
 */
#pragma once

#include <stddef.h>

#include "util/arena.h"
#include "util/error.h"

/* The largest file that is read, in bytes. */
enum { KNOWLEDGE_FILE_MAX = 256 * 1024 * 1024 };

/*
 * Reads `directory`/`file` whole. `*bytes` lives in `arena`, with a NUL after its `*len` bytes. Returns 0, or a
 * negative errno with the fault in `err`: -ENOENT where there is no such file, -E2BIG over KNOWLEDGE_FILE_MAX.
 */
int knowledge_file_read(Arena *arena, const char *directory, const char *file, char **bytes, size_t *len, Error *err);
