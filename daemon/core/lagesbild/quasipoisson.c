#include "core/lagesbild/quasipoisson.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* R's glm.control(): the relative change of the deviance that ends the iteration, and the most steps. */
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

/* y log(y/mean) - (y - mean), weighted: half of the row's share of the deviance. */
static double half_deviance(const QuasiPoissonRow *row, double log_count, double eta, double mean)
{
    return row->weight * (row->count * (log_count - eta) - row->count + mean);
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

int quasipoisson_fit(QuasiPoisson *fit, const QuasiPoissonRow *rows, size_t n, int levels, bool has_trend)
{
    double eta[QUASIPOISSON_ROWS_MAX], log_count[QUASIPOISSON_ROWS_MAX], before = 0;
    if (n > QUASIPOISSON_ROWS_MAX || levels > QUASIPOISSON_LEVELS_MAX || n <= (size_t)levels + has_trend) return -EDOM;
    fit->rows = n;
    fit->levels = levels;
    fit->has_trend = has_trend;
    for (size_t i = 0; i < n; i++) {
        log_count[i] = rows[i].count > 0 ? log(rows[i].count) : 0;
        fit->mean[i] = rows[i].count + 0.1;
        eta[i] = log(fit->mean[i]);
        before += half_deviance(&rows[i], log_count[i], eta[i], fit->mean[i]);
    }
    for (int step = 0; step < STEPS_MAX; step++) {
        Sums sums;
        double deviance = 0;
        add_up(&sums, fit, rows, eta);
        if (!solve(fit, &sums)) return -EDOM;
        for (size_t i = 0; i < n; i++) {
            eta[i] = linear(fit, rows[i].level, rows[i].time);
            fit->mean[i] = exp(eta[i]);
            deviance += half_deviance(&rows[i], log_count[i], eta[i], fit->mean[i]);
        }
        if (!isfinite(deviance)) return -EDOM;
        if (fabs(deviance - before) / (fabs(deviance) + 0.05) < CONVERGED) { /* halves of R's deviance and its 0.1 */
            fit->dispersion = dispersion(fit, rows);
            return isfinite(fit->dispersion) ? 0 : -EDOM;
        }
        before = deviance;
    }
    return -EDOM;
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
