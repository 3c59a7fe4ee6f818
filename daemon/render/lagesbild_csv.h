/*
 * The figures of the lägesbild as one table (RFC 4180): section, code, name, count, previous, year_ago, expected,
 * expected_low, expected_high, direction, p_value, note. Sections: total, category, place, hour_of_week (code "5-22" is
 * Friday 22–23), source. The incidents themselves are exported by GET /v1/incidents.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Writes the completed lägesbild. Returns 0, -ENOMEM, or -EIO when `out` could not take it. */
int lagesbild_csv_write(const Lagesbild *l, FILE *out);
