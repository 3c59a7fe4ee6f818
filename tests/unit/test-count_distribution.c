#include "core/lagesbild/count_distribution.h"

#include <math.h>
#include <stdlib.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* By R: pnbinom(k, size, mu = mean) with size = mean^2 / (variance - mean), its upper tail, and qnbinom(); ppois() and
 * qpois() where the variance is the mean. */
static void tails_and_quantiles_are_r_s(void **state)
{
    (void)state;
    static const struct {
        double mean, variance;
        int64_t k;
        double at_most, at_least;
        int64_t low, high; /* of 0.025 and 0.975 */
    } cases[] = {
        {5, 5, 9, 0.9681719426937951, 0.06809363472184855, 1, 10},
        {0.01, 0.01, 1, 0.9999503320866596, 0.009950166250831947, 0, 0},
        {5, 10, 12, 0.9754791259765625, 0.03840637207031252, 0, 12},
        {0.3, 0.9, 4, 0.9890732769533748, 0.01908115376019517, 0, 3},
        {40, 200, 3, 1.606041600000004e-05, 0.99999547392, 17, 72},
        {2500, 40000, 3000, 0.9913979392693735, 0.008706486572866714, 2123, 2906},
        {20, 20.5, 20, 0.5590970980494745, 0.5286479512367043, 12, 29},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const CountDistribution d = {cases[i].mean, cases[i].variance};
        assert_true(fabs(count_at_most(d, cases[i].k) - cases[i].at_most) <= 1e-9 * cases[i].at_most);
        assert_true(fabs(count_at_least(d, cases[i].k) - cases[i].at_least) <= 1e-9 * cases[i].at_least);
        assert_int_equal(count_quantile(d, 0.025), cases[i].low);
        assert_int_equal(count_quantile(d, 0.975), cases[i].high);
    }
}

static void nothing_is_less_than_none(void **state)
{
    (void)state;
    const CountDistribution d = {2, 3};
    assert_true(count_at_most(d, -1) == 0);
    assert_true(count_at_least(d, 0) == 1 && count_at_least(d, -5) == 1);
    assert_float_equal(count_at_most(d, 4) + count_at_least(d, 5), 1, 1e-12);
}

/* Beyond what the exact functions bear. By R: ppois(1003000, 1e6) = 0.99864641, qpois(c(0.025, 0.975), 1e6). */
static void very_large_counts_are_nearly_normal(void **state)
{
    (void)state;
    const CountDistribution d = {1e6, 1e6};
    assert_float_equal(count_at_most(d, 1003000), 0.99864641, 2e-5);
    assert_float_equal(count_at_least(d, 1003000), 0.00135804, 2e-5);
    assert_true(llabs(count_quantile(d, 0.025) - 998041) <= 2);
    assert_true(llabs(count_quantile(d, 0.975) - 1001960) <= 2);
}

/* The definition itself, wherever the search begins. */
static void a_quantile_is_the_smallest_that_reaches(void **state)
{
    (void)state;
    static const double quantiles[] = {1e-6, 0.025, 0.5, 0.975, 0.999999};
    for (double mean = 1e-4; mean < 1e9; mean *= 7)
        for (double excess = 1e-8; excess < 300; excess *= 3)
            for (size_t i = 0; i < COUNT(quantiles); i++) {
                const CountDistribution d = {mean, mean * (1 + excess)};
                const int64_t k = count_quantile(d, quantiles[i]);
                assert_true(count_at_most(d, k) >= quantiles[i]);
                assert_true(k == 0 || count_at_most(d, k - 1) < quantiles[i]);
            }
}

/* However far out, a probability that falls. */
static void tails_fall(void **state)
{
    (void)state;
    for (double mean = 1e-4; mean < 1e9; mean *= 13)
        for (double excess = 1e-8; excess < 300; excess *= 11) {
            const CountDistribution d = {mean, mean * (1 + excess)};
            double before = 1;
            for (int64_t k = 0; k < 2000000000; k = k * 3 + 1) {
                const double tail = count_at_least(d, k), rest = count_at_most(d, k - 1);
                assert_true(tail >= 0 && tail <= before && rest >= 0 && rest <= 1);
                assert_float_equal(tail + rest, 1, 1e-9);
                before = tail;
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_and_quantiles_are_r_s),
        cmocka_unit_test(nothing_is_less_than_none),
        cmocka_unit_test(tails_fall),
        cmocka_unit_test(very_large_counts_are_nearly_normal),
        cmocka_unit_test(a_quantile_is_the_smallest_that_reaches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
