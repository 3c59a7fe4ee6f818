/*
 * Text in Unicode's composed form (NFC, Unicode Standard Annex 15): "ö" as one character. What is copied from a PDF or
 * comes from a file name of macOS has it as "o" and a mark; it looks the same, but neither a search nor a comparison
 * of names in the database finds the one by the other.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

/* `text` (UTF-8) composed: itself where it is already, else a copy. NULL without memory. */
const char *compose_text(Arena *arena, const char *text);

/* The same of a name, without white space at its ends. */
const char *compose_name(Arena *arena, const char *name);

/*
 * As compose_text(), of `*len` bytes; `*len` becomes the length of what is returned. Each of the `count` offsets into
 * `text` becomes one into that; one inside what was composed to a single character becomes the character's own.
 */
const char *compose_moved(Arena *arena, const char *text, size_t *len, uint32_t *offsets, size_t count);
