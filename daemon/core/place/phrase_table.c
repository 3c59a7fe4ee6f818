#include "core/place/phrase_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int phrase_table_add(PhraseTable *table, Arena *arena, const uint32_t *words, size_t count, uint32_t value)
{
    Phrase *phrases = arena_grow(arena, table->phrases, table->count, &table->capacity, sizeof *phrases);
    if (!phrases) return -ENOMEM;
    table->phrases = phrases;
    Phrase phrase = {.words = (uint32_t)table->word_count, .value = value, .len = (uint16_t)count};
    for (size_t i = 0; i < count; i++) {
        uint32_t *all = arena_grow(arena, table->words, table->word_count, &table->word_capacity, sizeof *all);
        if (!all) return -ENOMEM;
        table->words = all;
        all[table->word_count++] = words[i];
    }
    phrases[table->count++] = phrase;
    return 0;
}

/* For qsort_r: by the first word, the longest first, then by the rest. */
static int phrase_compare(const void *a, const void *b, void *table)
{
    const uint32_t *words = ((const PhraseTable *)table)->words;
    const Phrase *x = a, *y = b;
    if (words[x->words] != words[y->words]) return words[x->words] < words[y->words] ? -1 : 1;
    if (x->len != y->len) return x->len > y->len ? -1 : 1;
    for (size_t i = 1; i < x->len; i++)
        if (words[x->words + i] != words[y->words + i]) return words[x->words + i] < words[y->words + i] ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

static bool same_words(const PhraseTable *table, const Phrase *a, const Phrase *b)
{
    return a->len == b->len &&
           memcmp(table->words + a->words, table->words + b->words, a->len * sizeof *table->words) == 0;
}

int phrase_table_finish(PhraseTable *table, Arena *arena, size_t vocabulary,
                        void (*same)(void *arg, uint32_t stays, uint32_t other), void *arg)
{
    if (table->count) qsort_r(table->phrases, table->count, sizeof *table->phrases, phrase_compare, table);
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (kept && same_words(table, &table->phrases[kept - 1], &table->phrases[i])) {
            if (same) same(arg, table->phrases[kept - 1].value, table->phrases[i].value);
            continue;
        }
        table->phrases[kept++] = table->phrases[i];
    }
    table->count = kept;
    table->first = arena_calloc(arena, vocabulary + 1, sizeof *table->first);
    if (!table->first) return -ENOMEM;
    size_t phrase = 0;
    for (size_t word = 0; word <= vocabulary; word++) {
        while (phrase < table->count && table->words[table->phrases[phrase].words] < word)
            phrase++;
        table->first[word] = (uint32_t)phrase;
    }
    return 0;
}

const Phrase *phrase_table_match(const PhraseTable *table, const uint32_t *words, size_t count)
{
    uint32_t end = table->first[words[0] + 1];
    for (uint32_t i = table->first[words[0]]; i < end; i++) {
        const Phrase *phrase = &table->phrases[i];
        if (phrase->len <= count && memcmp(table->words + phrase->words, words, phrase->len * sizeof *words) == 0)
            return phrase;
    }
    return NULL;
}
