/*
 * A text cut into lines and words, once, for everything that reads it.
 *
 * Words are normalised (NFC, case folded) so that "Kungsängen", "KUNGSÄNGEN" and the decomposed form
 * compare equal, while every position still points into the bytes as they were received.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/arena.h"

typedef enum TokenKind {
    TOKEN_WORD,   /* a run of letters and combining marks */
    TOKEN_NUMBER, /* a run of ASCII digits */
    TOKEN_PUNCT,  /* any other single code point that is not white space */
} TokenKind;

enum {
    TOKEN_CAPITAL = 1u << 0,        /* a word whose first letter is upper case */
    TOKEN_UPPER = 1u << 1,          /* a word of two letters or more, all upper case */
    TOKEN_SPACE_BEFORE = 1u << 2,   /* white space, a line's start or the text's start stands before it */
    TOKEN_LINE_START = 1u << 3,     /* the first token on its line */
    TOKEN_SENTENCE_START = 1u << 4, /* the first token after . ! ? … and white space, or on its line */
};

typedef struct Token {
    uint32_t start, end; /* byte offsets into the text as received, end exclusive */
    const char *norm;    /* NFC and case folded, NUL-terminated; the text's arena owns it */
    uint32_t norm_len;   /* bytes */
    uint32_t hash;       /* text_hash() of `norm` */
    uint32_t line;       /* index into Text.lines */
    uint8_t kind;        /* TokenKind */
    uint8_t flags;       /* TOKEN_… */
    uint64_t begins;     /* the roles of phrases that may begin here, where lexicon_mark() has been called */
} Token;

typedef struct Line {
    uint32_t start, end;             /* byte offsets, without the line end; CR LF, LF and CR all end a line */
    uint32_t first_token, token_end; /* indices into Text.tokens, end exclusive; equal on a blank line */
} Line;

typedef struct Text {
    const char *bytes; /* as received, not owned, not NUL-terminated */
    uint32_t len;
    Token *tokens;
    uint32_t token_count;
    Line *lines;
    uint32_t line_count;
    const void *marked_by;     /* the lexicon of lexicon_mark(), or NULL */
    uint32_t capitals, smalls; /* words with and without a capital behind a full stop */
} Text;

/* The largest text that can be read, in bytes. */
enum { TEXT_MAX = 64 * 1024 * 1024 };

/*
 * Cuts `bytes` (UTF-8, kept by the caller for as long as `text` is used) into lines and tokens.
 * Returns 0, -EILSEQ where the bytes are not UTF-8 (`*bad_offset`, when not NULL, says where), -E2BIG over
 * TEXT_MAX, or -ENOMEM.
 */
int text_init(Text *text, Arena *arena, const char *bytes, size_t len, size_t *bad_offset);

/* FNV-1a, 32 bits; the hash in every Token. Byte by byte: from TEXT_HASH_BASIS, text_hash_add() for each. */
#define TEXT_HASH_BASIS 2166136261u
static inline uint32_t text_hash_add(uint32_t hash, unsigned char byte)
{
    return (hash ^ byte) * 16777619u;
}
uint32_t text_hash(const char *bytes, size_t len);

/* True when the token is the (normalised) word. */
static inline bool token_is(const Token *token, const char *norm)
{
    return token->norm[0] == norm[0] && strcmp(token->norm, norm) == 0;
}

/* True when the token is one of the ASCII signs in the string. */
static inline bool token_is_sign(const Token *token, const char *signs)
{
    return token->kind == TOKEN_PUNCT && token->norm_len == 1 && strchr(signs, token->norm[0]);
}

/* True when the token is a sign that ends a sentence: . ! ? … or a little picture. */
static inline bool token_is_stop(const Token *token)
{
    enum { PICTURES = 0xf0 }; /* first byte of those beyond the alphabets */
    return token_is_sign(token, ".!?") || token_is(token, "\xe2\x80\xa6") || (unsigned char)token->norm[0] == PICTURES;
}

/* True when the token is a word whose first letter is upper case. */
static inline bool token_is_capital(const Token *token)
{
    return token->kind == TOKEN_WORD && token->flags & TOKEN_CAPITAL;
}

/* The writer begins sentences with small letters, so a full stop before one ends a sentence. */
static inline bool text_is_small(const Text *text)
{
    return text->smalls > text->capitals;
}

/* The index of the first token that starts at or after a byte offset; token_count when there is none. */
uint32_t text_token_at(const Text *text, uint32_t offset);

/*
 * NFC and case folding for a phrase outside a text (a place name, a cue), by the same rules as the tokens.
 * Returns a NUL-terminated string in `arena`, or NULL where memory is out or the bytes are not UTF-8.
 */
char *text_normalise(Arena *arena, const char *bytes, size_t len);
