/*
 * The words that locate.c weighs places by, as read from elsewhere.csv, homonyms.csv, locate-cues.csv,
 * locate-words.csv, local-words.csv and home.csv (schema/knowledge/README.md describes each). Text is as written in the
 * files; the gazetteer cuts and normalises it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"

/* What the words around a place say of it, weakest first: the strongest in a text are where it happened. */
typedef enum LocateRole {
    LOCATE_NO_PLACE,    /* "kört in i en bro": no place at all */
    LOCATE_NEGATED,     /* "inte i": it did not happen there */
    LOCATE_ORIGIN,      /* "från", "skriven i": where somebody belongs */
    LOCATE_QUIET,       /* "lugnt i": what is told happened elsewhere, if it tells of anything else */
    LOCATE_VISITED,     /* "ronderade": where those who tell were; it happened there if they name no other place */
    LOCATE_RESIDENT,    /* "som bor i": where it happened if nothing else is said */
    LOCATE_DESTINATION, /* "sprang mot" */
    LOCATE_FOUND,       /* "greps i", "anträffad i": where it ended */
    LOCATE_HAPPENED,    /* also where nothing says otherwise */
} LocateRole;

typedef enum LocateSide { LOCATE_BEFORE, LOCATE_AFTER } LocateSide;

/* Words that give the place after (LOCATE_BEFORE) or before them a role. */
typedef struct LocateCue {
    const char *words;
    LocateRole role;
    LocateSide side;
    uint8_t reach; /* the most words between the cue and the place */
} LocateCue;

/* A place outside the areas, or another place with a known name. */
typedef struct ElsewhereRow {
    const char *names;           /* '|' between them */
    MunicipalityId municipality; /* or county */
} ElsewhereRow;

typedef struct HomonymRow {
    const char *name;
    bool word;                   /* also an ordinary word or a surname */
    bool noun;                   /* `word`, and in lower case never the name: "gärdet" */
    MunicipalityId municipality; /* also a place there; MUNICIPALITY_NONE with `word` */
} HomonymRow;

/* What a word class of locate-words.csv is for. */
typedef enum LocateClass {
    LOCATE_VARIANT,       /* `word` as a name's last word can also be written as one of `forms` */
    LOCATE_COMPOUND,      /* forms that a town's name is joined to: "skolan" */
    LOCATE_PREPOSITION,   /* forms that stand before a place: "i" */
    LOCATE_WITHIN,        /* forms between a place and the town it lies in: "i" */
    LOCATE_JOINER,        /* forms between places that share a role: "och" */
    LOCATE_STREET_ENDING, /* forms that end a street's name: "vägen" */
    LOCATE_ORDINARY,      /* forms that are no misspelt place: "brinna" */
    LOCATE_NOTHING,       /* forms with a place's name in them that are none: "Bro IK" */
    LOCATE_TELLER,        /* forms that say that somebody tells: "ringde" */
    LOCATE_SPOT,          /* forms that with "samma" mean the place of the incident before: "plats" */
    LOCATE_CLASS_COUNT,
} LocateClass;

typedef struct LocateForms {
    LocateClass class;
    const char *word;  /* "" but for LOCATE_VARIANT */
    const char *forms; /* '|' between them */
} LocateForms;

/* Words that mean a place only where another is mentioned: "torget" by "Hässelby gård". */
typedef struct LocalRow {
    const char *words; /* '|' between them */
    const char *near;  /* the name of a place or an area */
    const char *place; /* a place's name */
} LocalRow;

/* The area that a municipality's reports are about where they don't say. */
typedef struct HomeRow {
    MunicipalityId municipality;
    const char *area; /* a code */
} HomeRow;

typedef struct LocateWords {
    LocateCue *cues;
    ElsewhereRow *elsewhere;
    HomonymRow *homonyms;
    LocateForms *forms;
    LocalRow *locals;
    HomeRow *homes;
    size_t cue_count, elsewhere_count, homonym_count, form_count, local_count, home_count;
    size_t cue_capacity, elsewhere_capacity, homonym_capacity, form_capacity, local_capacity, home_capacity;
} LocateWords;

/* Fills k->locate_words. Returns 0, or a negative errno with file and line in `err`. */
int locate_words_load(Knowledge *k, const char *directory, Error *err);
