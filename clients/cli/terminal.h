/*
 * Text for people in a terminal: how wide it is, and what must not get there. What comes from a server or a report may
 * hold anything, also sequences that would take over the terminal.
 */
#pragma once

#include <stddef.h>

#include "util/arena.h"

/* Columns that UTF-8 text takes (UAX #11, by utf8proc); combining marks take none. */
size_t terminal_columns(const char *text, size_t len);

/* The most bytes of `text` that fit in `columns`, whole characters with their marks. */
size_t terminal_fit(const char *text, size_t len, size_t columns);

/*
 * A copy on one line without control characters, directional overrides or broken UTF-8: runs of white space and
 * controls become one space, broken bytes U+FFFD. NULL text gives "". NULL: memory is out.
 */
const char *terminal_clean(Arena *arena, const char *text);

/*
 * For text of many lines on its way to a terminal: disarms in place what could take it over: controls but line feed and
 * tab become '?', the C1 controls in their UTF-8 form no-break spaces. `state` is 0 before the first piece and carries
 * over to the next.
 */
void terminal_guard(char *bytes, size_t len, int *state);
