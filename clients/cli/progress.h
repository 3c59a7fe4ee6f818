/*
 * A progress bar on a terminal; nothing at all elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Progress {
    FILE *out;
    const char *what;
    uint64_t total; /* 0 where it is not known: then only the amount is shown */
    int64_t started_ms, shown_ms;
    bool visible;
} Progress;

/* `what` ("Sänder notiser") must outlive the bar. It is drawn when `out` is a terminal. */
void progress_start(Progress *progress, FILE *out, const char *what, uint64_t total);

/* `done` of `total` bytes; draws at most ten times a second. */
void progress_update(Progress *progress, uint64_t done);

/* Takes the bar away. May be called twice. */
void progress_end(Progress *progress);

enum { PROGRESS_LINE_SIZE = 256 };
/* The line as it is drawn after `elapsed_ms`; for tests. Returns `line`. */
char *progress_line(const Progress *progress, uint64_t done, int64_t elapsed_ms, char line[static PROGRESS_LINE_SIZE]);
