/*
 * Personal data in a text: personnummer and samordningsnummer by check digit, phone numbers (not 112 or 114 14),
 * e-mail addresses, registration plates, names. Case, diary, frame and alarm numbers are not personal data.
 */
#pragma once

#include "core/read/read.h"

/* Returns 0 with `*found` in `arena`, in text order and not overlapping, or -ENOMEM. */
int pii_find(const Text *text, const Knowledge *knowledge, Arena *arena, Pii **found, uint32_t *count);

/*
 * A copy of `text` (in `arena`) in which each finding is replaced by its kind in brackets, "[personnummer]".
 * `*len` gets its length. `moved`, when not NULL, gets text->len + 1 new offsets, one for each old one, so that spans
 * can follow. Returns NULL where memory is out.
 */
char *pii_mask(const Text *text, const Pii *found, uint32_t count, Arena *arena, size_t *len, uint32_t *moved);
