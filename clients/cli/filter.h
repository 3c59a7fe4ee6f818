/*
 * The filters that lists of incidents and trends have in common, as options: --area, --category, --source, …
 * Each becomes the query parameter of the same name.
 */
#pragma once

#include <argp.h>

#include "util/arena.h"

enum { FILTER_COUNT = 10 };

typedef struct Filter {
    const char *values[FILTER_COUNT];
} Filter;

/* For argp's children; its input is a Filter. `filter_incidents_argp` takes all filters, `filter_trends_argp` those
 * that trends have. */
extern const struct argp filter_incidents_argp, filter_trends_argp;

/* `path` with the filters as its query. NULL: memory is out. */
const char *filter_query(Arena *arena, const char *path, const Filter *filter);
