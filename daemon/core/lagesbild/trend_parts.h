/*
 * The spans of a trend, taken apart into whole weeks (Monday to Sunday), for which there are sums, and the days that
 * are left over at their ends, for which incidents are counted one by one.
 */
#pragma once

#include "core/lagesbild/trend.h"

typedef struct TrendPart {
    int32_t first, after; /* days, as civil_to_days() numbers them: [first, after) */
    size_t slot;          /* the span it is of, from 0 */
} TrendPart;

typedef struct TrendParts {
    TrendPart *weeks; /* in the spans' order; first and after are Mondays */
    size_t week_count;
    TrendPart *days;
    size_t day_count;
    TrendPart *stretches; /* the same days as `days`, by time, none twice and none that touch; no slots */
    size_t stretch_count;
} TrendParts;

/* Takes the spans apart, or, with `base`, what they are compared with. Without `by_weeks` everything is days. Returns
 * 0, with all of it in the arena, or -ENOMEM. */
int trend_parts(TrendParts *out, Arena *arena, const TrendSpan *spans, size_t span_count, bool base, bool by_weeks);

/* How much of `counts`, one a week from `monday`, falls within the part. */
int64_t trend_part_sum(const TrendPart *part, int32_t monday, const int64_t *counts, size_t weeks);
