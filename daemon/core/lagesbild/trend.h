/*
 * Counts over time: the buckets of a trend, what each is compared with, and the complete table with its zeros.
 *
 * Buckets are cut to the days asked for, so the first and the last may be shorter than the others.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/civil.h"
#include "util/error.h"

typedef enum TrendBucket { TREND_HOUR_OF_WEEK, TREND_DAY, TREND_WEEK, TREND_MONTH, TREND_YEAR } TrendBucket;

/*
 * PREVIOUS: the as many buckets right before (hours of the week: the as many whole weeks).
 * YEAR: the same bucket a year earlier; a week the one of the same number, or 52 weeks earlier where there is none, and
 * hours of the week 52 weeks earlier, so that weekdays meet weekdays.
 */
typedef enum TrendCompare { TREND_COMPARE_NONE, TREND_COMPARE_PREVIOUS, TREND_COMPARE_YEAR } TrendCompare;

enum {
    TREND_BUCKETS_MAX = 3660, /* ten years of days */
    TREND_ROWS_MAX = 200000,
    TREND_HOURS = 168,
    TREND_KEY_SIZE = 12,
};

typedef struct TrendSpan {
    CivilDate first, after;           /* [first, after) */
    CivilDate base_first, base_after; /* what it is compared with */
    char key[TREND_KEY_SIZE];         /* "2026-03-14", "2026-W11", "2026-03", "2026" */
} TrendSpan;

/* The buckets of [from, to). For hours of the week one span: all of it. Returns 0 with the spans in `arena`, -E2BIG
 * where there are more than TREND_BUCKETS_MAX, -EINVAL where `to` is not after `from`, or -ENOMEM. */
int trend_spans(TrendSpan **out, size_t *count, Arena *arena, TrendBucket bucket, TrendCompare compare, CivilDate from,
                CivilDate to, Error *err);

/* The first day of the n:th bucket before the one that has `date`; of days for hours of the week. */
CivilDate trend_bucket_before(TrendBucket bucket, CivilDate date, int n);

enum { TREND_AREA, TREND_CATEGORY, TREND_PLACE, TREND_SOURCE, TREND_DIMENSIONS };

/* A count as it was found: of one bucket (from 0) and one combination of what is grouped by (NULL where not, or where
 * not known). */
typedef struct TrendCount {
    const char *group[TREND_DIMENSIONS];
    size_t slot;
    bool is_base; /* of the compared span */
    int64_t count;
} TrendCount;

typedef struct TrendRow {
    const char *bucket; /* the span's key; "5-22" is Friday 22–23 */
    const char *group[TREND_DIMENSIONS];
    int64_t count, base;
    int days, base_days; /* how long the bucket is, and what it is compared with */
} TrendRow;

struct TrendReporters;

typedef struct Trend {
    CivilDate from, to; /* [from, to) */
    TrendBucket bucket;
    TrendCompare compare;
    bool by[TREND_DIMENSIONS];
    /* trend_fill() fills in: */
    TrendRow *rows; /* by group, then bucket; every group has every bucket */
    size_t row_count;
    const TrendSpan *spans; /* the buckets; one for hours of the week */
    size_t span_count;
    const struct TrendReporters *reporters; /* trend_reporters.h; NULL where several municipalities are asked about */
} Trend;

/*
 * Fills `trend->rows` from counts (sorted in place); `spans` as trend_spans() gave them. Without any grouping there is
 * one group even without counts. Returns 0, -E2BIG for more than TREND_ROWS_MAX rows, or -ENOMEM.
 */
int trend_fill(Trend *trend, Arena *arena, const TrendSpan *spans, size_t span_count, TrendCount *counts, size_t count);

/*
 * How surely two counts differ: 2(√a − √b). The root of a Poisson count has the variance 1/4 whatever its mean
 * (Anscombe, "The transformation of Poisson, binomial and negative-binomial data", Biometrika 35:246–254, 1948), so
 * where nothing has changed this is near normal with mean 0 and variance 2, for few incidents and for many (Wheeler,
 * "Tables and graphs for monitoring temporal crime trends", Int J Police Sci Manag 18:159–172, 2016, which compares
 * with a long average and so has the variance 1). Beyond ±3 it is by chance about 3 times of 100; of a hundred rows,
 * three.
 *
 * Over times of different length (28 days against 31) the base is scaled to the length of the count, t/t₀ = r, and the
 * whole to the same variance: 2(√a − √(r·b)) · √(2 / (1 + r)). Both lengths are in days, at least 1.
 */
double trend_z(int64_t count, int days, int64_t base, int base_days);

const char *trend_bucket_name(TrendBucket bucket);    /* "hour_of_week" */
const char *trend_dimension_name(int dimension);      /* "area" */
const char *trend_compare_name(TrendCompare compare); /* "previous", "year"; NULL for none */
