#include "core/lagesbild/quasipoisson.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* R's glm.control(): the relative change of the deviance that ends the steps, and the most of them. */
#define CONVERGED 1e-8
enum { STEPS_MAX = 25 };

/* Sums over the rows, for one weighted least squares step. */
typedef struct Sums {
    double weight[QUASIPOISSON_LEVELS_MAX], time[QUASIPOISSON_LEVELS_MAX], work[QUASIPOISSON_LEVELS_MAX];
    double time_square, time_work;
} Sums;

static double linear(const QuasiPoisson *fit, int level, double time)
{
    return fit->level[level] + fit->trend * time;
}

double quasipoisson_mean(const QuasiPoisson *fit, int level, double time)
{
    return exp(linear(fit, level, time));
}

/* Half of the deviance; `log_count` are the logarithms of the counts, and anything where there are none. */
static double half_deviance(const QuasiPoisson *fit, const QuasiPoissonRow *rows, const double *log_count,
                            const double *eta)
{
    double sum = 0;
    for (size_t i = 0; i < fit->rows; i++) {
        const QuasiPoissonRow *row = &rows[i];
        sum += row->weight * (row->count * (log_count[i] - eta[i]) - row->count + fit->mean[i]);
    }
    return sum;
}

/* The working response's sums. `eta` is the linear predictor each mean comes from. */
static void add_up(Sums *sums, QuasiPoisson *fit, const QuasiPoissonRow *rows, const double *eta)
{
    memset(sums, 0, sizeof *sums);
    for (size_t i = 0; i < fit->rows; i++) {
        const QuasiPoissonRow *row = &rows[i];
        const double mean = fit->mean[i], weight = row->weight * mean;
        const double work = weight * eta[i] + row->weight * (row->count - mean);
        fit->weight[i] = weight;
        sums->weight[row->level] += weight;
        sums->time[row->level] += weight * row->time;
        sums->work[row->level] += work;
        sums->time_square += weight * row->time * row->time;
        sums->time_work += work * row->time;
    }
}

/* Solves the normal equations. False where they do not determine the coefficients. */
static bool solve(QuasiPoisson *fit, const Sums *sums)
{
    double square = sums->time_square, work = sums->time_work;
    for (int l = 0; l < fit->levels; l++) {
        if (!(sums->weight[l] > 0)) return false;
        fit->level_weight[l] = sums->weight[l];
        fit->level_time[l] = sums->time[l] / sums->weight[l];
        square -= sums->time[l] * fit->level_time[l];
        work -= sums->work[l] * fit->level_time[l];
    }
    if (fit->has_trend && !(square > 1e-12 * sums->time_square)) return false;
    fit->time_weight = fit->has_trend ? square : 0;
    fit->trend = fit->has_trend ? work / square : 0;
    for (int l = 0; l < fit->levels; l++)
        fit->level[l] = (sums->work[l] - sums->time[l] * fit->trend) / sums->weight[l];
    return true;
}

/* Pearson's estimate, with the weights of the last step as R has it. */
static double dispersion(const QuasiPoisson *fit, const QuasiPoissonRow *rows)
{
    double sum = 0;
    for (size_t i = 0; i < fit->rows; i++) {
        const double residual = (rows[i].count - fit->mean[i]) / fit->mean[i];
        sum += fit->weight[i] * residual * residual;
    }
    return sum / (double)(fit->rows - (size_t)fit->levels - fit->has_trend);
}

/* Gives each row the mean of its level's, which is the fit without a trend. False where a level has no incidents. */
static bool fit_levels(QuasiPoisson *fit, const QuasiPoissonRow *rows, double *eta)
{
    double incidents[QUASIPOISSON_LEVELS_MAX] = {0}, weight[QUASIPOISSON_LEVELS_MAX] = {0};
    double mean[QUASIPOISSON_LEVELS_MAX], log_mean[QUASIPOISSON_LEVELS_MAX];
    for (size_t i = 0; i < fit->rows; i++) {
        incidents[rows[i].level] += rows[i].weight * rows[i].count;
        weight[rows[i].level] += rows[i].weight;
    }
    for (int l = 0; l < fit->levels; l++) {
        if (!(incidents[l] > 0)) return false;
        mean[l] = incidents[l] / weight[l];
        log_mean[l] = log(mean[l]);
    }
    for (size_t i = 0; i < fit->rows; i++) {
        fit->mean[i] = mean[rows[i].level];
        eta[i] = log_mean[rows[i].level];
    }
    return true;
}

/* One step of weighted least squares from the means that the rows have. */
static bool step(QuasiPoisson *fit, const QuasiPoissonRow *rows, const double *eta)
{
    Sums sums;
    add_up(&sums, fit, rows, eta);
    return solve(fit, &sums);
}

/* Steps until the deviance stands still, from the means that the rows have. */
static bool fit_trend(QuasiPoisson *fit, const QuasiPoissonRow *rows, double *eta)
{
    double log_count[QUASIPOISSON_ROWS_MAX];
    for (size_t i = 0; i < fit->rows; i++)
        log_count[i] = rows[i].count > 0 ? log(rows[i].count) : 0;
    double before = half_deviance(fit, rows, log_count, eta);
    for (int n = 0; n < STEPS_MAX; n++) {
        if (!step(fit, rows, eta)) return false;
        for (size_t i = 0; i < fit->rows; i++) {
            eta[i] = linear(fit, rows[i].level, rows[i].time);
            fit->mean[i] = exp(eta[i]);
        }
        const double deviance = half_deviance(fit, rows, log_count, eta);
        if (!isfinite(deviance)) return false;
        if (fabs(deviance - before) / (fabs(deviance) + 0.05) < CONVERGED) return true; /* halves of R's, and its 0.1 */
        before = deviance;
    }
    return false;
}

static int disperse(QuasiPoisson *fit, const QuasiPoissonRow *rows)
{
    fit->dispersion = dispersion(fit, rows);
    return isfinite(fit->dispersion) ? 0 : -EDOM;
}

int quasipoisson_fit(QuasiPoisson *fit, const QuasiPoissonRow *rows, size_t n, int levels, bool has_trend)
{
    double eta[QUASIPOISSON_ROWS_MAX];
    if (n > QUASIPOISSON_ROWS_MAX || levels > QUASIPOISSON_LEVELS_MAX || n <= (size_t)levels + has_trend) return -EDOM;
    fit->rows = n;
    fit->levels = levels;
    fit->has_trend = has_trend;
    if (!fit_levels(fit, rows, eta)) return -EDOM;
    if (has_trend ? !fit_trend(fit, rows, eta) : !step(fit, rows, eta)) return -EDOM;
    return disperse(fit, rows);
}

int quasipoisson_refit(QuasiPoisson *fit, const QuasiPoissonRow *rows)
{
    if (!fit->has_trend) return quasipoisson_fit(fit, rows, fit->rows, fit->levels, false);
    double eta[QUASIPOISSON_ROWS_MAX];
    for (size_t i = 0; i < fit->rows; i++)
        eta[i] = linear(fit, rows[i].level, rows[i].time);
    if (!fit_trend(fit, rows, eta)) return -EDOM;
    return disperse(fit, rows);
}

double quasipoisson_leverage(const QuasiPoisson *fit, const QuasiPoissonRow *rows, size_t i)
{
    const int level = rows[i].level;
    double leverage = 1 / fit->level_weight[level];
    if (fit->has_trend) {
        const double distance = rows[i].time - fit->level_time[level];
        leverage += distance * distance / fit->time_weight;
    }
    return fmin(1, fit->weight[i] * leverage);
}

double quasipoisson_variance(const QuasiPoisson *fit, const QuasiPoissonRow *points, const double *means, size_t n)
{
    double level[QUASIPOISSON_LEVELS_MAX] = {0}, time = 0, variance = 0;
    for (size_t i = 0; i < n; i++) {
        level[points[i].level] += means[i];
        time += means[i] * (points[i].time - fit->level_time[points[i].level]);
    }
    for (int l = 0; l < fit->levels; l++)
        variance += level[l] * level[l] / fit->level_weight[l];
    if (fit->has_trend) variance += time * time / fit->time_weight;
    return variance;
}
