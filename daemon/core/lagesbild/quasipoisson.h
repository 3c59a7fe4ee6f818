/*
 * Quasi-Poisson regression of counts on a factor and, where asked, a straight line in time: log mean = level + trend ×
 * time, variance = dispersion × mean.
 *
 * Without a line each level's mean is that of its rows. From there a line is fitted by iteratively reweighted least
 * squares (McCullagh, Nelder, "Generalized Linear Models", 2nd ed. 1989, ch. 2), until the deviance stands still, so
 * that the figures are those of R's glm() to many places. One factor and one line make the normal equations an arrow:
 * they are solved by elimination of the levels, in one pass over the rows, and need no matrix.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    QUASIPOISSON_ROWS_MAX = 512,
    QUASIPOISSON_LEVELS_MAX = 10,
};

typedef struct QuasiPoissonRow {
    double count;  /* 0 or more */
    double time;   /* best centred, and not far beyond ±1 */
    double weight; /* a prior one, over 0 */
    int level;     /* 0 to levels - 1 */
} QuasiPoissonRow;

typedef struct QuasiPoisson {
    size_t rows;
    int levels;
    bool has_trend;
    double level[QUASIPOISSON_LEVELS_MAX]; /* log mean at time 0 */
    double trend;                          /* per unit of time; 0 without trend */
    double dispersion;                     /* Pearson's X² over the degrees of freedom; may be under 1 */
    double mean[QUASIPOISSON_ROWS_MAX];    /* fitted */
    double weight[QUASIPOISSON_ROWS_MAX];  /* of the last step: prior weight × mean */
    /* X'WX of the last step, levels eliminated. */
    double level_weight[QUASIPOISSON_LEVELS_MAX]; /* sum of the level's weights */
    double level_time[QUASIPOISSON_LEVELS_MAX];   /* weighted mean time of the level */
    double time_weight;                           /* weighted sum of squares of time around those; 0 without trend */
} QuasiPoisson;

/*
 * Fits `n` rows, at most QUASIPOISSON_ROWS_MAX and more than there are coefficients. Returns 0, or -EDOM where it does
 * not converge or the rows do not determine the coefficients: in a level without incidents nothing does.
 */
int quasipoisson_fit(QuasiPoisson *fit, const QuasiPoissonRow *rows, size_t n, int levels, bool has_trend);

/* Fits the rows of `fit` anew, whose weights alone have changed, from where it stands: in fewer steps. As above. */
int quasipoisson_refit(QuasiPoisson *fit, const QuasiPoissonRow *rows);

/* The expected count at a level and a time. */
double quasipoisson_mean(const QuasiPoisson *fit, int level, double time);

/* How much row `i` decides its own fitted mean, 0 to 1: the diagonal of the hat matrix. */
double quasipoisson_leverage(const QuasiPoisson *fit, const QuasiPoissonRow *rows, size_t i);

/*
 * The variance of Σ weight × mean over all `n` points, by the delta method, for a dispersion of 1. `means` are the
 * weighted means at `points`, of which level and time are looked at.
 */
double quasipoisson_variance(const QuasiPoisson *fit, const QuasiPoissonRow *points, const double *means, size_t n);
