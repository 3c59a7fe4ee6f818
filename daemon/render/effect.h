/*
 * What came of a measure, as JSON: the counts, the ratios with their limits, the verdict and what it says in words. A
 * ratio of something to nothing, a limit that is not there and a count that nobody reported for are null.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/effect.h"

/* Returns 0, -ENOMEM or -EIO. */
int effect_json_write(const Effect *effect, FILE *out);
