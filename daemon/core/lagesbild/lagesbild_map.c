#include "core/lagesbild/lagesbild_map.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

static bool read_point(const cJSON *position, LagesbildPoint *out)
{
    const cJSON *lon = cJSON_GetArrayItem(position, 0), *lat = cJSON_GetArrayItem(position, 1);
    if (!cJSON_IsNumber(lon) || !cJSON_IsNumber(lat)) return false;
    *out = (LagesbildPoint){.lon = lon->valuedouble, .lat = lat->valuedouble};
    return true;
}

static int add_ring(LagesbildMap *map, size_t *capacity, const cJSON *positions, Arena *arena)
{
    LagesbildRing *rings = arena_grow(arena, map->rings, map->ring_count, capacity, sizeof *rings);
    if (!rings) return -ENOMEM;
    map->rings = rings;
    LagesbildRing ring = {.points =
                              arena_calloc(arena, (size_t)cJSON_GetArraySize(positions) + 1, sizeof *ring.points)};
    if (!ring.points) return -ENOMEM;
    const cJSON *position;
    cJSON_ArrayForEach(position, positions)
    {
        if (!read_point(position, &ring.points[ring.count])) return -EBADMSG;
        ring.count++;
    }
    if (ring.count >= 4) rings[map->ring_count++] = ring;
    return 0;
}

static int add_polygon(LagesbildMap *map, size_t *capacity, const cJSON *polygon, Arena *arena)
{
    const cJSON *positions;
    cJSON_ArrayForEach(positions, polygon)
    {
        int rc = add_ring(map, capacity, positions, arena);
        if (rc) return rc;
    }
    return 0;
}

static int read_outline(LagesbildMap *map, const cJSON *geometry, Arena *arena)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(geometry, "type"), *polygon;
    const cJSON *coordinates = cJSON_GetObjectItemCaseSensitive(geometry, "coordinates");
    size_t capacity = 0;
    if (!cJSON_IsString(type)) return -EBADMSG;
    if (strcmp(type->valuestring, "Polygon") == 0) return add_polygon(map, &capacity, coordinates, arena);
    if (strcmp(type->valuestring, "MultiPolygon") != 0) return -EBADMSG;
    cJSON_ArrayForEach(polygon, coordinates)
    {
        int rc = add_polygon(map, &capacity, polygon, arena);
        if (rc) return rc;
    }
    return 0;
}

static const Place *place_named(const Knowledge *knowledge, AreaId area, const char *name)
{
    for (PlaceId id = 0; id < knowledge_place_count(knowledge); id++) {
        const Place *place = knowledge_place(knowledge, id);
        if ((place->lat != 0 || place->lon != 0) && place->name[0] == name[0] && strcmp(place->name, name) == 0 &&
            knowledge_area_within(knowledge, place->area, area))
            return place;
    }
    return NULL;
}

static bool add_dot(LagesbildMap *map, const Knowledge *knowledge, AreaId area, const char *name, size_t place)
{
    const Place *found = place_named(knowledge, area, name);
    if (found) map->dots[map->dot_count++] = (LagesbildDot){.place = place, .at = {found->lon, found->lat}};
    return found;
}

static size_t index_of(const Lagesbild *l, const char *name)
{
    size_t i = 0;
    while (i < l->place_count && strcmp(l->places[i].name, name) != 0)
        i++;
    return i;
}

/* The incidents stand by place, so each place that is not among the most frequent comes once. */
static void add_dots(Lagesbild *l, const Knowledge *knowledge, AreaId area)
{
    bool known[LAGESBILD_PLACES_MAX] = {false}, here_known = false;
    const char *here = NULL;
    for (size_t i = 0; i < l->place_count; i++)
        known[i] = add_dot(&l->map, knowledge, area, l->places[i].name, i);
    for (size_t i = 0; i < l->incident_count; i++) {
        const char *name = l->incidents[i].place;
        if (!name) continue;
        if (!here || strcmp(here, name) != 0) {
            const size_t place = index_of(l, name);
            here = name;
            here_known =
                place < l->place_count ? known[place] : add_dot(&l->map, knowledge, area, name, LAGESBILD_PLACES_MAX);
        }
        l->map.placed += here_known;
    }
}

int lagesbild_set_map(Lagesbild *l, const Knowledge *knowledge, AreaId area, Arena *arena)
{
    const char *text = knowledge_area(knowledge, area)->geojson;
    l->map = (LagesbildMap){0};
    if (!text) return 0;
    cJSON *geometry = cJSON_Parse(text);
    /* The knowledge is checked when it is loaded: what cannot be parsed now lacks memory. */
    int rc = geometry ? read_outline(&l->map, geometry, arena) : -ENOMEM;
    cJSON_Delete(geometry);
    if (rc) l->map = (LagesbildMap){0};
    if (rc == -ENOMEM) return rc;
    if (!l->map.ring_count) return 0;
    l->map.dots = arena_calloc(arena, l->place_count + l->incident_count + 1, sizeof *l->map.dots);
    if (!l->map.dots) return -ENOMEM;
    add_dots(l, knowledge, area);
    return 0;
}
