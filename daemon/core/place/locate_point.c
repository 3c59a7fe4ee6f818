/*
 * A position's area, by the areas' polygons.
 *
 * GEOS reads and checks the polygons when a knowledge is built. Lookups don't use it: to ask GEOS 3.11 (Debian 12)
 * about a point one must make a point, and that counts references of a factory that all threads share, without a lock
 * or an atomic (helgrind: GeometryFactory::addRef). Counting the edges that a ray from the point crosses only reads.
 */
#include <errno.h>
#include <geos_c.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/place/locate.h"
#include "core/place/locate_shapes.h"

/* The outline of a polygon, or of a hole in one; the last point is the first again. */
typedef struct Ring {
    double *points; /* longitude, latitude, … */
    size_t count;   /* points */
} Ring;

typedef struct Shape {
    Ring *rings;
    size_t ring_count, ring_capacity;
    double west, south, east, north; /* its box, so that most points need no more */
    int depth;                       /* areas above it */
    AreaId area;
} Shape;

struct AreaShapes {
    Shape *shapes;
    size_t count;
};

/* What building needs. */
typedef struct ShapeReader {
    GEOSContextHandle_t geos;
    GEOSGeoJSONReader *reader;
    Arena *arena;
    Error fault; /* the first complaint of GEOS about the polygon being read */
} ShapeReader;

static void note_fault(const char *message, void *context)
{
    Error *fault = context;
    if (!fault->text[0]) error_set(fault, 0, "%s", message);
}

static void grow_box(Shape *shape, double x, double y)
{
    if (x < shape->west) shape->west = x;
    if (x > shape->east) shape->east = x;
    if (y < shape->south) shape->south = y;
    if (y > shape->north) shape->north = y;
}

static int add_ring(ShapeReader *r, Shape *shape, const GEOSGeometry *ring)
{
    const GEOSCoordSequence *sequence = GEOSGeom_getCoordSeq_r(r->geos, ring);
    unsigned count;
    if (!sequence || !GEOSCoordSeq_getSize_r(r->geos, sequence, &count)) return -EINVAL;
    Ring *rings = arena_grow(r->arena, shape->rings, shape->ring_count, &shape->ring_capacity, sizeof *rings);
    double *points = arena_calloc(r->arena, count, 2 * sizeof *points);
    if (!rings || !points) return -ENOMEM;
    shape->rings = rings;
    for (unsigned i = 0; i < count; i++) {
        double *x = &points[2 * (size_t)i], *y = x + 1;
        if (!GEOSCoordSeq_getXY_r(r->geos, sequence, i, x, y)) return -EINVAL;
        grow_box(shape, *x, *y);
    }
    rings[shape->ring_count++] = (Ring){.points = points, .count = count};
    return 0;
}

static int add_polygon(ShapeReader *r, Shape *shape, const GEOSGeometry *polygon)
{
    int status = add_ring(r, shape, GEOSGetExteriorRing_r(r->geos, polygon));
    int holes = GEOSGetNumInteriorRings_r(r->geos, polygon);
    for (int i = 0; !status && i < holes; i++)
        status = add_ring(r, shape, GEOSGetInteriorRingN_r(r->geos, polygon, i));
    return status;
}

static int read_geometry(ShapeReader *r, Shape *shape, const GEOSGeometry *geometry)
{
    int type = GEOSGeomTypeId_r(r->geos, geometry);
    if (type != GEOS_POLYGON && type != GEOS_MULTIPOLYGON) return error_set(&r->fault, -EINVAL, "it is no polygon");
    if (GEOSisEmpty_r(r->geos, geometry) != 0) return error_set(&r->fault, -EINVAL, "it is empty");
    if (GEOSisValid_r(r->geos, geometry) != 1) return -EINVAL;
    int status = 0, parts = GEOSGetNumGeometries_r(r->geos, geometry);
    for (int i = 0; !status && i < parts; i++)
        status = add_polygon(r, shape, GEOSGetGeometryN_r(r->geos, geometry, i));
    return status;
}

static int depth_of(const Knowledge *k, AreaId area)
{
    int depth = 0;
    for (AreaId at = k->areas[area].parent; at != AREA_NONE; at = k->areas[at].parent)
        depth++;
    return depth;
}

static int add_shape(Knowledge *k, struct AreaShapes *all, ShapeReader *r, AreaId area, Error *err)
{
    Shape *shape = &all->shapes[all->count++];
    *shape = (Shape){.west = 180, .south = 90, .east = -180, .north = -90, .area = area, .depth = depth_of(k, area)};
    r->fault.text[0] = '\0';
    GEOSGeometry *geometry = GEOSGeoJSONReader_readGeometry_r(r->geos, r->reader, k->areas[area].geojson);
    int status = geometry ? read_geometry(r, shape, geometry) : -EINVAL;
    GEOSGeom_destroy_r(r->geos, geometry);
    if (status == -ENOMEM) return error_set(err, status, "out of memory");
    if (status)
        return error_set(err, status, "the polygon of the area \"%s\" can't be used: %s", k->areas[area].code,
                         r->fault.text);
    return 0;
}

int locate_shapes_build(Knowledge *k, Error *err)
{
    struct AreaShapes *all = arena_calloc(k->arena, 1, sizeof *all);
    if (all) all->shapes = arena_calloc(k->arena, k->area_count + 1, sizeof *all->shapes);
    if (!all || !all->shapes) return error_set(err, -ENOMEM, "out of memory");
    ShapeReader r = {.geos = GEOS_init_r(), .arena = k->arena};
    if (!r.geos) return error_set(err, -ENOMEM, "out of memory");
    GEOSContext_setErrorMessageHandler_r(r.geos, note_fault, &r.fault);
    GEOSContext_setNoticeMessageHandler_r(r.geos, note_fault, &r.fault);
    r.reader = GEOSGeoJSONReader_create_r(r.geos);
    int status = r.reader ? 0 : error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; !status && i < k->area_count; i++)
        if (k->areas[i].geojson) status = add_shape(k, all, &r, (AreaId)i, err);
    if (r.reader) GEOSGeoJSONReader_destroy_r(r.geos, r.reader);
    GEOS_finish_r(r.geos);
    k->area_shapes = all;
    return status;
}

/* How often a ray eastward from the point crosses the ring. */
static unsigned crossings(const Ring *ring, double lat, double lon)
{
    unsigned count = 0;
    for (size_t i = 0; i + 1 < ring->count; i++) {
        const double *a = &ring->points[2 * i], *b = a + 2;
        if ((a[1] > lat) == (b[1] > lat)) continue;
        count += lon < a[0] + (lat - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    }
    return count;
}

/* An odd number of crossings is inside: holes and several polygons come out right by themselves. */
static bool holds(const Shape *shape, double lat, double lon)
{
    if (lon < shape->west || lon > shape->east || lat < shape->south || lat > shape->north) return false;
    unsigned count = 0;
    for (size_t i = 0; i < shape->ring_count; i++)
        count += crossings(&shape->rings[i], lat, lon);
    return count % 2 == 1;
}

AreaId locate_point(const Knowledge *knowledge, double lat, double lon)
{
    const struct AreaShapes *all = knowledge->area_shapes;
    if (!(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180)) return AREA_NONE;
    const Shape *best = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const Shape *shape = &all->shapes[i];
        if ((!best || shape->depth > best->depth) && holds(shape, lat, lon)) best = shape;
    }
    return best ? best->area : AREA_NONE;
}
