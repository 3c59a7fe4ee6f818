/*
 * What gazetteer.c is made of: which names and cues there are (gazetteer.c), and every way that a name is written
 * (gazetteer_names.c). Both fill the Gazetteer of one builder.
 *
 * All that returns int returns 0, -ENOMEM, or what it says itself; with `err` the fault is in it.
 */
#pragma once

#include "core/knowledge/knowledge-internal.h"
#include "core/place/gazetteer.h"

/* A name or cue as word numbers. */
typedef struct Words {
    uint32_t ids[GAZETTEER_NAME_WORDS];
    size_t count;
} Words;

typedef struct Variant {
    uint32_t word; /* as the last word of a name … */
    Words instead; /* … can be these */
} Variant;

typedef struct Builder {
    Gazetteer *g;
    Knowledge *k;
    Arena *arena;   /* the knowledge's */
    Arena *scratch; /* what only the building needs */
    /* Of gazetteer_names.c: what it must have before the first name. */
    Variant *variants;
    size_t variant_count, variant_capacity;
    KnowledgeIndex word_homonyms, noun_homonyms, place_homonyms; /* normalised names */
    /* Of gazetteer.c: by normalised name, what local words stand beside. */
    KnowledgeIndex place_names, area_names;
} Builder;

/* Cuts a phrase into words, which are added where they are new. -EINVAL without a word, -E2BIG with too many. */
int gazetteer_cut(Builder *b, const char *phrase, size_t len, Words *words);

/* Adds a meaning, and the words as a name that has it. */
int gazetteer_add_meaning(Builder *b, const Words *words, Target target);

/* Fills the indexes of homonyms from homonyms.csv. */
int gazetteer_index_homonyms(Builder *b, Error *err);

/* Lets names that end in `word` be written with `instead` in its place: "station", "stn". As gazetteer_cut(). */
int gazetteer_add_variant(Builder *b, const char *word, const Words *instead);

/*
 * Adds every name of a list with '|' between, each in all its spellings: as it stands, in the genitive and, where the
 * target has an area, as one word, with its last word's variants and with what a town's name is joined to. TARGET_WORD,
 * TARGET_NOUN and TARGET_HOMONYM are set for each name by the homonyms.
 */
int gazetteer_add_names(Builder *b, const char *names, Target target, Error *err);
