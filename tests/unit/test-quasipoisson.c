#include "core/lagesbild/quasipoisson.h"

#include <errno.h>
#include <math.h>

#include "unit.h"

/* The regressions of farrington.csv hold the figures of R; here is what can be told without it. */

enum { ROWS = 120 };

static void make_rows(QuasiPoissonRow rows[static ROWS])
{
    for (int i = 0; i < ROWS; i++)
        rows[i] = (QuasiPoissonRow){.count = 3 + i % 7 + (i % 3) * 4,
                                    .time = (i - ROWS / 2) / (double)ROWS,
                                    .weight = 1 + (i % 4) * 0.5,
                                    .level = i % 3};
}

/* Without a trend each level is the weighted mean of its rows. */
static void levels_are_means(void **state)
{
    (void)state;
    QuasiPoissonRow rows[ROWS];
    QuasiPoisson fit;
    double sum[3] = {0}, weight[3] = {0}, pearson = 0;
    make_rows(rows);
    assert_int_equal(quasipoisson_fit(&fit, rows, ROWS, 3, false), 0);
    for (int i = 0; i < ROWS; i++) {
        sum[rows[i].level] += rows[i].weight * rows[i].count;
        weight[rows[i].level] += rows[i].weight;
    }
    for (int l = 0; l < 3; l++)
        assert_float_equal(quasipoisson_mean(&fit, l, 0.7), sum[l] / weight[l], 1e-6);
    for (int i = 0; i < ROWS; i++) {
        const double mean = sum[rows[i].level] / weight[rows[i].level], residual = rows[i].count - mean;
        pearson += rows[i].weight * residual * residual / mean;
    }
    assert_float_equal(fit.dispersion, pearson / (ROWS - 3), 1e-5);
}

/* The score equations: weighted residuals sum to nothing in each level and against time. */
static void residuals_sum_to_nothing(void **state)
{
    (void)state;
    QuasiPoissonRow rows[ROWS];
    QuasiPoisson fit;
    double level[3] = {0}, time = 0, leverage = 0;
    make_rows(rows);
    assert_int_equal(quasipoisson_fit(&fit, rows, ROWS, 3, true), 0);
    assert_true(fit.trend != 0);
    for (size_t i = 0; i < ROWS; i++) {
        const double residual = rows[i].weight * (rows[i].count - fit.mean[i]);
        level[rows[i].level] += residual;
        time += residual * rows[i].time;
        leverage += quasipoisson_leverage(&fit, rows, i);
        assert_float_equal(fit.mean[i], quasipoisson_mean(&fit, rows[i].level, rows[i].time), 1e-12);
    }
    for (int l = 0; l < 3; l++)
        assert_float_equal(level[l], 0, 1e-6);
    assert_float_equal(time, 0, 1e-6);
    assert_float_equal(leverage, 4, 1e-9); /* as many as there are coefficients */
}

/* Of one level without a trend: the mean's variance is mean² / incidents, weighted. */
static void variance_is_that_of_a_mean(void **state)
{
    (void)state;
    QuasiPoissonRow rows[ROWS];
    QuasiPoisson fit;
    double incidents = 0;
    make_rows(rows);
    for (int i = 0; i < ROWS; i++) {
        rows[i].level = 0;
        incidents += rows[i].weight * rows[i].count;
    }
    assert_int_equal(quasipoisson_fit(&fit, rows, ROWS, 1, false), 0);
    const QuasiPoissonRow points[2] = {{.level = 0}, {.level = 0}};
    const double mean = quasipoisson_mean(&fit, 0, 0), means[2] = {mean, mean};
    assert_float_equal(quasipoisson_variance(&fit, points, means, 2), 4 * mean * mean / incidents, 1e-6);
}

static void what_cannot_be_told_is_refused(void **state)
{
    (void)state;
    QuasiPoissonRow rows[ROWS];
    QuasiPoisson fit;
    make_rows(rows);
    assert_int_equal(quasipoisson_fit(&fit, rows, 3, 3, false), -EDOM);    /* no degree of freedom */
    assert_int_equal(quasipoisson_fit(&fit, rows, ROWS, 4, false), -EDOM); /* a level without rows */
    for (int i = 0; i < ROWS; i++)
        rows[i].time = rows[i].level; /* time tells nothing that the levels do not */
    assert_int_equal(quasipoisson_fit(&fit, rows, ROWS, 3, true), -EDOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_means),
        cmocka_unit_test(residuals_sum_to_nothing),
        cmocka_unit_test(variance_is_that_of_a_mean),
        cmocka_unit_test(what_cannot_be_told_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
