/*
 * The documents of OGC API - Features, Part 1: Core (OGC 17-069r4, version 1.0.1), in GeoJSON: what a GIS reads the
 * incidents and the areas by. Addresses are absolute, because QGIS does not resolve relative ones.
 *
 * An incident's properties are flat, because a GIS makes a column of each and can do nothing with an object in one:
 * `areas` and `flags` are codes with commas between, `area` is the surest of the areas.
 *
 * All return 0, -ENOMEM, -EIO, or -EBADMSG for an incident that is none, and what they say themselves.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "core/knowledge/knowledge.h"
#include "render/feature_list.h"

/* QGIS takes a layer's kind of geometry from its first ten features, and one without any for a table that it cannot draw. So
 * the incidents that have a point are a collection of their own too, and areas that have a polygon come first. */
typedef enum OgcCollection { OGC_INCIDENTS, OGC_INCIDENT_POINTS, OGC_AREAS, OGC_COLLECTIONS } OgcCollection;

/* "incidents", as in addresses. */
const char *ogc_collection_name(OgcCollection collection);

/* Where and since when a collection has anything. */
typedef struct OgcExtent {
    bool has_box;
    double box[4];     /* west, south, east, north in degrees */
    const char *since; /* RFC 3339, or NULL for a collection without times or without anything */
} OgcExtent;

/* `base` is the landing page's address without a slash at its end: "https://host/ogc". */
int ogc_landing_write(const char *base, FILE *out);
int ogc_conformance_write(FILE *out);
int ogc_collections_write(const char *base, const OgcExtent extents[static OGC_COLLECTIONS], FILE *out);
int ogc_collection_write(const char *base, OgcCollection collection, const OgcExtent *extent, FILE *out);

/* A page, its features and what comes after them. */
typedef struct OgcPage {
    const char *base;
    OgcCollection collection;
    const char *self; /* the page's own address */
    const char *next; /* the next one's, or NULL */
    const char *time; /* RFC 3339: when it was made */
} OgcPage;

/* `items` are incidents as the interface gives them (schema/functions/incident_json.sql). */
int ogc_incidents_write(const OgcPage *page, const char *const *items, size_t count, const Knowledge *knowledge,
                        FILE *out);
int ogc_areas_write(const OgcPage *page, const Feature *areas, size_t count, FILE *out);

/* One feature by its id, with its own links. An incident without a point is none of OGC_INCIDENT_POINTS: -ENOENT, and nothing
 * is written. */
int ogc_incident_write(const char *base, const char *self, OgcCollection collection, const char *item,
                       const Knowledge *knowledge, FILE *out);
int ogc_area_write(const char *base, const char *self, const Feature *area, FILE *out);
