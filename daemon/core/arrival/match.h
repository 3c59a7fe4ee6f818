/*
 * Which incidents of a corrected report are those of the revision before: they keep their id, and with it their history
 * and what people decided about them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

typedef struct MatchText {
    const char *text; /* an incident's text, masked as stored */
    size_t len;
} MatchText;

#define MATCH_NONE UINT32_MAX

/* The least likeness (Jaccard index of the two texts' word sets, 0 to 1) at which a changed text is still the same
 * incident: half of all the words they use are in both. */
#define MATCH_LIKENESS 0.5

/*
 * Pairs each of `after` with at most one of `before`: first those whose text is the same, in order, then the likest
 * pairs over MATCH_LIKENESS. `withdrawn_from` is the index in `before` from which incidents were withdrawn by an
 * earlier revision: those match only when the text is the same. `pairs` (after_count long) gets indices into `before`,
 * or MATCH_NONE. Returns 0, -EILSEQ or -ENOMEM.
 */
int match_incidents(const MatchText *before, uint32_t before_count, uint32_t withdrawn_from, const MatchText *after,
                    uint32_t after_count, Arena *arena, uint32_t *pairs);
