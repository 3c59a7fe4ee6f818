/*
 * What a period is expected to hold, from years of weeks: the improved Farrington algorithm ("Farrington flexible").
 *
 *  - Farrington, Andrews, Beale, Catchpole, "A statistical algorithm for the early detection of outbreaks of infectious
 *    disease", J R Stat Soc A 159:547–563 (1996)
 *  - Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett, "An improved algorithm for outbreak detection in
 *    multiple surveillance systems", Stat Med 32:1206–1222 (2013)
 *
 * A quasi-Poisson regression with a trend and a seasonal factor of ten levels, one of them the seven weeks around the
 * same time of year and the others five weeks each, is fitted to at most five years of weeks. The 26 weeks before the
 * period are left out, so that a rise that has just begun does not become what is expected. Weeks with an Anscombe
 * residual over 2.58 get the weight of its inverse square, so that past outbreaks do not either. The trend is kept
 * where the expectation is within what has been seen. These are the settings of Noufaily et al., and for one week the
 * figures are those of farringtonFlexible() in R's package surveillance (Salmon, Schumacher, Höhle, "Monitoring count
 * time series in R", J Stat Softw 70(10), 2016) with noPeriods = 10, w = 3, weightsThreshold = 2.58,
 * pastWeeksNotIncluded = 26, pThresholdTrend = 1; tests/golden/ holds them.
 *
 * What is added:
 *  - A period of several weeks is the sum of its weeks, each predicted at its own time of year; a week that is partly
 *    in the period (of a month) counts with that part. Independent negative binomial counts with the same ratio of
 *    variance to mean have a sum of the same kind. Weeks are not quite independent, so the ratio is also estimated from
 *    sums of as many weeks that follow each other, and the larger is taken.
 *  - Weeks that nobody reported for are no rows.
 *  - Too few incidents to tell seasons apart (a level with fewer than five): one level, and a week of fewer than five
 * is no outbreak, or every incident would be one where there are a few a year. Too few for a trend (20): none.
 *  - The uncertainty of the expectation itself is given beside, by the delta method: over several weeks it is no longer
 *    small beside chance.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FARRINGTON_YEAR = 52,       /* weeks; in five years the calendar moves six days against it, within the window */
    FARRINGTON_YEARS_MIN = 3,   /* with fewer a trend and a season can hardly be told apart */
    FARRINGTON_YEARS_MAX = 5,   /* older ones say too little about now */
    FARRINGTON_WINDOW = 3,      /* weeks each side that are the same time of year */
    FARRINGTON_GUARD = 26,      /* weeks before the period that are left out */
    FARRINGTON_PERIOD_MAX = 19, /* weeks a period may touch: a tertial does at most 19 */
    FARRINGTON_LEVEL_MIN = 5,   /* incidents each level must have, or seasons are not told apart */
    FARRINGTON_TREND_MIN = 20,  /* incidents there must be for a trend */
    /* The weeks before the period's middle one that are looked at. */
    FARRINGTON_WEEKS_MAX = FARRINGTON_YEAR * FARRINGTON_YEARS_MAX + FARRINGTON_WINDOW,
};
#define FARRINGTON_REPORTED_MIN 0.67        /* share of the baseline's weeks that must have been reported for */
#define FARRINGTON_RESIDUAL_MAX 2.58        /* Anscombe residual from which a week loses weight */
#define FARRINGTON_UNKNOWN      INT64_C(-1) /* a week that nobody reported for */

/* Weeks, oldest first, and where in them the period is. */
typedef struct FarringtonPeriod {
    const int64_t *weeks; /* counts, or FARRINGTON_UNKNOWN */
    size_t first;         /* index of the first week the period touches; those from there on are not looked at */
    size_t length;        /* how many it touches, 1 to FARRINGTON_PERIOD_MAX */
    double first_share;   /* how much of the first and of the last week belongs to it, over 0 and at most 1; */
    double last_share;    /* of a period within one week, the first is its share */
} FarringtonPeriod;

typedef struct Farrington {
    int years;       /* of history */
    int weeks;       /* reported ones among them */
    bool has_season; /* ten levels, not one */
    bool has_trend;
    double trend;       /* of the logarithm, a week; 0 without */
    double mean;        /* expected count */
    double dispersion;  /* variance of the count over its mean, 1 or more */
    double uncertainty; /* variance of the mean */
} Farrington;

/* What the period is expected to hold. Returns 0, -ENODATA where too little is known, or -EDOM where nothing fits. */
int farrington_expect(Farrington *out, const FarringtonPeriod *period);
