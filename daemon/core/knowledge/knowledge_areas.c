/* The area tree: a root for every municipality, and what areas.geojson or the database adds under it. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_file.h"

static int out_of_memory(Error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

static int append_area(Knowledge *k, Area area, const char *parent, Error *err)
{
    if (k->area_count >= AREA_NONE) return error_set(err, -E2BIG, "there are too many areas");
    Area *areas = arena_grow(k->arena, k->areas, k->area_count, &k->area_capacity, sizeof *areas);
    if (areas) k->areas = areas;
    const char **parents =
        arena_grow(k->arena, k->area_parents, k->area_count, &k->area_parent_capacity, sizeof *parents);
    if (!areas || !parents) return out_of_memory(err);
    k->area_parents = parents;
    parents[k->area_count] = parent;
    areas[k->area_count++] = area;
    return 0;
}

int knowledge_add_roots(Knowledge *k, Error *err)
{
    for (size_t i = 0; i < k->municipality_count; i++) {
        Municipality *m = &k->municipalities[i];
        m->root = (AreaId)k->area_count;
        Area root = {.code = m->code, .name = m->name, .municipality = (MunicipalityId)i, .parent = AREA_NONE};
        int status = append_area(k, root, NULL, err);
        if (status) return status;
    }
    return 0;
}

static int required_string(const cJSON *row, const char *key, const char **value, Error *err)
{
    *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, key));
    if (!*value || !**value) return error_set(err, -EINVAL, "\"%s\" is missing or is no text", key);
    return 0;
}

/* The geometry as text in the arena; NULL in `*text` where there is none. */
static int geometry_text(Knowledge *k, const cJSON *geometry, const char **text, Error *err)
{
    *text = NULL;
    if (!geometry || cJSON_IsNull(geometry)) return 0;
    if (cJSON_IsString(geometry)) {
        *text = arena_strdup(k->arena, geometry->valuestring);
    } else if (cJSON_IsObject(geometry)) {
        char *printed = cJSON_PrintUnformatted(geometry);
        *text = printed ? arena_strdup(k->arena, printed) : NULL;
        cJSON_free(printed);
    } else {
        return error_set(err, -EINVAL, "the geometry must be an object");
    }
    return *text ? 0 : out_of_memory(err);
}

static int read_rhythm(const cJSON *row, Area *area, Error *err)
{
    const char *every = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "rhythm"));
    const char *starts = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "rhythm_starts"));
    area->has_rhythm = every != NULL;
    if (!every) return starts ? error_set(err, -EINVAL, "\"rhythm_starts\" without a \"rhythm\"") : 0;
    switch (rhythm_parse(&area->rhythm, every, starts)) {
    case RHYTHM_OK:
        return 0;
    case RHYTHM_UNKNOWN:
        return error_set(err, -EINVAL, "there is no rhythm \"%s\"", every);
    case RHYTHM_STARTS_WANTED:
    case RHYTHM_STARTS_NO_WEEK:
        return error_set(err, -EINVAL, "\"rhythm_starts\" must be a week, as in 2026-W10");
    case RHYTHM_STARTS_UNWANTED:
        return error_set(err, -EINVAL, "the rhythm \"%s\" needs no \"rhythm_starts\"", every);
    }
    return -EINVAL;
}

int knowledge_add_area(Knowledge *k, const cJSON *row, const cJSON *geometry, Error *err)
{
    const char *code, *name, *municipality, *geojson;
    int status = required_string(row, "code", &code, err);
    if (!status) status = required_string(row, "name", &name, err);
    if (!status) status = required_string(row, "municipality", &municipality, err);
    if (!status) status = geometry_text(k, geometry, &geojson, err);
    if (status) return status;
    MunicipalityId id = knowledge_find_municipality(k, municipality);
    if (id == MUNICIPALITY_NONE)
        return error_set(err, -EINVAL, "%s: there is no municipality \"%s\"", code, municipality);
    Area area = {.code = arena_strdup(k->arena, code),
                 .name = arena_strdup(k->arena, name),
                 .municipality = id,
                 .parent = k->municipalities[id].root,
                 .geojson = geojson};
    status = read_rhythm(row, &area, err);
    if (status) return status;
    const char *parent = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "parent"));
    if (parent) parent = *parent ? arena_strdup(k->arena, parent) : NULL;
    if (!area.code || !area.name) return out_of_memory(err);
    if (strcmp(code, k->municipalities[id].code) != 0) return append_area(k, area, parent, err);
    /* The municipality itself: its root is there already and gets the name and the polygon. */
    area.parent = AREA_NONE;
    k->areas[k->municipalities[id].root] = area;
    return 0;
}

static int index_areas(Knowledge *k, Error *err)
{
    for (size_t i = 0; i < k->area_count; i++) {
        char text[KNOWLEDGE_AREA_KEY_SIZE];
        const Area *area = &k->areas[i];
        const char *key =
            arena_strdup(k->arena, knowledge_area_key(k->municipalities[area->municipality].code, area->code, text));
        if (!key || knowledge_index_add(&k->area_in_index, k->arena, key, (uint32_t)i) ||
            knowledge_index_add(&k->area_index, k->arena, area->code, (uint32_t)i))
            return out_of_memory(err);
    }
    knowledge_index_sort(&k->area_index); /* two municipalities may have an area of the same code */
    const char *twice = knowledge_index_sort(&k->area_in_index);
    return twice ? error_set(err, -EINVAL, "the area \"%s\" is there twice", twice) : 0;
}

static int check_no_circle(const Knowledge *k, AreaId area, Error *err)
{
    size_t steps = 0;
    for (AreaId at = area; at != AREA_NONE; at = k->areas[at].parent)
        if (++steps > k->area_count)
            return error_set(err, -EINVAL, "the area \"%s\" lies in itself", k->areas[area].code);
    return 0;
}

static int link_area(Knowledge *k, AreaId id, Error *err)
{
    Area *area = &k->areas[id];
    const char *code = k->area_parents[id];
    if (!code) return 0;
    AreaId parent = knowledge_find_area_in(k, area->municipality, code);
    if (parent == AREA_NONE && knowledge_find_area(k, code) != AREA_NONE)
        return error_set(err, -EINVAL, "the area \"%s\" lies in \"%s\" of another municipality", area->code, code);
    if (parent == AREA_NONE)
        return error_set(err, -EINVAL, "the area \"%s\" lies in \"%s\", which is not there", area->code, code);
    area->parent = parent;
    return 0;
}

/* From the last to the first, so that children stand in the areas' order. */
static int link_children(Knowledge *k, Error *err)
{
    const size_t n = k->area_count;
    k->area_first_child = arena_alloc(k->arena, n * sizeof *k->area_first_child);
    k->area_next_sibling = arena_alloc(k->arena, n * sizeof *k->area_next_sibling);
    if (!k->area_first_child || !k->area_next_sibling) return out_of_memory(err);
    for (size_t i = 0; i < n; i++)
        k->area_first_child[i] = k->area_next_sibling[i] = AREA_NONE;
    for (size_t i = n; i-- > 0;) {
        const AreaId parent = k->areas[i].parent;
        if (parent == AREA_NONE) continue;
        k->area_next_sibling[i] = k->area_first_child[parent];
        k->area_first_child[parent] = (AreaId)i;
    }
    return 0;
}

int knowledge_link_areas(Knowledge *k, Error *err)
{
    int status = index_areas(k, err);
    for (size_t i = 0; !status && i < k->area_count; i++)
        status = link_area(k, (AreaId)i, err);
    for (size_t i = 0; !status && i < k->area_count; i++)
        status = check_no_circle(k, (AreaId)i, err);
    k->area_parents = NULL;
    return status ? status : link_children(k, err);
}

static int add_feature(Knowledge *k, const cJSON *feature, Error *err)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(feature, "properties");
    if (!cJSON_IsObject(properties)) return error_set(err, -EINVAL, "\"properties\" is missing");
    return knowledge_add_area(k, properties, cJSON_GetObjectItemCaseSensitive(feature, "geometry"), err);
}

/* The line, from 1, that a position in a text is on. */
static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;
    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static inline void json_freep(cJSON **json)
{
    cJSON_Delete(*json);
}

int knowledge_load_areas(Knowledge *k, const char *directory, Error *err)
{
    static const char file[] = "areas.geojson";
    _arena_free_ Arena *arena = arena_new();
    if (!arena) return out_of_memory(err);
    char *bytes;
    size_t len;
    int status = knowledge_file_read(arena, directory, file, &bytes, &len, err);
    if (!status) status = knowledge_add_roots(k, err);
    if (status) return status;
    const char *end = bytes;
    __attribute__((cleanup(json_freep))) cJSON *json = cJSON_ParseWithLengthOpts(bytes, len + 1, &end, true);
    if (!json) return error_set(err, -EINVAL, "%s, line %zu: is not JSON", file, line_of(bytes, end));
    const cJSON *features = cJSON_GetObjectItemCaseSensitive(json, "features"), *feature;
    if (!cJSON_IsArray(features))
        return error_set(err, -EINVAL, "%s: is no FeatureCollection: \"features\" is missing", file);
    int i = 0;
    cJSON_ArrayForEach(feature, features)
    {
        i++;
        status = add_feature(k, feature, err);
        if (status) {
            error_prefix(err, "%s, feature %d: ", file, i);
            return status;
        }
    }
    status = knowledge_link_areas(k, err);
    if (status) error_prefix(err, "%s: ", file);
    return status;
}
