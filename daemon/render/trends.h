/*
 * A trend as JSON (the interface's shape) and as CSV: bucket, the groupings asked for, count and, where compared,
 * compare, difference, change_pct and z. A percentage of nothing is null, or an empty field; it is never infinite. The
 * JSON also tells who reported in each bucket (trend_reporters.h).
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/trend.h"
#include "render/csv_row.h"

/* Return 0, -ENOMEM or -EIO. */
int trends_json_write(const Trend *trend, FILE *out);
int trends_csv_write(const Trend *trend, CsvDialect dialect, FILE *out);
