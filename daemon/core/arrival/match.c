#include "core/arrival/match.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/read/text.h"

/* The hashes of a text's words and numbers, sorted, each once. */
typedef struct WordSet {
    uint32_t *hashes;
    uint32_t count;
} WordSet;

typedef struct Candidate {
    double likeness;
    uint32_t before, after;
} Candidate;

static int compare_hash(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Likest first; among equals, the order of the texts, so that the outcome is always the same. */
static int compare_candidate(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;
    if (x->likeness != y->likeness) return x->likeness < y->likeness ? 1 : -1;
    if (x->before != y->before) return x->before < y->before ? -1 : 1;
    return x->after < y->after ? -1 : x->after > y->after;
}

static int word_set(WordSet *set, Arena *arena, const MatchText *incident)
{
    Text text;
    int r = text_init(&text, arena, incident->text, incident->len, NULL);
    if (r < 0) return r;
    set->count = 0;
    set->hashes = arena_calloc(arena, text.token_count + 1, sizeof *set->hashes);
    if (!set->hashes) return -ENOMEM;
    uint32_t count = 0;
    for (uint32_t i = 0; i < text.token_count; i++)
        if (text.tokens[i].kind != TOKEN_PUNCT) set->hashes[count++] = text.tokens[i].hash;
    qsort(set->hashes, count, sizeof *set->hashes, compare_hash);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || set->hashes[i] != set->hashes[i - 1]) set->hashes[set->count++] = set->hashes[i];
    return 0;
}

static double likeness(const WordSet *a, const WordSet *b)
{
    uint32_t i = 0, j = 0, both = 0;
    while (i < a->count && j < b->count) {
        if (a->hashes[i] == b->hashes[j]) {
            both++;
            i++;
            j++;
        } else if (a->hashes[i] < b->hashes[j]) {
            i++;
        } else {
            j++;
        }
    }
    uint32_t either = a->count + b->count - both;
    return either ? (double)both / either : 0;
}

static bool same(const MatchText *a, const MatchText *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

typedef struct Order {
    const MatchText *text;
    uint32_t index;
} Order;

static int compare_order(const void *a, const void *b)
{
    const Order *x = a, *y = b;
    size_t len = x->text->len < y->text->len ? x->text->len : y->text->len;
    int c = memcmp(x->text->text, y->text->text, len);
    if (c == 0) c = (x->text->len > y->text->len) - (x->text->len < y->text->len);
    return c ? c : (x->index > y->index) - (x->index < y->index);
}

static Order *sorted(Arena *arena, const MatchText *texts, uint32_t count)
{
    Order *order = arena_calloc(arena, count + 1, sizeof *order);
    if (!order) return NULL;
    for (uint32_t i = 0; i < count; i++)
        order[i] = (Order){.text = &texts[i], .index = i};
    qsort(order, count, sizeof *order, compare_order);
    return order;
}

/* Equal texts pair off in order: sorted and merged, so that ten thousand incidents stay quick. */
static int match_same(const MatchText *before, uint32_t before_count, const MatchText *after, uint32_t after_count,
                      Arena *arena, bool *taken, uint32_t *pairs)
{
    Order *old = sorted(arena, before, before_count), *new = sorted(arena, after, after_count);
    if (!old || !new) return -ENOMEM;
    for (uint32_t i = 0, j = 0; i < before_count && j < after_count;) {
        if (same(old[i].text, new[j].text)) {
            pairs[new[j].index] = old[i].index;
            taken[old[i].index] = true;
            i++;
            j++;
        } else if (compare_order(&(Order){.text = old[i].text}, &(Order){.text = new[j].text}) < 0) {
            i++;
        } else {
            j++;
        }
    }
    return 0;
}

/* Comparing everything with everything stays cheap only while few are left over; a report that changed more than this
 * many incidents beyond recognition is a new report. */
enum { LIKENESS_PAIRS_MAX = 250000 };

static int match_alike(const MatchText *before, uint32_t before_count, const MatchText *after, uint32_t after_count,
                       Arena *arena, bool *taken, uint32_t *pairs)
{
    WordSet *old = arena_calloc(arena, before_count + 1, sizeof *old);
    WordSet *new = arena_calloc(arena, after_count + 1, sizeof *new);
    if (!old || !new) return -ENOMEM;
    uint32_t old_left = 0, new_left = 0;
    for (uint32_t i = 0; i < before_count; i++)
        old_left += !taken[i];
    for (uint32_t j = 0; j < after_count; j++)
        new_left += pairs[j] == MATCH_NONE;
    if (old_left == 0 || new_left == 0 || (uint64_t)old_left * new_left > LIKENESS_PAIRS_MAX) return 0;
    int r = 0;
    for (uint32_t i = 0; r == 0 && i < before_count; i++)
        if (!taken[i]) r = word_set(&old[i], arena, &before[i]);
    for (uint32_t j = 0; r == 0 && j < after_count; j++)
        if (pairs[j] == MATCH_NONE) r = word_set(&new[j], arena, &after[j]);
    if (r < 0) return r;

    Candidate *candidates = NULL;
    size_t count = 0, capacity = 0;
    for (uint32_t i = 0; i < before_count; i++) {
        for (uint32_t j = 0; !taken[i] && j < after_count; j++) {
            double d = pairs[j] == MATCH_NONE ? likeness(&old[i], &new[j]) : 0;
            if (d < MATCH_LIKENESS) continue;
            candidates = arena_grow(arena, candidates, count, &capacity, sizeof *candidates);
            if (!candidates) return -ENOMEM;
            candidates[count++] = (Candidate){.likeness = d, .before = i, .after = j};
        }
    }
    if (count) qsort(candidates, count, sizeof *candidates, compare_candidate);
    for (size_t i = 0; i < count; i++) {
        if (taken[candidates[i].before] || pairs[candidates[i].after] != MATCH_NONE) continue;
        taken[candidates[i].before] = true;
        pairs[candidates[i].after] = candidates[i].before;
    }
    return 0;
}

int match_incidents(const MatchText *before, uint32_t before_count, uint32_t withdrawn_from, const MatchText *after,
                    uint32_t after_count, Arena *arena, uint32_t *pairs)
{
    bool *taken = arena_calloc(arena, before_count + 1, sizeof *taken);
    if (!taken) return -ENOMEM;
    for (uint32_t j = 0; j < after_count; j++)
        pairs[j] = MATCH_NONE;
    int r = match_same(before, before_count, after, after_count, arena, taken, pairs);
    if (r < 0) return r;
    return match_alike(before, withdrawn_from, after, after_count, arena, taken, pairs);
}
