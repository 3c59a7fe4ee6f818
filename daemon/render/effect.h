/*
 * What came of a measure, as JSON and as CSV: the counts, the ratios with their limits, the verdict and what it says in
 * words. A ratio of something to nothing, a limit that is not there and a count that nobody reported for are null, or
 * an empty field. The columns of the CSV: section (count, comparison, ratio, verdict), name, from, to, count, ratio,
 * low, high, p_value, text.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/effect.h"
#include "render/csv_row.h"

/* Return 0, -ENOMEM or -EIO. */
int effect_json_write(const Effect *effect, FILE *out);
int effect_csv_write(const Effect *effect, CsvDialect dialect, FILE *out);
