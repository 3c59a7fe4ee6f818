#include "core/lagesbild/farrington.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/count_distribution.h"
#include "unit.h"

enum { WEEKS_MAX = 300 };

/* A row of tests/golden/farrington.csv; farrington.R says what its columns are. */
typedef struct Golden {
    char name[64];
    FarringtonPeriod period;
    Farrington is;
    bool has_verdict;
    int64_t lower, upper, count;
    double p_value;
    bool alarm;
    int64_t weeks[WEEKS_MAX];
    size_t week_count;
} Golden;

static double take_number(char **at)
{
    return atof(strsep(at, ","));
}

static void read_weeks(Golden *g, char *text)
{
    g->week_count = 0;
    for (char *word; (word = strsep(&text, " \n"));) {
        if (!*word) continue;
        assert_true(g->week_count < WEEKS_MAX);
        g->weeks[g->week_count++] = strcmp(word, "NA") ? atoll(word) : FARRINGTON_UNKNOWN;
    }
}

static void read_golden(Golden *g, char *line)
{
    *g = (Golden){0};
    snprintf(g->name, sizeof g->name, "%s", strsep(&line, ","));
    g->period.length = (size_t)take_number(&line);
    g->period.first_share = take_number(&line);
    g->period.last_share = take_number(&line);
    g->is.weeks = (int)take_number(&line);
    g->is.mean = take_number(&line);
    g->is.dispersion = take_number(&line);
    g->is.trend = take_number(&line);
    g->is.uncertainty = take_number(&line);
    g->has_verdict = *line != ',';
    g->lower = (int64_t)take_number(&line);
    g->upper = (int64_t)take_number(&line);
    g->p_value = take_number(&line);
    g->alarm = take_number(&line) > 0;
    read_weeks(g, line);
    g->period.weeks = g->weeks;
    g->period.first = g->week_count - g->period.length;
    g->count = g->weeks[g->week_count - 1];
}

/* R takes the dispersion from the weights of its last step but one, which leaves it off by up to some 2e-5. */
static const double COEFFICIENT = 1e-5, DISPERSION = 1e-4;

static void near(const Golden *g, const char *what, double found, double wanted, double share)
{
    if (fabs(found - wanted) > share * fabs(wanted) + 1e-12)
        fail_msg("%s: %s %.12g, not %.12g", g->name, what, found, wanted);
}

static void check_verdict(const Golden *g, const Farrington *f)
{
    const CountDistribution d = {f->mean, f->dispersion * f->mean};
    int64_t lately = 0;
    for (size_t i = g->week_count - 4; i < g->week_count; i++)
        lately += g->weeks[i];
    assert_int_equal(count_quantile(d, 0.025), g->lower);
    assert_int_equal(count_quantile(d, 0.975), g->upper);
    near(g, "p-value", count_at_least(d, g->count), g->p_value, DISPERSION);
    assert_int_equal(g->count > g->upper && lately >= 5, g->alarm);
}

static void weeks_are_expected_as_r_expects_them(void **state)
{
    (void)state;
    const char *path = getenv("LAGESBILD_GOLDEN");
    assert_non_null(path);
    char file[512], *line = NULL;
    size_t size = 0, rows = 0, verdicts = 0, alarms = 0;
    snprintf(file, sizeof file, "%s/farrington.csv", path);
    FILE *in = fopen(file, "r");
    assert_non_null(in);
    assert_true(getline(&line, &size, in) > 0); /* the head */
    while (getline(&line, &size, in) > 0) {
        Golden g;
        Farrington f;
        read_golden(&g, line);
        if (farrington_expect(&f, &g.period)) fail_msg("%s: nothing expected", g.name);
        assert_int_equal(f.weeks, g.is.weeks);
        near(&g, "mean", f.mean, g.is.mean, COEFFICIENT);
        near(&g, "dispersion", f.dispersion, g.is.dispersion, DISPERSION);
        near(&g, "trend", f.trend, g.is.trend, COEFFICIENT);
        near(&g, "uncertainty", f.uncertainty, g.is.uncertainty, DISPERSION);
        assert_int_equal(f.has_trend, g.is.trend != 0);
        if (g.has_verdict) check_verdict(&g, &f);
        rows++;
        verdicts += g.has_verdict;
        alarms += g.alarm;
    }
    free(line);
    fclose(in);
    print_message("%zu series, %zu verdicts, %zu alarms\n", rows, verdicts, alarms);
    assert_true(rows >= 25 && verdicts >= 20 && alarms >= 3);
}

/* A series of `n` weeks of `count`, the last of them the period. */
static int expect_flat(Farrington *f, int64_t *weeks, size_t n, int64_t count)
{
    for (size_t i = 0; i < n; i++)
        weeks[i] = count;
    return farrington_expect(f, &(FarringtonPeriod){weeks, n - 1, 1, 1, 1});
}

static void a_short_history_expects_nothing(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX];
    Farrington f;
    const size_t three_years = 3 * FARRINGTON_YEAR + FARRINGTON_WINDOW + 1;
    assert_int_equal(expect_flat(&f, weeks, 1, 3), -ENODATA);
    assert_int_equal(expect_flat(&f, weeks, three_years - 1, 3), -ENODATA);
    assert_int_equal(expect_flat(&f, weeks, three_years, 3), 0);
    assert_int_equal(f.years, 3);
    assert_float_equal(f.mean, 3, 1e-6);
    weeks[0] = FARRINGTON_UNKNOWN; /* nothing was known yet, so it is a week too short */
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, three_years - 1, 1, 1, 1}), -ENODATA);
    assert_int_equal(expect_flat(&f, weeks, 280, 3), 0);
    for (size_t i = 1; i < 280; i++)
        if (i % 3 == 0) weeks[i] = FARRINGTON_UNKNOWN;
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, 279, 1, 1, 1}), -ENODATA); /* a third unknown */
}

static void periods_too_long_expect_nothing(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX] = {0};
    Farrington f;
    const size_t longest = FARRINGTON_PERIOD_MAX;
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, 270, longest, 1, 1}), 0);
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, 270, longest + 1, 1, 1}), -ENODATA);
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, 270, 0, 1, 1}), -ENODATA);
}

static void years_without_incidents_expect_next_to_nothing(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX];
    Farrington f;
    assert_int_equal(expect_flat(&f, weeks, 280, 0), 0);
    assert_true(f.mean > 0 && f.mean < 0.01);
    weeks[100] = 1; /* so few that neither season nor trend can be told */
    assert_int_equal(farrington_expect(&f, &(FarringtonPeriod){weeks, 279, 1, 1, 1}), 0);
    assert_false(f.has_season);
    assert_false(f.has_trend);
    assert_true(f.mean > 0.001 && f.mean < 0.01 && isfinite(f.uncertainty));
}

/* What has just begun is not what was expected. */
static void the_last_half_year_is_left_out(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX];
    Farrington before, after;
    assert_int_equal(expect_flat(&before, weeks, 280, 7), 0);
    for (size_t i = 279 - FARRINGTON_GUARD; i < 279; i++)
        weeks[i] = 50;
    assert_int_equal(farrington_expect(&after, &(FarringtonPeriod){weeks, 279, 1, 1, 1}), 0);
    assert_float_equal(after.mean, before.mean, 1e-9);
    weeks[278 - FARRINGTON_GUARD] = 50;
    assert_int_equal(farrington_expect(&after, &(FarringtonPeriod){weeks, 279, 1, 1, 1}), 0);
    assert_true(after.mean > before.mean);
}

/* A part of a week is expected to hold that part of it. */
static void parts_of_weeks_add_up(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX];
    Farrington whole, part;
    for (size_t i = 0; i < 280; i++)
        weeks[i] = 10 + (int64_t)(i % 7) - (int64_t)(i % 5);
    assert_int_equal(farrington_expect(&whole, &(FarringtonPeriod){weeks, 277, 1, 1, 1}), 0);
    assert_int_equal(farrington_expect(&part, &(FarringtonPeriod){weeks, 277, 1, 3.0 / 7, 1}), 0);
    assert_float_equal(part.mean, whole.mean * 3 / 7, 1e-9);
    assert_float_equal(part.uncertainty, whole.uncertainty * 9 / 49, 1e-9);
}

/* Any counts at all: an answer or none, never a number that is not one. */
static void extremes_end(void **state)
{
    (void)state;
    int64_t weeks[WEEKS_MAX];
    uint64_t seed = 88172645463325252u; /* xorshift; Marsaglia 2003 */
    for (int run = 0; run < 400; run++) {
        for (size_t i = 0; i < WEEKS_MAX; i++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            const unsigned shift = (unsigned)(run % 40);
            weeks[i] = seed % 11 == 0 ? FARRINGTON_UNKNOWN : seed % 5 < 3 ? 0 : (int64_t)(seed >> 24 >> (40 - shift));
        }
        Farrington f;
        const size_t length = 1 + (size_t)run % FARRINGTON_PERIOD_MAX;
        if (farrington_expect(&f, &(FarringtonPeriod){weeks, WEEKS_MAX - length, length, 1, 0.5})) continue;
        assert_true(isfinite(f.mean) && f.mean > 0);
        assert_true(isfinite(f.dispersion) && f.dispersion >= 1);
        assert_true(isfinite(f.uncertainty) && f.uncertainty >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weeks_are_expected_as_r_expects_them),
        cmocka_unit_test(a_short_history_expects_nothing),
        cmocka_unit_test(periods_too_long_expect_nothing),
        cmocka_unit_test(years_without_incidents_expect_next_to_nothing),
        cmocka_unit_test(the_last_half_year_is_left_out),
        cmocka_unit_test(parts_of_weeks_add_up),
        cmocka_unit_test(extremes_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
