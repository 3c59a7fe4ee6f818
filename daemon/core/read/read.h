/*
 * Reading: a Swedish report in, its incidents out. The heart of the product.
 *
 * Pure: bytes and knowledge in, a verdict out; no sockets, no database, no clock, no global state. The daemon
 * and `lagesbild tag` call the same function.
 *
 *   text.c → split.c (where each incident stands)
 *          → when.c, locate.c, classify.c over each incident, pii.c over the whole text
 *          → read.c puts them together and decides what a person should look at
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "core/read/text.h"
#include "util/arena.h"
#include "util/civil.h"

typedef enum ReadKind {
    READ_REPORT,      /* none, one or many incidents */
    READ_OBSERVATION, /* exactly one incident, the whole text */
} ReadKind;

typedef struct ReadInput {
    const char *text; /* UTF-8, any normalisation form */
    size_t len;
    ReadKind kind;
    MunicipalityId municipality; /* the sender's; MUNICIPALITY_NONE for a national feed */
    CivilDate date;              /* the report's date; unknown (year 0) where there is none */
    int sent_minute; /* local minute of the day it was sent, 0 to 1439, or -1 where not known: no event is later */
} ReadInput;

/* Where in the text, as received, bytes, end exclusive; start == end where there are no words to point at. */
typedef struct Span {
    uint32_t start, end;
} Span;

/* What decided a tag. `rule` is a static, stable name such as "place", "area-heading", "police-heading", "cue",
 * "model", "sender". */
typedef struct Evidence {
    const char *rule;
    Span *spans; /* the deciding words, at most EVIDENCE_SPANS, strongest first */
    uint8_t span_count;
} Evidence;
enum { EVIDENCE_SPANS = 4 };

typedef struct AreaTag {
    AreaId area;
    float confidence; /* 0 to 1, calibrated */
    Evidence evidence;
} AreaTag;

typedef struct CategoryTag {
    CategoryId category; /* never CATEGORY_NONE: "ovrigt" where nothing else fits */
    CategoryId second;   /* the runner-up, or CATEGORY_NONE */
    float confidence;    /* 0 to 1, calibrated */
    Evidence evidence;
} CategoryTag;

typedef enum WhenPrecision {
    WHEN_UNKNOWN, /* neither date nor clock */
    WHEN_PERIOD,  /* the report's period, a weekend: `date` is its last day */
    WHEN_DAY,
    WHEN_HOUR,   /* "vid tiotiden" */
    WHEN_MINUTE, /* "22.18" */
} WhenPrecision;

typedef struct When {
    WhenPrecision precision;
    CivilDate date; /* local (Europe/Stockholm) */
    int minute;     /* local minute of the day, with WHEN_HOUR and WHEN_MINUTE; else -1 */
    Span evidence;
} When;

/* Cross-cutting flags, a bit set. */
enum {
    FLAG_DOMESTIC = 1u << 0, /* brott i nära relation */
    FLAG_YOUTH = 1u << 1,    /* ungdomar */
    FLAG_SCHOOL = 1u << 2,   /* skola */
    FLAG_TRANSIT = 1u << 3,  /* kollektivtrafik */
    FLAG_ELDERLY = 1u << 4,  /* äldre */
};
enum { FLAG_COUNT = 5 };

/* "nara-relation", "ungdomar", "skola", "kollektivtrafik", "aldre"; `index` 0 to FLAG_COUNT - 1. */
const char *read_flag_code(int index);

/* Why a person should look, a bit set. */
enum {
    REVIEW_CATEGORY = 1u << 0, /* the category is uncertain */
    REVIEW_AREA = 1u << 1,     /* the area is uncertain, or none was found where one was to be expected */
    REVIEW_PII = 1u << 2,      /* personal data was found */
};

typedef struct ReadIncident {
    Span span;      /* heading included */
    Span title;     /* as of title_read() */
    AreaTag *areas; /* most specific only: never an area beside its own parent */
    uint32_t area_count;
    CategoryTag category;
    When when;
    PlaceId place;    /* the best known place in it, or PLACE_NONE */
    Span place_words; /* the words that name where it happened, known place or not */
    uint32_t flags;   /* FLAG_… */
    uint32_t review;  /* REVIEW_…; 0 when the service is sure */
} ReadIncident;

typedef enum PiiKind {
    PII_PERSONNUMMER,
    PII_SAMORDNINGSNUMMER,
    PII_TELEFON,
    PII_EPOST,
    PII_REGNR,
    PII_NAMN,
} PiiKind;

/* "personnummer", "samordningsnummer", "telefon", "epost", "regnr", "namn". */
const char *read_pii_code(PiiKind kind);

typedef struct Pii {
    Span span;
    PiiKind kind;
} Pii;

typedef struct Reading {
    ReadIncident *incidents; /* in text order */
    uint32_t incident_count;
    Pii *pii; /* in text order, not overlapping */
    uint32_t pii_count;
} Reading;

/*
 * Reads one text. Everything in `reading` lives in `arena` or `knowledge`. Returns 0, or what text_init() returns:
 * -EILSEQ, -E2BIG, -ENOMEM; -EINVAL where the knowledge holds no categories.
 */
int read_text(Reading *reading, Arena *arena, const Knowledge *knowledge, const ReadInput *input);
