#include "core/lagesbild/farrington.h"

#include <errno.h>
#include <math.h>

#include "core/lagesbild/quasipoisson.h"

enum {
    LEVELS = 10,
    REFERENCE = LEVELS - 1,                                /* the level of the window */
    WINDOW = 2 * FARRINGTON_WINDOW + 1,                    /* weeks of it */
    BLOCK = (FARRINGTON_YEAR - WINDOW) / (LEVELS - 1),     /* weeks of each other level */
    FOLDED = FARRINGTON_YEAR * (FARRINGTON_YEARS_MAX + 2), /* whole years, more than any distance */
};
_Static_assert(BLOCK *(LEVELS - 1) + WINDOW == FARRINGTON_YEAR, "levels fill the year");
_Static_assert((int)FARRINGTON_WEEKS_MAX <= (int)QUASIPOISSON_ROWS_MAX, "a baseline fits a regression");
_Static_assert((int)LEVELS <= (int)QUASIPOISSON_LEVELS_MAX, "levels fit a regression");

/* What the regression is made from, and how it came out. */
typedef struct Baseline {
    const FarringtonPeriod *period;
    size_t centre; /* the period's middle week: times of year are counted from it */
    size_t start;  /* the first week; the one after the last is first - FARRINGTON_GUARD */
    size_t after;
    int years;
    size_t count;
    double incidents;
    double most; /* in one week */
    QuasiPoissonRow rows[FARRINGTON_WEEKS_MAX];
    size_t week[FARRINGTON_WEEKS_MAX]; /* index of each row's week */
    QuasiPoisson fit;
} Baseline;

/* Which tenth of the year a week is in, counted from the same time of year. */
static int level_of(const Baseline *b, size_t week)
{
    const size_t place = (week + FOLDED + FARRINGTON_WINDOW - b->centre) % FARRINGTON_YEAR;
    return place < WINDOW ? REFERENCE : (int)(place - WINDOW) / BLOCK;
}

/* -1 to 1 over the baseline. */
static double time_of(const Baseline *b, size_t week)
{
    const double half = (double)(b->after - b->start) / 2;
    return ((double)week - (double)b->start - half) / half;
}

static size_t first_known(const FarringtonPeriod *period)
{
    size_t week = 0;
    while (week < period->first && period->weeks[week] == FARRINGTON_UNKNOWN)
        week++;
    return week;
}

/* Finds the baseline's weeks. False where too few are known. */
static bool choose_weeks(Baseline *b, const FarringtonPeriod *period)
{
    const size_t known = first_known(period);
    b->period = period;
    b->centre = period->first + (period->length - 1) / 2;
    if (b->centre < known + FARRINGTON_WINDOW) return false;
    const size_t years = (b->centre - FARRINGTON_WINDOW - known) / FARRINGTON_YEAR;
    if (years < FARRINGTON_YEARS_MIN) return false;
    b->years = years < FARRINGTON_YEARS_MAX ? (int)years : FARRINGTON_YEARS_MAX;
    b->start = b->centre - FARRINGTON_WINDOW - (size_t)(FARRINGTON_YEAR * b->years);
    b->after = period->first - FARRINGTON_GUARD;
    b->count = 0;
    b->incidents = b->most = 0;
    for (size_t week = b->start; week < b->after; week++) {
        if (period->weeks[week] == FARRINGTON_UNKNOWN) continue;
        const double count = (double)period->weeks[week];
        b->rows[b->count] =
            (QuasiPoissonRow){.count = count, .time = time_of(b, week), .weight = 1, .level = level_of(b, week)};
        b->week[b->count++] = week;
        b->incidents += count;
        b->most = fmax(b->most, count);
    }
    return (double)b->count >= FARRINGTON_REPORTED_MIN * (double)(b->after - b->start);
}

/* Seasons are told apart where every level has incidents enough. */
static bool choose_season(Baseline *b)
{
    double incidents[LEVELS] = {0};
    bool enough = true;
    for (size_t i = 0; i < b->count; i++)
        incidents[b->rows[i].level] += b->rows[i].count;
    for (int l = 0; l < LEVELS; l++)
        enough &= incidents[l] >= FARRINGTON_LEVEL_MIN;
    for (size_t i = 0; i < b->count && !enough; i++)
        b->rows[i].level = 0;
    return enough;
}

/* By Anscombe's residual, standardized (Farrington et al., section 3.5). `least` is the count from which a week may be
 * an outbreak. */
static double outbreak_weight(const Baseline *b, size_t i, double dispersion, double least)
{
    const double count = b->rows[i].count, mean = b->fit.mean[i];
    if (count < least || count <= mean) return 1;
    const double room = 1 - quasipoisson_leverage(&b->fit, b->rows, i);
    if (room <= 1e-10) return 1; /* a row that decides its own mean has no residual */
    const double root = cbrt(count);
    const double residual = 1.5 * (root * root / sqrt(cbrt(mean)) - sqrt(mean)) / sqrt(dispersion * room);
    return residual > FARRINGTON_RESIDUAL_MAX ? 1 / (residual * residual) : 1;
}

/* Takes weight from weeks that may be outbreaks; the weights keep their sum. */
static void weigh_outbreaks(Baseline *b, double least)
{
    const double dispersion = fmax(1, b->fit.dispersion);
    double sum = 0;
    for (size_t i = 0; i < b->count; i++) {
        b->rows[i].weight = outbreak_weight(b, i, dispersion, least);
        sum += b->rows[i].weight;
    }
    for (size_t i = 0; i < b->count; i++)
        b->rows[i].weight *= (double)b->count / sum;
}

static int fit_twice(Baseline *b, bool has_season, bool has_trend)
{
    const int levels = has_season ? LEVELS : 1;
    for (size_t i = 0; i < b->count; i++)
        b->rows[i].weight = 1;
    int rc = quasipoisson_fit(&b->fit, b->rows, b->count, levels, has_trend);
    if (rc) return rc;
    weigh_outbreaks(b, has_season ? 0 : FARRINGTON_LEVEL_MIN);
    return quasipoisson_refit(&b->fit, b->rows);
}

static double share_of(const FarringtonPeriod *period, size_t i)
{
    if (i == 0) return period->first_share;
    return i + 1 == period->length ? period->last_share : 1;
}

/* Predicts the period's weeks. Returns the largest expectation of a whole one. */
static double predict(const Baseline *b, bool has_season, Farrington *out)
{
    QuasiPoissonRow points[FARRINGTON_PERIOD_MAX];
    double means[FARRINGTON_PERIOD_MAX], most = 0;
    out->mean = 0;
    for (size_t i = 0; i < b->period->length; i++) {
        const size_t week = b->period->first + i;
        points[i] = (QuasiPoissonRow){.time = time_of(b, week), .level = has_season ? level_of(b, week) : 0};
        const double mean = quasipoisson_mean(&b->fit, points[i].level, points[i].time);
        most = fmax(most, mean);
        means[i] = mean * share_of(b->period, i);
        out->mean += means[i];
    }
    out->uncertainty = quasipoisson_variance(&b->fit, points, means, b->period->length);
    return most;
}

/* The ratio of variance to mean of the sums of `length` reported weeks that follow each other. Sums that overlap use
 * the data better than those that do not, and are right on average too. */
static double dispersion_of_sums(const Baseline *b, size_t length)
{
    double sum = 0;
    size_t sums = 0;
    for (size_t i = 0; i + length <= b->count; i++) {
        if (b->week[i + length - 1] - b->week[i] != length - 1) continue;
        double residual = 0, mean = 0;
        for (size_t k = i; k < i + length; k++) {
            residual += sqrt(b->rows[k].weight) * (b->rows[k].count - b->fit.mean[k]);
            mean += b->fit.mean[k];
        }
        sum += residual * residual / mean;
        sums++;
    }
    const double coefficients = b->fit.levels + b->fit.has_trend, rows = (double)b->count;
    return sums ? sum / (double)sums * rows / (rows - coefficients) : 0;
}

/* Nothing in years: half an incident, or nothing could ever be expected. */
static void expect_from_zeros(const Baseline *b, Farrington *out)
{
    double weeks = 0;
    for (size_t i = 0; i < b->period->length; i++)
        weeks += share_of(b->period, i);
    out->mean = 0.5 / (double)b->count * weeks;
    out->dispersion = 1;
    out->uncertainty = out->mean * out->mean / 0.5;
}

int farrington_expect(Farrington *out, const FarringtonPeriod *period)
{
    Baseline b;
    *out = (Farrington){0};
    if (period->length < 1 || period->length > FARRINGTON_PERIOD_MAX) return -ENODATA;
    if (!choose_weeks(&b, period)) return -ENODATA;
    out->years = b.years;
    out->weeks = (int)b.count;
    if (b.incidents <= 0) {
        expect_from_zeros(&b, out);
        return 0;
    }
    out->has_season = choose_season(&b);
    out->has_trend = b.incidents >= FARRINGTON_TREND_MIN && !fit_twice(&b, out->has_season, true) &&
                     predict(&b, out->has_season, out) <= b.most;
    if (!out->has_trend) {
        int rc = fit_twice(&b, out->has_season, false);
        if (rc) return rc;
        predict(&b, out->has_season, out);
    }
    out->trend = b.fit.trend / ((double)(b.after - b.start) / 2);
    out->dispersion = fmax(1, b.fit.dispersion);
    if (period->length > 1) out->dispersion = fmax(out->dispersion, dispersion_of_sums(&b, period->length));
    out->uncertainty *= out->dispersion;
    return 0;
}
