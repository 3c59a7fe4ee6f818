#include "core/lagesbild/trend_parts.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

#define DAY(y, m, d) ((CivilDate){y, m, d})

static TrendParts parts_of(Arena *arena, const TrendSpan *spans, size_t n, bool base, bool by_weeks)
{
    TrendParts parts;
    assert_int_equal(trend_parts(&parts, arena, spans, n, base, by_weeks), 0);
    return parts;
}

static void assert_part(const TrendPart *part, CivilDate first, CivilDate after, size_t slot)
{
    assert_int_equal(part->first, civil_to_days(first));
    assert_int_equal(part->after, civil_to_days(after));
    assert_int_equal(part->slot, slot);
}

static void a_month_is_whole_weeks_and_the_days_at_its_ends(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    /* Monday 2 March and Monday 30 March 2026 */
    const TrendSpan months[] = {{.first = DAY(2026, 2, 1), .after = DAY(2026, 3, 1)},
                                {.first = DAY(2026, 3, 1), .after = DAY(2026, 4, 1)}};
    TrendParts p = parts_of(arena, months, 2, false, true);
    assert_int_equal(p.week_count, 2);
    assert_part(&p.weeks[0], DAY(2026, 2, 2), DAY(2026, 2, 23), 0);
    assert_part(&p.weeks[1], DAY(2026, 3, 2), DAY(2026, 3, 30), 1);
    assert_int_equal(p.day_count, 4);
    assert_part(&p.days[0], DAY(2026, 2, 1), DAY(2026, 2, 2), 0);
    assert_part(&p.days[1], DAY(2026, 2, 23), DAY(2026, 3, 1), 0);
    assert_part(&p.days[2], DAY(2026, 3, 1), DAY(2026, 3, 2), 1);
    assert_part(&p.days[3], DAY(2026, 3, 30), DAY(2026, 4, 1), 1);
    assert_int_equal(p.stretch_count, 3);
    assert_part(&p.stretches[1], DAY(2026, 2, 23), DAY(2026, 3, 2), 0);
}

static void whole_weeks_leave_no_days(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const TrendSpan week = {.first = DAY(2026, 3, 9), .after = DAY(2026, 3, 16)};
    TrendParts p = parts_of(arena, &week, 1, false, true);
    assert_int_equal(p.week_count, 1);
    assert_int_equal(p.day_count, 0);
    assert_int_equal(p.stretch_count, 0);
}

static void what_holds_no_whole_week_is_days(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    /* Twelve days, Tuesday to Saturday of the next week: no Monday to Sunday in them. */
    const TrendSpan spans[] = {{.first = DAY(2026, 3, 10), .after = DAY(2026, 3, 22)},
                               {.first = DAY(2026, 3, 16), .after = DAY(2026, 3, 17)},
                               {.first = DAY(2026, 3, 11), .after = DAY(2026, 3, 12)}};
    TrendParts p = parts_of(arena, spans, 3, false, true);
    assert_int_equal(p.week_count, 0);
    assert_int_equal(p.day_count, 3);
    assert_int_equal(p.stretch_count, 1);
    assert_part(&p.stretches[0], DAY(2026, 3, 10), DAY(2026, 3, 22), 0);
}

static void without_sums_everything_is_days(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const TrendSpan spans[] = {{.base_first = DAY(2025, 3, 10), .base_after = DAY(2025, 3, 17)},
                               {.base_first = DAY(2025, 3, 3), .base_after = DAY(2025, 3, 10)},
                               {.base_first = DAY(2024, 1, 1), .base_after = DAY(2024, 1, 8)}};
    TrendParts p = parts_of(arena, spans, 3, true, false);
    assert_int_equal(p.week_count, 0);
    assert_int_equal(p.day_count, 3);
    assert_int_equal(p.stretch_count, 2);
    assert_part(&p.stretches[0], DAY(2024, 1, 1), DAY(2024, 1, 8), 0);
    assert_part(&p.stretches[1], DAY(2025, 3, 3), DAY(2025, 3, 17), 0);
}

static void a_part_takes_its_weeks_of_a_run(void **state)
{
    (void)state;
    const int64_t counts[] = {1, 20, 300, 4000};
    int32_t monday = civil_to_days(DAY(2026, 3, 2));
    const TrendPart within = {monday + 7, monday + 21, 0}, before = {monday - 70, monday + 7, 0},
                    beyond = {monday + 21, monday + 700, 0}, outside = {monday + 28, monday + 35, 0};
    assert_int_equal(trend_part_sum(&within, monday, counts, 4), 320);
    assert_int_equal(trend_part_sum(&before, monday, counts, 4), 1);
    assert_int_equal(trend_part_sum(&beyond, monday, counts, 4), 4000);
    assert_int_equal(trend_part_sum(&outside, monday, counts, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_is_whole_weeks_and_the_days_at_its_ends),
        cmocka_unit_test(whole_weeks_leave_no_days),
        cmocka_unit_test(what_holds_no_whole_week_is_days),
        cmocka_unit_test(without_sums_everything_is_days),
        cmocka_unit_test(a_part_takes_its_weeks_of_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
