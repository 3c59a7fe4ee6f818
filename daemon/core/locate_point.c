/* A position's area, by the areas' polygons. */
#include <errno.h>
#include <geos_c.h>

#include "core/knowledge-internal.h"
#include "core/locate.h"
#include "core/locate_shapes.h"

typedef struct Shape {
    GEOSGeometry *geometry;
    const GEOSPreparedGeometry *prepared;
    double west, south, east, north; /* its box, so that most points need no more */
    int depth;                       /* areas above it */
    AreaId area;
} Shape;

struct AreaShapes {
    GEOSContextHandle_t geos; /* for building and freeing; each lookup has its own */
    Shape *shapes;
    size_t count;
};

/* The first complaint of GEOS becomes the error. */
static void note_fault(const char *message, void *context)
{
    Error *err = context;
    if (!err->text[0]) error_set(err, 0, "%s", message);
}

static void shapes_free(void *part)
{
    struct AreaShapes *all = part;
    for (size_t i = 0; i < all->count; i++) {
        GEOSPreparedGeom_destroy_r(all->geos, all->shapes[i].prepared);
        GEOSGeom_destroy_r(all->geos, all->shapes[i].geometry);
    }
    GEOS_finish_r(all->geos);
}

static int depth_of(const Knowledge *k, AreaId area)
{
    int depth = 0;
    for (AreaId at = k->areas[area].parent; at != AREA_NONE; at = k->areas[at].parent)
        depth++;
    return depth;
}

/* True where the point lies in the shape, its edge included. */
static bool holds(GEOSContextHandle_t geos, const Shape *shape, double lat, double lon)
{
    if (lon < shape->west || lon > shape->east || lat < shape->south || lat > shape->north) return false;
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(geos, lon, lat);
    bool inside = point && GEOSPreparedIntersects_r(geos, shape->prepared, point) == 1;
    GEOSGeom_destroy_r(geos, point);
    return inside;
}

static bool measure(GEOSContextHandle_t geos, Shape *shape)
{
    return GEOSGeom_getXMin_r(geos, shape->geometry, &shape->west) &&
           GEOSGeom_getXMax_r(geos, shape->geometry, &shape->east) &&
           GEOSGeom_getYMin_r(geos, shape->geometry, &shape->south) &&
           GEOSGeom_getYMax_r(geos, shape->geometry, &shape->north);
}

/* Adds one polygon, which shapes_free() frees from here on. */
static int add_shape(struct AreaShapes *all, GEOSGeoJSONReader *reader, const char *geojson, Error *err)
{
    GEOSContextHandle_t geos = all->geos;
    Shape *shape = &all->shapes[all->count];
    shape->geometry = GEOSGeoJSONReader_readGeometry_r(geos, reader, geojson);
    if (!shape->geometry) return -EINVAL;
    all->count++;
    int type = GEOSGeomTypeId_r(geos, shape->geometry);
    if (type != GEOS_POLYGON && type != GEOS_MULTIPOLYGON) return error_set(err, -EINVAL, "it is no polygon");
    if (GEOSisValid_r(geos, shape->geometry) != 1) return -EINVAL;
    shape->prepared = GEOSPrepare_r(geos, shape->geometry);
    if (!shape->prepared || !measure(geos, shape)) return -ENOMEM;
    /* GEOS builds a prepared geometry's index when it is first asked: now, so that threads later only read it. */
    holds(geos, shape, (shape->south + shape->north) / 2, (shape->west + shape->east) / 2);
    return 0;
}

static int add_shapes(Knowledge *k, struct AreaShapes *all, GEOSGeoJSONReader *reader, Error *err)
{
    for (size_t i = 0; i < k->area_count; i++) {
        if (!k->areas[i].geojson) continue;
        Error fault = {{0}};
        GEOSContext_setErrorMessageHandler_r(all->geos, note_fault, &fault);
        GEOSContext_setNoticeMessageHandler_r(all->geos, note_fault, &fault);
        Shape *shape = &all->shapes[all->count];
        int status = add_shape(all, reader, k->areas[i].geojson, &fault);
        GEOSContext_setErrorMessageHandler_r(all->geos, NULL, NULL);
        GEOSContext_setNoticeMessageHandler_r(all->geos, NULL, NULL);
        if (status)
            return error_set(err, status, "the polygon of the area \"%s\" can't be used: %s", k->areas[i].code,
                             fault.text);
        shape->area = (AreaId)i;
        shape->depth = depth_of(k, (AreaId)i);
    }
    return 0;
}

int locate_shapes_build(Knowledge *k, Error *err)
{
    struct AreaShapes *all = arena_calloc(k->arena, 1, sizeof *all);
    if (all) all->shapes = arena_calloc(k->arena, k->area_count + 1, sizeof *all->shapes);
    if (!all || !all->shapes) return error_set(err, -ENOMEM, "out of memory");
    all->geos = GEOS_init_r();
    if (!all->geos) return error_set(err, -ENOMEM, "out of memory");
    if (knowledge_on_release(k, shapes_free, all)) {
        GEOS_finish_r(all->geos);
        return error_set(err, -ENOMEM, "out of memory");
    }
    GEOSGeoJSONReader *reader = GEOSGeoJSONReader_create_r(all->geos);
    int status = reader ? add_shapes(k, all, reader, err) : error_set(err, -ENOMEM, "out of memory");
    if (reader) GEOSGeoJSONReader_destroy_r(all->geos, reader);
    k->area_shapes = all;
    return status;
}

AreaId locate_point(const Knowledge *knowledge, double lat, double lon)
{
    const struct AreaShapes *all = knowledge->area_shapes;
    if (!all->count || !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180)) return AREA_NONE;
    GEOSContextHandle_t geos = GEOS_init_r();
    if (!geos) return AREA_NONE;
    const Shape *best = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const Shape *shape = &all->shapes[i];
        if (best && shape->depth <= best->depth) continue;
        if (holds(geos, shape, lat, lon)) best = shape;
    }
    GEOS_finish_r(geos);
    return best ? best->area : AREA_NONE;
}
