#include "core/lagesbild/count_distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

/* So near to Poisson that the negative binomial's own parameters lose their figures. */
#define POISSON_EXCESS 1e-7

/* From here on the normal distribution is as good. */
#define NORMAL_MEAN 1e5

/* How many standard deviations a bound between two counts is over the mean. */
static double score(CountDistribution d, double bound)
{
    return (bound - d.mean) / sqrt(fmax(d.variance, d.mean));
}

static bool is_poisson(CountDistribution d)
{
    return d.variance <= d.mean * (1 + POISSON_EXCESS);
}

/* GSL takes a negative binomial distribution as p^n (1-p)^k; this is its p, and n below. */
static double success(CountDistribution d)
{
    return d.mean / d.variance;
}

static double size(CountDistribution d)
{
    return d.mean * d.mean / (d.variance - d.mean);
}

double count_at_most(CountDistribution d, int64_t k)
{
    if (k < 0) return 0;
    if (d.mean >= NORMAL_MEAN) return gsl_cdf_ugaussian_P(score(d, (double)k + 0.5));
    if (is_poisson(d)) return gsl_cdf_poisson_P((unsigned)k, d.mean);
    return gsl_cdf_negative_binomial_P((unsigned)k, success(d), size(d));
}

double count_at_least(CountDistribution d, int64_t k)
{
    if (k <= 0) return 1;
    if (d.mean >= NORMAL_MEAN) return gsl_cdf_ugaussian_Q(score(d, (double)k - 0.5));
    if (is_poisson(d)) return gsl_cdf_poisson_Q((unsigned)(k - 1), d.mean);
    return gsl_cdf_negative_binomial_Q((unsigned)(k - 1), success(d), size(d));
}

/* Steps away from the normal distribution's answer, each as long as all before it, until the quantile is between two
 * of them; then halves. So a large count costs no more than a small one. */
int64_t count_quantile(CountDistribution d, double q)
{
    int64_t high = (int64_t)fmax(0, round(d.mean + sqrt(fmax(d.variance, d.mean)) * gsl_cdf_ugaussian_Pinv(q)));
    int64_t low, step = 1;
    if (count_at_most(d, high) < q) {
        do {
            low = high;
            high += step;
            step *= 2;
        } while (count_at_most(d, high) < q);
    } else {
        for (low = high - 1; low >= 0 && count_at_most(d, low) >= q; step *= 2) {
            high = low;
            low = low > step ? low - step : -1;
        }
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (count_at_most(d, middle) < q)
            low = middle;
        else
            high = middle;
    }
    return high;
}
