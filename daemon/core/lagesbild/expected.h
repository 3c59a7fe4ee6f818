/*
 * How many incidents were to be expected, and whether a difference is more than chance.
 *
 * The history is the counts of the preceding periods of the same length. Counts of incidents vary more than a Poisson
 * distribution says, so the model is quasi-Poisson: mean m, variance φm with φ estimated from the history and never
 * under 1. The next count is predicted by a negative binomial distribution with mean m and variance φm(1 + 1/n): the
 * last factor is the uncertainty of a mean of only n periods. With φ = 1 this is exactly the posterior prediction of a
 * Poisson rate. A history of zeros alone counts as half an incident, or nothing could ever be expected.
 *
 *  - a moving baseline of recent periods: EARS C1; Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism
 *    preparedness and response Early Aberration Reporting System (EARS)", J Urban Health 80:i89–i96 (2003)
 *  - quasi-Poisson variance and the rule for small counts (fewer than 5 claim nothing): Farrington, Andrews, Beale,
 *    Catchpole, "A statistical algorithm for the early detection of outbreaks of infectious disease", J R Stat Soc A
 *    159:547–563 (1996)
 *  - negative binomial instead of normal limits: Noufaily, Enki, Farrington, Garthwaite, Andrews, Charlett, "An
 * improved algorithm for outbreak detection in multiple surveillance systems", Stat Med 32:1206–1222 (2013)
 *  - many categories looked at together: Benjamini, Hochberg, "Controlling the false discovery rate", J R Stat Soc B
 *    57:289–300 (1995)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EXPECTED_HISTORY_MIN = 6,  /* periods; with fewer nothing is expected and nothing claimed */
    EXPECTED_HISTORY_MAX = 12, /* periods; older ones say too little about now */
    EXPECTED_COUNT_MIN = 5,    /* a rise to fewer, or a fall from an expectation under this, is not claimed */
};
#define EXPECTED_RATE 0.05 /* share of false claims among the claims, at most (Benjamini–Hochberg) */

typedef enum ExpectedDirection { EXPECTED_SAME, EXPECTED_UP, EXPECTED_DOWN } ExpectedDirection;

typedef struct Expected {
    bool known;                  /* false when the history is too short; the rest is then 0 */
    int periods;                 /* how many the history had */
    double mean;                 /* the expected count */
    double dispersion;           /* φ, 1 or more */
    int64_t low, high;           /* nineteen of twenty periods fall within, both included */
    double p_value;              /* of a difference at least so large either way, by chance alone */
    double p_adjusted;           /* after expected_judge(); at least p_value */
    ExpectedDirection direction; /* after expected_judge(): what may be claimed */
} Expected;

/* The expectation for `count`, from the counts of `n` preceding periods of the same length (in any order). */
Expected expected_from_history(const int64_t *history, size_t n, int64_t count);

/* One count looked at, among others of the same family. */
typedef struct ExpectedCase {
    Expected *expected;
    int64_t count;
} ExpectedCase;

/*
 * Judges a family of counts together: sets p_adjusted and direction of each. Those not known are left alone. While the
 * period still goes on (`complete` false) no fall is claimed, because what is missing may still come.
 * Sorts `cases`.
 */
void expected_judge(ExpectedCase *cases, size_t n, bool complete);
