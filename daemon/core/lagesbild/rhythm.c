#include "core/lagesbild/rhythm.h"

#include <string.h>

static const struct {
    const char *name, *phrase;
    int weeks; /* of a period; 0 where it is no number of weeks */
} rhythms[] = {
    [RHYTHM_NONE] = {"none", "ingen bestämd rytm", 0},
    [RHYTHM_WEEK] = {"week", "varje vecka", 1},
    [RHYTHM_FORTNIGHT] = {"fortnight", "varannan vecka", 2},
    [RHYTHM_FOUR_WEEKS] = {"four-weeks", "var fjärde vecka", 4},
    [RHYTHM_MONTH] = {"month", "varje månad", 0},
    [RHYTHM_TERTIAL] = {"tertial", "varje tertial", 0},
    [RHYTHM_YEAR] = {"year", "varje år", 0},
};

const char *rhythm_name(RhythmEvery every)
{
    return rhythms[every].name;
}

const char *rhythm_phrase(RhythmEvery every)
{
    return rhythms[every].phrase;
}

RhythmVerdict rhythm_parse(Rhythm *out, const char *every, const char *starts)
{
    Period week;
    size_t i = 0, count = sizeof rhythms / sizeof *rhythms;
    while (i < count && strcmp(rhythms[i].name, every) != 0)
        i++;
    if (i == count) return RHYTHM_UNKNOWN;
    *out = (Rhythm){.every = (RhythmEvery)i};
    if (rhythms[i].weeks <= 1) return starts ? RHYTHM_STARTS_UNWANTED : RHYTHM_OK;
    if (!starts) return RHYTHM_STARTS_WANTED;
    if (period_parse(&week, starts, NULL) || week.kind != PERIOD_WEEKS || period_days(&week) != 7)
        return RHYTHM_STARTS_NO_WEEK;
    out->starts = week.from;
    return RHYTHM_OK;
}

const char *rhythm_starts(const Rhythm *rhythm, char out[static PERIOD_CODE_SIZE])
{
    if (!civil_is_known(rhythm->starts)) return NULL;
    return period_code(&(Period){.kind = PERIOD_WEEKS, .from = rhythm->starts, .to = civil_add_days(rhythm->starts, 7)},
                       out);
}

/* Whole weeks, counted from the first Monday (or back from it). */
static Period weeks_of(CivilDate starts, int weeks, CivilDate day)
{
    const int length = weeks * 7;
    int into = (civil_to_days(day) - civil_to_days(starts)) % length;
    if (into < 0) into += length;
    CivilDate from = civil_add_days(day, -into);
    return (Period){.kind = PERIOD_WEEKS, .from = from, .to = civil_add_days(from, length)};
}

/* `count` months, which a year is a whole number of. */
static Period months_of(PeriodKind kind, int count, CivilDate day)
{
    int first = (day.month - 1) / count * count, after = first + count;
    return (Period){.kind = kind, .from = {day.year, first + 1, 1}, .to = {day.year + after / 12, after % 12 + 1, 1}};
}

bool rhythm_period_of(Period *out, const Rhythm *rhythm, CivilDate day)
{
    const CivilDate any_monday = {2001, 1, 1};
    switch (rhythm->every) {
    case RHYTHM_NONE:
        return false;
    case RHYTHM_WEEK:
        *out = weeks_of(any_monday, 1, day);
        return true;
    case RHYTHM_FORTNIGHT:
    case RHYTHM_FOUR_WEEKS:
        *out = weeks_of(rhythm->starts, rhythms[rhythm->every].weeks, day);
        return true;
    case RHYTHM_MONTH:
        *out = months_of(PERIOD_MONTH, 1, day);
        return true;
    case RHYTHM_TERTIAL:
        *out = months_of(PERIOD_TERTIAL, 4, day);
        return true;
    case RHYTHM_YEAR:
        *out = months_of(PERIOD_YEAR, 12, day);
        return true;
    }
    return false;
}

size_t rhythm_closed(Period *out, size_t most, const Rhythm *rhythm, CivilDate from, CivilDate today)
{
    size_t count = 0;
    Period period;
    for (CivilDate day = from; count < most && rhythm_period_of(&period, rhythm, day); day = period.to) {
        if (civil_compare(period.to, today) > 0) break;
        out[count++] = period;
    }
    return count;
}
