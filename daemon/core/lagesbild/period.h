/*
 * The span of days a lägesbild or a trend covers: a week, a range of weeks, a month, a tertial, a year.
 *
 * Bounds are local civil dates, from midnight to midnight in the municipality's own time; whoever needs instants (the
 * database) converts them, so that a week with a clock change is 167 or 169 hours long.
 *
 * Written forms (the contract's, and VB for the year, as annual follow-ups say it):
 *   2026-W11   2026-W10..2026-W11   2026-03   2026-T1 (January–April; T2 May–August; T3 September–December)   2026-VB
 *   2026
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/civil.h"
#include "util/error.h"

enum {
    PERIOD_YEAR_MIN = 1990,
    PERIOD_YEAR_MAX = 2100,
    PERIOD_WEEKS_MAX = 53, /* the longest range of weeks: a year, whichever it is */
    PERIOD_CODE_SIZE = 24,
    PERIOD_LABEL_SIZE = 96,
};

typedef enum PeriodKind { PERIOD_WEEKS, PERIOD_MONTH, PERIOD_TERTIAL, PERIOD_YEAR } PeriodKind;

typedef struct Period {
    PeriodKind kind;
    CivilDate from; /* the first day */
    CivilDate to;   /* the day after the last */
} Period;

/* Reads one of the written forms, all of `text`. Returns 0, or -EINVAL and what is wrong with it, in Swedish.
 */
int period_parse(Period *out, const char *text, Error *err);

/* The period's code, as period_parse() reads it ("2026-W10..2026-W11"). Returns `out`. */
char *period_code(const Period *period, char out[static PERIOD_CODE_SIZE]);

/* As Swedes write it: "v. 10–11 2026 (2–15 mars 2026)", "mars 2026", "T1 2026 (januari–april 2026)", "år 2026".
 * Returns `out`. */
char *period_label(const Period *period, char out[static PERIOD_LABEL_SIZE]);

/* The same without the dates, for table heads and running text: "v. 10–11", "mars 2026", "T1 2026", "2026". */
char *period_short_label(const Period *period, char out[static PERIOD_LABEL_SIZE]);

/*
 * The period of the same form and length right before this one: as many weeks, the month, tertial or year before.
 */
Period period_previous(const Period *period);

/*
 * The same period a year earlier. Weeks are matched by number: as many weeks from the week of the same number. Where a
 * range starts in week 53 and the year before has none, it starts 52 weeks earlier, which holds the same New Year.
 */
Period period_year_ago(const Period *period);

/* Days in the period. */
int period_days(const Period *period);

/* "a period", "the period before" in Swedish: "vecka", "tvåveckorsperiod", "månad" …; what to call ONE such period.
 * `plural` gives "veckor", "månader" …. */
const char *period_noun(const Period *period, bool plural);

/* The periods before it: "veckorna", "månaderna", "tertialen" …; and the word for one of them: "en" or "ett". */
const char *period_noun_definite(const Period *period);
const char *period_one(const Period *period);
