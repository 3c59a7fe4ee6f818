/*
 * Parameters of PostgreSQL array types, in text format.
 */
#pragma once

#include <stddef.h>

#include "util/arena.h"

/* '{"a","b"}' of `count` strings, each quoted, so any text is safe. NULL without memory. */
char *array_of_texts(Arena *arena, const char *const *items, size_t count);
