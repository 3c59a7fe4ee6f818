/*
 * The lägesbild for those outside the group: what may be shown to anyone, and nothing else. The type has no room for
 * incidents, points, hours, worries, decisions or expectations, so no renderer can let one out.
 *
 * A count under the threshold is told as "färre än 5". So that it cannot be worked out from the total, other counts are
 * held back too: at least the smallest of those that could be told (with all that are as large), and more until every
 * count held back could be any of three or more numbers, for somebody who knows the rules and the rest of the document;
 * where no count is left that way, the total is held back. The unit test makes every document of small counts and
 * looks for one with a number that only one explanation fits. Primary and complementary suppression of cells: Hundepool
 * et al., "Statistical Disclosure Control" (Wiley, 2012), chapter 4.
 *
 * What it does not do: somebody who compares the documents of several overlapping periods or areas (two weeks and each
 * of them; a municipality and all its areas) can narrow down a number further.
 */
#pragma once

#include "core/lagesbild/lagesbild.h"

enum { LAGESBILD_PUBLIC_CHOICES = 3 }; /* how many numbers every count that is held back could be, at least */

typedef enum PublicKind {
    PUBLIC_UNKNOWN, /* nobody reported */
    PUBLIC_EXACT,
    PUBLIC_FEW,    /* under the threshold, 0 included */
    PUBLIC_HIDDEN, /* not under the threshold, but telling it would tell another */
} PublicKind;

typedef struct PublicCount {
    PublicKind kind;
    int64_t count; /* with PUBLIC_EXACT; 0 otherwise, so that nothing can be printed by mistake */
} PublicCount;

typedef struct PublicFigure {
    PublicCount count, previous, year_ago;
} PublicFigure;

typedef struct PublicCategory {
    const char *code, *name;
    PublicFigure figure;
} PublicCategory;

typedef struct PublicPlace {
    const char *name;
    int64_t count; /* at least the threshold */
} PublicPlace;

typedef struct LagesbildPublic {
    const char *area_code, *area_name;
    Period period;
    int version;             /* 0 for a draft */
    LagesbildStep published; /* as in Lagesbild */
    const char *data_cut_at; /* RFC 3339, local offset */
    bool complete;           /* the period was over when the data was cut */
    int64_t threshold;
    const char *summary; /* by the service, from what is told here */
    PublicFigure total;
    PublicCategory *categories; /* those with incidents: the ones with an exact count first, the most frequent before
                                   the others; the rest by name. None where the total is under the threshold. */
    size_t category_count;
    PublicPlace *places; /* none where the total is held back; none whose name could be an address */
    size_t place_count;
    const char **sources; /* who has reported, by name */
    size_t source_count;
} LagesbildPublic;

/*
 * One column of counts and its total: what may be told of each. `counts` has `n` numbers of 0 or more; `cells` gets as
 * many. Returns 0 or -ENOMEM.
 */
int lagesbild_public_column(const int64_t *counts, size_t n, int64_t threshold, PublicCount *cells, PublicCount *total,
                            Arena *arena);

/* Makes the public document from one that lagesbild_complete() has completed; strings are shared with it. `threshold`
 * is 2 or more. Returns 0 or -ENOMEM. */
int lagesbild_public(LagesbildPublic *out, const Lagesbild *l, int64_t threshold, Arena *arena);
