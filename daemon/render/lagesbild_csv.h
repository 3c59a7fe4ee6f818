/*
 * The figures and the words of the lägesbild as one table: section, code, name, count, previous, year_ago, expected,
 * expected_low, expected_high, direction, p_value, note. Sections: period, status, summary, reservation, total,
 * category, place, hour_of_week (code "5-22" is Friday 22–23; csv_row_hour()), source, change, followup, worry, cause,
 * decision. The incidents themselves are exported by GET /v1/incidents.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Write the completed lägesbild, in the plain dialect and in Swedish Excel's (csv_row.h). Return 0, -ENOMEM, or -EIO
 * when `out` could not take it. */
int lagesbild_csv_write(const Lagesbild *l, FILE *out);
int lagesbild_excel_write(const Lagesbild *l, FILE *out);
