/*
 * How often a group meets over a lägesbild, and which periods that makes: every week, fortnight, four weeks, month,
 * tertial or year, or none in particular.
 *
 * Periods of several weeks follow each other from a week that is named, so they go on evenly over New Year whether the
 * year has 52 weeks or 53.
 */
#pragma once

#include "core/lagesbild/period.h"

typedef enum RhythmEvery {
    RHYTHM_NONE,
    RHYTHM_WEEK,
    RHYTHM_FORTNIGHT,
    RHYTHM_FOUR_WEEKS,
    RHYTHM_MONTH,
    RHYTHM_TERTIAL,
    RHYTHM_YEAR,
} RhythmEvery;

typedef struct Rhythm {
    RhythmEvery every;
    CivilDate starts; /* a Monday that one of the periods begins with; only for periods of several weeks */
} Rhythm;

typedef enum RhythmVerdict {
    RHYTHM_OK = 0,
    RHYTHM_UNKNOWN,         /* no such rhythm */
    RHYTHM_STARTS_WANTED,   /* periods of several weeks start in a week that must be named */
    RHYTHM_STARTS_UNWANTED, /* the others need none */
    RHYTHM_STARTS_NO_WEEK,  /* it is no week */
} RhythmVerdict;

/* "none", "week", "fortnight", "four-weeks", "month", "tertial", "year". */
const char *rhythm_name(RhythmEvery every);

/* The same in Swedish, for sentences: "varje vecka", "varannan vecka", …. */
const char *rhythm_phrase(RhythmEvery every);

/* `starts` is a week, "2026-W10", or NULL. */
RhythmVerdict rhythm_parse(Rhythm *out, const char *every, const char *starts);

/* The week it starts in, as rhythm_parse() reads it. Returns `out`, or NULL where it needs none. */
const char *rhythm_starts(const Rhythm *rhythm, char out[static PERIOD_CODE_SIZE]);

/* The period that holds `day`. False for RHYTHM_NONE. */
bool rhythm_period_of(Period *out, const Rhythm *rhythm, CivilDate day);

/*
 * The periods that are over when `today` begins, the oldest first, from the one that holds `from`: at most `most`, to
 * `out`. Returns how many.
 */
size_t rhythm_closed(Period *out, size_t most, const Rhythm *rhythm, CivilDate from, CivilDate today);
