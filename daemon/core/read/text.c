#include "core/read/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

uint32_t text_hash(const char *bytes, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    return hash;
}

bool token_is(const Token *token, const char *norm)
{
    return strlen(norm) == token->norm_len && memcmp(token->norm, norm, token->norm_len) == 0;
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

static Class class_of(int32_t c, bool *upper)
{
    *upper = false;
    if (c < 0x80) {
        if (c == '\n' || c == '\r') return CLASS_NEWLINE;
        if (c <= ' ' || c == 0x7f) return CLASS_SPACE;
        if (c >= '0' && c <= '9') return CLASS_DIGIT;
        if (c >= 'A' && c <= 'Z') *upper = true;
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? CLASS_LETTER : CLASS_OTHER;
    }
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
        out->value = first;
        out->size = 1;
    } else {
        utf8proc_int32_t value;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(len - at), &value);
        if (n <= 0) return false;
        out->value = value;
        out->size = (uint8_t)n;
    }
    out->class = (uint8_t)class_of(out->value, &out->upper);
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
    size_t token_capacity, line_capacity;
    bool space, line_start, sentence_end;
} Cutter;

static int add_token(Cutter *cutter, uint32_t start, uint32_t end, TokenKind kind, uint8_t flags)
{
    Text *text = cutter->text;
    Token *tokens = arena_grow(cutter->arena, text->tokens, text->token_count, &cutter->token_capacity, sizeof *tokens);
    if (!tokens) return -ENOMEM;
    text->tokens = tokens;
    char *norm = kind == TOKEN_WORD ? text_normalise(cutter->arena, text->bytes + start, end - start)
                                    : arena_strndup(cutter->arena, text->bytes + start, end - start);
    if (!norm) return -ENOMEM;
    size_t norm_len = strlen(norm);
    if (cutter->space) flags |= TOKEN_SPACE_BEFORE;
    if (cutter->line_start) flags |= TOKEN_LINE_START | TOKEN_SENTENCE_START;
    if (cutter->sentence_end && cutter->space) flags |= TOKEN_SENTENCE_START;
    tokens[text->token_count++] = (Token){.start = start,
                                          .end = end,
                                          .norm = norm,
                                          .norm_len = (uint32_t)norm_len,
                                          .hash = text_hash(norm, norm_len),
                                          .line = text->line_count,
                                          .kind = (uint8_t)kind,
                                          .flags = flags};
    cutter->space = cutter->line_start = false;
    char first = text->bytes[start];
    cutter->sentence_end = kind == TOKEN_PUNCT && (first == '.' || first == '!' || first == '?');
    return 0;
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

/* The end of the word that starts at `at`, and its flags. False where the bytes are not UTF-8 (`*end` says where). */
static bool word_end(const Text *text, uint32_t at, uint32_t *end, uint8_t *flags)
{
    uint32_t letters = 0, uppers = 0, start = at;
    while (at < text->len) {
        CodePoint c;
        if (!code_point(text->bytes, text->len, at, &c)) {
            *end = at;
            return false;
        }
        if (c.class != CLASS_LETTER && c.class != CLASS_MARK) break;
        if (c.class == CLASS_LETTER) {
            letters++;
            if (c.upper) {
                uppers++;
                if (at == start) *flags |= TOKEN_CAPITAL;
            }
        }
        at += c.size;
    }
    if (letters >= 2 && letters == uppers) *flags |= TOKEN_UPPER;
    *end = at;
    return true;
}

int text_init(Text *text, Arena *arena, const char *bytes, size_t len, size_t *bad_offset)
{
    if (len > TEXT_MAX) return -E2BIG;
    *text = (Text){.bytes = bytes, .len = (uint32_t)len};
    Cutter cutter = {.text = text, .arena = arena, .space = true, .line_start = true};
    uint32_t at = 0, line_start = 0, line_first = 0;
    int r = 0;
    while (r == 0 && at < text->len) {
        CodePoint c;
        uint32_t end = at;
        uint8_t flags = 0;
        bool valid = code_point(bytes, len, at, &c);
        if (valid && (c.class == CLASS_LETTER || c.class == CLASS_MARK)) valid = word_end(text, at, &end, &flags);
        if (!valid) {
            if (bad_offset) *bad_offset = end;
            return -EILSEQ;
        }
        switch ((Class)c.class) {
        case CLASS_LETTER:
        case CLASS_MARK:
            r = add_token(&cutter, at, end, TOKEN_WORD, flags);
            at = end;
            break;
        case CLASS_DIGIT:
            for (end = at; end < text->len && bytes[end] >= '0' && bytes[end] <= '9';)
                end++;
            r = add_token(&cutter, at, end, TOKEN_NUMBER, 0);
            at = end;
            break;
        case CLASS_OTHER:
            r = add_token(&cutter, at, at + c.size, TOKEN_PUNCT, 0);
            at += c.size;
            break;
        case CLASS_SPACE:
            cutter.space = true;
            at += c.size;
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
    if (r == 0 && (line_start < text->len || text->line_count == 0)) r = end_line(&cutter, line_start, at, line_first);
    return r;
}
