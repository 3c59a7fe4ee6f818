#include "core/lagesbild/lagesbild_weeks.h"

#include <string.h>

#include "unit.h"

static Lagesbild lagesbild_of(const char *period)
{
    static LagesbildCategory kind;
    kind = (LagesbildCategory){"narkotika", "Narkotika", {.count = 1}};
    Lagesbild l = {.area_name = "Bro",
                   .categories = &kind,
                   .category_count = 1,
                   .cut_date = {2026, 12, 31},
                   .history_from = {2015, 1, 1}};
    assert_int_equal(period_parse(&l.period, period, NULL), 0);
    return l;
}

static void periods_lie_in_weeks(void **state)
{
    (void)state;
    static const struct {
        const char *period;
        size_t length;
        double first, last; /* days of the first and of the last week */
    } cases[] = {
        {"2026-W11", 1, 7, 7},
        {"2026-W08..2026-W11", 4, 7, 7},
        {"2026-03", 6, 1, 2},  /* Sunday 1 to Tuesday 31 */
        {"2026-02", 5, 1, 6},  /* Sunday 1 to Saturday 28 */
        {"2021-02", 4, 7, 7},  /* Monday 1 to Sunday 28 */
        {"2026-T1", 18, 4, 4}, /* Thursday 1 January to Thursday 30 April */
        {"2026-W02..2026-W20", 19, 7, 7},
        {"2026-W01..2026-W53", 53, 7, 7},
    };
    int64_t weeks[LAGESBILD_WEEKS_READ] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Lagesbild l = lagesbild_of(cases[i].period);
        const FarringtonPeriod p = lagesbild_weeks_period(&l, weeks);
        const CivilDate monday = civil_add_days(lagesbild_weeks_from(&l.period), 7 * (int)p.first);
        assert_int_equal(p.length, cases[i].length);
        assert_int_equal(p.first + p.length, LAGESBILD_WEEKS_READ);
        assert_float_equal(7 * p.first_share, cases[i].first, 1e-9);
        assert_float_equal(7 * p.last_share, cases[i].last, 1e-9);
        assert_int_equal(civil_weekday(monday), 1);
        assert_true(civil_compare(monday, l.period.from) <= 0);
        assert_true(civil_compare(civil_add_days(monday, 7), l.period.from) > 0);
        const double days =
            p.length == 1 ? 7 * p.first_share : 7 * (p.first_share + p.last_share + (double)p.length - 2);
        assert_float_equal(days, period_days(&l.period), 1e-9);
    }
}

/* A year that rises and falls, eleven a week and more. */
static void make_weeks(int64_t weeks[static LAGESBILD_WEEKS_READ])
{
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        weeks[i] = 11 + (i % FARRINGTON_YEAR < 20 ? 6 : 0) + i * 7 % 5 - 2;
}

static void the_band_is_what_the_table_says(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    int64_t weeks[LAGESBILD_WEEKS_READ];
    Lagesbild l = lagesbild_of("2026-W11");
    make_weeks(weeks);
    assert_int_equal(lagesbild_set_weeks(&l, weeks, arena), 0);
    l.total.count = weeks[LAGESBILD_WEEKS_READ - 1];
    assert_int_equal(lagesbild_complete(&l, arena), 0);
    const LagesbildWeek *last = &l.weeks[LAGESBILD_WEEKS - 1];
    assert_int_equal(l.total.expected.method, EXPECTED_YEARS);
    assert_true(last->has_normal);
    assert_int_equal(last->low, l.total.expected.low);
    assert_int_equal(last->high, l.total.expected.high);
    assert_int_equal(last->count, l.total.count);
    /* The band of a week before is that of its own lägesbild. */
    Lagesbild before = lagesbild_of("2025-W51");
    int64_t moved[LAGESBILD_WEEKS_READ];
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        moved[i] = i < 12 ? 0 : weeks[i - 12];
    assert_int_equal(lagesbild_set_weeks(&before, moved, arena), 0);
    before.total.count = moved[LAGESBILD_WEEKS_READ - 1];
    assert_int_equal(lagesbild_complete(&before, arena), 0);
    assert_int_equal(last[-12].low, before.total.expected.low);
    assert_int_equal(last[-12].high, before.total.expected.high);
}

static void weeks_nobody_reported_for_are_no_zeros(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    int64_t weeks[LAGESBILD_WEEKS_READ];
    bool reported[LAGESBILD_WEEKS_READ];
    Lagesbild l = lagesbild_of("2026-W11"), zeros = l;
    make_weeks(weeks);
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++) {
        reported[i] = i < 80 || i % 6 != 0;
        if (!reported[i]) weeks[i] = 0;
    }
    assert_int_equal(lagesbild_set_weeks(&zeros, weeks, arena), 0);
    lagesbild_weeks_mark(&l, reported, weeks);
    assert_int_equal(weeks[84], LAGESBILD_UNKNOWN);
    assert_int_equal(lagesbild_set_weeks(&l, weeks, arena), 0);
    zeros.total.count = l.total.count = 14;
    assert_int_equal(lagesbild_complete(&l, arena), 0);
    assert_int_equal(lagesbild_complete(&zeros, arena), 0);
    assert_true(l.total.expected.weeks < zeros.total.expected.weeks);
    assert_true(l.total.expected.mean > zeros.total.expected.mean + 1);
    assert_true(l.total.expected.dispersion < zeros.total.expected.dispersion);
}

/* Nothing of a week is known that began before anything was, or has not ended. */
static void weeks_known_in_part_are_unknown(void **state)
{
    (void)state;
    int64_t weeks[LAGESBILD_WEEKS_READ] = {0};
    bool reported[LAGESBILD_WEEKS_READ];
    memset(reported, true, sizeof reported);
    Lagesbild l = lagesbild_of("2026-W11");
    l.cut_date = (CivilDate){2026, 3, 15};    /* the Sunday: the week goes on */
    l.history_from = (CivilDate){2026, 2, 3}; /* a Tuesday */
    lagesbild_weeks_mark(&l, reported, weeks);
    const int64_t *last = &weeks[LAGESBILD_WEEKS_READ - 1];
    assert_int_equal(*last, LAGESBILD_UNKNOWN);
    assert_int_equal(last[-1], 0);
    assert_int_equal(last[-4], 0);
    assert_int_equal(last[-5], LAGESBILD_UNKNOWN);
    assert_int_equal(weeks[0], LAGESBILD_UNKNOWN);
}

/* Rises are told of places, too, for as many as were looked at. */
static void places_are_judged_among_all_places(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    int64_t weeks[LAGESBILD_WEEKS_READ];
    make_weeks(weeks);
    for (size_t looked_at = 1; looked_at <= 1000; looked_at *= 1000) {
        Lagesbild l = lagesbild_of("2026-W11");
        LagesbildPlace place = {.name = "Torget", .top_category = "Narkotika", .top_count = 28};
        place.figure = (LagesbildFigure){.count = 30, .previous = 17, .year_ago = 17, .weeks = weeks};
        l.places = &place;
        l.place_count = 1;
        l.places_looked_at = looked_at;
        assert_int_equal(lagesbild_complete(&l, arena), 0);
        assert_int_equal(place.figure.expected.method, EXPECTED_YEARS);
        assert_int_equal(place.figure.expected.direction, looked_at == 1 ? EXPECTED_UP : EXPECTED_SAME);
        assert_true((place.figure.note != NULL) == (looked_at == 1));
        assert_non_null(strstr(place.figure.reason, looked_at == 1 ? "Fler än väntat: 30 mot normalt"
                                                                   : "Utanför det normala: 30 mot normalt"));
        assert_true((strstr(place.reason, "Fler än väntat") != NULL) == (looked_at == 1));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_lie_in_weeks),
        cmocka_unit_test(the_band_is_what_the_table_says),
        cmocka_unit_test(weeks_nobody_reported_for_are_no_zeros),
        cmocka_unit_test(weeks_known_in_part_are_unknown),
        cmocka_unit_test(places_are_judged_among_all_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
