#include "core/category/cues.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
    CUES_GAP = 3,
    WINDOW = 4, /* bytes by which the cues that a word can begin are found */
    FILTER_LOG = 15,
    HEADS_LOG = 11,
    PAIR = 2, /* bytes by which short words are found */
    PAIRS_LOG = 12,
};

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
} Cue;

/* A cue's first word, in a list of those whose first WINDOW bytes hash alike: short ones first, then new ones. */
typedef struct First {
    const char *norm;
    uint32_t len;
    uint32_t cue, next; /* 0: none */
    uint32_t second; /* the hash of the word that must follow, by which most of a common word's are told; 0: any may */
    bool whole;      /* the word ends where `norm` does */
} First;

/* The lists, and a filter before them, because most words begin no cue: it fits the nearest cache. */
typedef struct Roots {
    uint8_t filter[(1 << FILTER_LOG) / 8];
    uint32_t heads[1 << HEADS_LOG];
    uint32_t
        shorts; /* the list of words of less than WINDOW bytes behind which anything may follow: tried wherever … */
    uint8_t pairs[(1 << PAIRS_LOG) / 8]; /* … one of them may begin, by its first PAIR bytes */
    uint32_t shortest;                   /* the fewest bytes of a word in it */
} Roots;

struct CueSet {
    Arena *arena;
    Cue *cues;     /* from 1 */
    First *firsts; /* one for each cue, with its index */
    size_t cue_count, cue_capacity, first_capacity;
    Roots at_start, anywhere; /* where a word can begin to fit: at its start, or anywhere in it */
};

CueSet *cues_new(Arena *arena)
{
    CueSet *set = arena_calloc(arena, 1, sizeof *set);
    if (!set) return NULL;
    set->arena = arena;
    set->at_start.shortest = set->anywhere.shortest = UINT32_MAX / 2;
    set->cue_count = 1;
    set->cues = arena_grow(arena, NULL, 0, &set->cue_capacity, sizeof *set->cues);
    set->firsts = arena_grow(arena, NULL, 0, &set->first_capacity, sizeof *set->firsts);
    return set->cues && set->firsts ? set : NULL;
}

/* The first WINDOW bytes of `len`, and zeros where there are fewer, as one number. */
static inline uint32_t first_window(const char *letters, uint32_t len)
{
    uint32_t window = 0;
    for (uint32_t i = 0; i < WINDOW && i < len; i++)
        window |= (uint32_t)(uint8_t)letters[i] << (8 * i);
    return window;
}

/* The same one byte on; `next` is the byte that comes in, 0 behind the word's end. */
static inline uint32_t next_window(uint32_t window, char next)
{
    return window >> 8 | (uint32_t)(uint8_t)next << (8 * (WINDOW - 1));
}

/* Fibonacci hashing (Knuth, TAOCP 3, 6.4). */
static inline uint32_t window_hash(uint32_t window, uint32_t bits)
{
    return window * 0x9e3779b1u >> (32 - bits);
}

static inline bool passes(const Roots *roots, uint32_t window)
{
    uint32_t bit = window_hash(window, FILTER_LOG);
    return roots->filter[bit / 8] >> bit % 8 & 1;
}

static inline uint32_t pair_hash(uint32_t window)
{
    return window_hash(window & ((1u << 8 * PAIR) - 1), PAIRS_LOG);
}

static inline bool may_be_short(const Roots *roots, uint32_t window)
{
    uint32_t bit = pair_hash(window);
    return roots->pairs[bit / 8] >> bit % 8 & 1;
}

/* A single letter may be followed by any other. */
static void mark_short(Roots *roots, const CueWord *word)
{
    uint32_t bit = pair_hash(first_window(word->norm, word->len));
    if (word->len < PAIR)
        memset(roots->pairs, 0xff, sizeof roots->pairs);
    else
        roots->pairs[bit / 8] |= (uint8_t)(1 << bit % 8);
}

static int insert_first_word(CueSet *set, uint32_t cue)
{
    const CueWord *word = &set->cues[cue].words[0];
    Roots *roots = word->fit == FIT_WORD || word->fit == FIT_START ? &set->at_start : &set->anywhere;
    bool whole = word->fit == FIT_WORD || word->fit == FIT_END;
    First *firsts = arena_grow(set->arena, set->firsts, cue, &set->first_capacity, sizeof *firsts);
    if (!firsts) return -ENOMEM;
    set->firsts = firsts;
    uint32_t window = first_window(word->norm, word->len), bit = window_hash(window, FILTER_LOG);
    bool is_short = word->len < WINDOW && !whole;
    if (is_short) mark_short(roots, word);
    uint32_t *link = is_short ? &roots->shorts : &roots->heads[window_hash(window, HEADS_LOG)];
    while (*link && firsts[*link].len < word->len)
        link = &firsts[*link].next;
    const CueWord *second = set->cues[cue].word_count > 1 ? word + 1 : NULL;
    firsts[cue] = (First){.norm = word->norm, .len = word->len, .cue = cue, .next = *link, .whole = whole};
    if (second && second->fit == FIT_WORD && !second->gap_before)
        firsts[cue].second = text_hash(second->norm, second->len);
    *link = cue;
    roots->filter[bit / 8] |= (uint8_t)(1 << bit % 8);
    if (word->len < roots->shortest) roots->shortest = word->len;
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
    _arena_free_ Arena *scratch = arena_new();
    if (!scratch) return error_set(err, -ENOMEM, "out of memory");
    Text text;
    if (text_init(&text, scratch, norm, word->len, NULL) || text.token_count != 1)
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

/* The cues of a list whose first word is at `letters`, in the word that is token `at`; `left` bytes are left of it. */
static void try_list(Search *search, uint32_t list, const char *letters, uint32_t left, uint32_t at)
{
    const CueSet *set = search->set;
    if (!list) return;
    const uint32_t after = next_word(search->text, at + 1, search->end);
    const uint32_t following = after < search->end ? search->text->tokens[after].hash : 0;
    for (uint32_t i = list; i; i = set->firsts[i].next) {
        const First *word = &set->firsts[i];
        uint32_t stop;
        if (word->second && word->second != following) continue;
        if (word->whole ? word->len != left : word->len > left) continue;
        if (memcmp(letters, word->norm, word->len) != 0) continue;
        if (search->count == search->most) return;
        const Cue *cue = &set->cues[word->cue];
        if (!follows(cue, search->text, at, search->end, &stop)) continue;
        search->hits[search->count++] =
            (CueHit){.target = cue->target, .strength = cue->strength, .token = at, .token_end = stop};
    }
}

static inline void try_at(Search *search, const Roots *roots, uint32_t window, const char *letters, uint32_t left,
                          uint32_t at)
{
    if (may_be_short(roots, window)) try_list(search, roots->shorts, letters, left, at);
    if (passes(roots, window)) try_list(search, roots->heads[window_hash(window, HEADS_LOG)], letters, left, at);
}

uint32_t cues_find(const CueSet *set, const Text *text, uint32_t first, uint32_t end, CueHit *hits, uint32_t most)
{
    Search search = {.set = set, .text = text, .end = end, .most = most, .hits = hits};
    for (uint32_t i = first; i < end && search.count < most; i++) {
        const Token *token = &text->tokens[i];
        if (token->kind == TOKEN_PUNCT) continue;
        const char *letters = token->norm;
        uint32_t len = token->norm_len, window = first_window(letters, len);
        try_at(&search, &set->at_start, window, letters, len, i);
        for (uint32_t left = len; left >= set->anywhere.shortest; left--, letters++) {
            try_at(&search, &set->anywhere, window, letters, left, i);
            window = next_window(window, left > WINDOW ? letters[WINDOW] : '\0');
        }
    }
    return search.count;
}
