#include "core/lagesbild/expected.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* The negative binomial distribution of a mean and a variance, as GSL takes it: p^n (1-p)^k. */
typedef struct Prediction {
    double p, n;
} Prediction;

static Prediction prediction_of(double mean, double variance)
{
    return (Prediction){.p = mean / variance, .n = mean * mean / (variance - mean)};
}

/* P(count ≤ k), 0 for k < 0. */
static double at_most(Prediction d, int64_t k)
{
    return k < 0 ? 0 : gsl_cdf_negative_binomial_P((unsigned)k, d.p, d.n);
}

/* P(count ≥ k), from the upper tail itself so that small values are exact. */
static double at_least(Prediction d, int64_t k)
{
    return k <= 0 ? 1 : gsl_cdf_negative_binomial_Q((unsigned)(k - 1), d.p, d.n);
}

/* The smallest k with P(count ≤ k) ≥ q. Doubles, then halves, so large counts cost no more than small. */
static int64_t quantile(Prediction d, double q)
{
    int64_t high = 1;
    while (at_most(d, high) < q)
        high *= 2;
    int64_t low = -1;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (at_most(d, middle) < q)
            low = middle;
        else
            high = middle;
    }
    return high;
}

Expected expected_from_history(const int64_t *history, size_t n, int64_t count)
{
    Expected e = {.periods = (int)n, .dispersion = 1, .p_value = 1, .p_adjusted = 1};
    if (n < EXPECTED_HISTORY_MIN) return (Expected){.periods = (int)n};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)history[i];
    e.known = true;
    e.mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((double)history[i] - e.mean) * ((double)history[i] - e.mean);
    if (sum > 0) e.dispersion = fmax(1, squares / (double)(n - 1) / e.mean);
    double mean = sum > 0 ? e.mean : 0.5 / (double)n;
    Prediction d = prediction_of(mean, e.dispersion * mean * (1 + 1 / (double)n));
    e.low = quantile(d, 0.025);
    e.high = quantile(d, 0.975);
    e.p_value = fmin(1, 2 * fmin(at_most(d, count), at_least(d, count)));
    e.p_adjusted = e.p_value;
    return e;
}

static int by_p_value(const void *a, const void *b)
{
    double x = ((const ExpectedCase *)a)->expected->p_value, y = ((const ExpectedCase *)b)->expected->p_value;
    return (x > y) - (x < y);
}

static ExpectedDirection direction_of(const Expected *e, int64_t count, bool complete)
{
    if (e->p_adjusted > EXPECTED_RATE) return EXPECTED_SAME;
    if ((double)count > e->mean) return count >= EXPECTED_COUNT_MIN ? EXPECTED_UP : EXPECTED_SAME;
    return complete && e->mean >= EXPECTED_COUNT_MIN ? EXPECTED_DOWN : EXPECTED_SAME;
}

void expected_judge(ExpectedCase *cases, size_t n, bool complete)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (!cases[i].expected->known) continue;
        ExpectedCase found = cases[i];
        cases[i] = cases[known];
        cases[known++] = found;
    }
    qsort(cases, known, sizeof *cases, by_p_value);
    double least = 1;
    for (size_t rank = known; rank > 0; rank--) {
        Expected *e = cases[rank - 1].expected;
        least = fmin(least, e->p_value * (double)known / (double)rank);
        e->p_adjusted = least;
        e->direction = direction_of(e, cases[rank - 1].count, complete);
    }
}
