/*
 * What the parts of pii.c share: the word lists, and the findings while a text is searched.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/pii/pii.h"

/* What a word can be, a bit set. Words of `schema/knowledge/names-*.csv` and `pii-words.csv`. */
enum {
    PII_FIRST = 1u << 0,        /* a first name */
    PII_FIRST_COMMON = 1u << 1, /* … that is also a common word ("ben"): a name only by its capital */
    PII_FIRST_START = 1u << 2,  /* … and one that sentences begin with ("Hans bil"): there, only before a verb */
    PII_FIRST_PROPER = 1u << 3, /* … that is also a place, a brand or a feast ("Klara"): needs more than itself */
    PII_LAST = 1u << 4,         /* a surname */
    PII_LAST_COMMON = 1u << 5,  /* … that is also a word, a brand or a place */
    PII_NAMED = 1u << 6,        /* "heter": what follows is a name, whatever its case */
    PII_PERSON = 1u << 7,       /* "rektor", "min son": a person may be named next */
    PII_SIGNATURE = 1u << 8,    /* "mvh" */
    PII_PARTICLE = 1u << 9,     /* "von", "af", "al": inside a name */
    PII_DOES = 1u << 10,        /* "ringde", "är": what stands before it at a sentence's start is who */
    PII_AT_PLACE = 1u << 11,    /* "i", "vid": what follows is where, not who */
    PII_PLACE_WORD = 1u << 12,  /* "väg", "torg": the name before it is a place's */
    PII_PLACE = 1u << 13,       /* a place, area or municipality of the knowledge */
    PII_NOT_BEFORE = 1u << 14,  /* "sankt", "stormen": the name after it is no person's */
    PII_BRAND = 1u << 15,       /* two words that look like a name: "clas ohlson" */
    PII_PLATE = 1u << 16,       /* "regnr" */
    PII_VEHICLE = 1u << 17,     /* "bil", "volvo" */
    PII_NOT_PLATE = 1u << 18,   /* "bmw", "sms": three letters that stand before figures but are no plate */
    PII_PHONE = 1u << 19,       /* "tfn" */
    PII_PERSONAL_NO = 1u << 20, /* "personnummer" */
    PII_REFERENCE = 1u << 21,   /* "dnr", "ramnr": what follows is some other number */
    PII_CLOCK = 1u << 22,       /* "kl" */
    PII_ARTICLE = 1u << 23,     /* "en": what follows in small letters is a word, "karl" */
};

typedef struct PiiWord {
    const char *norm; /* NFC, case folded; NULL in an empty slot */
    uint32_t len, hash, flags;
} PiiWord;

typedef struct PiiSuffix {
    const char *norm;
    uint32_t len;
    char last; /* byte: most words differ from most suffixes in it */
} PiiSuffix;

typedef struct PiiSuffixes {
    PiiSuffix *items;
    size_t count, capacity;
} PiiSuffixes;

/* How long a national telephone number that starts so is, in digits, the leading 0 included. */
typedef struct PiiPhoneCode {
    const char *prefix;
    uint8_t prefix_len, min, max;
} PiiPhoneCode;

enum { PII_FILTER_BITS = 1u << 17 };

typedef struct PiiLists {
    Arena *arena;   /* the knowledge's */
    Arena *scratch; /* while loading: for what is thrown away with each word */
    PiiWord *words; /* open addressing, a power of two */
    size_t word_count, word_capacity;
    /* One bit a hash: most words of a report are in no list, and this answers for them from the cache. */
    uint64_t filter[PII_FILTER_BITS / 64];
    uint64_t first_filter[PII_FILTER_BITS / 64]; /* the same for first names alone */
    PiiSuffixes surnames, places;
    const char **public_numbers; /* "112": digits only */
    size_t public_count, public_capacity;
    PiiPhoneCode *codes;
    size_t code_count, code_capacity;
} PiiLists;

/*
 * A knowledge's loader: names-first.csv, names-last.csv, pii-words.csv and phone-codes.csv into `pii_lists`; after the
 * areas and places, whose names are then no persons' on their own. Returns 0, or a negative errno with the file, the
 * line and the fault in `err`.
 */
int pii_lists_load(Knowledge *knowledge, const char *directory, Error *err);

/* The flags of a word, 0 for one that is in no list. */
uint32_t pii_lists_look_up(const PiiLists *lists, const char *norm, uint32_t len, uint32_t hash);

/* False where the word with this hash is no first name; true where it may be one. */
bool pii_lists_maybe_first(const PiiLists *lists, uint32_t hash);

bool pii_suffixed(const PiiSuffixes *suffixes, const Token *token);

/* A text being searched. */
typedef struct PiiFinder {
    const Text *text;
    const PiiLists *lists;
    Arena *arena;
    Pii *found;
    size_t count, capacity;
} PiiFinder;

/* The flags of a token; 0 where there is none at `index`, and for numbers and punctuation. */
static inline uint32_t pii_flags(const PiiFinder *finder, uint32_t index)
{
    if (index >= finder->text->token_count) return 0;
    const Token *token = &finder->text->tokens[index];
    if (token->kind != TOKEN_WORD) return 0;
    return pii_lists_look_up(finder->lists, token->norm, token->norm_len, token->hash);
}

/* True when one of the `reach` tokens before `index`, on its line, has one of `flags`. */
bool pii_before(const PiiFinder *finder, uint32_t index, uint32_t reach, uint32_t flags);

/* "ärende 61…", "larm-id 89…", "dnr: 20…": what stands at `index` is something's number, right behind its word. */
bool pii_is_reference(const PiiFinder *finder, uint32_t index);

/*
 * Each looks for its kind of thing at token `index` and, where it is, gives its first and last byte. They return the
 * index of the first token behind it, or `index` where there is nothing.
 */
uint32_t pii_personal_number(const PiiFinder *finder, uint32_t index, Pii *pii);
uint32_t pii_phone(const PiiFinder *finder, uint32_t index, Pii *pii);
uint32_t pii_plate(const PiiFinder *finder, uint32_t index, bool after_plate, Pii *pii);
uint32_t pii_email(const PiiFinder *finder, uint32_t index, Pii *pii);
uint32_t pii_name(const PiiFinder *finder, uint32_t index, Pii *pii);
