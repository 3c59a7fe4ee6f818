/*
 * Percent-encoding in paths and queries (RFC 3986, 2.1; the query as HTML forms write it, where "+" is a space).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"

/* Decodes `len` bytes into the arena, NUL-terminated. Returns 0, -EBADMSG where a "%" is not followed by two
 * hexadecimal digits or where the result is not UTF-8 or holds a NUL, or -ENOMEM. */
int percent_decode(char **out, Arena *arena, const char *bytes, size_t len, bool plus_is_space);

/* `text` as it may stand in a query: all but RFC 3986's unreserved characters as "%XX". NULL without memory. */
char *percent_encode(Arena *arena, const char *text);

typedef struct QueryParameter {
    const char *name, *value;
} QueryParameter;

enum { PERCENT_QUERY_MAX = 100 };

/* Splits "a=1&b=%C3%A5" in the order written; "a" alone has the value "". Values are in composed form (util/compose.h).
 * More than PERCENT_QUERY_MAX are -E2BIG; otherwise as percent_decode(). */
int percent_query(QueryParameter **out, size_t *count, Arena *arena, const char *bytes, size_t len);
