/*
 * Dates and clock times as people write them on the command line, in Swedish time.
 */
#pragma once

#include <stdbool.h>

#include "util/arena.h"
#include "util/civil.h"
#include "util/clock.h"

/* Today in Sweden, "YYYY-MM-DD"; returns `out`. */
char *dates_today(char out[static CIVIL_TEXT_SIZE]);

/* True for "YYYY-MM-DD" that is a day. */
bool dates_is_day(const char *text);

/* True for a clock time without its day, "21:30" or "21.30". */
bool dates_is_clock(const char *text);

/*
 * "21:30" or "21.30" (the last time it was that: today's, or yesterday's where today's is still to come), "2026-03-14
 * 21:30", "2026-03-14T21:30", or RFC 3339 with its zone, as RFC 3339 with the Swedish offset of that time. False for
 * anything else. A clock time that does not exist (the hour that summer time skips) reads as the one an hour later.
 */
bool dates_instant(const char *text, char out[static CLOCK_TEXT_SIZE]);
