#include "core/place/vocabulary.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
    FIRST_SLOTS = 1024, /* a power of two */
    LETTERS_MAX = 40,   /* longer words are taken as they are */
    LETTERS_MIN = 6,    /* under it almost anything is one letter from something */
    LETTERS_FREE = 8,   /* from here on any one fault is forgiven */
};

static int table_init(VocabularyTable *table, Arena *arena, uint32_t slots)
{
    enum { BITS_A_SLOT = 4, WORD_BITS = 64 };
    *table = (VocabularyTable){
        .slots = arena_calloc(arena, slots, sizeof *table->slots),
        .filter = arena_calloc(arena, slots * BITS_A_SLOT / WORD_BITS, sizeof *table->filter),
        .mask = slots - 1,
        .filter_mask = slots * BITS_A_SLOT - 1,
    };
    return table->slots && table->filter ? 0 : -ENOMEM;
}

/* False where no slot has the hash. */
static bool table_may_have(const VocabularyTable *table, uint32_t hash)
{
    uint32_t bit = hash & table->filter_mask;
    return table->filter[bit / 64] >> (bit % 64) & 1;
}

static void table_put(VocabularyTable *table, uint32_t hash, uint32_t word)
{
    uint32_t at = hash & table->mask;
    while (table->slots[at].word)
        at = (at + 1) & table->mask;
    table->slots[at] = (VocabularySlot){.hash = hash, .word = word};
    uint32_t bit = hash & table->filter_mask;
    table->filter[bit / 64] |= (uint64_t)1 << (bit % 64);
    table->used++;
}

/* At most half full, so that a word that isn't there is soon known not to be. */
static int table_add(VocabularyTable *table, Arena *arena, uint32_t hash, uint32_t word)
{
    if (table->used >= table->mask / 2) {
        VocabularyTable larger;
        if (table_init(&larger, arena, (table->mask + 1) * 2)) return -ENOMEM;
        for (uint32_t i = 0; i <= table->mask; i++)
            if (table->slots[i].word) table_put(&larger, table->slots[i].hash, table->slots[i].word);
        *table = larger;
    }
    table_put(table, hash, word);
    return 0;
}

int vocabulary_init(Vocabulary *v, Arena *arena)
{
    *v = (Vocabulary){.count = 1}; /* number 0 is no word */
    v->words = arena_grow(arena, NULL, 0, &v->capacity, sizeof *v->words);
    if (!v->words || table_init(&v->table, arena, FIRST_SLOTS)) return -ENOMEM;
    v->words[0] = (VocabularyWord){.text = ""};
    return 0;
}

uint32_t vocabulary_find(const Vocabulary *v, const char *text, uint32_t len, uint32_t hash)
{
    if (!table_may_have(&v->table, hash)) return 0;
    for (uint32_t at = hash & v->table.mask; v->table.slots[at].word; at = (at + 1) & v->table.mask) {
        if (v->table.slots[at].hash != hash) continue;
        const VocabularyWord *word = &v->words[v->table.slots[at].word];
        if (word->len == len && memcmp(word->text, text, len) == 0) return v->table.slots[at].word;
    }
    return 0;
}

uint32_t vocabulary_add(Vocabulary *v, Arena *arena, const char *text, size_t len, uint8_t flags)
{
    uint32_t hash = text_hash(text, len), number = vocabulary_find(v, text, (uint32_t)len, hash);
    if (number) {
        v->words[number].flags |= flags;
        return number;
    }
    VocabularyWord *words = arena_grow(arena, v->words, v->count, &v->capacity, sizeof *words);
    const char *copy = arena_strndup(arena, text, len);
    if (words) v->words = words;
    if (!words || !copy || table_add(&v->table, arena, hash, (uint32_t)v->count)) return 0;
    words[v->count] = (VocabularyWord){.text = copy, .len = (uint32_t)len, .hash = hash, .flags = flags};
    return (uint32_t)v->count++;
}

/* Where each letter starts, and after them the end. Returns how many there are; 0 where they are too many. */
static size_t letters_of(const char *text, size_t len, uint8_t starts[LETTERS_MAX + 1])
{
    size_t count = 0;
    if (len > UINT8_MAX) return 0;
    for (size_t i = 0; i < len; i++) {
        if (((unsigned char)text[i] & 0xc0) == 0x80) continue; /* inside a letter */
        if (count == LETTERS_MAX) return 0;
        starts[count++] = (uint8_t)i;
    }
    starts[count] = (uint8_t)len;
    return count;
}

typedef struct Letters {
    const char *text;
    uint8_t starts[LETTERS_MAX + 1];
    size_t count;
} Letters;

/*
 * The hash of a word, returned, and those of it without each of its letters. Polynomial (R. M. Karp and M. O. Rabin,
 * 1987), so that a word without a letter is had from what stands before and behind it, at one step a letter.
 */
static uint32_t hash_letters(const Letters *letters, uint32_t without[static LETTERS_MAX])
{
    enum { BASE = 16777619, SPREAD_BITS = 15 };
    uint32_t before[LETTERS_MAX + 1], hash = 0, power = 1; /* of all letters before one; of all behind it */
    for (size_t i = 0; i < letters->count; i++) {
        before[i] = hash;
        for (size_t at = letters->starts[i]; at < letters->starts[i + 1]; at++)
            hash = hash * BASE + (unsigned char)letters->text[at];
    }
    before[letters->count] = hash;
    for (size_t i = letters->count; i-- > 0;) {
        uint32_t rest = (before[i] - before[i + 1]) * power + hash;
        without[i] = rest ^ rest >> SPREAD_BITS; /* tables take the lowest bits */
        for (size_t at = letters->starts[i]; at < letters->starts[i + 1]; at++)
            power *= BASE;
    }
    return hash ^ hash >> SPREAD_BITS;
}

/* Whether a word can be misspelt, and its letters. */
static bool can_be_misspelt(const VocabularyWord *word, Letters *letters)
{
    if (!(word->flags & WORD_NAME)) return false;
    letters->text = word->text;
    letters->count = letters_of(word->text, word->len, letters->starts);
    return letters->count >= LETTERS_MIN;
}

/* There are a dozen to a word: the table has its size from the start, for growing it takes longer. */
static int size_near(Vocabulary *v, Arena *arena)
{
    Letters letters;
    size_t count = 0;
    uint32_t slots = FIRST_SLOTS;
    for (uint32_t i = 1; i < v->count; i++)
        count += can_be_misspelt(&v->words[i], &letters) ? letters.count + 1 : 0;
    while (slots / 2 <= count)
        slots *= 2;
    return table_init(&v->near, arena, slots);
}

int vocabulary_finish(Vocabulary *v, Arena *arena)
{
    if (size_near(v, arena)) return -ENOMEM;
    for (uint32_t i = 1; i < v->count; i++) {
        Letters letters;
        uint32_t without[LETTERS_MAX];
        if (!can_be_misspelt(&v->words[i], &letters)) continue;
        table_put(&v->near, hash_letters(&letters, without), i);
        for (size_t left_out = 0; left_out < letters.count; left_out++)
            table_put(&v->near, without[left_out], i);
    }
    return 0;
}

static bool same_letter(const Letters *a, size_t i, const Letters *b, size_t j)
{
    size_t size = a->starts[i + 1] - a->starts[i];
    return size == (size_t)(b->starts[j + 1] - b->starts[j]) &&
           memcmp(a->text + a->starts[i], b->text + b->starts[j], size) == 0;
}

/* One letter too many in `longer`, at `at`. */
static bool forgiven_insertion(const Letters *longer, const Letters *shorter, size_t at)
{
    if (shorter->count >= LETTERS_FREE) return at > 0;
    return at > 0 && same_letter(longer, at, longer, at - 1);
}

/* True where `a` is one forgiven fault from `b`. */
static bool is_misspelt(const Letters *a, const Letters *b)
{
    size_t prefix = 0, suffix = 0, shorter = a->count < b->count ? a->count : b->count;
    while (prefix < shorter && same_letter(a, prefix, b, prefix))
        prefix++;
    while (suffix < shorter - prefix && same_letter(a, a->count - 1 - suffix, b, b->count - 1 - suffix))
        suffix++;
    size_t a_rest = a->count - prefix - suffix, b_rest = b->count - prefix - suffix;
    if (a_rest == 1 && b_rest == 0) return forgiven_insertion(a, b, prefix);
    if (a_rest == 0 && b_rest == 1) return forgiven_insertion(b, a, prefix);
    if (a->count != b->count || a->count < LETTERS_FREE || prefix == 0) return false;
    if (a_rest == 1) return true;
    return a_rest == 2 && same_letter(a, prefix, b, prefix + 1) && same_letter(a, prefix + 1, b, prefix);
}

/* A word at one fault from `letters` among those with this hash, or 0. */
static uint32_t candidate(const Vocabulary *v, uint32_t hash, const Letters *letters)
{
    const VocabularyTable *table = &v->near;
    if (!table_may_have(table, hash)) return 0;
    for (uint32_t at = hash & table->mask; table->slots[at].word; at = (at + 1) & table->mask) {
        uint32_t number = table->slots[at].word;
        const VocabularyWord *word = &v->words[number];
        Letters meant;
        if (table->slots[at].hash == hash && can_be_misspelt(word, &meant) && is_misspelt(letters, &meant))
            return number;
    }
    return 0;
}

uint32_t vocabulary_find_misspelt(const Vocabulary *v, const char *text, uint32_t len)
{
    Letters letters = {.text = text};
    letters.count = letters_of(text, len, letters.starts);
    if (letters.count < LETTERS_MIN) return 0;
    uint32_t without[LETTERS_MAX];
    uint32_t found = candidate(v, hash_letters(&letters, without), &letters); /* a letter is missing */
    for (size_t i = 1; !found && i < letters.count; i++)
        found = candidate(v, without[i], &letters); /* one is too many, another, or two have changed places */
    return found;
}
