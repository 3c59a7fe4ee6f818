/*
 * The list of lägesbilder: what each is, not what it says.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/lagesbild/period.h"

enum { LAGESBILD_LIST_KEYS = 4 }; /* what the list is sorted by */

typedef struct LagesbildListItem {
    const char *municipality, *area; /* codes */
    const char *area_name;
    Period period;
    const char *status;    /* "draft" or "published" */
    bool waits;            /* the period has closed by the group's rhythm, and nothing was published since */
    const char *closed_at; /* RFC 3339, local offset, as all of these; NULL where no rhythm has closed it */
    const char *edited_at; /* NULL where nobody has written in it */
    int version;           /* the newest; 0 where there is none, and the rest is NULL */
    const char *published_at, *published_by, *sha256;
} LagesbildListItem;

/* {items: […], next_cursor}; `next_cursor` is base64url or NULL. 0, -ENOMEM or -EIO. */
int lagesbild_list_write(const LagesbildListItem *items, size_t count, const char *next_cursor, FILE *out);
