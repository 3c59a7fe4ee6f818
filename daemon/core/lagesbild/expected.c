#include "core/lagesbild/expected.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "core/lagesbild/count_distribution.h"

#define TAIL 0.025 /* on each side: 95 % between */

/* A tail's probability when φ is an estimate of `freedom` degrees of freedom: the same score in Student's t. */
static double widened(double p, double freedom)
{
    if (p <= 0 || p >= 0.5) return p;
    return gsl_cdf_tdist_P(gsl_cdf_ugaussian_Pinv(p), freedom);
}

/* Which of the negative binomial's own tails is as probable as `p` when widened. */
static double narrowed(double p, double freedom)
{
    return gsl_cdf_ugaussian_P(gsl_cdf_tdist_Pinv(p, freedom));
}

/* Sets limits and p-value. `freedom` is that of the dispersion, 0 where it is as good as known. */
static void predict(Expected *e, CountDistribution d, double freedom, int64_t count)
{
    const double tail = freedom > 0 ? narrowed(TAIL, freedom) : TAIL;
    double p = fmin(count_at_most(d, count), count_at_least(d, count));
    if (freedom > 0) p = widened(p, freedom);
    e->low = count_quantile(d, tail);
    e->high = count_quantile(d, 1 - tail);
    e->p_value = fmin(1, 2 * p);
    e->p_adjusted = e->p_value;
}

Expected expected_from_history(const int64_t *history, size_t n, int64_t count)
{
    Expected e = {.periods = (int)n};
    if (n < EXPECTED_HISTORY_MIN) return e;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)history[i];
    e.known = true;
    e.method = EXPECTED_RECENT;
    e.dispersion = 1;
    e.mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((double)history[i] - e.mean) * ((double)history[i] - e.mean);
    if (sum > 0) e.dispersion = fmax(1, squares / (double)(n - 1) / e.mean);
    const double mean = sum > 0 ? e.mean : 0.5 / (double)n;
    predict(&e, (CountDistribution){mean, e.dispersion * mean * (1 + 1 / (double)n)},
            e.dispersion > 1 ? (double)(n - 1) : 0, count);
    return e;
}

Expected expected_from_weeks(const FarringtonPeriod *period, int64_t count)
{
    Farrington f;
    if (farrington_expect(&f, period)) return (Expected){.method = EXPECTED_NOTHING};
    Expected e = {.known = true,
                  .method = EXPECTED_YEARS,
                  .weeks = f.weeks,
                  .years = f.years,
                  .has_season = f.has_season,
                  .mean = f.mean,
                  .dispersion = f.dispersion};
    const double uncertainty = period->length > 1 ? f.uncertainty : 0;
    predict(&e, (CountDistribution){f.mean, f.dispersion * f.mean + uncertainty}, 0, count);
    return e;
}

static int by_p_value(const void *a, const void *b)
{
    double x = ((const ExpectedCase *)a)->expected->p_value, y = ((const ExpectedCase *)b)->expected->p_value;
    return (x > y) - (x < y);
}

static ExpectedDirection direction_of(const ExpectedCase *judged, bool falls)
{
    const Expected *e = judged->expected;
    if (e->p_adjusted > EXPECTED_RATE) return EXPECTED_SAME;
    if ((double)judged->count > e->mean) return judged->recent >= EXPECTED_COUNT_MIN ? EXPECTED_UP : EXPECTED_SAME;
    return falls && e->mean >= EXPECTED_COUNT_MIN ? EXPECTED_DOWN : EXPECTED_SAME;
}

void expected_judge(ExpectedCase *cases, size_t n, size_t family, bool falls)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (!cases[i].expected->known) continue;
        ExpectedCase found = cases[i];
        cases[i] = cases[known];
        cases[known++] = found;
    }
    if (known) qsort(cases, known, sizeof *cases, by_p_value);
    const double looked_at = (double)(family > known ? family : known);
    double least = 1;
    for (size_t rank = known; rank > 0; rank--) {
        Expected *e = cases[rank - 1].expected;
        least = fmin(least, e->p_value * looked_at / (double)rank);
        e->p_adjusted = least;
        e->direction = direction_of(&cases[rank - 1], falls);
    }
}
