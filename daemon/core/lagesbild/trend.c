#include "core/lagesbild/trend.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *trend_bucket_name(TrendBucket bucket)
{
    static const char *const names[] = {"hour_of_week", "day", "week", "month", "year"};
    return names[bucket];
}

const char *trend_dimension_name(int dimension)
{
    static const char *const names[] = {"area", "category", "place", "source"};
    return names[dimension];
}

const char *trend_compare_name(TrendCompare compare)
{
    static const char *const names[] = {NULL, "previous", "year"};
    return names[compare];
}

double trend_z(int64_t count, int days, int64_t base, int base_days)
{
    double r = (double)days / base_days;
    return 2 * (sqrt((double)count) - sqrt(r * (double)base)) * sqrt(2 / (1 + r));
}

/* --- buckets --- */

static CivilDate bucket_start(TrendBucket bucket, CivilDate date)
{
    switch (bucket) {
    case TREND_WEEK:
        return civil_add_days(date, 1 - civil_weekday(date));
    case TREND_MONTH:
        return (CivilDate){date.year, date.month, 1};
    case TREND_YEAR:
        return (CivilDate){date.year, 1, 1};
    case TREND_HOUR_OF_WEEK:
    case TREND_DAY:
        break;
    }
    return date;
}

static CivilDate bucket_end(TrendBucket bucket, CivilDate start)
{
    switch (bucket) {
    case TREND_WEEK:
        return civil_add_days(start, 7);
    case TREND_MONTH:
        return start.month == 12 ? (CivilDate){start.year + 1, 1, 1} : (CivilDate){start.year, start.month + 1, 1};
    case TREND_YEAR:
        return (CivilDate){start.year + 1, 1, 1};
    case TREND_HOUR_OF_WEEK:
    case TREND_DAY:
        break;
    }
    return civil_add_days(start, 1);
}

static void bucket_key(TrendBucket bucket, CivilDate start, char out[static TREND_KEY_SIZE])
{
    char text[CIVIL_TEXT_SIZE];
    int year, week = civil_iso_week(start, &year);
    civil_format(start, text);
    if (bucket == TREND_WEEK)
        snprintf(out, TREND_KEY_SIZE, "%04u-W%02u", (unsigned)year % 10000u, (unsigned)week % 100u);
    else
        snprintf(out, TREND_KEY_SIZE, "%.*s", bucket == TREND_YEAR ? 4 : bucket == TREND_MONTH ? 7 : 10, text);
}

/* The same day `months` earlier; the last of the month where it has no such day. */
static CivilDate months_earlier(CivilDate date, int months)
{
    int month = date.year * 12 + date.month - 1 - months;
    CivilDate moved = {month / 12, month % 12 + 1, date.day};
    while (!civil_is_valid(moved.year, moved.month, moved.day))
        moved.day--;
    return moved;
}

/* The same weekday in the week of the same number a year earlier. */
static CivilDate week_year_earlier(CivilDate date)
{
    int year, week = civil_iso_week(date, &year);
    CivilDate monday;
    if (!civil_iso_monday(year - 1, week, &monday)) return civil_add_days(date, -52 * 7);
    return civil_add_days(monday, civil_weekday(date) - 1);
}

static CivilDate year_earlier(TrendBucket bucket, CivilDate date)
{
    if (bucket == TREND_HOUR_OF_WEEK) return civil_add_days(date, -52 * 7);
    if (bucket == TREND_WEEK) return week_year_earlier(date);
    return months_earlier(date, 12);
}

/* `date` moved back by `buckets`. */
static CivilDate buckets_earlier(TrendBucket bucket, CivilDate date, int buckets)
{
    switch (bucket) {
    case TREND_MONTH:
        return months_earlier(date, buckets);
    case TREND_YEAR:
        return months_earlier(date, 12 * buckets);
    case TREND_WEEK:
        return civil_add_days(date, -7 * buckets);
    case TREND_DAY:
    case TREND_HOUR_OF_WEEK:
        break;
    }
    return civil_add_days(date, -buckets);
}

CivilDate trend_bucket_before(TrendBucket bucket, CivilDate date, int n)
{
    return buckets_earlier(bucket, bucket_start(bucket, date), n);
}

/* Only the day before `after` is in the span, so that is what moves: a week's end is not the next week's number. */
static CivilDate end_year_earlier(TrendBucket bucket, CivilDate after)
{
    if (bucket == TREND_MONTH || bucket == TREND_YEAR) return months_earlier(after, 12);
    return civil_add_days(year_earlier(bucket, civil_add_days(after, -1)), 1);
}

static void set_base(TrendSpan *span, TrendBucket bucket, TrendCompare compare, int buckets)
{
    if (compare == TREND_COMPARE_PREVIOUS) {
        span->base_first = buckets_earlier(bucket, span->first, buckets);
        span->base_after = buckets_earlier(bucket, span->after, buckets);
    } else if (compare == TREND_COMPARE_YEAR) {
        span->base_first = year_earlier(bucket, span->first);
        span->base_after = end_year_earlier(bucket, span->after);
    }
}

static size_t count_spans(TrendBucket bucket, CivilDate from, CivilDate to)
{
    size_t n = 0;
    for (CivilDate at = bucket_start(bucket, from); civil_compare(at, to) < 0 && n <= TREND_BUCKETS_MAX;
         at = bucket_end(bucket, at))
        n++;
    return n;
}

static CivilDate later(CivilDate a, CivilDate b)
{
    return civil_compare(a, b) > 0 ? a : b;
}

static CivilDate earlier(CivilDate a, CivilDate b)
{
    return civil_compare(a, b) < 0 ? a : b;
}

int trend_spans(TrendSpan **out, size_t *count, Arena *arena, TrendBucket bucket, TrendCompare compare, CivilDate from,
                CivilDate to, Error *err)
{
    if (civil_compare(from, to) >= 0) return error_set(err, -EINVAL, "Sista dagen ligger före den första.");
    size_t n = bucket == TREND_HOUR_OF_WEEK ? 1 : count_spans(bucket, from, to);
    if (n > TREND_BUCKETS_MAX)
        return error_set(err, -E2BIG, "Det blir fler än %d tidsfack. Fråga om färre dagar eller längre fack.",
                         TREND_BUCKETS_MAX);
    TrendSpan *spans = arena_calloc(arena, n, sizeof *spans);
    if (!spans) return -ENOMEM;
    if (bucket == TREND_HOUR_OF_WEEK) {
        int weeks = (civil_to_days(to) - civil_to_days(from) + 6) / 7;
        spans[0] = (TrendSpan){.first = from, .after = to};
        set_base(spans, bucket, compare, weeks * 7);
    } else {
        CivilDate at = bucket_start(bucket, from);
        for (size_t i = 0; i < n; i++, at = bucket_end(bucket, at)) {
            spans[i].first = later(at, from);
            spans[i].after = earlier(bucket_end(bucket, at), to);
            bucket_key(bucket, at, spans[i].key);
            set_base(&spans[i], bucket, compare, (int)n);
        }
    }
    *out = spans;
    *count = n;
    return 0;
}

/* --- rows --- */

/* NULL, what is not known, sorts last. */
static int compare_texts(const char *a, const char *b)
{
    if (!a || !b) return !a - !b;
    return strcmp(a, b);
}

static int compare_groups(const void *a, const void *b)
{
    const TrendCount *x = a, *y = b;
    for (int d = 0; d < TREND_DIMENSIONS; d++) {
        int order = compare_texts(x->group[d], y->group[d]);
        if (order) return order;
    }
    return 0;
}

static size_t count_groups(const TrendCount *counts, size_t count)
{
    size_t groups = count ? 1 : 0;
    for (size_t i = 1; i < count; i++)
        groups += compare_groups(&counts[i - 1], &counts[i]) != 0;
    return groups;
}

/* The buckets' keys, from the spans or the hours of the week. */
static const char **keys_of(const Trend *trend, Arena *arena, const TrendSpan *spans, size_t buckets)
{
    const char **keys = arena_calloc(arena, buckets, sizeof *keys);
    for (size_t i = 0; keys && i < buckets; i++) {
        keys[i] =
            trend->bucket == TREND_HOUR_OF_WEEK ? arena_printf(arena, "%zu-%02zu", i / 24 + 1, i % 24) : spans[i].key;
        if (!keys[i]) return NULL;
    }
    return keys;
}

static void begin_group(TrendRow *rows, const char **keys, size_t buckets, const TrendCount *of)
{
    for (size_t b = 0; b < buckets; b++) {
        rows[b] = (TrendRow){.bucket = keys[b]};
        if (of) memcpy(rows[b].group, of->group, sizeof of->group);
    }
}

static void tell_lengths(const Trend *trend, const TrendSpan *spans, size_t buckets)
{
    for (size_t i = 0; i < trend->row_count; i++) {
        const TrendSpan *span = trend->bucket == TREND_HOUR_OF_WEEK ? &spans[0] : &spans[i % buckets];
        trend->rows[i].days = civil_to_days(span->after) - civil_to_days(span->first);
        if (trend->compare == TREND_COMPARE_NONE) continue;
        trend->rows[i].base_days = civil_to_days(span->base_after) - civil_to_days(span->base_first);
    }
}

int trend_fill(Trend *trend, Arena *arena, const TrendSpan *spans, size_t span_count, TrendCount *counts, size_t count)
{
    size_t buckets = trend->bucket == TREND_HOUR_OF_WEEK ? TREND_HOURS : span_count;
    if (count) qsort(counts, count, sizeof *counts, compare_groups);
    size_t groups = count_groups(counts, count);
    bool grouped = false;
    for (int d = 0; d < TREND_DIMENSIONS; d++)
        grouped |= trend->by[d];
    if (!groups && !grouped) groups = 1;
    if (groups > TREND_ROWS_MAX / buckets) return -E2BIG;
    const char **keys = keys_of(trend, arena, spans, buckets);
    trend->rows = arena_calloc(arena, groups * buckets, sizeof *trend->rows);
    if (!keys || !trend->rows) return -ENOMEM;
    trend->row_count = groups * buckets;
    trend->spans = spans;
    trend->span_count = span_count;
    TrendRow *rows = trend->rows;
    if (!count && groups) begin_group(rows, keys, buckets, NULL);
    for (size_t i = 0; i < count; i++) {
        if (i && compare_groups(&counts[i - 1], &counts[i])) rows += buckets;
        if (!i || compare_groups(&counts[i - 1], &counts[i])) begin_group(rows, keys, buckets, &counts[i]);
        if (counts[i].slot >= buckets) continue;
        *(counts[i].is_base ? &rows[counts[i].slot].base : &rows[counts[i].slot].count) += counts[i].count;
    }
    tell_lengths(trend, spans, buckets);
    return 0;
}
