/*
 * What a Knowledge is made of. For the files that load a part of it or read one: knowledge*.c, and the part's own
 * (the gazetteer for locate.c, the model for classify.c, …). Everybody else includes knowledge.h.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"

enum { KNOWLEDGE_AREA_KEY_SIZE = 256 };
/* "municipality/area", what an area is known by; cut, and then found nowhere, where that is longer. Returns `out`. */
char *knowledge_area_key(const char *municipality, const char *area, char out[static KNOWLEDGE_AREA_KEY_SIZE]);

/* Names in order, for bsearch; filled with knowledge_index_add() and then sorted once. */
typedef struct KnowledgeName {
    const char *key;
    uint32_t id;
} KnowledgeName;

typedef struct KnowledgeIndex {
    KnowledgeName *names;
    size_t count, capacity;
} KnowledgeIndex;

/* `key` must live as long as the index. Returns 0 or -ENOMEM. */
int knowledge_index_add(KnowledgeIndex *index, Arena *arena, const char *key, uint32_t id);

/* Sorts. Returns NULL, or a key that stands there twice with different ids. */
const char *knowledge_index_sort(KnowledgeIndex *index);

/* The id, or UINT32_MAX. */
uint32_t knowledge_index_find(const KnowledgeIndex *index, const char *key);

struct Knowledge {
    atomic_uint references;
    Arena *arena;
    Knowledge *base; /* a reference, where this one shares another's parts (knowledge_with_areas), or NULL */

    Municipality *municipalities;
    size_t municipality_count, municipality_capacity;
    KnowledgeIndex municipality_index; /* codes, and names case folded */

    Area *areas;               /* the municipalities' roots first, in the municipalities' order */
    const char **area_parents; /* their parents' codes or NULL, until knowledge_link_areas() */
    size_t area_count, area_capacity, area_parent_capacity;
    AreaId *area_first_child, *area_next_sibling; /* AREA_NONE where there is none; by knowledge_link_areas() */
    KnowledgeIndex area_index;                    /* by code */
    KnowledgeIndex area_in_index;                 /* by knowledge_area_key() */

    Place *places;
    const char **place_aliases; /* for each place its other names, '|' between them, "" where none */
    size_t place_count, place_capacity, place_alias_capacity;

    Category *categories;
    size_t category_count, category_capacity;
    KnowledgeIndex category_index;
    KnowledgeIndex police_type_index; /* case folded */

    /* Parts that one file loads and one file reads; NULL until loaded. Shared with the base. */
    struct LocateWords *locate_words; /* locate_words.h */
    struct Classifier *classifier;
    struct Lexicon *lexicon; /* lexicon.h */
    struct Letters *letters; /* letters.h */
    struct PiiLists *pii_lists;
    struct MailCues *mail_cues;

    /* Built from areas and places, so never shared. */
    struct Gazetteer *gazetteer;    /* gazetteer.h */
    struct AreaShapes *area_shapes; /* locate_point.c */

    /* What people have taught, from the database: for each municipality its phrases, whose targets are categories; NULL
     * where there are none. Never shared. */
    struct CueSet **learned_cues;
};

/* As knowledge_load(), without the model: for the one who makes it. */
int knowledge_load_untrained(Knowledge **out, const char *directory, Error *err);

/* The tables, each from its file. 0, or a negative errno with file and line in `err`. */
int knowledge_load_municipalities(Knowledge *k, const char *directory, Error *err);
int knowledge_load_categories(Knowledge *k, const char *directory, Error *err);
int knowledge_load_police_types(Knowledge *k, const char *directory, Error *err);
int knowledge_load_areas(Knowledge *k, const char *directory, Error *err);
int knowledge_load_places(Knowledge *k, const char *directory, Error *err);
int knowledge_load_lexicon(Knowledge *k, const char *directory, Error *err); /* lexicon.c */
int knowledge_load_letters(Knowledge *k, const char *directory, Error *err); /* letters.c */

/* Building areas and places: a root for every municipality first, then the areas, then the places. */
int knowledge_add_roots(Knowledge *k, Error *err);
struct cJSON;
/* `row`: code, name, municipality, parent (code or null) and geojson (an object, or its text, or null). */
int knowledge_add_area(Knowledge *k, const struct cJSON *row, const struct cJSON *geometry, Error *err);
/* After the last area: finds the parents, and refuses circles. */
int knowledge_link_areas(Knowledge *k, Error *err);

/* `row`: municipality, phrase, category. One whose municipality or category the files no longer have is left out. */
int knowledge_add_learned(Knowledge *k, const struct cJSON *row, Error *err);

typedef struct PlaceRow {
    const char *municipality; /* code, or "" where the area says it */
    const char *area;         /* code, or "" for the municipality's root */
    const char *name, *kind, *aliases;
    double lat, lon;
} PlaceRow;
int knowledge_add_place(Knowledge *k, const PlaceRow *row, Error *err);

/* A latitude or longitude as text or "" for none; -EINVAL where it is neither or out of Earth. */
int knowledge_parse_position(const char *lat, const char *lon, double *lat_out, double *lon_out, Error *err);
