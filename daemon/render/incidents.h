/*
 * A list of incidents, each given as the interface's JSON, in the forms a list comes in.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

/* {"items": […], "next_cursor": "…" or null}. Returns 0 or -EIO. */
int incidents_json_write(const char *const *items, size_t count, const char *next_cursor, FILE *out);

/* A FeatureCollection (RFC 7946): an incident's position as its geometry, null where it has none; everything else as
 * properties. Returns 0, -EIO, -ENOMEM, or -EBADMSG for an item that is not an incident. */
int incidents_geojson_write(const char *const *items, size_t count, FILE *out);

/* RFC 4180, with a head. Several areas or flags are in one field, with a space between. Returns as the GeoJSON. */
int incidents_csv_write(const char *const *items, size_t count, FILE *out);
