#include "core/category/feature.h"

#include <errno.h>
#include <math.h>

/* Kinds of key; any odd constants do, but a trained model depends on them. */
enum { SEED_NUMBER = 0x2f0b4a27, SEED_PAIR = 0x51ed270b, SEED_FIRST = 0x7b1a3c55, SEED_GRAM = 0x1c6d9e35 };
enum { GRAM_MIN = 3, GRAM_MAX = 5, GRAM_LETTERS = 26, NUMBER_DIGITS = 4 };

/* The finaliser of MurmurHash3 (Austin Appleby, public domain): spreads every bit of `h`. */
static uint32_t mix(uint32_t h)
{
    h = (h ^ (h >> 16)) * 0x85ebca6bu;
    h = (h ^ (h >> 13)) * 0xc2b2ae35u;
    return h ^ (h >> 16);
}

static bool is_word(const Token *token)
{
    return token->kind != TOKEN_PUNCT;
}

static uint32_t word_key(const Token *token)
{
    if (token->kind != TOKEN_NUMBER) return mix(token->hash);
    uint32_t digits = token->norm_len < NUMBER_DIGITS ? token->norm_len : NUMBER_DIGITS;
    return mix(SEED_NUMBER + digits);
}

static uint32_t pair_key(uint32_t word, uint32_t next_word)
{
    return mix(word * 31 + next_word + SEED_PAIR);
}

/* The features so far, and a hash table of their places in it (open addressing, 0 for a free slot). */
typedef struct Collector {
    Feature *features;
    uint32_t *slots;
    uint32_t count, mask;
} Collector;

static void collect(Collector *collector, uint32_t key, uint32_t token, FeatureKind kind)
{
    uint32_t slot = key & collector->mask;
    while (collector->slots[slot]) {
        Feature *feature = &collector->features[collector->slots[slot] - 1];
        if (feature->key == key) {
            feature->count++;
            return;
        }
        slot = (slot + 1) & collector->mask;
    }
    collector->features[collector->count] = (Feature){.key = key, .token = token, .count = 1, .kind = kind};
    collector->slots[slot] = ++collector->count;
}

int feature_read(Feature **features, uint32_t *count, Arena *arena, const Text *text, uint32_t first, uint32_t end)
{
    uint32_t first_end = feature_first_end(text, first, end);
    size_t most = 2 * (size_t)(end - first) + (first_end - first) + 1, size = 16;
    while (size < 2 * most)
        size *= 2;
    Collector collector = {.features = arena_alloc(arena, most * sizeof(Feature)),
                           .slots = arena_calloc(arena, size, sizeof(uint32_t)),
                           .mask = (uint32_t)size - 1};
    if (!collector.features || !collector.slots) return -ENOMEM;
    uint32_t last = 0, last_token = 0;
    for (uint32_t i = first; i < end; i++) {
        if (!is_word(&text->tokens[i])) continue;
        uint32_t word = word_key(&text->tokens[i]);
        collect(&collector, word, i, FEATURE_WORD);
        if (i < first_end) collect(&collector, mix(word + SEED_FIRST), i, FEATURE_FIRST_WORD);
        if (last) collect(&collector, pair_key(last, word), last_token, FEATURE_PAIR);
        last = word;
        last_token = i;
    }
    *features = collector.features;
    *count = collector.count;
    return 0;
}

float feature_weight(uint32_t count)
{
    return count == 1 ? 1.0f : 1.0f + logf((float)count);
}

static uint32_t fnv(uint32_t hash, const char *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    return hash;
}

uint32_t feature_grams(const Token *token, uint32_t grams[static FEATURE_GRAMS])
{
    if (token->kind != TOKEN_WORD) return 0;
    /* Where each letter starts; the first and last "letters" are the marks for the word's ends. */
    const char *letter[GRAM_LETTERS + 3];
    uint32_t letters = 0;
    for (const char *at = token->norm; *at && letters < GRAM_LETTERS; at++)
        if (((unsigned char)*at & 0xc0) != 0x80) letter[letters++] = at;
    const char *end = token->norm + token->norm_len;
    if (letters < GRAM_MIN) return 0;
    if (letters == GRAM_LETTERS) { /* the rest of a very long word is left out */
        end = letter[letters - 1] + 1;
        while (((unsigned char)*end & 0xc0) == 0x80)
            end++;
    }
    letter[letters] = end;
    uint32_t count = 0;
    /* Position 0 is "<", letter i is at i + 1, ">" is last. */
    for (uint32_t from = 0; from + GRAM_MIN <= letters + 2; from++) {
        uint32_t hash = SEED_GRAM;
        for (uint32_t at = from; at < from + GRAM_MAX && at < letters + 2; at++) {
            if (at == 0)
                hash = fnv(hash, "<", 1);
            else if (at == letters + 1)
                hash = fnv(hash, ">", 1);
            else
                hash = fnv(hash, letter[at - 1], (uint32_t)(letter[at] - letter[at - 1]));
            if (at - from + 1 >= GRAM_MIN) grams[count++] = mix(hash);
        }
    }
    return count;
}

uint32_t feature_first_end(const Text *text, uint32_t first, uint32_t end)
{
    uint32_t words = 0;
    for (uint32_t i = first; i < end; i++) {
        const Token *token = &text->tokens[i];
        if (words >= FEATURE_FIRST_MAX) return i;
        if (words >= FEATURE_FIRST_SENTENCE && (token->flags & TOKEN_SENTENCE_START)) return i;
        words += is_word(token);
    }
    return end;
}
