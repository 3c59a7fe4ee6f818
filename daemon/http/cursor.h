/*
 * Where a list goes on: the sort keys of the last row given, as an opaque text for the client.
 */
#pragma once

#include <stdbool.h>

#include "http/request.h"

/* The keys with '|' between, in base64url; no key may hold a '|'. NULL without memory. */
const char *cursor_encode(Arena *arena, const char *const *keys, int count);

/* The other way: exactly `count` keys, in the arena. False for what cursor_encode() did not make; what the keys say is
 * the caller's to check, since anybody can send any. */
bool cursor_decode(Arena *arena, const char *text, const char **keys, int count);

/* Adds Link: <…>; rel="next" with the query as it was, of these parameters, but for the cursor. False without memory.
 */
bool cursor_add_next_link(Request *request, const char *const *parameters, const char *cursor);
