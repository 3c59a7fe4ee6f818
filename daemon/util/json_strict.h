/*
 * JSON read strictly: RFC 8259 to the letter, within limits, with the fault's place.
 *
 * cJSON alone takes much that is not JSON, and silently changes some of what is (probed in 1.7.15: "01", raw control
 * characters, invalid UTF-8, a second value for a key, a text cut at \u0000, 9007199254740993 rounded). So the bytes
 * are scanned first, and cJSON sees only what it reads right. Refused:
 *
 *   - bytes that are not UTF-8, a byte order mark, control characters in a string, NUL and \u0000, lone surrogates
 *   - a key twice in one object (compared after unescaping)
 *   - integers beyond ±(2^53 - 1) and numbers no double holds: ids of that size belong in strings
 *   - nesting deeper than JSON_STRICT_DEPTH, numbers longer than 60 characters, anything after the value
 */
#pragma once

#include <cjson/cJSON.h>
#include <stddef.h>

enum { JSON_STRICT_DEPTH = 32 };

typedef struct JsonFault {
    size_t offset;     /* of the byte at fault */
    char pointer[256]; /* JSON Pointer (RFC 6901) to the value at fault; "" is the whole; cut with "…" where longer */
    const char *text;  /* what is wrong, a few words in Swedish, for the sender; static */
} JsonFault;

/* Scans `len` bytes. Returns 0, -EBADMSG with the fault (`fault` may be NULL), or -ENOMEM. */
int json_strict_check(const char *bytes, size_t len, JsonFault *fault);

/* Scans and reads. Returns 0 with a tree that the caller deletes, or as json_strict_check(). */
int json_strict_parse(cJSON **out, const char *bytes, size_t len, JsonFault *fault);

/* The member of an object by its exact name, or NULL. (cJSON's own accessor without "CaseSensitive" ignores case.) */
const cJSON *json_member(const cJSON *object, const char *name);
