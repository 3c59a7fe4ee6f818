/*
 * How many incidents were to be expected, and whether a difference is more than chance.
 *
 * Two methods, by how long the history is:
 *
 *  - EXPECTED_YEARS: three to five years of weeks, by a regression with trend and season (core/lagesbild/farrington.h;
 *    Farrington et al. 1996, Noufaily et al. 2013).
 *  - EXPECTED_RECENT: 6 to 12 preceding periods of the same length. Their mean is what is expected: a moving baseline,
 *    as in EARS C1 (Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism preparedness and response Early
 *    Aberration Reporting System (EARS)", J Urban Health 80:i89–i96, 2003), but with limits for counts in place of
 *    three standard deviations, since a normal distribution claims far too much of small ones. The ratio of variance to
 *    mean, φ, is estimated from the same periods and never under 1 (quasi-Poisson; Farrington et al. 1996). A history
 *    of zeros alone counts as half an incident, or nothing could ever be expected. It knows no season.
 *  - EXPECTED_NOTHING: with less nothing is expected and nothing claimed.
 *
 * Both give a mean m, φ and the uncertainty u of m, its variance (of n periods: φm/n). The next count is predicted by a
 * negative binomial distribution with mean m and variance φm + u. For one week expected from years u is left out, as
 * Noufaily et al. do: it is small beside φm, and the count is then judged exactly as in R. Where φ is estimated from a
 * few periods, the tails are those of Student's t with n - 1 degrees of freedom: the normal score of the negative
 * binomial's tail is read in its distribution. docs/surveillance.md has false alarms and power of both, on simulated
 * series, beside R's.
 *
 * Claimed is what is left after this:
 *  - Many counts looked at together: Benjamini, Hochberg, "Controlling the false discovery rate", J R Stat Soc B
 *    57:289–300 (1995).
 *  - Small counts: no rise where there were fewer than 5 incidents in four weeks, the rule of Farrington et al. (1996,
 *    section 3.8) and of R's surveillance (limit54); no fall from fewer than 5 expected.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lagesbild/farrington.h"

enum {
    EXPECTED_HISTORY_MIN = 6,  /* periods; with fewer the recent ones expect nothing */
    EXPECTED_HISTORY_MAX = 12, /* periods; older ones say too little about now */
    EXPECTED_COUNT_MIN = 5,    /* see above */
    EXPECTED_COUNT_WEEKS = 4,
};
#define EXPECTED_RATE 0.05 /* share of false claims among the claims, at most (Benjamini–Hochberg) */

typedef enum ExpectedMethod { EXPECTED_NOTHING, EXPECTED_RECENT, EXPECTED_YEARS } ExpectedMethod;
typedef enum ExpectedDirection { EXPECTED_SAME, EXPECTED_UP, EXPECTED_DOWN } ExpectedDirection;

typedef struct Expected {
    bool known;                  /* false where the history is too short; the rest is then 0, but for `periods` */
    ExpectedMethod method;       /* EXPECTED_NOTHING where not known */
    int periods;                 /* preceding ones of the same length that were reported for, at most 12 */
    int weeks, years;            /* by EXPECTED_YEARS: reported weeks it is from, and in how many years */
    bool has_season;             /* by EXPECTED_YEARS: there were enough incidents to tell seasons apart */
    double mean;                 /* the expected count */
    double dispersion;           /* φ, 1 or more */
    int64_t low, high;           /* nineteen of twenty periods fall within, both included */
    double p_value;              /* of a difference at least so large either way, by chance alone */
    double p_adjusted;           /* after expected_judge(); at least p_value */
    ExpectedDirection direction; /* after expected_judge(): what may be claimed */
} Expected;

/* The expectation for `count`, from the counts of `n` preceding periods of the same length (in any order). */
Expected expected_from_history(const int64_t *history, size_t n, int64_t count);

/* The expectation for `count`, from years of weeks; EXPECTED_NOTHING where they are too few. */
Expected expected_from_weeks(const FarringtonPeriod *period, int64_t count);

/* One count looked at, among others of the same family. */
typedef struct ExpectedCase {
    Expected *expected;
    int64_t count;
    int64_t recent; /* incidents in the last EXPECTED_COUNT_WEEKS weeks of the period, or in all of a longer one */
} ExpectedCase;

/*
 * Judges a family of counts together: sets p_adjusted and direction of each. Those not known are left alone.
 * `family` is how many were looked at where only the most striking are given, and 0 where all are. No fall is
 * claimed without `falls`: while the period still goes on, what is missing may still come, and of who does not report
 * nothing is known. Sorts `cases`.
 */
void expected_judge(ExpectedCase *cases, size_t n, size_t family, bool falls);
