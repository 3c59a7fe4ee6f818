/*
 * The first page: which areas there are, and the way to the lägesbild of each for the periods that meetings use.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "core/lagesbild/period.h"

typedef struct StartArea {
    const char *municipality, *municipality_name;
    const char *code, *name;
    CivilDate last_day; /* of the newest incident in its municipality */
} StartArea;

/* A draft whose period has closed and that waits to be published. */
typedef struct StartWaiting {
    const char *municipality, *municipality_name;
    const char *code, *name; /* of the area */
    Period period;
} StartWaiting;

/* Writes the page; the areas come municipality by municipality. Returns 0, or -EIO where `out` fails. */
int start_html_write(const StartArea *areas, size_t count, const StartWaiting *waiting, size_t waiting_count,
                     FILE *out);
