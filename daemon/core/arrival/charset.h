/*
 * Text as it was posted or mailed, in whatever charset, to UTF-8.
 */
#pragma once

#include <stddef.h>

#include "util/arena.h"
#include "util/error.h"

/*
 * Converts `bytes` from `declared` (a name from a Content-Type, any case), or checks that they are UTF-8 where it is
 * NULL or "". A byte order mark is taken away. "ISO-8859-1" and "US-ASCII" are read as Windows-1252 and UTF-8, as the
 * WHATWG Encoding Standard does, since that is what is sent under those names.
 *
 * Returns 0 with `*out` (in `arena`, NUL-terminated) and `*out_len`, or with words in Swedish in `err`:
 *   -EINVAL  the charset is not known
 *   -EILSEQ  the bytes are not in the charset, or one of them is NUL; the sentence says at which byte
 *   -E2BIG   over CHARSET_MAX
 *   -ENOMEM
 */
int charset_to_utf8(Arena *arena, const char *bytes, size_t len, const char *declared, char **out, size_t *out_len,
                    Error *err);

/*
 * The same for mail, whose declarations are often wrong: what `declared` cannot read is taken for UTF-8, then for
 * Windows-1252, and NUL bytes are left out. Returns 0, -E2BIG or -ENOMEM.
 */
int charset_guess(Arena *arena, const char *bytes, size_t len, const char *declared, char **out, size_t *out_len,
                  Error *err);

/* The largest text that is converted, in bytes. */
enum { CHARSET_MAX = 64 * 1024 * 1024 };
