/*
 * Phrases that say something by themselves ("snatteri", "ungdomar samlade"), found in a text.
 *
 * A phrase is one to CUES_WORDS words, case folded, punctuation between them ignored. "brand*" is any word that
 * starts so, "*larm" one that ends so, "*klott*" one that holds it; "_" stands for none to three words. A number is
 * a word.
 */
#pragma once

#include "core/read/text.h"
#include "util/arena.h"
#include "util/error.h"

enum { CUES_WORDS = 6 };

typedef struct CueSet CueSet;

typedef struct CueHit {
    uint16_t target;           /* what cues_add() was told */
    uint16_t strength;         /* likewise */
    uint32_t token, token_end; /* the phrase's tokens */
} CueHit;

/* An empty set in `arena`, or NULL. */
CueSet *cues_new(Arena *arena);

/* Returns 0, -EINVAL with the fault in `err` where the phrase can't be used, or -ENOMEM. */
int cues_add(CueSet *set, const char *phrase, uint16_t target, uint16_t strength, Error *err);

/*
 * Finds the phrases that start in the tokens from `first` and stand whole before `end`, in the order they start.
 * Writes at most `most` to `hits` and returns how many.
 */
uint32_t cues_find(const CueSet *set, const Text *text, uint32_t first, uint32_t end, CueHit *hits, uint32_t most);
