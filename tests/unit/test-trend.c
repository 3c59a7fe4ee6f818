#include "core/lagesbild/trend.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define DAY(y, m, d) ((CivilDate){y, m, d})

static TrendSpan *spans_of(Arena *arena, TrendBucket bucket, TrendCompare compare, CivilDate from, CivilDate to,
                           size_t *n)
{
    TrendSpan *spans;
    Error err = {""};
    if (trend_spans(&spans, n, arena, bucket, compare, from, to, &err)) fail_msg("%s", err.text);
    return spans;
}

static void assert_days(CivilDate first, CivilDate after, const char *expected)
{
    char a[CIVIL_TEXT_SIZE], b[CIVIL_TEXT_SIZE], both[2 * CIVIL_TEXT_SIZE];
    snprintf(both, sizeof both, "%s/%s", civil_format(first, a), civil_format(after, b));
    assert_string_equal(both, expected);
}

static void buckets_are_cut_to_the_days_asked_for(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t n;
    TrendSpan *s = spans_of(arena, TREND_WEEK, TREND_COMPARE_NONE, DAY(2026, 3, 11), DAY(2026, 3, 25), &n);
    assert_int_equal(n, 3);
    assert_string_equal(s[0].key, "2026-W11");
    assert_days(s[0].first, s[0].after, "2026-03-11/2026-03-16");
    assert_days(s[1].first, s[1].after, "2026-03-16/2026-03-23");
    assert_days(s[2].first, s[2].after, "2026-03-23/2026-03-25");
    s = spans_of(arena, TREND_MONTH, TREND_COMPARE_NONE, DAY(2025, 12, 31), DAY(2026, 2, 1), &n);
    assert_int_equal(n, 2);
    assert_string_equal(s[0].key, "2025-12");
    assert_string_equal(s[1].key, "2026-01");
    s = spans_of(arena, TREND_YEAR, TREND_COMPARE_NONE, DAY(2018, 1, 1), DAY(2019, 12, 1), &n);
    assert_string_equal(s[1].key, "2019");
    assert_days(s[1].first, s[1].after, "2019-01-01/2019-12-01");
    s = spans_of(arena, TREND_WEEK, TREND_COMPARE_NONE, DAY(2020, 12, 28), DAY(2021, 1, 11), &n);
    assert_string_equal(s[0].key, "2020-W53");
    assert_string_equal(s[1].key, "2021-W01");
}

static void previous_is_as_many_buckets_right_before(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t n;
    TrendSpan *s = spans_of(arena, TREND_DAY, TREND_COMPARE_PREVIOUS, DAY(2026, 3, 8), DAY(2026, 3, 15), &n);
    assert_days(s[0].base_first, s[6].base_after, "2026-03-01/2026-03-08");
    s = spans_of(arena, TREND_WEEK, TREND_COMPARE_PREVIOUS, DAY(2026, 3, 11), DAY(2026, 3, 25), &n);
    assert_days(s[0].base_first, s[0].base_after, "2026-02-18/2026-02-23"); /* the same days of the week */
    s = spans_of(arena, TREND_MONTH, TREND_COMPARE_PREVIOUS, DAY(2026, 3, 1), DAY(2026, 4, 1), &n);
    assert_days(s[0].base_first, s[0].base_after, "2026-02-01/2026-03-01");
    s = spans_of(arena, TREND_HOUR_OF_WEEK, TREND_COMPARE_PREVIOUS, DAY(2026, 3, 9), DAY(2026, 3, 19), &n);
    assert_int_equal(n, 1);
    assert_days(s[0].base_first, s[0].base_after, "2026-02-23/2026-03-05"); /* two whole weeks: Mondays meet Mondays */
}

static void a_year_earlier(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t n;
    TrendSpan *s = spans_of(arena, TREND_WEEK, TREND_COMPARE_YEAR, DAY(2020, 12, 21), DAY(2021, 1, 4), &n);
    assert_days(s[0].base_first, s[0].base_after, "2019-12-23/2019-12-30");
    assert_days(s[1].base_first, s[1].base_after, "2019-12-30/2020-01-06"); /* 2019 has no week 53 */
    s = spans_of(arena, TREND_DAY, TREND_COMPARE_YEAR, DAY(2024, 2, 28), DAY(2024, 3, 2), &n);
    assert_days(s[1].base_first, s[1].base_after, "2023-02-28/2023-03-01"); /* 29 February has no such day */
    assert_days(s[2].base_first, s[2].base_after, "2023-03-01/2023-03-02");
    s = spans_of(arena, TREND_MONTH, TREND_COMPARE_YEAR, DAY(2024, 2, 1), DAY(2024, 3, 1), &n);
    assert_days(s[0].base_first, s[0].base_after, "2023-02-01/2023-03-01");
    s = spans_of(arena, TREND_YEAR, TREND_COMPARE_YEAR, DAY(2019, 1, 1), DAY(2019, 12, 1), &n);
    assert_days(s[0].base_first, s[0].base_after, "2018-01-01/2018-12-01");
}

static void too_many_and_none(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    TrendSpan *spans;
    size_t n;
    Error err;
    assert_int_equal(
        trend_spans(&spans, &n, arena, TREND_DAY, TREND_COMPARE_NONE, DAY(2000, 1, 1), DAY(2011, 1, 1), &err), -E2BIG);
    assert_int_equal(
        trend_spans(&spans, &n, arena, TREND_DAY, TREND_COMPARE_NONE, DAY(2000, 1, 1), DAY(2000, 1, 1), &err), -EINVAL);
}

static void every_group_has_every_bucket(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t n;
    TrendSpan *spans = spans_of(arena, TREND_WEEK, TREND_COMPARE_PREVIOUS, DAY(2026, 3, 2), DAY(2026, 3, 23), &n);
    TrendCount counts[] = {
        {.group = {[TREND_CATEGORY] = "stold"}, .slot = 2, .count = 3},
        {.group = {[TREND_CATEGORY] = "brand"}, .slot = 0, .count = 5},
        {.group = {[TREND_CATEGORY] = "stold"}, .slot = 2, .is_base = true, .count = 4},
        {.group = {[TREND_CATEGORY] = NULL}, .slot = 1, .count = 1},
        {.group = {[TREND_CATEGORY] = "brand"}, .slot = 99, .count = 7}, /* of no bucket */
    };
    Trend trend = {.bucket = TREND_WEEK, .by = {[TREND_CATEGORY] = true}};
    assert_int_equal(trend_fill(&trend, arena, spans, n, counts, sizeof counts / sizeof *counts), 0);
    assert_int_equal(trend.row_count, 9);
    assert_string_equal(trend.rows[0].group[TREND_CATEGORY], "brand");
    assert_int_equal(trend.rows[0].count, 5);
    assert_int_equal(trend.rows[1].count, 0);
    assert_string_equal(trend.rows[5].bucket, "2026-W12");
    assert_int_equal(trend.rows[5].count, 3);
    assert_int_equal(trend.rows[5].base, 4);
    assert_null(trend.rows[6].group[TREND_CATEGORY]);
    assert_int_equal(trend.rows[7].count, 1);
}

static void nothing_found_is_rows_of_zero(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t n;
    TrendSpan *spans = spans_of(arena, TREND_HOUR_OF_WEEK, TREND_COMPARE_NONE, DAY(2026, 3, 2), DAY(2026, 3, 23), &n);
    Trend trend = {.bucket = TREND_HOUR_OF_WEEK};
    assert_int_equal(trend_fill(&trend, arena, spans, n, NULL, 0), 0);
    assert_int_equal(trend.row_count, TREND_HOURS);
    assert_string_equal(trend.rows[0].bucket, "1-00");
    assert_string_equal(trend.rows[167].bucket, "7-23");
    trend.by[TREND_PLACE] = true; /* no places, no rows */
    assert_int_equal(trend_fill(&trend, arena, spans, n, NULL, 0), 0);
    assert_int_equal(trend.row_count, 0);
}

static void z_is_of_the_roots(void **state)
{
    (void)state;
    assert_true(fabs(trend_z(25, 7, 16, 7) - 2) < 1e-12);
    assert_true(fabs(trend_z(0, 1, 9, 1) + 6) < 1e-12);
    assert_true(trend_z(0, 31, 0, 31) == 0);
    /* As many a day is no difference, however long the times. */
    assert_true(fabs(trend_z(31, 31, 28, 28)) < 1e-12);
    assert_true(fabs(trend_z(310, 31, 10, 1)) < 1e-12);
    /* 2(√36 − √(2·8)) · √(2/3) */
    assert_true(fabs(trend_z(36, 14, 8, 7) - 4 * sqrt(2.0 / 3)) < 1e-12);
    assert_true(fabs(trend_z(8, 7, 36, 14) + 2 * (sqrt(18) - sqrt(8)) * sqrt(4.0 / 3)) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_cut_to_the_days_asked_for),
        cmocka_unit_test(previous_is_as_many_buckets_right_before),
        cmocka_unit_test(a_year_earlier),
        cmocka_unit_test(too_many_and_none),
        cmocka_unit_test(every_group_has_every_bucket),
        cmocka_unit_test(nothing_found_is_rows_of_zero),
        cmocka_unit_test(z_is_of_the_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
