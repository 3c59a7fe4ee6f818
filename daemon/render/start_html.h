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

/* A lägesbild by itself. */
typedef struct StartItem {
    const char *municipality, *municipality_name;
    const char *code, *name; /* of the area */
    Period period;
    int version; /* 0 for the draft */
} StartItem;

typedef struct StartItems {
    const StartItem *items;
    size_t count;
} StartItems;

/* Writes the page. The areas come municipality by municipality; `waiting` are drafts whose period has closed,
 * `published` what was published last. Returns 0, or -EIO where `out` fails. */
int start_html_write(const StartArea *areas, size_t count, const StartItems *waiting, const StartItems *published,
                     FILE *out);
