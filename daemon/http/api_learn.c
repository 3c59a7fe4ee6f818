#include "http/api_learn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "flow/observation.h"
#include "util/json_build.h"
#include "util/json_strict.h"
#include "util/uuid.h"

enum { NAME_MAX_BYTES = 100, KIND_MAX_BYTES = 40, CODE_MAX_BYTES = 60, PHRASE_MAX_BYTES = 200, ALIASES_MAX = 32 };

/* What a taught place is when nothing is said: read like any other than a street or a locality. */
static const char usual_kind[] = "place";

static bool is_one_of(const char *name, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(name, *known) == 0) return true;
    return false;
}

/* `at` is the object's own pointer, "" for the whole. */
static bool check_object(const cJSON *json, const char *at, const char *const *known, Faults *faults)
{
    const cJSON *member;
    if (!cJSON_IsObject(json)) {
        faults_add(faults, at, "ska vara ett objekt");
        return false;
    }
    cJSON_ArrayForEach(member, json)
    {
        char pointer[120];
        if (is_one_of(member->string, known)) continue;
        snprintf(pointer, sizeof pointer, "%s/%.60s", at, member->string);
        faults_add(faults, pointer, "hör inte hit");
    }
    return true;
}

/* A member that must be a text of 1 to `most` bytes; NULL, with the fault, where it is not. */
static const char *text_of(const cJSON *json, const char *at, const char *name, size_t most, Faults *faults)
{
    const cJSON *value = json_member(json, name);
    char pointer[120];
    snprintf(pointer, sizeof pointer, "%s/%s", at, name);
    if (cJSON_IsString(value) && *value->valuestring && strlen(value->valuestring) <= most) return value->valuestring;
    faults_add(faults, pointer, value ? "ska vara en text på 1 till %zu byte" : "saknas (en text på 1 till %zu byte)",
               most);
    return NULL;
}

static bool is_name(const cJSON *value)
{
    return cJSON_IsString(value) && *value->valuestring && strlen(value->valuestring) <= NAME_MAX_BYTES &&
           knowledge_check_name(value->valuestring) == 0;
}

static bool check_name(const cJSON *json, const char *at, Faults *faults)
{
    char pointer[120];
    snprintf(pointer, sizeof pointer, "%s/name", at);
    if (is_name(json_member(json, "name"))) return true;
    faults_add(faults, pointer, "ska vara ett namn på högst 12 ord och %d byte, utan |", NAME_MAX_BYTES);
    return false;
}

static void check_aliases(const cJSON *json, const char *at, Faults *faults)
{
    const cJSON *aliases = json_member(json, "aliases"), *alias;
    char pointer[120];
    bool good =
        !aliases || cJSON_IsNull(aliases) || (cJSON_IsArray(aliases) && cJSON_GetArraySize(aliases) <= ALIASES_MAX);
    cJSON_ArrayForEach(alias, aliases) good = good && is_name(alias);
    snprintf(pointer, sizeof pointer, "%s/aliases", at);
    if (!good) faults_add(faults, pointer, "ska vara en lista med högst %d namn", ALIASES_MAX);
}

static void check_position(const cJSON *json, Faults *faults)
{
    const cJSON *position = json_member(json, "position");
    static const char *const known[] = {"lat", "lon", NULL};
    if (!position || cJSON_IsNull(position) || !check_object(position, "/position", known, faults)) return;
    const cJSON *lat = json_member(position, "lat"), *lon = json_member(position, "lon");
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon))
        faults_add(faults, "/position", "ska vara {lat, lon} i grader, eller null");
    else if (!observation_is_in_sweden(lat->valuedouble, lon->valuedouble))
        faults_add(faults, "/position",
                   observation_is_in_sweden(lon->valuedouble, lat->valuedouble) ? "lat och lon verkar vara omkastade"
                                                                                : "ligger utanför Sverige");
}

/* Whether every position of a geometry's "coordinates", however deep they lie, is longitude and latitude in Sweden. */
static bool all_in_sweden(const cJSON *coordinates, bool swapped)
{
    const cJSON *first = cJSON_GetArrayItem(coordinates, 0), *item;
    if (cJSON_IsNumber(first)) {
        const cJSON *second = cJSON_GetArrayItem(coordinates, 1);
        if (!cJSON_IsNumber(second)) return false;
        double lon = first->valuedouble, lat = second->valuedouble;
        return swapped ? observation_is_in_sweden(lon, lat) : observation_is_in_sweden(lat, lon);
    }
    cJSON_ArrayForEach(item, coordinates)
    {
        if (!all_in_sweden(item, swapped)) return false;
    }
    return cJSON_IsArray(coordinates);
}

/* The form only; whether it is a valid polygon, PostGIS says. */
static void check_geometry(const cJSON *geometry, Faults *faults)
{
    if (!geometry || cJSON_IsNull(geometry)) return;
    const cJSON *type = json_member(geometry, "type"), *coordinates = json_member(geometry, "coordinates");
    if (!cJSON_IsString(type) ||
        (strcmp(type->valuestring, "Polygon") != 0 && strcmp(type->valuestring, "MultiPolygon") != 0) ||
        !cJSON_IsArray(coordinates))
        faults_add(faults, "/geometry", "ska vara GeoJSON: en Polygon eller MultiPolygon, eller null");
    else if (!all_in_sweden(coordinates, false))
        faults_add(faults, "/geometry",
                   all_in_sweden(coordinates, true)
                       ? "lat och lon verkar vara omkastade: GeoJSON har longituden först"
                       : "ligger utanför Sverige, eller är inte longitud och latitud i WGS 84");
}

/* `json` printed into the arena, freed here where it is `own`; NULL without memory. */
static const char *print(const cJSON *json, Arena *arena)
{
    char *text = cJSON_PrintUnformatted(json);
    const char *kept = text ? arena_strdup(arena, text) : NULL;
    cJSON_free(text);
    return kept;
}

const char *api_learn_area(const cJSON *json, Faults *faults)
{
    static const char *const known[] = {"name", "parent", "geometry", NULL};
    if (!check_object(json, "", known, faults)) return NULL;
    const cJSON *parent = json_member(json, "parent");
    check_name(json, "", faults);
    if (parent && !cJSON_IsNull(parent)) text_of(json, "", "parent", CODE_MAX_BYTES, faults);
    check_geometry(json_member(json, "geometry"), faults);
    return faults->count ? NULL : print(json, faults->arena);
}

const char *api_learn_place(const cJSON *json, Faults *faults)
{
    static const char *const known[] = {"area", "name", "kind", "aliases", "position", NULL};
    if (!check_object(json, "", known, faults)) return NULL;
    text_of(json, "", "area", CODE_MAX_BYTES, faults);
    check_name(json, "", faults);
    text_of(json, "", "kind", KIND_MAX_BYTES, faults);
    check_aliases(json, "", faults);
    check_position(json, faults);
    return faults->count ? NULL : print(json, faults->arena);
}

/* --- what a correction teaches --- */

static void check_taught_place(const cJSON *place, const Knowledge *k, Faults *faults)
{
    static const char *const known[] = {"name", "area", "kind", "aliases", NULL};
    if (!check_object(place, "/learn/place", known, faults)) return;
    check_name(place, "/learn/place", faults);
    check_aliases(place, "/learn/place", faults);
    if (json_member(place, "kind")) text_of(place, "/learn/place", "kind", KIND_MAX_BYTES, faults);
    const char *area = text_of(place, "/learn/place", "area", CODE_MAX_BYTES, faults);
    if (area && knowledge_find_area(k, area) == AREA_NONE)
        faults_add(faults, "/learn/place/area", "är inget område; GET /v1/areas räknar upp dem");
}

static void check_taught_alias(const cJSON *alias, Faults *faults)
{
    static const char *const known[] = {"place", "name", NULL};
    if (!check_object(alias, "/learn/alias", known, faults)) return;
    check_name(alias, "/learn/alias", faults);
    const cJSON *place = json_member(alias, "place");
    if (!cJSON_IsString(place) || !uuid_is_valid(place->valuestring))
        faults_add(faults, "/learn/alias/place", "ska vara en plats id; GET /v1/places räknar upp dem");
}

static void check_taught_cue(const cJSON *cue, const Knowledge *k, Faults *faults)
{
    static const char *const known[] = {"phrase", "category", NULL};
    if (!check_object(cue, "/learn/cue", known, faults)) return;
    const char *phrase = text_of(cue, "/learn/cue", "phrase", PHRASE_MAX_BYTES, faults);
    if (phrase && knowledge_check_phrase(phrase) != 0)
        faults_add(
            faults, "/learn/cue/phrase",
            "ska vara ett till sex ord med minst tre bokstäver; * får stå först eller sist i ett ord, _ mellan ord");
    const char *category = text_of(cue, "/learn/cue", "category", CODE_MAX_BYTES, faults);
    if (category && knowledge_find_category(k, category) == CATEGORY_NONE)
        faults_add(faults, "/learn/cue/category", "ska vara koden för en kategori; GET /v1/categories räknar upp dem");
}

/* A place's kind where none was said, and a phrase without spaces at its ends; NULL without memory. */
static const char *print_taught(const cJSON *json, Arena *arena)
{
    cJSON *copy = cJSON_Duplicate(json, true);
    cJSON *place = copy ? cJSON_GetObjectItemCaseSensitive(copy, "place") : NULL;
    bool ok = copy && (!place || json_member(place, "kind") || json_add_text(place, "kind", usual_kind));
    const char *text = ok ? print(copy, arena) : NULL;
    cJSON_Delete(copy);
    return text;
}

const char *api_learn_taught(const cJSON *json, const Knowledge *knowledge, Faults *faults)
{
    static const char *const known[] = {"place", "alias", "cue", NULL};
    size_t before = faults->count;
    if (!check_object(json, "/learn", known, faults)) return NULL;
    if (cJSON_GetArraySize(json) != 1) {
        faults_add(faults, "/learn", "ska ha en av place, alias och cue");
        return NULL;
    }
    const cJSON *what;
    if ((what = json_member(json, "place"))) check_taught_place(what, knowledge, faults);
    if ((what = json_member(json, "alias"))) check_taught_alias(what, faults);
    if ((what = json_member(json, "cue"))) check_taught_cue(what, knowledge, faults);
    return faults->count > before ? NULL : print_taught(json, faults->arena);
}
