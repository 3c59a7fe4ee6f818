#include "core/lagesbild/expected.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Golden values by direct summation of the negative binomial's terms (lgamma) in double precision; of the fourth, whose
 * dispersion is an estimate over 1, by R: pt(qnorm(pnbinom(59, size, mu = m, lower.tail = FALSE)), 11). */
static void predictions_are_the_negative_binomial_ones(void **state)
{
    (void)state;
    static const struct {
        int64_t history[12];
        size_t n;
        int64_t count;
        double mean, dispersion;
        int64_t low, high;
        double p_value;
    } cases[] = {
        {{3, 5, 4, 6, 2, 4}, 6, 12, 4.0, 1, 1, 9, 0.004852466539919442},
        {{5, 5, 5, 5, 5, 5, 5, 5}, 8, 5, 5.0, 1, 1, 10, 1},
        {{0}, 12, 3, 0, 1, 0, 1, 0.00029308517374926346},
        {{20, 35, 8, 41, 15, 22, 30, 9, 27, 18, 33, 12}, 12, 60, 22.5, 5.135353535353535, 5, 53, 0.0283569575261893},
        {{20, 22, 19, 21, 18, 20, 23, 17, 20, 21, 19, 20}, 12, 6, 20, 1, 11, 30, 0.000756878150631902},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Expected e = expected_from_history(cases[i].history, cases[i].n, cases[i].count);
        assert_true(e.known);
        assert_int_equal(e.periods, cases[i].n);
        assert_true(fabs(e.mean - cases[i].mean) < 1e-9);
        assert_true(fabs(e.dispersion - cases[i].dispersion) < 1e-9);
        assert_int_equal(e.low, cases[i].low);
        assert_int_equal(e.high, cases[i].high);
        if (fabs(e.p_value - cases[i].p_value) > 1e-9) fail_msg("case %zu: p = %.15g", i, e.p_value);
    }
}

static void a_short_history_claims_nothing(void **state)
{
    (void)state;
    const int64_t history[5] = {0, 0, 0, 0, 0};
    Expected e = expected_from_history(history, 5, 1000);
    assert_false(e.known);
    assert_int_equal(e.periods, 5);
    expected_judge(&(ExpectedCase){&e, 1000, 1000}, 1, 0, true);
    assert_int_equal(e.direction, EXPECTED_SAME);
}

static void small_counts_claim_nothing(void **state)
{
    (void)state;
    const int64_t none[12] = {0}, few[12] = {4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 4};
    Expected rise = expected_from_history(none, 12, 4), fall = expected_from_history(few, 12, 0);
    ExpectedCase cases[] = {{&rise, 4, 4}, {&fall, 0, 13}};
    expected_judge(cases, 2, 0, true);
    assert_true(rise.p_adjusted < EXPECTED_RATE);
    assert_int_equal(rise.direction, EXPECTED_SAME);
    assert_true(fall.p_adjusted < EXPECTED_RATE);
    assert_int_equal(fall.direction, EXPECTED_SAME);
    Expected again = expected_from_history(none, 12, 4); /* one more in the weeks before, and it is enough */
    expected_judge(&(ExpectedCase){&again, 4, 5}, 1, 0, true);
    assert_int_equal(again.direction, EXPECTED_UP);
    Expected more = expected_from_history(none, 12, 5);
    expected_judge(&(ExpectedCase){&more, 5, 5}, 1, 0, true);
    assert_int_equal(more.direction, EXPECTED_UP);
}

static void a_period_still_going_on_claims_no_fall(void **state)
{
    (void)state;
    const int64_t history[12] = {20, 22, 19, 21, 18, 20, 23, 17, 20, 21, 19, 20};
    Expected e = expected_from_history(history, 12, 2);
    expected_judge(&(ExpectedCase){&e, 2, 62}, 1, 0, false);
    assert_int_equal(e.direction, EXPECTED_SAME);
    expected_judge(&(ExpectedCase){&e, 2, 62}, 1, 0, true);
    assert_int_equal(e.direction, EXPECTED_DOWN);
}

/* The example of Benjamini and Hochberg (1995), section 3.2: 15 p-values, the four smallest stay significant. */
static void many_categories_are_judged_together(void **state)
{
    (void)state;
    const double p[15] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                          0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
    Expected expected[16];
    ExpectedCase cases[16];
    for (size_t i = 0; i < 15; i++) {
        expected[i] = (Expected){.known = true, .mean = 10, .p_value = p[14 - i]};
        cases[i] = (ExpectedCase){&expected[i], 20, 20};
    }
    expected[15] = (Expected){.known = false}; /* too short a history is no member of the family */
    cases[15] = (ExpectedCase){&expected[15], 20, 20};
    expected_judge(cases, 16, 0, true);
    int claimed = 0;
    for (size_t i = 0; i < 15; i++)
        claimed += expected[i].direction == EXPECTED_UP;
    assert_int_equal(claimed, 4);
    assert_true(fabs(expected[14].p_adjusted - 0.0015) < 1e-9);
    assert_true(fabs(expected[11].p_adjusted - 0.0095 * 15 / 4) < 1e-9);
    for (size_t i = 0; i + 1 < 15; i++)
        assert_true(expected[i].p_adjusted >= expected[i + 1].p_adjusted);
}

/* Large counts and a flat zero must neither hang nor overflow. */
static void extremes_end(void **state)
{
    (void)state;
    int64_t huge[12];
    for (size_t i = 0; i < 12; i++)
        huge[i] = 1000000 + (int64_t)i * 1000;
    Expected e = expected_from_history(huge, 12, 0);
    assert_true(e.p_value < 1e-9 && e.low < e.high);
    assert_true(expected_from_history(huge, 12, 1000000000).p_value < 1e-9);
    const int64_t none[12] = {0};
    assert_true(fabs(expected_from_history(none, 12, 0).p_value - 1) < 1e-9);
}

/* Series in which nothing changes: the share of claims must stay near the nominal rate, over-dispersed ones included.
 * The seed is fixed, so the test is deterministic. */
static void unchanged_series_seldom_alarm(void **state)
{
    (void)state;
    static const struct {
        double mean, dispersion;
    } series[] = {{1, 1}, {5, 1}, {20, 1}, {5, 2}, {20, 2}, {20, 4}};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20260314);
    for (size_t s = 0; s < COUNT(series); s++) {
        enum { RUNS = 4000 };
        int claims = 0;
        for (int run = 0; run < RUNS; run++) {
            int64_t counts[13];
            for (size_t i = 0; i < 13; i++) {
                double rate = series[s].mean, extra = series[s].dispersion - 1;
                if (extra > 0) rate = gsl_ran_gamma(rng, rate / extra, extra);
                counts[i] = gsl_ran_poisson(rng, rate);
            }
            Expected e = expected_from_history(counts, 12, counts[12]);
            expected_judge(&(ExpectedCase){&e, counts[12], counts[12]}, 1, 0, true);
            claims += e.direction != EXPECTED_SAME;
        }
        double share = (double)claims / RUNS;
        print_message("mean %g, dispersion %g: %.3f claimed\n", series[s].mean, series[s].dispersion, share);
        assert_true(share < 0.08);
    }
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_are_the_negative_binomial_ones),
        cmocka_unit_test(a_short_history_claims_nothing),
        cmocka_unit_test(small_counts_claim_nothing),
        cmocka_unit_test(a_period_still_going_on_claims_no_fall),
        cmocka_unit_test(many_categories_are_judged_together),
        cmocka_unit_test(extremes_end),
        cmocka_unit_test(unchanged_series_seldom_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
