/* The plain tables of a knowledge directory: municipalities, categories, the Police's notice types, places. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"
#include "core/read/text.h"

#define COLUMNS(...) ((const char *const[]){__VA_ARGS__}), sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static int out_of_memory(Error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

/* Lower-case ASCII letters, digits and hyphens: codes stand in addresses. */
static int check_code(const char *code, Error *err)
{
    size_t len = strlen(code);
    if (len == 0 || len > 63 || strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return error_set(err, -EINVAL, "the code \"%s\" must be 1 to 63 of a-z, 0-9 and '-'", code);
    return 0;
}

static int municipality_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    enum { CODE, NAME, KIND, COUNTY };
    Knowledge *k = context;
    int status = check_code(fields[CODE], err);
    if (status) return status;
    if (!*fields[NAME]) return error_set(err, -EINVAL, "a name is missing");
    if (strcmp(fields[KIND], "municipality") != 0 && strcmp(fields[KIND], "county") != 0 &&
        strcmp(fields[KIND], "country") != 0)
        return error_set(err, -EINVAL, "the kind must be municipality, county or country, not \"%s\"", fields[KIND]);
    if (k->municipality_count >= MUNICIPALITY_NONE) return error_set(err, -E2BIG, "there are too many municipalities");
    Municipality *all = arena_grow(k->arena, k->municipalities, k->municipality_count, &k->municipality_capacity,
                                   sizeof *k->municipalities);
    if (!all) return out_of_memory(err);
    k->municipalities = all;
    Municipality m = {
        .code = arena_strdup(k->arena, fields[CODE]),
        .name = arena_strdup(k->arena, fields[NAME]),
        .kind = arena_strdup(k->arena, fields[KIND]),
        .county = *fields[COUNTY] ? arena_strdup(k->arena, fields[COUNTY]) : NULL,
        .root = AREA_NONE,
    };
    const char *folded = text_normalise(k->arena, fields[NAME], strlen(fields[NAME]));
    if (!m.code || !m.name || !m.kind || !folded || (*fields[COUNTY] && !m.county)) return out_of_memory(err);
    uint32_t id = (uint32_t)k->municipality_count;
    if (knowledge_index_add(&k->municipality_index, k->arena, m.code, id) ||
        (strcmp(folded, m.code) != 0 && knowledge_index_add(&k->municipality_index, k->arena, folded, id)))
        return out_of_memory(err);
    all[k->municipality_count++] = m;
    return 0;
}

int knowledge_load_municipalities(Knowledge *k, const char *directory, Error *err)
{
    static const char file[] = "municipalities.csv";
    int status = knowledge_csv_read(directory, file, COLUMNS("code", "name", "kind", "county", "scb_code"),
                                    municipality_row, k, err);
    if (status) return status;
    const char *twice = knowledge_index_sort(&k->municipality_index);
    if (twice) return error_set(err, -EINVAL, "%s: \"%s\" is the code or name of two", file, twice);
    for (size_t i = 0; i < k->municipality_count; i++) {
        const char *county = k->municipalities[i].county;
        if (county && knowledge_index_find(&k->municipality_index, county) == UINT32_MAX)
            return error_set(err, -EINVAL, "%s: %s is in a county \"%s\" that is not there", file,
                             k->municipalities[i].code, county);
    }
    return 0;
}

static int category_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    int status = check_code(fields[0], err);
    if (status) return status;
    if (!*fields[1]) return error_set(err, -EINVAL, "a name is missing");
    if (k->category_count >= CATEGORY_NONE) return error_set(err, -E2BIG, "there are too many categories");
    Category *all =
        arena_grow(k->arena, k->categories, k->category_count, &k->category_capacity, sizeof *k->categories);
    if (!all) return out_of_memory(err);
    k->categories = all;
    Category c = {.code = arena_strdup(k->arena, fields[0]), .name = arena_strdup(k->arena, fields[1])};
    if (!c.code || !c.name || knowledge_index_add(&k->category_index, k->arena, c.code, (uint32_t)k->category_count))
        return out_of_memory(err);
    all[k->category_count++] = c;
    return 0;
}

int knowledge_load_categories(Knowledge *k, const char *directory, Error *err)
{
    int status = knowledge_csv_read(directory, "categories.csv", COLUMNS("code", "name"), category_row, k, err);
    if (status) return status;
    const char *twice = knowledge_index_sort(&k->category_index);
    return twice ? error_set(err, -EINVAL, "categories.csv: \"%s\" is there twice", twice) : 0;
}

static int police_type_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    uint32_t category = knowledge_index_find(&k->category_index, fields[1]);
    if (category == UINT32_MAX) return error_set(err, -EINVAL, "there is no category \"%s\"", fields[1]);
    if (!*fields[0]) return error_set(err, -EINVAL, "a type is missing");
    const char *folded = text_normalise(k->arena, fields[0], strlen(fields[0]));
    if (!folded || knowledge_index_add(&k->police_type_index, k->arena, folded, category)) return out_of_memory(err);
    return 0;
}

int knowledge_load_police_types(Knowledge *k, const char *directory, Error *err)
{
    int status =
        knowledge_csv_read(directory, "police-types.csv", COLUMNS("type", "category"), police_type_row, k, err);
    if (status) return status;
    const char *twice = knowledge_index_sort(&k->police_type_index);
    return twice ? error_set(err, -EINVAL, "police-types.csv: \"%s\" has two categories", twice) : 0;
}

static int parse_degrees(const char *text, double limit, double *out, Error *err)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    if (errno || *end || end == text || !isfinite(*out) || fabs(*out) > limit)
        return error_set(err, -EINVAL, "\"%s\" is no position in degrees", text);
    return 0;
}

int knowledge_parse_position(const char *lat, const char *lon, double *lat_out, double *lon_out, Error *err)
{
    *lat_out = *lon_out = 0;
    if (!*lat && !*lon) return 0;
    int status = parse_degrees(lat, 90, lat_out, err);
    return status ? status : parse_degrees(lon, 180, lon_out, err);
}

/* The area of a place: its own, which must lie in its municipality, or the municipality's root. */
static int place_area(const Knowledge *k, const PlaceRow *row, AreaId *area, Error *err)
{
    MunicipalityId municipality = MUNICIPALITY_NONE;
    if (*row->municipality) {
        municipality = knowledge_find_municipality(k, row->municipality);
        if (municipality == MUNICIPALITY_NONE)
            return error_set(err, -EINVAL, "there is no municipality \"%s\"", row->municipality);
        *area = k->municipalities[municipality].root;
    }
    if (*row->area) {
        *area = municipality == MUNICIPALITY_NONE ? knowledge_find_area(k, row->area)
                                                  : knowledge_find_area_in(k, municipality, row->area);
        if (*area == AREA_NONE && knowledge_find_area(k, row->area) != AREA_NONE)
            return error_set(err, -EINVAL, "the area \"%s\" is not in %s", row->area, row->municipality);
        if (*area == AREA_NONE) return error_set(err, -EINVAL, "there is no area \"%s\"", row->area);
    }
    if (*area == AREA_NONE) return error_set(err, -EINVAL, "\"%s\" has no area", row->name);
    return 0;
}

int knowledge_add_place(Knowledge *k, const PlaceRow *row, Error *err)
{
    if (!*row->name) return error_set(err, -EINVAL, "a name is missing");
    if (k->place_count >= PLACE_NONE) return error_set(err, -E2BIG, "there are too many places");
    AreaId area = AREA_NONE;
    int status = place_area(k, row, &area, err);
    if (status) return status;
    Place *places = arena_grow(k->arena, k->places, k->place_count, &k->place_capacity, sizeof *places);
    if (places) k->places = places;
    const char **aliases =
        arena_grow(k->arena, k->place_aliases, k->place_count, &k->place_alias_capacity, sizeof *aliases);
    if (aliases) k->place_aliases = aliases;
    Place place = {
        .name = arena_strdup(k->arena, row->name),
        .kind = arena_strdup(k->arena, row->kind),
        .area = area,
        .lat = row->lat,
        .lon = row->lon,
    };
    const char *others = arena_strdup(k->arena, row->aliases);
    if (!places || !aliases || !place.name || !place.kind || !others) return out_of_memory(err);
    places[k->place_count] = place;
    aliases[k->place_count++] = others;
    return 0;
}

static int place_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    PlaceRow row = {
        .municipality = fields[0], .area = fields[1], .name = fields[2], .kind = fields[3], .aliases = fields[4]};
    int status = knowledge_parse_position(fields[5], fields[6], &row.lat, &row.lon, err);
    return status ? status : knowledge_add_place(context, &row, err);
}

int knowledge_load_places(Knowledge *k, const char *directory, Error *err)
{
    return knowledge_csv_read(directory, "places.csv",
                              COLUMNS("municipality", "area", "name", "kind", "aliases", "lat", "lon"), place_row, k,
                              err);
}
