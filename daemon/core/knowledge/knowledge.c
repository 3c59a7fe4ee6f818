#include "core/knowledge/knowledge.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrival/mail-internal.h"
#include "core/category/classifier.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/pii/pii-internal.h"
#include "core/place/gazetteer.h"
#include "core/place/locate_shapes.h"
#include "core/place/locate_words.h"
#include "core/read/text.h"

typedef int (*Load)(Knowledge *k, const char *directory, Error *err);

/* What is read from a directory, in this order; a part that another needs stands before it. */
static const Load LOADERS[] = {
    knowledge_load_municipalities,
    knowledge_load_categories,
    knowledge_load_police_types,
    knowledge_load_areas,
    knowledge_load_places,
    classifier_load,
    knowledge_load_lexicon,
    knowledge_load_letters,
    pii_lists_load,
    mail_cues_load,
    locate_words_load,
};

typedef int (*Build)(Knowledge *k, Error *err);

/* What is made from areas and places, however those came in. */
static const Build BUILDERS[] = {
    gazetteer_build,
    locate_shapes_build,
};

int knowledge_index_add(KnowledgeIndex *index, Arena *arena, const char *key, uint32_t id)
{
    KnowledgeName *names = arena_grow(arena, index->names, index->count, &index->capacity, sizeof *names);
    if (!names) return -ENOMEM;
    index->names = names;
    names[index->count++] = (KnowledgeName){.key = key, .id = id};
    return 0;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(((const KnowledgeName *)a)->key, ((const KnowledgeName *)b)->key);
}

const char *knowledge_index_sort(KnowledgeIndex *index)
{
    if (index->count) qsort(index->names, index->count, sizeof *index->names, name_compare);
    for (size_t i = 1; i < index->count; i++)
        if (strcmp(index->names[i - 1].key, index->names[i].key) == 0 && index->names[i - 1].id != index->names[i].id)
            return index->names[i].key;
    return NULL;
}

static const KnowledgeName *find_name(const KnowledgeIndex *index, const char *key)
{
    const KnowledgeName wanted = {.key = key};
    return index->count ? bsearch(&wanted, index->names, index->count, sizeof wanted, name_compare) : NULL;
}

uint32_t knowledge_index_find(const KnowledgeIndex *index, const char *key)
{
    const KnowledgeName *found = find_name(index, key);
    return found ? found->id : UINT32_MAX;
}

Knowledge *knowledge_ref(Knowledge *knowledge)
{
    atomic_fetch_add_explicit(&knowledge->references, 1, memory_order_relaxed);
    return knowledge;
}

void knowledge_unref(Knowledge *knowledge)
{
    if (!knowledge || atomic_fetch_sub_explicit(&knowledge->references, 1, memory_order_acq_rel) > 1) return;
    knowledge_unref(knowledge->base);
    arena_free(knowledge->arena);
    free(knowledge);
}

static void knowledge_unrefp(Knowledge **knowledge)
{
    knowledge_unref(*knowledge);
}
#define _knowledge_unref_ __attribute__((cleanup(knowledge_unrefp)))

static Knowledge *knowledge_new(void)
{
    Knowledge *k = calloc(1, sizeof *k);
    if (!k) return NULL;
    atomic_init(&k->references, 1);
    k->arena = arena_new();
    if (k->arena) return k;
    free(k);
    return NULL;
}

static int build(Knowledge *k, Error *err)
{
    for (size_t i = 0; i < sizeof BUILDERS / sizeof *BUILDERS; i++) {
        int status = BUILDERS[i](k, err);
        if (status) return status;
    }
    return 0;
}

typedef enum Extent { WHOLE, UNTRAINED, BASE } Extent;

static int load(Knowledge **out, const char *directory, Extent extent, Error *err)
{
    _knowledge_unref_ Knowledge *k = knowledge_new();
    if (!k) return error_set(err, -ENOMEM, "out of memory");
    int status = 0;
    for (size_t i = 0; !status && i < sizeof LOADERS / sizeof *LOADERS; i++)
        status = LOADERS[i](k, directory, err);
    if (!status && extent != UNTRAINED) status = classifier_load_model(k, directory, err);
    if (!status && extent != BASE) status = build(k, err);
    if (status) {
        error_prefix(err, "%s/", directory);
        return status;
    }
    *out = k;
    k = NULL;
    return 0;
}

int knowledge_load(Knowledge **out, const char *directory, Error *err)
{
    return load(out, directory, WHOLE, err);
}

int knowledge_load_untrained(Knowledge **out, const char *directory, Error *err)
{
    return load(out, directory, UNTRAINED, err);
}

int knowledge_load_base(Knowledge **out, const char *directory, Error *err)
{
    return load(out, directory, BASE, err);
}

/* The parts that don't depend on areas or places. */
static int share(Knowledge *k, Knowledge *base, Error *err)
{
    k->base = knowledge_ref(base);
    k->municipality_count = k->municipality_capacity = base->municipality_count;
    k->municipalities = arena_calloc(k->arena, base->municipality_count, sizeof *k->municipalities);
    if (!k->municipalities) return error_set(err, -ENOMEM, "out of memory");
    memcpy(k->municipalities, base->municipalities, base->municipality_count * sizeof *k->municipalities);
    k->municipality_index = base->municipality_index;
    k->categories = base->categories;
    k->category_count = base->category_count;
    k->category_index = base->category_index;
    k->police_type_index = base->police_type_index;
    k->locate_words = base->locate_words;
    k->classifier = base->classifier;
    k->lexicon = base->lexicon;
    k->letters = base->letters;
    k->pii_lists = base->pii_lists;
    k->mail_cues = base->mail_cues;
    return 0;
}

static const char *string_or(const cJSON *row, const char *key, const char *otherwise)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, key));
    return value ? value : otherwise;
}

static int add_areas(Knowledge *k, const cJSON *rows, Error *err)
{
    int i = 0;
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        i++;
        int status = knowledge_add_area(k, row, cJSON_GetObjectItemCaseSensitive(row, "geojson"), err);
        if (status) {
            error_prefix(err, "area %d: ", i);
            return status;
        }
    }
    return knowledge_link_areas(k, err);
}

/* An array of strings as one, '|' between them. NULL where memory is out. */
static const char *join_aliases(Arena *arena, const cJSON *aliases)
{
    if (!cJSON_IsArray(aliases)) return cJSON_IsString(aliases) ? aliases->valuestring : "";
    const char *joined = "";
    const cJSON *alias;
    cJSON_ArrayForEach(alias, aliases)
    {
        if (!cJSON_IsString(alias)) continue;
        joined = arena_printf(arena, "%s%s%s", joined, *joined ? "|" : "", alias->valuestring);
        if (!joined) return NULL;
    }
    return joined;
}

static int add_places(Knowledge *k, const cJSON *rows, Error *err)
{
    int i = 0;
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        i++;
        const cJSON *lat = cJSON_GetObjectItemCaseSensitive(row, "lat");
        const cJSON *lon = cJSON_GetObjectItemCaseSensitive(row, "lon");
        PlaceRow place = {
            .municipality = string_or(row, "municipality", ""),
            .area = string_or(row, "area", ""),
            .name = string_or(row, "name", ""),
            .kind = string_or(row, "kind", ""),
            .aliases = join_aliases(k->arena, cJSON_GetObjectItemCaseSensitive(row, "aliases")),
            .lat = cJSON_IsNumber(lat) && cJSON_IsNumber(lon) ? lat->valuedouble : 0,
            .lon = cJSON_IsNumber(lat) && cJSON_IsNumber(lon) ? lon->valuedouble : 0,
        };
        if (!place.aliases) return error_set(err, -ENOMEM, "out of memory");
        int status = knowledge_add_place(k, &place, err);
        if (status) {
            error_prefix(err, "place %d: ", i);
            return status;
        }
    }
    return 0;
}

static int add_cues(Knowledge *k, const cJSON *rows, Error *err)
{
    int i = 0;
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        i++;
        int status = knowledge_add_learned(k, row, err);
        if (status) {
            error_prefix(err, "cue %d: ", i);
            return status;
        }
    }
    return 0;
}

int knowledge_with_areas(Knowledge **out, Knowledge *base, const cJSON *areas, const cJSON *places, const cJSON *cues,
                         Error *err)
{
    if (!cJSON_IsArray(areas) || (places && !cJSON_IsArray(places)) || (cues && !cJSON_IsArray(cues)))
        return error_set(err, -EINVAL, "areas, places and cues must be arrays");
    _knowledge_unref_ Knowledge *k = knowledge_new();
    if (!k) return error_set(err, -ENOMEM, "out of memory");
    /* The files' knowledge, not another made from it: else every reload would keep the one before it. */
    int status = share(k, base->base ? base->base : base, err);
    if (!status) status = knowledge_add_roots(k, err);
    if (!status) status = add_areas(k, areas, err);
    if (!status && places) status = add_places(k, places, err);
    if (!status && cues) status = add_cues(k, cues, err);
    if (!status) status = build(k, err);
    if (status) return status;
    *out = k;
    k = NULL;
    return 0;
}

const Municipality *knowledge_municipality(const Knowledge *k, MunicipalityId id)
{
    return id < k->municipality_count ? &k->municipalities[id] : NULL;
}

const Area *knowledge_area(const Knowledge *k, AreaId id)
{
    return id < k->area_count ? &k->areas[id] : NULL;
}

const Place *knowledge_place(const Knowledge *k, PlaceId id)
{
    return id < k->place_count ? &k->places[id] : NULL;
}

const char *knowledge_place_aliases(const Knowledge *k, PlaceId id)
{
    return id < k->place_count ? k->place_aliases[id] : "";
}

const Category *knowledge_category(const Knowledge *k, CategoryId id)
{
    return id < k->category_count ? &k->categories[id] : NULL;
}

size_t knowledge_municipality_count(const Knowledge *k)
{
    return k->municipality_count;
}

size_t knowledge_area_count(const Knowledge *k)
{
    return k->area_count;
}

size_t knowledge_place_count(const Knowledge *k)
{
    return k->place_count;
}

size_t knowledge_category_count(const Knowledge *k)
{
    return k->category_count;
}

bool knowledge_area_within(const Knowledge *k, AreaId area, AreaId ancestor)
{
    for (; area < k->area_count; area = k->areas[area].parent)
        if (area == ancestor) return true;
    return false;
}

AreaId knowledge_next_within(const Knowledge *k, AreaId area, AreaId top)
{
    if (k->area_first_child[area] != AREA_NONE) return k->area_first_child[area];
    while (area != top && k->area_next_sibling[area] == AREA_NONE)
        area = k->areas[area].parent;
    return area == top ? AREA_NONE : k->area_next_sibling[area];
}

/* The id of a key whose case doesn't matter. */
static int find_folded(const KnowledgeIndex *index, Arena *arena, const char *key, uint32_t *id)
{
    while (*key == ' ')
        key++;
    size_t len = strlen(key);
    while (len && key[len - 1] == ' ')
        len--;
    const char *folded = text_normalise(arena, key, len);
    if (!folded) return -ENOMEM;
    *id = knowledge_index_find(index, folded);
    return 0;
}

int knowledge_look_up_municipality(const Knowledge *k, Arena *arena, const char *code_or_name, MunicipalityId *out)
{
    uint32_t id = knowledge_index_find(&k->municipality_index, code_or_name);
    int r = id == UINT32_MAX ? find_folded(&k->municipality_index, arena, code_or_name, &id) : 0;
    *out = id == UINT32_MAX ? MUNICIPALITY_NONE : (MunicipalityId)id;
    return r;
}

MunicipalityId knowledge_find_municipality(const Knowledge *k, const char *code_or_name)
{
    MunicipalityId id = MUNICIPALITY_NONE;
    _arena_free_ Arena *arena = arena_new();
    return arena && knowledge_look_up_municipality(k, arena, code_or_name, &id) == 0 ? id : MUNICIPALITY_NONE;
}

AreaId knowledge_find_area(const Knowledge *k, const char *code)
{
    uint32_t id = knowledge_index_find(&k->area_index, code);
    return id == UINT32_MAX ? AREA_NONE : (AreaId)id;
}

bool knowledge_area_has_namesake(const Knowledge *k, AreaId area)
{
    const KnowledgeName *names = k->area_index.names, *end = names + k->area_index.count;
    const KnowledgeName *found = find_name(&k->area_index, k->areas[area].code);
    return (found > names && strcmp(found[-1].key, found->key) == 0) ||
           (found + 1 < end && strcmp(found[1].key, found->key) == 0);
}

char *knowledge_area_key(const char *municipality, const char *area, char out[static KNOWLEDGE_AREA_KEY_SIZE])
{
    const size_t room = KNOWLEDGE_AREA_KEY_SIZE - 2, len = strnlen(municipality, room);
    const size_t area_len = strnlen(area, room - len);
    memcpy(out, municipality, len);
    out[len] = '/';
    memcpy(out + len + 1, area, area_len);
    out[len + 1 + area_len] = '\0';
    return out;
}

AreaId knowledge_find_area_in(const Knowledge *k, MunicipalityId municipality, const char *code)
{
    char key[KNOWLEDGE_AREA_KEY_SIZE];
    uint32_t id =
        knowledge_index_find(&k->area_in_index, knowledge_area_key(k->municipalities[municipality].code, code, key));
    return id == UINT32_MAX ? AREA_NONE : (AreaId)id;
}

CategoryId knowledge_find_category(const Knowledge *k, const char *code)
{
    uint32_t id = knowledge_index_find(&k->category_index, code);
    return id == UINT32_MAX ? CATEGORY_NONE : (CategoryId)id;
}

int knowledge_look_up_police_type(const Knowledge *k, Arena *arena, const char *type, CategoryId *out)
{
    uint32_t id = UINT32_MAX;
    int r = find_folded(&k->police_type_index, arena, type, &id);
    *out = id == UINT32_MAX ? CATEGORY_NONE : (CategoryId)id;
    return r;
}

MunicipalityId knowledge_country(const Knowledge *k)
{
    for (size_t i = 0; i < k->municipality_count; i++)
        if (strcmp(k->municipalities[i].kind, "country") == 0) return (MunicipalityId)i;
    return MUNICIPALITY_NONE;
}
