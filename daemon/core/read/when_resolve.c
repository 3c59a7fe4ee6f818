/* What a word on a day means beside the date of the report it stands in. */
#include "core/read/when-internal.h"

enum {
    COMPACT_BACK = 366, /* days; six or eight digits that would be an older day are another number */
    WHOLE_PART = 10,    /* what lexicon.h adds to "hela natten" */
    NOW = 100,          /* what lexicon.h has for "nyss" */
    AHEAD = 14,         /* days in which something told without its year is still to come */
};

bool when_is_part_only(const DayCue *cue)
{
    return cue->role == LEX_PART;
}

bool when_is_whole_part(const DayCue *cue)
{
    return cue->role == LEX_PART && cue->value >= WHOLE_PART;
}

/* The part of the day that a cue tells, or LEX_PART_NONE. */
int when_part_of(const DayCue *cue)
{
    if (cue->role == LEX_PART) return cue->value % WHOLE_PART;
    if (cue->role == LEX_NIGHT_TO) return LEX_NIGHT;
    if (cue->role != LEX_DAY_PART) return LEX_PART_NONE;
    return ((cue->value % 10) + 10) % 10;
}

bool when_is_now(const DayCue *cue)
{
    return cue->role == LEX_DAY && cue->value == NOW;
}

int when_days_of(const DayCue *cue)
{
    return (cue->value - when_part_of(cue)) / 10;
}

static CivilDate latest_weekday(CivilDate report, int weekday)
{
    if (!civil_is_known(report)) return report;
    return civil_add_days(report, -((civil_weekday(report) - weekday + 7) % 7));
}

/* Easter Sunday, Gregorian: the "Anonymous" algorithm of Meeus, Jones and Butcher (Meeus, Astronomical Algorithms). */
static CivilDate easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return (CivilDate){year, n / 31, n % 31 + 1};
}

/* A movable feast in a year: by Easter, or as midsummer the first weekday from a date (`value` as in the lexicon). */
static CivilDate feast(const DayCue *cue, int year)
{
    if (cue->role == LEX_EASTER) return civil_add_days(easter(year), cue->value);
    CivilDate from = {year, cue->value / 1000, cue->value / 10 % 100};
    if (!civil_is_valid(from.year, from.month, from.day)) return (CivilDate){0};
    return civil_add_days(from, (cue->value % 10 - civil_weekday(from) + 7) % 7);
}

/* The latest one that is not after the report. */
static CivilDate latest_feast(const DayCue *cue, CivilDate report)
{
    if (!civil_is_known(report)) return report;
    CivilDate day = feast(cue, report.year);
    return civil_compare(day, report) <= 0 || report.year == 1 ? day : feast(cue, report.year - 1);
}

static CivilDate next_year(CivilDate date)
{
    return (CivilDate){date.year + 1, date.month, date.day};
}

/*
 * The date, a year ago at its latest, is one still to come: its weekday says so ("lördag 6 juni" on a 4 June that is a
 * Thursday), or without one it is few days ahead, of which people write sooner than of a year ago.
 */
static bool is_announced(const DayCue *cue, CivilDate date, CivilDate report)
{
    if (cue->date.year || !cue->date.month || !civil_is_known(date) || !civil_is_known(report)) return false;
    CivilDate next = next_year(date);
    if (!civil_is_valid(next.year, next.month, next.day) || civil_compare(next, report) <= 0) return false;
    if (civil_compare(next, civil_add_days(report, cue->value ? WHEN_AHEAD_MOST : AHEAD)) > 0) return false;
    return !cue->value || civil_weekday(next) == cue->value;
}

/* The day of a written date; unknown where a year is written that lies too far ahead to be one ("12.12.30" of clocks).
 */
static CivilDate resolve_written(const DateWords *words, CivilDate report)
{
    CivilDate date = date_resolve(words, report);
    /* "260312" */
    if (words->compact && civil_is_known(date) && civil_is_known(report) &&
        civil_compare(date, civil_add_days(report, -COMPACT_BACK)) < 0)
        return (CivilDate){0};
    bool beyond = civil_is_known(date) && civil_is_known(report) &&
                  civil_compare(date, civil_add_days(report, WHEN_AHEAD_MOST)) > 0;
    return beyond ? (CivilDate){0} : date;
}

/* The day a cue means for an event at `minute` (or -1). Unknown where the report's date is. */
CivilDate when_resolve(const DayCue *cue, CivilDate report, int minute)
{
    const CivilDate unknown = {0};
    CivilDate date = unknown;
    int part = when_part_of(cue);
    switch (cue->role) {
    case LEX_MONTH:
        date = resolve_written(&cue->date, report);
        if (is_announced(cue, date, report)) return next_year(date);
        if (cue->date.first_day && minute >= DAY_BREAK && civil_is_known(date)) {
            DateWords first = cue->date;
            first.day = first.first_day;
            first.first_day = 0;
            date = date_resolve(&first, date);
        }
        return date;
    case LEX_NIGHT_TO:
        date = cue->value ? latest_weekday(report, cue->value) : resolve_written(&cue->date, report);
        return civil_is_known(date) && minute >= NOON ? civil_add_days(date, -1) : date;
    case LEX_WEEKDAY:
        date = latest_weekday(report, cue->value);
        return cue->past && civil_is_known(date) && civil_compare(date, report) == 0 ? civil_add_days(date, -7) : date;
    case LEX_EASTER:
    case LEX_WEEKDAY_FROM:
        return latest_feast(cue, report);
    case LEX_DAY:
        return civil_is_known(report) ? civil_add_days(report, cue->value % NOW) : unknown;
    case LEX_DAY_PART:
        if (!civil_is_known(report)) return unknown;
        date = civil_add_days(report, when_days_of(cue));
        if (part == LEX_NIGHT && when_days_of(cue) == 0 && minute >= EVENING) return civil_add_days(date, -1);
        if (part == LEX_EVENING && minute >= 0 && minute < 5 * 60 && when_days_of(cue) < 0)
            return civil_add_days(date, 1);
        return date;
    default:
        return unknown;
    }
}
