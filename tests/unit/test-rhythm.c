/* Which periods a rhythm makes, over New Year, a year of 53 weeks and the months' ends. */
#include <string.h>

#include "core/lagesbild/rhythm.h"
#include "unit.h"

static CivilDate day(const char *text)
{
    CivilDate date;
    assert_true(civil_parse(text, strlen(text), &date));
    return date;
}

static Rhythm rhythm(const char *every, const char *starts)
{
    Rhythm made;
    assert_int_equal(rhythm_parse(&made, every, starts), RHYTHM_OK);
    return made;
}

static void holds(const char *every, const char *starts, const char *date, const char *code)
{
    char text[PERIOD_CODE_SIZE];
    Period period;
    const Rhythm made = rhythm(every, starts);
    assert_true(rhythm_period_of(&period, &made, day(date)));
    assert_string_equal(period_code(&period, text), code);
    assert_true(civil_compare(period.from, day(date)) <= 0 && civil_compare(day(date), period.to) < 0);
}

static void a_day_is_in_one_period(void **state)
{
    (void)state;
    holds("week", NULL, "2026-03-09", "2026-W11");
    holds("week", NULL, "2026-03-15", "2026-W11");
    holds("fortnight", "2026-W10", "2026-03-15", "2026-W10..2026-W11");
    holds("fortnight", "2026-W11", "2026-03-15", "2026-W11..2026-W12");
    holds("four-weeks", "2026-W10", "2026-03-29", "2026-W10..2026-W13"); /* the day the clocks change */
    holds("month", NULL, "2028-02-29", "2028-02");
    holds("month", NULL, "2026-12-31", "2026-12");
    holds("tertial", NULL, "2026-04-30", "2026-T1");
    holds("tertial", NULL, "2026-12-31", "2026-T3");
    holds("year", NULL, "2026-12-31", "2026");
}

static void weeks_go_on_over_new_year(void **state)
{
    (void)state;
    /* 2026 has 53 weeks, 2025 and 2027 have 52. */
    holds("week", NULL, "2027-01-03", "2026-W53");
    holds("week", NULL, "2027-01-04", "2027-W01");
    holds("fortnight", "2026-W10", "2026-12-28", "2026-W52..2026-W53");
    holds("fortnight", "2026-W11", "2026-12-31", "2026-W53..2027-W01");
    holds("fortnight", "2026-W11", "2027-01-17", "2027-W02..2027-W03");
    /* And back from the week that is named. */
    holds("fortnight", "2026-W10", "2025-12-28", "2025-W52..2026-W01");
    holds("four-weeks", "2026-W10", "2025-12-29", "2025-W50..2026-W01");
}

static void every_day_follows_the_one_before(void **state)
{
    (void)state;
    static const char *const all[][2] = {{"week", NULL},  {"fortnight", "2026-W10"}, {"four-weeks", "2019-W01"},
                                         {"month", NULL}, {"tertial", NULL},         {"year", NULL}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const Rhythm made = rhythm(all[i][0], all[i][1]);
        Period before, period;
        assert_true(rhythm_period_of(&before, &made, day("2019-12-31")));
        for (CivilDate at = day("2020-01-01"); at.year < 2034; at = civil_add_days(at, 1)) {
            char code[PERIOD_CODE_SIZE];
            Period again;
            assert_true(rhythm_period_of(&period, &made, at));
            bool same = civil_compare(period.from, before.from) == 0;
            assert_true(same || civil_compare(period.from, before.to) == 0);
            assert_true(same || civil_compare(period.from, at) == 0);
            assert_int_equal(period_parse(&again, period_code(&period, code), NULL), 0);
            assert_int_equal(civil_compare(again.from, period.from), 0);
            assert_int_equal(civil_compare(again.to, period.to), 0);
            before = period;
        }
    }
}

static void closed(const char *every, const char *starts, const char *from, const char *today, const char *codes)
{
    Period periods[100];
    char text[2000] = "";
    const Rhythm made = rhythm(every, starts);
    size_t count = rhythm_closed(periods, 100, &made, day(from), day(today));
    for (size_t i = 0; i < count; i++) {
        char code[PERIOD_CODE_SIZE];
        strcat(strcat(text, i ? " " : ""), period_code(&periods[i], code));
    }
    assert_string_equal(text, codes);
}

static void a_period_closes_when_its_last_day_is_over(void **state)
{
    (void)state;
    closed("week", NULL, "2026-12-21", "2027-01-03", "2026-W52");
    closed("week", NULL, "2026-12-21", "2027-01-04", "2026-W52 2026-W53");
    closed("fortnight", "2026-W11", "2026-12-14", "2027-01-25",
           "2026-W51..2026-W52 2026-W53..2027-W01 2027-W02..2027-W03");
    closed("month", NULL, "2026-10-05", "2026-11-30", "2026-10");
    closed("month", NULL, "2026-10-05", "2026-12-01", "2026-10 2026-11");
    closed("tertial", NULL, "2026-10-05", "2027-01-01", "2026-T3");
    closed("year", NULL, "2026-10-05", "2026-12-31", "");
    closed("week", NULL, "2026-10-05", "2026-01-01", "");
    closed("none", NULL, "2020-01-01", "2026-01-01", "");
}

static void no_more_than_asked_for(void **state)
{
    (void)state;
    Period periods[3];
    char code[PERIOD_CODE_SIZE];
    const Rhythm made = rhythm("week", NULL);
    assert_int_equal(rhythm_closed(periods, 3, &made, day("2020-01-01"), day("2026-01-01")), 3);
    assert_string_equal(period_code(&periods[2], code), "2020-W03");
}

static void what_is_no_rhythm_is_told(void **state)
{
    (void)state;
    Rhythm made;
    char week[PERIOD_CODE_SIZE];
    assert_int_equal(rhythm_parse(&made, "ofta", NULL), RHYTHM_UNKNOWN);
    assert_int_equal(rhythm_parse(&made, "", NULL), RHYTHM_UNKNOWN);
    assert_int_equal(rhythm_parse(&made, "fortnight", NULL), RHYTHM_STARTS_WANTED);
    assert_int_equal(rhythm_parse(&made, "week", "2026-W10"), RHYTHM_STARTS_UNWANTED);
    static const char *const no_weeks[] = {"2026-W54", "2025-W53", "2026-03", "2026-W10..2026-W11", "2026-03-02", ""};
    for (size_t i = 0; i < sizeof no_weeks / sizeof *no_weeks; i++)
        assert_int_equal(rhythm_parse(&made, "four-weeks", no_weeks[i]), RHYTHM_STARTS_NO_WEEK);
    made = rhythm("fortnight", "2026-W53");
    assert_string_equal(rhythm_starts(&made, week), "2026-W53");
    assert_string_equal(rhythm_name(made.every), "fortnight");
    made = rhythm("month", NULL);
    assert_null(rhythm_starts(&made, week));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_in_one_period),           cmocka_unit_test(weeks_go_on_over_new_year),
        cmocka_unit_test(every_day_follows_the_one_before), cmocka_unit_test(a_period_closes_when_its_last_day_is_over),
        cmocka_unit_test(no_more_than_asked_for),           cmocka_unit_test(what_is_no_rhythm_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
