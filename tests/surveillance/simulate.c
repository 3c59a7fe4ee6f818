/*
 * False alarms and power on simulated incidents, with the methods of core/lagesbild/expected.h: six years of weeks with
 * a trend, a season and over-dispersion in which nothing changes, judged in their last period; and the same with the
 * period's rate doubled. docs/surveillance.md has the figures of the long form.
 *
 *   simulate [runs, 300] [file]
 *
 * Then whole lägesbilder of twenty kinds, judged together, in how many of which anything at all is claimed.
 *
 * Prints a table in Markdown, and ends with 1 where there are more false alarms than the rate allows. With a file, the
 * series judged by their last week are written to it, for power.R. The seed is fixed: the same runs, the same figures.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/expected.h"

enum { WEEKS = 6 * FARRINGTON_YEAR, SEED = 20260314 };

typedef struct Scenario {
    double rate;       /* incidents a week */
    double dispersion; /* variance over mean */
    size_t length;     /* weeks of the period */
    ExpectedMethod method;
} Scenario;

typedef struct Series {
    int64_t weeks[WEEKS]; /* the last `length` are the period */
    int64_t count, doubled, last_doubled;
} Series;

typedef struct Tally {
    int runs, up, down, found;
} Tally;

static int64_t draw_count(gsl_rng *rng, double mean, double dispersion)
{
    if (dispersion > 1) mean = gsl_ran_gamma(rng, mean / (dispersion - 1), dispersion - 1);
    return gsl_ran_poisson(rng, mean);
}

/* Up to 15 % more or fewer each year, a season of up to half as many again, both different in each series. */
static void draw_series(Series *series, const Scenario *s, gsl_rng *rng)
{
    const double trend = 0.3 * (gsl_rng_uniform(rng) - 0.5), season = 0.5 * gsl_rng_uniform(rng);
    const double phase = 2 * M_PI * gsl_rng_uniform(rng);
    series->count = series->doubled = 0;
    for (size_t week = 0; week < WEEKS; week++) {
        const double years = ((double)week - WEEKS) / 52.18;
        const double mean = s->rate * exp(trend * years + season * cos(2 * M_PI * years + phase));
        series->weeks[week] = draw_count(rng, mean, s->dispersion);
        if (week < WEEKS - s->length) continue;
        series->count += series->weeks[week];
        series->last_doubled = draw_count(rng, 2 * mean, s->dispersion);
        series->doubled += series->last_doubled;
    }
}

static Expected expect(const Scenario *s, const Series *series, int64_t count)
{
    if (s->method == EXPECTED_YEARS)
        return expected_from_weeks(&(FarringtonPeriod){series->weeks, WEEKS - s->length, s->length, 1, 1}, count);
    int64_t history[EXPECTED_HISTORY_MAX] = {0};
    for (size_t i = 0; i < EXPECTED_HISTORY_MAX; i++)
        for (size_t k = 0; k < s->length; k++)
            history[i] += series->weeks[WEEKS - s->length * (i + 2) + k];
    return expected_from_history(history, EXPECTED_HISTORY_MAX, count);
}

/* The verdict on one count alone, with the rule for small counts. */
static ExpectedDirection judge(const Scenario *s, const Series *series, int64_t count)
{
    Expected e = expect(s, series, count);
    if (!e.known) exit(2);
    int64_t recent = count;
    for (size_t n = s->length; n < EXPECTED_COUNT_WEEKS; n++)
        recent += series->weeks[WEEKS - 1 - n];
    expected_judge(&(ExpectedCase){&e, count, recent}, 1, 0, true);
    return e.direction;
}

static void write_series(FILE *out, const Scenario *s, const Series *series)
{
    fprintf(out, "%g,%g,%lld,", s->rate, s->dispersion, (long long)series->last_doubled);
    for (size_t week = 0; week < WEEKS; week++)
        fprintf(out, "%s%lld", week ? " " : "", (long long)series->weeks[week]);
    fputc('\n', out);
}

static Tally run(const Scenario *s, int runs, gsl_rng *rng, FILE *out)
{
    Tally tally = {.runs = runs};
    for (int i = 0; i < runs; i++) {
        Series series;
        draw_series(&series, s, rng);
        const ExpectedDirection direction = judge(s, &series, series.count);
        tally.up += direction == EXPECTED_UP;
        tally.down += direction == EXPECTED_DOWN;
        tally.found += judge(s, &series, series.doubled) == EXPECTED_UP;
        if (out && s->length == 1 && s->method == EXPECTED_YEARS) write_series(out, s, &series);
    }
    return tally;
}

/* The kinds of an area in one week: few frequent ones, many rare. Counts the documents in which anything is claimed. */
static Tally run_documents(int runs, gsl_rng *rng)
{
    enum { KINDS = 20 };
    Tally tally = {.runs = runs};
    for (int i = 0; i < runs; i++) {
        Expected expected[KINDS];
        ExpectedCase cases[KINDS];
        ExpectedDirection claimed = EXPECTED_SAME;
        for (int kind = 0; kind < KINDS; kind++) {
            const Scenario s = {20.0 / (1 + kind), 1.5, 1, EXPECTED_YEARS};
            Series series;
            draw_series(&series, &s, rng);
            expected[kind] = expect(&s, &series, series.count);
            cases[kind] = (ExpectedCase){&expected[kind], series.count, series.count};
            for (size_t n = 1; n < EXPECTED_COUNT_WEEKS; n++)
                cases[kind].recent += series.weeks[WEEKS - 1 - n];
        }
        expected_judge(cases, KINDS, 0, true);
        for (int kind = 0; kind < KINDS; kind++)
            if (expected[kind].direction != EXPECTED_SAME) claimed = expected[kind].direction;
        tally.up += claimed == EXPECTED_UP;
        tally.down += claimed == EXPECTED_DOWN;
    }
    return tally;
}

/* What the false alarms may be at most. Over-dispersed tertials with one incident a week have more than the rate: weeks
 * with many incidents by chance lose weight as if they were outbreaks, and over 18 weeks that is felt. */
static double allowed(const Scenario *s)
{
    return s->length > EXPECTED_COUNT_WEEKS ? 0.07 : EXPECTED_RATE;
}

/* False alarms no more than so often is believable in one of a thousand such tables' rows. */
static bool is_believable(const Tally *tally, double rate)
{
    const int alarms = tally->up + tally->down;
    return alarms == 0 || gsl_cdf_binomial_Q((unsigned)alarms - 1, rate, (unsigned)tally->runs) > 0.001;
}

int main(int argc, char **argv)
{
    static const double rates[] = {1, 5, 20}, dispersions[] = {1, 2};
    static const struct {
        const char *name;
        ExpectedMethod method;
        size_t length;
    } forms[] = {{"years, one week", EXPECTED_YEARS, 1},
                 {"years, four weeks", EXPECTED_YEARS, 4},
                 {"years, a tertial", EXPECTED_YEARS, 18},
                 {"recent, one week", EXPECTED_RECENT, 1},
                 {"recent, four weeks", EXPECTED_RECENT, 4}};
    const int runs = argc > 1 ? atoi(argv[1]) : 300;
    FILE *out = argc > 2 ? fopen(argv[2], "w") : NULL;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (runs < 1 || !rng || (argc > 2 && !out)) return 2;
    int failed = 0;
    gsl_rng_set(rng, SEED);
    if (out) fputs("rate,dispersion,doubled,weeks\n", out);
    puts("| method and period | incidents a week | variance / mean | false rise | false fall | doubling found |");
    puts("|---|---:|---:|---:|---:|---:|");
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++)
        for (int i = 0; i < 6; i++) {
            const Scenario s = {rates[i / 2], dispersions[i % 2], forms[form].length, forms[form].method};
            const Tally t = run(&s, runs, rng, out);
            const bool believable = is_believable(&t, allowed(&s));
            printf("| %s | %g | %g | %.1f %% | %.1f %% | %.1f %% |%s\n", forms[form].name, s.rate, s.dispersion,
                   100.0 * t.up / t.runs, 100.0 * t.down / t.runs, 100.0 * t.found / t.runs,
                   believable ? "" : " too many false alarms");
            failed |= !believable;
        }
    const Tally t = run_documents(runs / 3 + 1, rng);
    const bool believable = is_believable(&t, EXPECTED_RATE);
    printf("\nLägesbilder of 20 kinds in which anything is claimed: %.1f %% (%d of %d)%s\n",
           100.0 * (t.up + t.down) / t.runs, t.up + t.down, t.runs, believable ? "" : ", too many");
    failed |= !believable;
    gsl_rng_free(rng);
    if (out && fclose(out)) return 2;
    return failed;
}
