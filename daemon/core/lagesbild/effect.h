/*
 * Did it help? Counts before and after a day, the same season a year earlier, and what happened meanwhile elsewhere.
 *
 * Two counts a and b over equally long times are compared by the ratio of their rates, a/b. Given their sum, a is
 * binomial(a + b, ratio / (1 + ratio)), whatever the level (Przyborowski, Wilenski, "Homogeneity of results in testing
 * samples from Poisson series", Biometrika 31:313–323, 1940), so the limits of the ratio are those that Clopper and
 * Pearson ("The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26:404–413,
 * 1934) give for the share. Against a comparison area the question is whether the ratio differs from the area's own
 * ratio: given all sums of the table of two by two, a has Fisher's noncentral hypergeometric distribution, whose odds
 * ratio is the ratio of ratios; its limits are Cornfield's exact ones ("A statistical problem arising from
 * retrospective studies", Proc Third Berkeley Symp Math Stat Prob 4:135–148, 1956).
 *
 * All limits are of 95 % and exact: at least so sure also where counts are small. They take incidents as independent of
 * each other. Incidents that come in series make the true uncertainty larger, never smaller.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/civil.h"

enum {
    EFFECT_DAYS_MAX = 364, /* longer, and the season a year before would be a part of the time before */
    EFFECT_DAYS_DEFAULT = 90,
    EFFECT_YEAR = 364,          /* days: fifty-two weeks, so that weekdays meet weekdays */
    EFFECT_SMALL = 10,          /* a sum under this can hide a large change */
    EFFECT_UNKNOWN = -1,        /* a count of a time that nobody reported for: not zero */
    EFFECT_COUNT_MAX = 1000000, /* more than that is not asked about a place */
};

typedef struct EffectRatio {
    bool known;     /* both counts were */
    bool has_ratio; /* false where it is something divided by nothing */
    double ratio;
    double low, high; /* 95 %; `high` is INFINITY where nothing bounds it */
    double p_value;   /* of a difference at least so large either way, by chance alone (twice the smaller tail) */
} EffectRatio;

/* How the rate behind `after` relates to that behind `before`, of equally long times. Counts 0 to EFFECT_COUNT_MAX, or
 * EFFECT_UNKNOWN. */
EffectRatio effect_ratio(int64_t after, int64_t before);

/* How the change from `before` to `after` relates to that from `other_before` to `other_after`. */
EffectRatio effect_ratio_of_ratios(int64_t after, int64_t before, int64_t other_after, int64_t other_before);

typedef struct EffectSpan {
    CivilDate from, to; /* [from, to) */
} EffectSpan;

typedef enum EffectTime { EFFECT_BEFORE, EFFECT_AFTER, EFFECT_YEAR_AGO, EFFECT_TIMES } EffectTime;

/*
 * The times that are compared: `days` days from `date` on, as many right before it, and the former a year earlier. Days
 * that have not wholly passed (`today` and on) are left out, and the others are as short. False where not even one has
 * passed.
 */
bool effect_spans(EffectSpan spans[static EFFECT_TIMES], CivilDate date, int days, CivilDate today);

typedef enum EffectVerdict {
    EFFECT_FEWER, /* than before (or, with a comparison area, than its change explains), beyond chance */
    EFFECT_MORE,
    EFFECT_UNCLEAR, /* chance may explain it */
    EFFECT_SILENT,  /* nobody reported for one of the times: nothing can be said */
} EffectVerdict;

typedef struct Effect {
    CivilDate date;
    int days;      /* asked for */
    bool complete; /* all of them have passed */
    EffectSpan spans[EFFECT_TIMES];
    int64_t counts[EFFECT_TIMES]; /* EFFECT_UNKNOWN where nobody reported */
    const char *area_name;
    const char *what;         /* the category's name; NULL for all */
    const char *place;        /* or NULL */
    const char *compare_name; /* the comparison area's; NULL without */
    int64_t compare_counts[EFFECT_TIMES];
    /* effect_judge() fills in: */
    EffectRatio change;   /* after against before */
    EffectRatio season;   /* after against the year before */
    EffectRatio adjusted; /* the change against that of the comparison area */
    EffectVerdict verdict;
} Effect;

/* The ratios and the verdict: of `adjusted` where it is known, else of `change`. */
void effect_judge(Effect *effect);

/* What it says, in plain Swedish: a few sentences. After effect_judge(). Returns 0 or -EIO. */
int effect_words(const Effect *effect, FILE *out);

const char *effect_verdict_name(EffectVerdict verdict); /* "fewer", "more", "unclear", "silent" */
