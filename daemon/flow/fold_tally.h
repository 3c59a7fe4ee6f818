/*
 * Folding what has happened into the weekly sums (schema/functions/tally.sql). Figures are right without it, but what
 * has not been folded is read one by one.
 *
 * Nobody waits for it, so it must hold up nobody: it goes through what has happened in small parts, each a unit of a
 * few milliseconds, and rests between them for longer than they took. A busy machine thus gets smaller parts and longer
 * rests. One loop of every daemon does it; the database lets one at it.
 */
#pragma once

#include "context.h"

typedef struct FoldTally FoldTally;

/* Begins when the loop turns and the pool is ready. NULL without memory. */
FoldTally *fold_tally_new(Worker *worker);

/* No unit of work may be under way: free the pool first. NULL is allowed. */
void fold_tally_free(FoldTally *fold);
