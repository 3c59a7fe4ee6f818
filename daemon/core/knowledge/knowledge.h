/*
 * What the service knows about the world: municipalities, areas, places, categories, cues, models.
 *
 * All of it is data: files in one directory (schema/knowledge by default, described in its README.md), which
 * another municipality replaces. Loaded once, then read-only, so threads can share it. The daemon can also
 * build one whose areas and places come from the database.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lagesbild/rhythm.h"
#include "util/arena.h"
#include "util/error.h"

typedef struct Knowledge Knowledge;

/* An index into the tables below; NONE where there is none. */
typedef uint16_t CategoryId;
typedef uint16_t AreaId;
typedef uint16_t MunicipalityId;
typedef uint32_t PlaceId;
enum { CATEGORY_NONE = UINT16_MAX, AREA_NONE = UINT16_MAX, MUNICIPALITY_NONE = UINT16_MAX };
#define PLACE_NONE UINT32_MAX

typedef struct Municipality {
    const char *code;   /* "upplands-bro": the tenant every row in the database belongs to */
    const char *name;   /* "Upplands-Bro" */
    const char *kind;   /* "municipality", "county" or "country" */
    const char *county; /* code of the county, NULL for a county and the country */
    AreaId root;        /* its whole territory as an area (same code) */
} Municipality;

typedef struct Area {
    const char *code; /* "kungsangen" */
    const char *name; /* "Kungsängen" */
    MunicipalityId municipality;
    AreaId parent;       /* AREA_NONE at the top */
    const char *geojson; /* the polygon's GeoJSON geometry as text, or NULL */
    Rhythm rhythm;       /* as the files have it; what people have changed is in the database */
    bool has_rhythm;     /* the files say one, if only none */
} Area;

typedef struct Place {
    const char *name;
    const char *kind; /* "street", "school", "station", "centre", "park", "housing", … (schema/knowledge/README.md) */
    AreaId area;
    double lat, lon; /* WGS 84; both 0 where not known */
} Place;

typedef struct Category {
    const char *code; /* "skadegorelse" */
    const char *name; /* "Skadegörelse och klotter" */
} Category;

/*
 * Loads every file under `directory`. Returns 0 and a knowledge that the caller releases, or a negative errno
 * with the file, the line and the fault in `err`.
 */
int knowledge_load(Knowledge **out, const char *directory, Error *err);

/* The same without what is built from areas and places, most of it by size: nothing can be read with it, only its
 * tables looked into and knowledge_with_areas() be made from it. */
int knowledge_load_base(Knowledge **out, const char *directory, Error *err);

/*
 * A knowledge like `base` but with these areas and places instead of the files', and these cues besides: what the
 * daemon builds from the database. All are JSON arrays (`places` and `cues` may be NULL): areas {code, name,
 * municipality, parent, geojson}, places {area, name, kind, aliases, lat, lon}, cues {municipality, phrase, category};
 * `parent`, `geojson`, `aliases`, `lat` and `lon` may be null or missing, `geojson` is an object or its text, `aliases`
 * an array of strings or one string with '|' between them. Every municipality keeps its root area. A cue decides the
 * category of what its municipality's texts tell; one whose category the files do not have is left out. The rest is
 * shared with `base`, which stays alive as long as the new one. Returns 0 and a knowledge that the caller releases, or
 * a negative errno with the row and the fault in `err`.
 */
struct cJSON;
int knowledge_with_areas(Knowledge **out, Knowledge *base, const struct cJSON *areas, const struct cJSON *places,
                         const struct cJSON *cues, Error *err);

/* Whether a name can stand in a gazetteer: 0, -EINVAL (without letters, or with a '|'), -E2BIG (too many words),
 * -EILSEQ or -ENOMEM. */
int knowledge_check_name(const char *name);

/* Whether a phrase can be a cue (core/category/cues.h) and has letters enough to mean something: 0, -EINVAL or -ENOMEM.
 */
int knowledge_check_phrase(const char *phrase);

/* Counted references: a reload makes a new one while readers finish with the old. Thread-safe. */
Knowledge *knowledge_ref(Knowledge *knowledge);
void knowledge_unref(Knowledge *knowledge);

const Municipality *knowledge_municipality(const Knowledge *k, MunicipalityId id);
const Area *knowledge_area(const Knowledge *k, AreaId id);
const Place *knowledge_place(const Knowledge *k, PlaceId id);
const Category *knowledge_category(const Knowledge *k, CategoryId id);

/* A place's other names, '|' between them; "" where it has none. */
const char *knowledge_place_aliases(const Knowledge *k, PlaceId id);

/* True when `area` is `ancestor` or lies in it. */
bool knowledge_area_within(const Knowledge *k, AreaId area, AreaId ancestor);

/* The areas that lie in `top`, each once: begin with `top` itself and go on until AREA_NONE. */
AreaId knowledge_next_within(const Knowledge *k, AreaId area, AreaId top);

size_t knowledge_municipality_count(const Knowledge *k);
size_t knowledge_area_count(const Knowledge *k);
size_t knowledge_place_count(const Knowledge *k);
size_t knowledge_category_count(const Knowledge *k);

/* By exact code; a municipality also by its name, any case ("Upplands-Bro", "upplands-bro"). An area's code is its
 * municipality's: where several municipalities have one of the code, knowledge_find_area() gives any of them. */
MunicipalityId knowledge_find_municipality(const Knowledge *k, const char *code_or_name);
/* The same for those to whom a municipality that is not found says something: 0, or -ENOMEM where it could not be
 * looked for. `arena` is for what is needed meanwhile. */
int knowledge_look_up_municipality(const Knowledge *k, Arena *arena, const char *code_or_name, MunicipalityId *out);
AreaId knowledge_find_area_in(const Knowledge *k, MunicipalityId municipality, const char *code);
AreaId knowledge_find_area(const Knowledge *k, const char *code);
bool knowledge_area_has_namesake(const Knowledge *k, AreaId area); /* another municipality has one of its code */
CategoryId knowledge_find_category(const Knowledge *k, const char *code);

/* The country as a whole: what is not known nearer, and whoever may act for every municipality; MUNICIPALITY_NONE where
 * the files name none. */
MunicipalityId knowledge_country(const Knowledge *k);

/* The category of one of the Police's notice types ("Rån väpnat"), or CATEGORY_NONE. 0, or -ENOMEM where it could not
 * be looked for. */
int knowledge_look_up_police_type(const Knowledge *k, Arena *arena, const char *type, CategoryId *out);
