/*
 * Phrases of words, the words as the numbers that a vocabulary gives them: filled, then finished, then only matched.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

typedef struct Phrase {
    uint32_t words; /* where its word numbers start in the table's `words` */
    uint32_t value; /* what it stands for: the owner's */
    uint16_t len;   /* words */
} Phrase;

/* Phrases by their first word, the longest first. All of it lives in the arena that it is filled with. */
typedef struct PhraseTable {
    uint32_t *words;
    Phrase *phrases;
    size_t word_count, word_capacity, count, capacity;
    uint32_t *first; /* for each word number where its phrases start; one more at the end */
} PhraseTable;

/* Adds a phrase of `count` words, one or more. Returns 0 or -ENOMEM, as phrase_table_finish(). */
int phrase_table_add(PhraseTable *table, Arena *arena, const uint32_t *words, size_t count, uint32_t value);

/*
 * Puts them in order; `vocabulary` is how many word numbers there are. Of phrases with the same words the one with the
 * least value stays, and `same` (may be NULL) is told of each other in the order of their values.
 */
int phrase_table_finish(PhraseTable *table, Arena *arena, size_t vocabulary,
                        void (*same)(void *arg, uint32_t stays, uint32_t other), void *arg);

/* The longest phrase that starts at `words`, of `count`; NULL where there is none. */
const Phrase *phrase_table_match(const PhraseTable *table, const uint32_t *words, size_t count);
