/*
 * Things with a geometry, as a plain list or as a FeatureCollection (RFC 7946), from JSON that the database made.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct Feature {
    const char *id;       /* holds nothing to escape: a code or a UUID */
    const char *json;     /* an object */
    const char *geometry; /* GeoJSON geometry, or NULL where not known */
} Feature;

/* {"items": [each json]}, or the features with each json as properties. Returns 0 or -EIO. */
int feature_list_write(const Feature *features, size_t count, bool geojson, FILE *out);
