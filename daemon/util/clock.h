/*
 * Points in time, and the Swedish clock they are read on.
 *
 * The process runs with TZ=Europe/Stockholm (clock_use_stockholm(), first thing in main()), so localtime_r() is Swedish
 * time; PostgreSQL does the same conversions for what is stored.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/civil.h"

/* Sets the process's time zone. Call once, before there are threads. -ENOENT where the zone's data is not installed. */
int clock_use_stockholm(void);

/* Milliseconds since 1970-01-01 UTC. */
int64_t clock_now_ms(void);

/* Microseconds since some point before the start, for measuring: nobody sets this clock. */
int64_t clock_steady_us(void);

/* The same in milliseconds. */
int64_t clock_steady_ms(void);

/* The Swedish date and minute of the day (0 to 1439; NULL allowed) of an instant. */
CivilDate clock_local(int64_t unix_ms, int *minute);

/*
 * Strict RFC 3339 with a zone: "2026-03-14T08:00:00+01:00", "…Z", with or without a fraction; a space for the T and a
 * space before the zone are taken too, as the Police's notices write ("2026-04-29 4:28:38 +02:00", the hour with one
 * digit). False for anything else, so also where the zone is missing.
 */
bool clock_parse(const char *text, size_t len, int64_t *unix_ms);

enum { CLOCK_TEXT_SIZE = 32 };
/* "2026-03-14T08:00:00+01:00", Swedish offset; returns `out`. */
char *clock_format(int64_t unix_ms, char out[static CLOCK_TEXT_SIZE]);
