/*
 * Where it happens, as JSON and as CSV: section (place, cluster, near_repeats, positions, positions_of_places,
 * without_position), name, count, previous, new, top_category, lat, lon, radius_m, expected. Of near_repeats the count
 * is that of the pairs.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "render/csv_row.h"
#include "util/civil.h"

/* The parts are JSON as the database made it (hotspots_places.sql, hotspots_clusters.sql). */
typedef struct Hotspots {
    const char *area;    /* its code */
    CivilDate from, to;  /* [from, to); the time before is as long and ends at `from` */
    bool previous_known; /* somebody reported for all of the time before */
    int distance, days;  /* metres; days within which a near-repeat follows */
    const char *places, *clusters, *near_repeats;
    const char *positions, *positions_of_places, *without_position; /* numbers; the second is part of the first */
} Hotspots;

/* Return 0, -ENOMEM, -EIO, or -EBADMSG for a part that is none. */
int hotspots_json_write(const Hotspots *hotspots, FILE *out);
int hotspots_csv_write(const Hotspots *hotspots, CsvDialect dialect, FILE *out);
