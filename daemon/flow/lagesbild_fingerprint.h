/*
 * What tells whether a lägesbild would differ from the one before: a digest of everything the document is made from but
 * the clock, and of the program that makes it.
 */
#pragma once

#include "flow/lagesbild_rows.h"

/* Sets the document's fingerprint, once it is filled. False without memory. */
bool lagesbild_fingerprint(const LagesbildRows *rows);
