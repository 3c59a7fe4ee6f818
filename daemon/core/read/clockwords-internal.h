/* What clockwords.c and datewords.c share: how tokens stand beside each other. */
#pragma once

#include <string.h>

#include "core/read/clockwords.h"

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
