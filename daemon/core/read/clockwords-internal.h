/* What clockwords.c, clock_hours.c and datewords.c share: how tokens stand beside each other, and what makes an hour.
 */
#pragma once

#include <string.h>

#include "core/read/clockwords.h"

enum {
    EVENING_HOUR = 13, /* from here on an hour is no count of a few */
};

static inline bool is_glued(const Text *text, uint32_t at, uint32_t end)
{
    return at < end && !(text->tokens[at].flags & TOKEN_SPACE_BEFORE);
}

/* The token is one ASCII sign of `signs`. */
static inline bool is_sign(const Text *text, uint32_t at, uint32_t end, const char *signs)
{
    return at < end && token_is_sign(&text->tokens[at], signs);
}

/* A hyphen, an en dash or an em dash. */
static inline bool is_dash(const Text *text, uint32_t at, uint32_t end)
{
    if (at >= end || text->tokens[at].kind != TOKEN_PUNCT) return false;
    const char *norm = text->tokens[at].norm;
    return strcmp(norm, "-") == 0 || strcmp(norm, "\xe2\x80\x93") == 0 || strcmp(norm, "\xe2\x80\x94") == 0;
}

/* Digits that belong to something longer: a case number, a decimal, a telephone number. */
static inline bool is_inside_number(const Text *text, uint32_t at)
{
    if (at == 0 || text->tokens[at].flags & TOKEN_SPACE_BEFORE) return false;
    const Token *before = &text->tokens[at - 1];
    /* "2026-03-13T17:10" */
    bool iso = before->kind == TOKEN_WORD && token_is(before, "t") && at >= 2 &&
               text->tokens[at - 2].kind == TOKEN_NUMBER && is_glued(text, at - 1, at);
    if (before->kind == TOKEN_WORD) return !iso;
    return before->kind == TOKEN_PUNCT && strchr(":.,_/#@+&=", before->norm[0]) && at >= 2 &&
           (is_glued(text, at - 1, at) || strchr("_#@+", before->norm[0]));
}

/* Nothing but the end of a sentence or a clause follows at `at`: "… ca 20.", "igår 23, …", "ca 16: …". */
bool clock_ends_clause(const Text *text, uint32_t at, uint32_t end);

/* Behind the second clock of a span that begins at `at` with a dash or, where `words_too`, a word: "-23.00", "till 03",
 * "och 15"; `at` where there is none. `*until` gets its minute of the day. */
uint32_t clock_match_until(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool words_too,
                           int *until);

/* What follows an hour at `at` shows that it was one: "vid tre på natten", but not "vid tre tillfällen". */
bool clock_ends_like_one(const Lexicon *words, const Text *text, uint32_t at, uint32_t end);

/* "vid nio och skrek": behind an hour at `at` it is told what happened. */
bool clock_goes_on_with_verb(const Lexicon *words, const Text *text, uint32_t at, uint32_t end);

/* A word on the day ends right before `at`: "söndag kväll ca 23". */
bool clock_follows_a_day(const Lexicon *words, const Text *text, uint32_t at);

/* A label or a noun right before `at` says that the number counts or names something: "årskurs", "ungdomar". */
bool clock_follows_a_count(const Lexicon *words, const Text *text, uint32_t at);

/* "Kille 17 nånting", "man ca 20", "en tjej på runt 17": the word before `at` is somebody, and the number how old. */
bool clock_is_age(const Lexicon *words, const Text *text, uint32_t at);

/* "ett på natten", "nio på kvällen": at `at` stands the part of the day of an hour right before. */
bool clock_is_hour_of_day(const Lexicon *words, const Text *text, uint32_t at, uint32_t end);

/* "Har suttit här sedan 13", "… sen tio": the hour [at, after) is since when. */
bool clock_is_since(const Lexicon *words, const Text *text, uint32_t at, uint32_t after, uint32_t end);

/* The number at `at` is an hour, by `clock` as far as it has been read and by what stands around it: "vid 22", "runt 23
 * kom", but not "runt 20 ungdomar". */
bool clock_is_bare_hour(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, const Clock *clock);
