/*
 * Every name and cue that locate.c looks for, cut into words and indexed. Built once for a knowledge, then read-only.
 *
 * Words have numbers (vocabulary.h). A text becomes a row of numbers, and names and cues are phrases of them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "core/place/locate_words.h"
#include "core/place/phrase_table.h"
#include "core/place/vocabulary.h"

typedef enum TargetClass {
    TARGET_NOTHING,      /* no place, though there is one's name in it: "Bro IK" */
    TARGET_COUNTY,       /* a county: says in which part of the country we are */
    TARGET_ELSEWHERE,    /* a place in no known area */
    TARGET_MUNICIPALITY, /* a municipality that has areas or places here */
    TARGET_TOWN,         /* an area, or a locality or district in one */
    TARGET_PLACE,
    TARGET_STREET,
    TARGET_LOCAL, /* "torget": a place where another is mentioned */
} TargetClass;

enum {
    TARGET_WORD = 1u << 0,    /* also an ordinary word */
    TARGET_HOMONYM = 1u << 1, /* also a place elsewhere */
    TARGET_NOUN = 1u << 3,    /* TARGET_WORD, and in lower case never the name */
    TARGET_KNOWN = 1u << 2,   /* known by this name outside its municipality: an area, a district, "Bro station" */
};

#define GAZETTEER_END UINT32_MAX

/* The most words a name can have. */
enum { GAZETTEER_NAME_WORDS = 12 };

/* One thing a name can mean. */
typedef struct Target {
    MunicipalityId municipality; /* or the county */
    AreaId area;                 /* AREA_NONE for TARGET_COUNTY and TARGET_ELSEWHERE */
    PlaceId place;               /* PLACE_NONE for areas */
    PlaceId near_place;          /* TARGET_LOCAL: the place it needs, or PLACE_NONE: a town's name of its area */
    uint32_t next;               /* the next meaning of the same name, or GAZETTEER_END */
    uint8_t class;               /* TargetClass */
    uint8_t flags;               /* TARGET_… */
} Target;

typedef struct Gazetteer {
    Vocabulary vocabulary;
    Target *targets;
    size_t target_count, target_capacity;
    PhraseTable names;       /* value: index of the first target */
    PhraseTable cues_before; /* value: index into `cues` */
    PhraseTable cues_after;
    const LocateCue *cues;
    bool *covered;               /* by municipality: it has areas or places here */
    bool *reaches;               /* the same, or by county: a municipality in it has; the country always */
    AreaId *home;                /* by municipality: what its reports are about where they don't say; or its root */
    MunicipalityId *county;      /* by municipality: its county; itself for a county, NONE for the country */
    const char **street_endings; /* normalised */
    size_t street_ending_count, street_ending_capacity;
} Gazetteer;

/* Fills k->gazetteer from areas, places and k->locate_words. Returns 0, or a negative errno with the fault in `err`. */
int gazetteer_build(Knowledge *k, Error *err);
