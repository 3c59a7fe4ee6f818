#include "core/category/cues.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { CUES_GAP = 3, FILTER_BITS = 1 << 15, FILTER_LETTERS = 4 };

typedef enum Fit { FIT_WORD, FIT_START, FIT_END, FIT_INSIDE } Fit;

typedef struct CueWord {
    const char *norm;
    uint32_t len;
    Fit fit;
    bool gap_before;
} CueWord;

typedef struct Cue {
    CueWord words[CUES_WORDS];
    uint8_t word_count;
    uint16_t target, strength;
    uint32_t next; /* the next cue that starts with the same letters, or 0 */
} Cue;

/* A trie over the first words' letters. Index 0 is no node and no cue. */
typedef struct Node {
    uint64_t children; /* a bit for each child's byte modulo 64: most words leave the trie here */
    uint32_t child, sibling, cues;
    uint8_t byte;
} Node;

/* Tries by their first byte; and a filter on the first FILTER_LETTERS bytes, because most words fit nothing. */
typedef struct Roots {
    uint32_t nodes[256];
    uint32_t shortest; /* the fewest bytes of a word in it */
    uint8_t filter[FILTER_BITS / 8];
} Roots;

struct CueSet {
    Arena *arena;
    Cue *cues;
    Node *nodes;
    size_t cue_count, cue_capacity, node_count, node_capacity;
    Roots at_start, anywhere; /* where a word can begin to fit: at its start, or anywhere in it */
};

static int reserve_first(CueSet *set)
{
    set->cues = arena_grow(set->arena, NULL, 0, &set->cue_capacity, sizeof *set->cues);
    set->nodes = arena_grow(set->arena, NULL, 0, &set->node_capacity, sizeof *set->nodes);
    set->cue_count = set->node_count = 1;
    return set->cues && set->nodes ? 0 : -ENOMEM;
}

CueSet *cues_new(Arena *arena)
{
    CueSet *set = arena_calloc(arena, 1, sizeof *set);
    if (!set) return NULL;
    set->arena = arena;
    set->at_start.shortest = set->anywhere.shortest = UINT32_MAX / 2;
    return reserve_first(set) ? NULL : set;
}

/* Which bit of a filter stands for the first FILTER_LETTERS bytes of `letters`, which a NUL ends. */
static inline uint32_t filter_bit(const char *letters)
{
    uint32_t bit = 0;
    for (int i = 0; i < FILTER_LETTERS && letters[i]; i++)
        bit = bit * 31 + (uint8_t)letters[i];
    return bit % FILTER_BITS;
}

static inline bool passes(const Roots *roots, const char *letters)
{
    uint32_t bit = filter_bit(letters);
    return roots->filter[bit / 8] >> bit % 8 & 1;
}

static void let_pass(Roots *roots, const CueWord *word)
{
    bool ends = word->fit == FIT_WORD || word->fit == FIT_END;
    uint32_t bit = filter_bit(word->norm);
    if (word->len >= FILTER_LETTERS || ends)
        roots->filter[bit / 8] |= (uint8_t)(1 << bit % 8);
    else /* a few letters, then anything */
        memset(roots->filter, 0xff, sizeof roots->filter);
    if (word->len < roots->shortest) roots->shortest = word->len;
}

/* The node for `byte` in a list of siblings that starts at `*list`, made where it is missing; 0 without memory. */
static uint32_t node_for(CueSet *set, uint32_t first, uint8_t byte, uint32_t *made)
{
    *made = 0;
    for (uint32_t n = first; n; n = set->nodes[n].sibling)
        if (set->nodes[n].byte == byte) return n;
    Node *nodes = arena_grow(set->arena, set->nodes, set->node_count, &set->node_capacity, sizeof *nodes);
    if (!nodes) return 0;
    set->nodes = nodes;
    nodes[set->node_count] = (Node){.byte = byte, .sibling = first};
    *made = (uint32_t)set->node_count++;
    return *made;
}

static int insert_first_word(CueSet *set, uint32_t cue)
{
    const CueWord *word = &set->cues[cue].words[0];
    Roots *roots = word->fit == FIT_WORD || word->fit == FIT_START ? &set->at_start : &set->anywhere;
    let_pass(roots, word);
    uint32_t at = 0;
    for (uint32_t i = 0; i < word->len; i++) {
        uint8_t byte = (uint8_t)word->norm[i];
        uint32_t made, next = node_for(set, i ? set->nodes[at].child : roots->nodes[byte], byte, &made);
        if (!next) return -ENOMEM;
        if (made && i) {
            set->nodes[at].child = made;
            set->nodes[at].children |= 1ull << (byte & 63);
        }
        if (made && !i) roots->nodes[byte] = made;
        at = next;
    }
    set->cues[cue].next = set->nodes[at].cues;
    set->nodes[at].cues = cue;
    return 0;
}

static int parse_word(CueSet *set, CueWord *word, const char *start, size_t len, Error *err)
{
    bool open_start = start[0] == '*', open_end = len > 1 && start[len - 1] == '*';
    start += open_start;
    len -= (size_t)open_start + open_end;
    char *norm = text_normalise(set->arena, start, len);
    if (!norm) return error_set(err, -ENOMEM, "out of memory");
    word->norm = norm;
    word->len = (uint32_t)strlen(norm);
    word->fit = open_start ? (open_end ? FIT_INSIDE : FIT_END) : (open_end ? FIT_START : FIT_WORD);
    if (word->len == 0 || strchr(norm, '*'))
        return error_set(err, -EINVAL, "\"%s\" is no word: * stands only at a word's ends", start);
    /* The tokeniser cuts at everything that is neither letter nor digit, and between letters and digits. */
    Text text;
    if (text_init(&text, set->arena, norm, word->len, NULL) || text.token_count != 1)
        return error_set(err, -EINVAL, "\"%s\" is more than one word: write a space between them", norm);
    return 0;
}

static int parse_phrase(CueSet *set, Cue *cue, const char *phrase, Error *err)
{
    bool gap = false;
    for (const char *at = phrase; *at;) {
        at += strspn(at, " ");
        size_t len = strcspn(at, " ");
        if (len == 0) break;
        if (len == 1 && *at == '_') {
            gap = true;
        } else if (cue->word_count == CUES_WORDS) {
            return error_set(err, -EINVAL, "\"%s\" is longer than %d words", phrase, CUES_WORDS);
        } else {
            CueWord *word = &cue->words[cue->word_count++];
            int status = parse_word(set, word, at, len, err);
            if (status) return status;
            word->gap_before = gap;
            gap = false;
        }
        at += len;
    }
    if (cue->word_count == 0 || gap || cue->words[0].gap_before)
        return error_set(err, -EINVAL, "\"%s\" is no phrase: it must begin and end with a word", phrase);
    return 0;
}

int cues_add(CueSet *set, const char *phrase, uint16_t target, uint16_t strength, Error *err)
{
    Cue *cues = arena_grow(set->arena, set->cues, set->cue_count, &set->cue_capacity, sizeof *cues);
    if (!cues) return error_set(err, -ENOMEM, "out of memory");
    set->cues = cues;
    Cue *cue = &cues[set->cue_count];
    *cue = (Cue){.target = target, .strength = strength};
    int status = parse_phrase(set, cue, phrase, err);
    if (status) return status;
    if (insert_first_word(set, (uint32_t)set->cue_count++)) return error_set(err, -ENOMEM, "out of memory");
    return 0;
}

static bool fits(const CueWord *word, const Token *token)
{
    if (token->norm_len < word->len) return false;
    switch (word->fit) {
    case FIT_WORD:
        return token->norm_len == word->len && memcmp(token->norm, word->norm, word->len) == 0;
    case FIT_START:
        return memcmp(token->norm, word->norm, word->len) == 0;
    case FIT_END:
        return memcmp(token->norm + token->norm_len - word->len, word->norm, word->len) == 0;
    case FIT_INSIDE:
        return memmem(token->norm, token->norm_len, word->norm, word->len) != NULL;
    }
    return false;
}

/* The next word or number at or after `at`, or `end`. */
static uint32_t next_word(const Text *text, uint32_t at, uint32_t end)
{
    while (at < end && text->tokens[at].kind == TOKEN_PUNCT)
        at++;
    return at;
}

/* Whether the cue's words from the second follow the token `at`; `*stop` gets the end of the last. */
static bool follows(const Cue *cue, const Text *text, uint32_t at, uint32_t end, uint32_t *stop)
{
    for (uint32_t w = 1; w < cue->word_count; w++) {
        int skips = cue->words[w].gap_before ? CUES_GAP : 0;
        for (at = next_word(text, at + 1, end); at < end; at = next_word(text, at + 1, end))
            if (fits(&cue->words[w], &text->tokens[at]) || skips-- == 0) break;
        if (at >= end || skips < 0) return false;
    }
    *stop = at + 1;
    return true;
}

typedef struct Search {
    const CueSet *set;
    const Text *text;
    uint32_t end, count, most;
    CueHit *hits;
} Search;

static void try_cues(Search *search, uint32_t first_cue, uint32_t at)
{
    for (uint32_t i = first_cue; i; i = search->set->cues[i].next) {
        const Cue *cue = &search->set->cues[i];
        uint32_t stop;
        if (search->count == search->most) return;
        if (!fits(&cue->words[0], &search->text->tokens[at])) continue;
        if (!follows(cue, search->text, at, search->end, &stop)) continue;
        search->hits[search->count++] =
            (CueHit){.target = cue->target, .strength = cue->strength, .token = at, .token_end = stop};
    }
}

static void walk(Search *search, uint32_t node, const char *letters, uint32_t len, uint32_t at)
{
    const Node *nodes = search->set->nodes;
    for (uint32_t i = 1; node; i++) {
        if (nodes[node].cues) try_cues(search, nodes[node].cues, at);
        if (i >= len) return;
        if (!(nodes[node].children >> ((uint8_t)letters[i] & 63) & 1)) return;
        uint32_t next = nodes[node].child;
        while (next && nodes[next].byte != (uint8_t)letters[i])
            next = nodes[next].sibling;
        node = next;
    }
}

uint32_t cues_find(const CueSet *set, const Text *text, uint32_t first, uint32_t end, CueHit *hits, uint32_t most)
{
    Search search = {.set = set, .text = text, .end = end, .most = most, .hits = hits};
    for (uint32_t i = first; i < end && search.count < most; i++) {
        const Token *token = &text->tokens[i];
        if (token->kind == TOKEN_PUNCT) continue;
        if (passes(&set->at_start, token->norm))
            walk(&search, set->at_start.nodes[(uint8_t)token->norm[0]], token->norm, token->norm_len, i);
        for (uint32_t at = 0; at + set->anywhere.shortest <= token->norm_len; at++) {
            const char *letters = token->norm + at;
            uint32_t node = set->anywhere.nodes[(uint8_t)*letters];
            if (node && passes(&set->anywhere, letters)) walk(&search, node, letters, token->norm_len - at, i);
        }
    }
    return search.count;
}
