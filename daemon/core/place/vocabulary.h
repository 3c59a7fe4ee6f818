/*
 * Words with numbers, and what a misspelt word was meant to be.
 *
 * A word of six letters or more that stands in no name gets the number of the name's word that it seems to be misspelt
 * from: at a Damerau–Levenshtein distance of 1 with the first letter right where it has eight letters or more, else
 * with a letter doubled or a doubled letter single. Candidates come from an index of the words with one letter left
 * out ("symmetric delete", W. Garbe, SymSpell, 2012).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/read/text.h"
#include "util/arena.h"

enum {
    WORD_PREPOSITION = 1u << 0,
    WORD_JOINER = 1u << 1,
    WORD_WITHIN = 1u << 2,
    WORD_NAME = 1u << 3, /* the distinctive word of a name: can be misspelt */
    WORD_TELLER = 1u << 4,
    WORD_SPOT = 1u << 5,
};

typedef struct VocabularyWord {
    const char *text; /* normalised */
    uint32_t len, hash;
    uint8_t flags; /* WORD_… */
} VocabularyWord;

typedef struct VocabularySlot {
    uint32_t hash, word; /* word 0: free */
} VocabularySlot;

/* An open-addressing table on `hash`; several slots may have the same hash. */
typedef struct VocabularyTable {
    VocabularySlot *slots;
    uint64_t *filter; /* four bits a slot, set by hash: fits the cache, and for most words says enough */
    uint32_t mask, used, filter_mask;
} VocabularyTable;

typedef struct Vocabulary {
    VocabularyWord *words; /* from 1 */
    size_t count, capacity;
    VocabularyTable table;
    VocabularyTable
        near; /* hashes of the WORD_NAME words, whole and with one letter left out; of vocabulary_finish() */
} Vocabulary;

/* Returns 0 or -ENOMEM. */
int vocabulary_init(Vocabulary *v, Arena *arena);

/* The number of a normalised word, which is added where it is new; 0 where memory is out. */
uint32_t vocabulary_add(Vocabulary *v, Arena *arena, const char *text, size_t len, uint8_t flags);

/* After the last word: indexes misspellings. Returns 0 or -ENOMEM. */
int vocabulary_finish(Vocabulary *v, Arena *arena);

/* The number of a word, or 0. */
uint32_t vocabulary_find(const Vocabulary *v, const char *text, uint32_t len, uint32_t hash);

/* The number of the word that this one, which is not in the vocabulary, is misspelt from, or 0. */
uint32_t vocabulary_find_misspelt(const Vocabulary *v, const char *text, uint32_t len);
