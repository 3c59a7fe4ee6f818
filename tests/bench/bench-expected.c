/*
 * What the expectations of a lägesbild cost: one series alone, and a whole document of 24 kinds, 5 places and a year of
 * weeks, each with six years of history.
 *
 *   bench-expected [documents, 200]
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/lagesbild/lagesbild.h"
#include "core/lagesbild/lagesbild_weeks.h"

enum { KINDS = 24, SERIES = KINDS + LAGESBILD_PLACES_MAX };

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Counts that rise and fall with the season, over-dispersed; the rates are those of an area's kinds: few frequent ones,
 * many rare. */
static void draw(gsl_rng *rng, int64_t *weeks, double rate)
{
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++) {
        const double mean = rate * exp(0.4 * cos(2 * M_PI * i / 52.18));
        weeks[i] = gsl_ran_poisson(rng, gsl_ran_gamma(rng, mean, 1));
    }
}

static void make(Lagesbild *l, int64_t series[SERIES][LAGESBILD_WEEKS_READ], Arena *arena)
{
    int64_t total[LAGESBILD_WEEKS_READ] = {0};
    *l = (Lagesbild){.area_name = "Bro", .cut_date = {2026, 3, 16}, .history_from = {2018, 1, 1}};
    if (period_parse(&l->period, "2026-W11", NULL)) exit(1);
    l->categories = arena_calloc(arena, KINDS, sizeof *l->categories);
    l->places = arena_calloc(arena, LAGESBILD_PLACES_MAX, sizeof *l->places);
    if (!l->categories || !l->places) exit(1);
    for (size_t i = 0; i < SERIES; i++) {
        LagesbildFigure figure = {.count = series[i][LAGESBILD_WEEKS_READ - 1], .weeks = series[i]};
        if (i < KINDS)
            l->categories[l->category_count++] = (LagesbildCategory){"kind", "Slag", figure};
        else
            l->places[l->place_count++] = (LagesbildPlace){.name = "Plats", .figure = figure, .top_category = "Slag"};
        for (int week = 0; i < KINDS && week < LAGESBILD_WEEKS_READ; week++)
            total[week] += series[i][week];
    }
    l->total.count = total[LAGESBILD_WEEKS_READ - 1];
    if (lagesbild_set_weeks(l, total, arena) || lagesbild_complete(l, arena)) exit(1);
}

int main(int argc, char **argv)
{
    static int64_t series[SERIES][LAGESBILD_WEEKS_READ];
    const int documents = argc > 1 ? atoi(argv[1]) : 200;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (!rng || documents < 1) return 1;
    for (int i = 0; i < SERIES; i++)
        draw(rng, series[i], 20.0 / (1 + i % KINDS));
    double start = processor_ms();
    for (int i = 0; i < documents * SERIES; i++) {
        const FarringtonPeriod week = {series[i % SERIES], LAGESBILD_WEEKS_READ - 1, 1, 1, 1};
        if (!expected_from_weeks(&week, week.weeks[week.first]).known) return 1;
    }
    printf("one series: %.3f ms\n", (processor_ms() - start) / documents / SERIES);
    start = processor_ms();
    for (int i = 0; i < documents; i++) {
        Lagesbild l;
        Arena *arena = arena_new();
        if (!arena) return 1;
        make(&l, series, arena);
        arena_free(arena);
    }
    printf("a document of %d kinds, %d places and %d weeks: %.2f ms\n", KINDS, LAGESBILD_PLACES_MAX, LAGESBILD_WEEKS,
           (processor_ms() - start) / documents);
    gsl_rng_free(rng);
    return 0;
}
