/*
 * The distribution of a count that is to come, from its mean and its variance: negative binomial, or Poisson where the
 * variance is no larger than the mean. From a mean of 100 000 on it is the normal distribution, with half a count's
 * correction: by then it is as good, and GSL's incomplete gamma and beta functions begin to give up.
 */
#pragma once

#include <stdint.h>

typedef struct CountDistribution {
    double mean;     /* over 0 */
    double variance; /* at least the mean; a smaller one counts as equal to it */
} CountDistribution;

/* P(count ≤ k); 0 for k < 0. */
double count_at_most(CountDistribution d, int64_t k);

/* P(count ≥ k), from the upper tail itself so that small values are exact; 1 for k ≤ 0. */
double count_at_least(CountDistribution d, int64_t k);

/* The smallest k with P(count ≤ k) ≥ q, for q between 0 and 1, both excluded. */
int64_t count_quantile(CountDistribution d, double q);
