/*
 * Where and when a map asks for features: ?bbox= and ?datetime= as OGC API - Features, Part 1, 7.15 has them. What they
 * read lives in the request's arena. Both answer 400 and return false where the parameter is at fault.
 */
#pragma once

#include "http/request.h"

/* Degrees as they were written, west and east from -180 to 180; west may lie east of east: over the antimeridian. */
typedef struct ApiOgcBox {
    const char *west, *south, *east, *north;
} ApiOgcBox;

/* `*box` stays as it is where the parameter is absent. */
bool api_ogc_bounds_box(Request *request, ApiOgcBox *box);

/* An interval as PostgreSQL reads times, `before` not included; both are set, NULL for an end that is open. */
bool api_ogc_bounds_datetime(Request *request, const char **from, const char **before);
