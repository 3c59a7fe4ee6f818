/*
 * An Atom feed (RFC 4287) of what has been published for an area. Links are relative to the feed's own address.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "core/lagesbild/period.h"

typedef struct FeedEntry {
    Period period;
    int version;
    const char *published_at; /* RFC 3339 */
    const char *published_by;
} FeedEntry;

typedef struct Feed {
    const char *municipality, *area, *area_name;
    const FeedEntry *entries; /* the newest first */
    size_t count;
} Feed;

/* Returns 0 or -EIO. */
int feed_write(const Feed *feed, FILE *out);
