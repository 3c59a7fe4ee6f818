/*
 * Who reported in each bucket of a trend, and who was expected to and did not: what looks like a fall may be a silence,
 * and what looks like a rise somebody new who reports.
 *
 * A reporter is active in a span of days when a report of theirs has its date in it or an incident of theirs happened
 * in it. Expected is whoever was active in at least half of the buckets right before (trend_lead() of them), so that
 * one who reports every week is expected every week but not every day.
 */
#pragma once

#include "core/lagesbild/trend.h"

/* How many buckets before one tell whether somebody is expected in it: 28 days, 13 weeks, 6 months, 1 year; of hours of
 * the week, the as many days before. */
size_t trend_lead(TrendBucket bucket);

/* The spans to ask about: the lead, the buckets and, where compared, what each is compared with, in this order. */
typedef struct TrendWatch {
    CivilDate *first, *after; /* [first, after) */
    size_t count, lead, buckets;
} TrendWatch;

/* Returns 0 or -ENOMEM. */
int trend_watch(TrendWatch *out, Arena *arena, TrendBucket bucket, bool compares, const TrendSpan *spans, size_t count);

enum { TREND_ACTIVE = 1, TREND_SILENT = 2, TREND_BASE_ACTIVE = 4 }; /* silent: expected and not active */

typedef struct TrendReporters {
    const char **names;
    size_t count, buckets;
    unsigned char *states; /* of reporter r in bucket b: states[r * buckets + b], flags of the above */
} TrendReporters;

/* Adds a reporter, unless it was active in none of the spans. `active` has a '1' or a '0' for each span of the watch;
 * `name` is kept. Returns 0, -EBADMSG where it has not, or -ENOMEM. */
int trend_reporters_add(TrendReporters *reporters, Arena *arena, const TrendWatch *watch, const char *name,
                        const char *active);
