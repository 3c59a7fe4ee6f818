#include "core/lagesbild/period.h"

#include <errno.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "unit.h"

static Period parsed(const char *text)
{
    Period period;
    Error err = {""};
    if (period_parse(&period, text, &err)) fail_msg("%s: %s", text, err.text);
    return period;
}

static void assert_span(Period period, const char *from, const char *to)
{
    char text[CIVIL_TEXT_SIZE];
    assert_string_equal(civil_format(period.from, text), from);
    assert_string_equal(civil_format(period.to, text), to);
}

static void every_form_gives_its_days(void **state)
{
    (void)state;
    static const struct {
        const char *text, *from, *to, *label;
    } cases[] = {
        {"2026-W11", "2026-03-09", "2026-03-16", "v. 11 2026 (9–15 mars 2026)"},
        {"2026-W10..2026-W11", "2026-03-02", "2026-03-16", "v. 10–11 2026 (2–15 mars 2026)"},
        {"2020-W53", "2020-12-28", "2021-01-04", "v. 53 2020 (28 december 2020–3 januari 2021)"},
        {"2026-W01", "2025-12-29", "2026-01-05", "v. 1 2026 (29 december 2025–4 januari 2026)"},
        {"2025-W52..2026-W01", "2025-12-22", "2026-01-05", "v. 52 2025–v. 1 2026 (22 december 2025–4 januari 2026)"},
        {"2026-W13", "2026-03-23", "2026-03-30", "v. 13 2026 (23–29 mars 2026)"},
        {"2026-W14", "2026-03-30", "2026-04-06", "v. 14 2026 (30 mars–5 april 2026)"},
        {"2026-02", "2026-02-01", "2026-03-01", "februari 2026"},
        {"2024-12", "2024-12-01", "2025-01-01", "december 2024"},
        {"2026-T1", "2026-01-01", "2026-05-01", "T1 2026 (januari–april 2026)"},
        {"2026-T2", "2026-05-01", "2026-09-01", "T2 2026 (maj–augusti 2026)"},
        {"2026-T3", "2026-09-01", "2027-01-01", "T3 2026 (september–december 2026)"},
        {"2026", "2026-01-01", "2027-01-01", "år 2026"},
        {"2026-VB", "2026-01-01", "2027-01-01", "år 2026"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Period period = parsed(cases[i].text);
        char label[PERIOD_LABEL_SIZE], code[PERIOD_CODE_SIZE];
        assert_span(period, cases[i].from, cases[i].to);
        assert_string_equal(period_label(&period, label), cases[i].label);
        if (!strstr(cases[i].text, "VB")) assert_string_equal(period_code(&period, code), cases[i].text);
    }
}

static void what_is_no_period_is_told_why(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"2021-W53", "veckorna 01 till 52"},
        {"2020-W54", "veckorna 01 till 53"},
        {"2026-W00", "veckorna 01 till 53"},
        {"2026-W1", "En vecka skrivs"},
        {"2026-W011", "En vecka skrivs"},
        {"2026-W11..", "En vecka skrivs"},
        {"2026-W11..2026-W10", "slutar innan de börjar"},
        {"2024-W01..2025-W02", "Högst 53 veckor"},
        {"2026-W11..2026-W12..2026-W13", "En vecka skrivs"},
        {"2026-13", "En månad är 01 till 12"},
        {"2026-00", "En månad är 01 till 12"},
        {"2026-T4", "T1, T2 och T3"},
        {"1989", "1990 till 2100"},
        {"2101-W01", "1990 till 2100"},
        {"2026-3", "En period skrivs"},
        {"2026-", "En period skrivs"},
        {"2026-03-14", "En period skrivs"},
        {"26", "En period skrivs"},
        {"", "En period skrivs"},
        {"20261", "En period skrivs"},
        {"i går", "En period skrivs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Period period;
        Error err = {""};
        assert_int_equal(period_parse(&period, cases[i].text, &err), -EINVAL);
        if (!strstr(err.text, cases[i].says)) fail_msg("%s: %s", cases[i].text, err.text);
    }
    Period longest = parsed("2020-W01..2020-W53"); /* a year of weeks is not too long, not even the longest */
    assert_int_equal(period_days(&longest), 53 * 7);
}

static void the_period_before(void **state)
{
    (void)state;
    static const struct {
        const char *text, *from, *to;
    } cases[] = {
        {"2026-W01", "2025-12-22", "2025-12-29"}, {"2026-W10..2026-W11", "2026-02-16", "2026-03-02"},
        {"2026-01", "2025-12-01", "2026-01-01"},  {"2026-T1", "2025-09-01", "2026-01-01"},
        {"2026-T3", "2026-05-01", "2026-09-01"},  {"2026", "2025-01-01", "2026-01-01"},
        {"2021-W01", "2020-12-28", "2021-01-04"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Period period = parsed(cases[i].text);
        assert_span(period_previous(&period), cases[i].from, cases[i].to);
    }
}

static void the_same_period_a_year_earlier(void **state)
{
    (void)state;
    static const struct {
        const char *text, *from, *to;
    } cases[] = {
        {"2026-W11", "2025-03-10", "2025-03-17"},
        {"2026-W10..2026-W11", "2025-03-03", "2025-03-17"},
        {"2020-W53", "2019-12-30", "2020-01-06"},           /* 2019 has no week 53: 52 weeks earlier */
        {"2021-W53", NULL, NULL},                           /* no such week at all */
        {"2026-W53", "2025-12-29", "2026-01-05"},           /* the week that holds the same New Year */
        {"2020-W52..2021-W01", "2019-12-23", "2020-01-13"}, /* three weeks from week 52 */
        {"2024-02", "2023-02-01", "2023-03-01"},            /* a leap February */
        {"2026-T3", "2025-09-01", "2026-01-01"},
        {"2026", "2025-01-01", "2026-01-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Period period;
        if (!cases[i].from) {
            assert_int_equal(period_parse(&period, cases[i].text, NULL), -EINVAL);
            continue;
        }
        period = parsed(cases[i].text);
        assert_span(period_year_ago(&period), cases[i].from, cases[i].to);
    }
}

static void numbers_as_swedes_write_them(void **state)
{
    (void)state;
    char out[SWEDISH_NUMBER_SIZE];
    assert_string_equal(swedish_integer(0, out), "0");
    assert_string_equal(swedish_integer(-1234, out), "-1\u00a0234");
    assert_string_equal(swedish_integer(-123, out), "-123");
    assert_string_equal(swedish_integer(12345678, out), "12\u00a0345\u00a0678");
    assert_string_equal(swedish_integer(INT64_MIN, out), "-9\u00a0223\u00a0372\u00a0036\u00a0854\u00a0775\u00a0808");
    assert_string_equal(swedish_decimal(4.26, out), "4,3");
    assert_string_equal(swedish_decimal(0.04, out), "0");
    assert_string_equal(swedish_decimal(11.96, out), "12");
    assert_string_equal(swedish_decimal(1234.5, out), "1\u00a0234,5");
    assert_string_equal(swedish_number_word(12, out), "tolv");
    assert_string_equal(swedish_number_word(13, out), "13");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_gives_its_days),
        cmocka_unit_test(what_is_no_period_is_told_why),
        cmocka_unit_test(the_period_before),
        cmocka_unit_test(the_same_period_a_year_earlier),
        cmocka_unit_test(numbers_as_swedes_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
