/*
 * What the linear model sees of a text, as 32-bit keys. The trainer and the reader share it, so that a model is
 * read exactly as it was trained.
 *
 * Words (numbers only by their length, so that a clock is a clock), words once more for the first sentence, where
 * reports say what happened, pairs of neighbouring words, and for the inside of words runs of 3 to 5 letters, "<" and
 * ">" marking a word's ends: they carry over to compounds, inflections and misspellings never seen.
 */
#pragma once

#include "core/read/text.h"

typedef enum FeatureKind { FEATURE_WORD, FEATURE_FIRST_WORD, FEATURE_PAIR } FeatureKind;

typedef struct Feature {
    uint32_t key;
    uint32_t token; /* where it first stands; a pair's first word */
    uint32_t count; /* how often */
    FeatureKind kind;
} Feature;

enum {
    FEATURE_GRAMS = 96,          /* the most grams one word can have */
    FEATURE_FIRST_MAX = 40,      /* words: a first sentence longer than this ends here */
    FEATURE_FIRST_SENTENCE = 10, /* words: a shorter one ("22:18, Bro.", "Hej, Eva här.") and the next are one */
};

/*
 * The distinct features of the tokens from `first` to `end`, in the order they stand. Returns 0 with `*features` in
 * `arena`, or -ENOMEM.
 */
int feature_read(Feature **features, uint32_t *count, Arena *arena, const Text *text, uint32_t first, uint32_t end);

/* How much `count` times weighs against once: 1 + ln(count). */
float feature_weight(uint32_t count);

/* The grams of a word, one that stands twice in it twice; returns how many. Numbers and words under 3 letters have
 * none.
 */
uint32_t feature_grams(const Token *token, uint32_t grams[static FEATURE_GRAMS]);

/* The end (token index) of the first sentence of the tokens from `first` to `end`. */
uint32_t feature_first_end(const Text *text, uint32_t first, uint32_t end);
