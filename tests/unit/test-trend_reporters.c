/* Who reported in each bucket, and who was expected to. */
#include "core/lagesbild/trend_reporters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static TrendWatch watch_of(Arena *arena, TrendBucket bucket, TrendCompare compare, CivilDate from, CivilDate to)
{
    TrendSpan *spans;
    TrendWatch watch;
    size_t count;
    Error err;
    assert_int_equal(trend_spans(&spans, &count, arena, bucket, compare, from, to, &err), 0);
    assert_int_equal(trend_watch(&watch, arena, bucket, compare != TREND_COMPARE_NONE, spans, count), 0);
    assert_int_equal(watch.buckets, count);
    return watch;
}

static void assert_days(const TrendWatch *watch, size_t at, CivilDate first, CivilDate after)
{
    assert_int_equal(civil_compare(watch->first[at], first), 0);
    assert_int_equal(civil_compare(watch->after[at], after), 0);
}

static void the_lead_ends_where_the_trend_begins(void **state)
{
    (void)state;
    static const TrendBucket buckets[] = {TREND_DAY, TREND_WEEK, TREND_MONTH, TREND_YEAR, TREND_HOUR_OF_WEEK};
    for (size_t i = 0; i < 5; i++) {
        _arena_free_ Arena *arena = arena_new();
        TrendWatch w =
            watch_of(arena, buckets[i], TREND_COMPARE_YEAR, (CivilDate){2026, 1, 1}, (CivilDate){2026, 4, 1});
        assert_int_equal(w.lead, trend_lead(buckets[i]));
        assert_int_equal(w.count, w.lead + 2 * w.buckets);
        for (size_t at = 1; at < w.lead; at++)
            assert_int_equal(civil_compare(w.after[at - 1], w.first[at]), 0);
        assert_true(civil_compare(w.after[w.lead - 1], w.first[w.lead]) <= 0);
    }
    _arena_free_ Arena *arena = arena_new();
    TrendWatch w = watch_of(arena, TREND_WEEK, TREND_COMPARE_YEAR, (CivilDate){2026, 1, 1}, (CivilDate){2026, 1, 12});
    assert_days(&w, 12, (CivilDate){2025, 12, 22},
                (CivilDate){2025, 12, 29}); /* whole weeks, though 1 January is not */
    assert_days(&w, 13, (CivilDate){2026, 1, 1}, (CivilDate){2026, 1, 5});
    assert_days(&w, 16, (CivilDate){2025, 1, 6}, (CivilDate){2025, 1, 13});
}

static void silent_is_who_was_expected(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    /* Six months of lead, three buckets, and the three they are compared with. */
    TrendWatch w =
        watch_of(arena, TREND_MONTH, TREND_COMPARE_PREVIOUS, (CivilDate){2026, 1, 1}, (CivilDate){2026, 4, 1});
    TrendReporters found = {0};
    static const struct {
        const char *active;
        unsigned char states[3];
    } cases[] = {
        {"111111"
         "111"
         "000",
         {TREND_ACTIVE, TREND_ACTIVE, TREND_ACTIVE}},
        {"111111"
         "010"
         "000",
         {TREND_SILENT, TREND_ACTIVE, TREND_SILENT}},
        {"000111"
         "000"
         "000",
         {TREND_SILENT, TREND_SILENT, TREND_SILENT}}, /* a half of the six, each time */
        {"000011"
         "000"
         "000",
         {0, 0, 0}},
        {"111000"
         "000"
         "000",
         {TREND_SILENT, 0, 0}},
        {"000000"
         "001"
         "011",
         {0, TREND_BASE_ACTIVE, TREND_ACTIVE | TREND_BASE_ACTIVE}},
        {"000000"
         "000"
         "000",
         {0, 0, 0}}, /* never there at all: not told */
    };
    enum { CASES = sizeof cases / sizeof *cases };
    for (int repeat = 0; repeat < 3; repeat++) /* more than there is room for at first */
        for (size_t i = 0; i < CASES; i++)
            assert_int_equal(trend_reporters_add(&found, arena, &w, "x", cases[i].active), 0);
    assert_int_equal(found.count, 3 * (CASES - 1));
    for (size_t r = 0; r < found.count; r++)
        assert_memory_equal(found.states + r * 3, cases[r % (CASES - 1)].states, 3);
    assert_int_equal(trend_reporters_add(&found, arena, &w, "x", "01"), -EBADMSG);
    assert_int_equal(trend_reporters_add(&found, arena, &w, "x", "00000x000000"), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lead_ends_where_the_trend_begins),
        cmocka_unit_test(silent_is_who_was_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
