#include "core/read/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

uint32_t text_hash(const char *bytes, size_t len)
{
    uint32_t hash = TEXT_HASH_BASIS;
    for (size_t i = 0; i < len; i++)
        hash = text_hash_add(hash, (unsigned char)bytes[i]);
    return hash;
}

uint32_t text_token_at(const Text *text, uint32_t offset)
{
    uint32_t low = 0, high = text->token_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text->tokens[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What a code point is to the tokeniser. */
typedef enum Class { CLASS_SPACE, CLASS_NEWLINE, CLASS_LETTER, CLASS_MARK, CLASS_DIGIT, CLASS_OTHER } Class;

typedef struct CodePoint {
    int32_t value;
    uint8_t size; /* bytes */
    uint8_t class;
    bool upper;
} CodePoint;

static inline bool is_ascii_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool is_ascii_letter(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline Class class_of_ascii(unsigned char c)
{
    if (is_ascii_letter(c)) return CLASS_LETTER;
    if (c == '\n' || c == '\r') return CLASS_NEWLINE;
    if (c <= ' ' || c == 0x7f) return CLASS_SPACE;
    return c >= '0' && c <= '9' ? CLASS_DIGIT : CLASS_OTHER;
}

/* Of a code point beyond ASCII. */
static Class class_of(int32_t c, bool *upper)
{
    if (c == 0x2028 || c == 0x2029 || c == 0x85) return CLASS_NEWLINE;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        *upper = true;
        return CLASS_LETTER;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return CLASS_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CLASS_MARK;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF: /* soft hyphens, zero-width marks, byte order marks */
        return CLASS_SPACE;
    default:
        return CLASS_OTHER;
    }
}

/* The code point at `at`, which must be before `len`. False where the bytes are not UTF-8. */
static bool code_point(const char *bytes, size_t len, size_t at, CodePoint *out)
{
    unsigned char first = (unsigned char)bytes[at];
    if (first < 0x80) {
        *out = (CodePoint){first, 1, (uint8_t)class_of_ascii(first), is_ascii_upper(first)};
        return true;
    }
    utf8proc_int32_t value;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(len - at), &value);
    if (n <= 0) return false;
    *out = (CodePoint){.value = value, .size = (uint8_t)n};
    out->class = (uint8_t)class_of(value, &out->upper);
    return true;
}

/* Swedish letters outside ASCII, precomposed: the fast path for case folding. */
static bool fold_latin1(char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)word[i];
        if (c < 0x80) {
            if (c >= 'A' && c <= 'Z') word[i] = (char)(c | 0x20);
        } else if (c == 0xc3 && i + 1 < len) {
            unsigned char next = (unsigned char)word[++i];
            if (next == 0x9f) return false; /* ß folds to two letters */
            if (next >= 0x80 && next <= 0x9e && next != 0x97) word[i] = (char)(next + 0x20);
        } else {
            return false;
        }
    }
    return true;
}

char *text_normalise(Arena *arena, const char *bytes, size_t len)
{
    char *copy = arena_strndup(arena, bytes, len);
    if (!copy || fold_latin1(copy, len)) return copy;
    utf8proc_uint8_t *folded = NULL;
    /* CASEFOLD alone can leave marks in the wrong order, so COMPOSE runs after it, in the same call. */
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, &folded,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (n < 0) return NULL;
    copy = arena_strndup(arena, (const char *)folded, (size_t)n);
    free(folded);
    return copy;
}

typedef struct Cutter {
    Text *text;
    Arena *arena;
    char *norms; /* where the next norm goes: room for every byte of the text, and a NUL behind each */
    size_t token_capacity, line_capacity;
    bool space, line_start, sentence_end;
} Cutter;

/* How the writer begins a word behind a full stop, but for one that only an abbreviation may have: "kl. ", "bl.a. ". */
static void count_start(Text *text, bool capital)
{
    enum { ABBREVIATION = 3 };
    if (capital)
        text->capitals++;
    else if (text->token_count >= 2 && text->tokens[text->token_count - 2].norm_len > ABBREVIATION)
        text->smalls++;
}

/* A token whose norm is known; `end` is of its bytes in the text. */
static int add_token(Cutter *cutter, uint32_t start, uint32_t end, TokenKind kind, uint8_t flags, const char *norm,
                     uint32_t norm_len, uint32_t hash)
{
    Text *text = cutter->text;
    Token *tokens = arena_grow(cutter->arena, text->tokens, text->token_count, &cutter->token_capacity, sizeof *tokens);
    if (!tokens) return -ENOMEM;
    text->tokens = tokens;
    if (cutter->space) flags |= TOKEN_SPACE_BEFORE;
    if (cutter->line_start) flags |= TOKEN_LINE_START | TOKEN_SENTENCE_START;
    if (cutter->sentence_end && cutter->space) flags |= TOKEN_SENTENCE_START;
    if (kind == TOKEN_WORD && (flags & (TOKEN_SENTENCE_START | TOKEN_LINE_START)) == TOKEN_SENTENCE_START)
        count_start(text, flags & TOKEN_CAPITAL);
    tokens[text->token_count++] = (Token){.start = start,
                                          .end = end,
                                          .norm = norm,
                                          .norm_len = norm_len,
                                          .hash = hash,
                                          .line = text->line_count,
                                          .kind = (uint8_t)kind,
                                          .flags = flags};
    cutter->space = cutter->line_start = false;
    cutter->sentence_end = kind == TOKEN_PUNCT && token_is_stop(&tokens[text->token_count - 1]);
    return 0;
}

/* A token whose norm is its bytes. */
static int add_as_it_is(Cutter *cutter, uint32_t start, uint32_t end, TokenKind kind)
{
    const char *norm = cutter->norms;
    uint32_t len = end - start;
    memcpy(cutter->norms, cutter->text->bytes + start, len);
    cutter->norms[len] = '\0';
    cutter->norms += len + 1;
    return add_token(cutter, start, end, kind, 0, norm, len, text_hash(norm, len));
}

static int end_line(Cutter *cutter, uint32_t start, uint32_t end, uint32_t first_token)
{
    Text *text = cutter->text;
    Line *lines = arena_grow(cutter->arena, text->lines, text->line_count, &cutter->line_capacity, sizeof *lines);
    if (!lines) return -ENOMEM;
    text->lines = lines;
    lines[text->line_count++] =
        (Line){.start = start, .end = end, .first_token = first_token, .token_end = text->token_count};
    cutter->space = cutter->line_start = true;
    return 0;
}

static uint8_t capitals(uint32_t letters, uint32_t uppers, bool first_upper)
{
    return (uint8_t)((first_upper ? TOKEN_CAPITAL : 0) | (letters >= 2 && letters == uppers ? TOKEN_UPPER : 0));
}

/*
 * A word of nothing but ASCII and precomposed Latin-1 letters (C3 80 to C3 BF), which is nearly every word: found,
 * folded and hashed in one pass. Returns its end, or `at` where there is another kind of word.
 */
static uint32_t add_plain_word(Cutter *cutter, uint32_t at, int *status)
{
    enum { UPPER_END = 0x9e, TIMES = 0x97, SHARP_S = 0x9f, LOWER_END = 0xbf, DIVIDED = 0xb7, LATIN1 = 0xc3 };
    const Text *text = cutter->text;
    const unsigned char *bytes = (const unsigned char *)text->bytes;
    char *norm = cutter->norms, *out = norm;
    uint32_t start = at, letters = 0, uppers = 0, hash = TEXT_HASH_BASIS;
    bool first_upper = false;
    for (; at < text->len; at++, letters++) {
        unsigned char c = bytes[at];
        bool upper;
        if (is_ascii_letter(c)) {
            upper = is_ascii_upper(c);
            c |= 0x20;
        } else if (c < 0x80) {
            break;
        } else {
            unsigned char second = c == LATIN1 && at + 1 < text->len ? bytes[at + 1] : 0;
            if (second < 0x80 || second > LOWER_END || second == TIMES || second == SHARP_S || second == DIVIDED)
                return start;
            upper = second <= UPPER_END;
            at++;
            *out++ = (char)c;
            hash = text_hash_add(hash, c);
            c = upper ? (unsigned char)(second + 0x20) : second;
        }
        *out++ = (char)c;
        hash = text_hash_add(hash, c);
        uppers += upper;
        if (letters == 0) first_upper = upper;
    }
    *out = '\0';
    cutter->norms = out + 1;
    *status = add_token(cutter, start, at, TOKEN_WORD, capitals(letters, uppers, first_upper), norm,
                        (uint32_t)(out - norm), hash);
    return at;
}

/* Any word. Returns its end; -EILSEQ in `*status` where the bytes there are not UTF-8. */
static uint32_t add_word(Cutter *cutter, uint32_t at, int *status)
{
    const Text *text = cutter->text;
    uint32_t letters = 0, uppers = 0, start = at, end = add_plain_word(cutter, at, status);
    if (end > start) return end;
    bool first_upper = false;
    while (at < text->len) {
        CodePoint c;
        if (!code_point(text->bytes, text->len, at, &c)) {
            *status = -EILSEQ;
            return at;
        }
        if (c.class != CLASS_LETTER && c.class != CLASS_MARK) break;
        if (c.class == CLASS_LETTER) {
            letters++;
            uppers += c.upper;
            if (at == start) first_upper = c.upper;
        }
        at += c.size;
    }
    const char *norm = text_normalise(cutter->arena, text->bytes + start, at - start);
    size_t len = norm ? strlen(norm) : 0;
    *status = norm ? add_token(cutter, start, at, TOKEN_WORD, capitals(letters, uppers, first_upper), norm,
                               (uint32_t)len, text_hash(norm, len))
                   : -ENOMEM;
    return at;
}

static int start_cutter(Cutter *cutter, Text *text, Arena *arena)
{
    enum { BYTES_A_TOKEN = 5 }; /* a Swedish text has a word or sign to each five or six bytes */
    *cutter = (Cutter){.text = text, .arena = arena, .space = true, .line_start = true};
    cutter->norms = arena_alloc(arena, 2 * (size_t)text->len + 1);
    cutter->token_capacity = text->len / BYTES_A_TOKEN + 1;
    text->tokens = arena_alloc(arena, cutter->token_capacity * sizeof *text->tokens);
    return cutter->norms && text->tokens ? 0 : -ENOMEM;
}

int text_init(Text *text, Arena *arena, const char *bytes, size_t len, size_t *bad_offset)
{
    if (len > TEXT_MAX) return -E2BIG;
    *text = (Text){.bytes = bytes, .len = (uint32_t)len};
    Cutter cutter;
    uint32_t at = 0, line_start = 0, line_first = 0;
    int r = start_cutter(&cutter, text, arena);
    while (r == 0 && at < text->len) {
        CodePoint c;
        uint32_t end = at;
        bool valid = code_point(bytes, len, at, &c);
        if (!valid) r = -EILSEQ;
        switch (valid ? (Class)c.class : CLASS_SPACE) {
        case CLASS_LETTER:
        case CLASS_MARK:
            at = add_word(&cutter, at, &r);
            break;
        case CLASS_DIGIT:
            while (end < text->len && bytes[end] >= '0' && bytes[end] <= '9')
                end++;
            r = add_as_it_is(&cutter, at, end, TOKEN_NUMBER);
            at = end;
            break;
        case CLASS_OTHER:
            r = add_as_it_is(&cutter, at, at + c.size, TOKEN_PUNCT);
            at += c.size;
            break;
        case CLASS_SPACE:
            cutter.space = true;
            at += valid ? c.size : 0;
            break;
        case CLASS_NEWLINE:
            r = end_line(&cutter, line_start, at, line_first);
            at += c.size;
            if (c.value == '\r' && at < text->len && bytes[at] == '\n') at++;
            line_start = at;
            line_first = text->token_count;
            break;
        }
    }
    if (r == -EILSEQ && bad_offset) *bad_offset = at;
    if (r == 0 && (line_start < text->len || text->line_count == 0)) r = end_line(&cutter, line_start, at, line_first);
    return r;
}
