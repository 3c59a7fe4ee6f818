/*
 * Bearer tokens: "lb_<municipality>_<secret>", the secret 32 random bytes as 43 characters of base64url.
 *
 * The municipality stands in the token so that the database is asked in that municipality's rows only; a token of the
 * country covers all. What is stored is the SHA-256 of the whole token: the secret has 256 random bits, so a
 * slow hash would protect nothing more.
 */
#pragma once

#include <stddef.h>

enum {
    TOKEN_SECRET_LENGTH = 43,
    TOKEN_MUNICIPALITY_MAX = 64,
    TOKEN_SIZE = 3 + TOKEN_MUNICIPALITY_MAX + 1 + TOKEN_SECRET_LENGTH + 1,
    TOKEN_HASH_SIZE = 65, /* 64 hexadecimal digits and a NUL */
};

/* A new token. Returns 0, -EINVAL for a municipality that is no code (a-z, 0-9 and "-"), or -EIO where there is no
 * randomness. */
int token_new(const char *municipality, char out[static TOKEN_SIZE]);

/* Takes a token apart: its municipality, and its SHA-256 in hexadecimal. -EINVAL for what is no token. */
int token_parse(const char *token, char municipality[static TOKEN_MUNICIPALITY_MAX + 1],
                char hash[static TOKEN_HASH_SIZE]);
