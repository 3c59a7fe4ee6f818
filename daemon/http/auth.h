/*
 * Who asks: the bearer token of a request, looked up in this loop's cache or in the database. A browser may send it as
 * the password of Basic authentication, for reading only.
 *
 * A cached answer, known or not, is good for AUTH_CACHE_MS and until Daemon.token_generation moves (a token was revoked
 * by this daemon); one revoked by another daemon sharing the database is thus refused within that time.
 */
#pragma once

#include "http/request.h"

enum {
    AUTH_CACHE_MS = 2000,
    AUTH_PASSWORD_MAX = 255, /* bytes of "user:password" */
    AUTH_CACHE_MAX = 10000,  /* tokens, unknown ones included; beyond it the cache starts over */
};

typedef struct TokenCache TokenCache;

TokenCache *token_cache_new(void);
void token_cache_free(TokenCache *cache);

/* Sets request->actor, or answers 401, 403 (the role is not in the route's set) or 503; then calls `done`, at once or
 * later. Not called when the client has gone meanwhile; the request is then dropped. */
void auth_start(Request *request, void (*done)(Request *request));
