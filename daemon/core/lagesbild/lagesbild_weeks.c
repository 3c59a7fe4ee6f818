#include "core/lagesbild/lagesbild_weeks.h"

#include <errno.h>

CivilDate lagesbild_weeks_from(const Period *period)
{
    CivilDate last = civil_add_days(period->to, -1);
    CivilDate monday = civil_add_days(last, 1 - civil_weekday(last));
    return civil_add_days(monday, -7 * (LAGESBILD_WEEKS_READ - 1));
}

FarringtonPeriod lagesbild_weeks_period(const Lagesbild *l, const int64_t *weeks)
{
    const int from = civil_to_days(l->period.from) - civil_to_days(lagesbild_weeks_from(&l->period));
    const int days = period_days(&l->period), first = from / 7, last = LAGESBILD_WEEKS_READ - 1;
    if (from < 0) return (FarringtonPeriod){.weeks = weeks};
    const int in_first = 7 - from % 7, in_last = from + days - 7 * last;
    return (FarringtonPeriod){.weeks = weeks,
                              .first = (size_t)first,
                              .length = (size_t)(last - first + 1),
                              .first_share = (in_first < days ? in_first : days) / 7.0,
                              .last_share = in_last / 7.0};
}

static bool is_known(const Lagesbild *l, CivilDate monday)
{
    bool before = civil_compare(monday, l->history_from) < 0;
    bool running = civil_compare(civil_add_days(monday, 7), l->cut_date) > 0;
    return !before && !running;
}

void lagesbild_weeks_mark(const Lagesbild *l, const bool reported[static LAGESBILD_WEEKS_READ],
                          int64_t weeks[static LAGESBILD_WEEKS_READ])
{
    CivilDate first = lagesbild_weeks_from(&l->period);
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        if (!reported[i] || !is_known(l, civil_add_days(first, 7 * i))) weeks[i] = LAGESBILD_UNKNOWN;
}

/* What was to be expected in one week. */
static Expected normal_in(const int64_t *weeks, size_t at)
{
    const int64_t count = weeks[at] == LAGESBILD_UNKNOWN ? 0 : weeks[at];
    const FarringtonPeriod week = {.weeks = weeks, .first = at, .length = 1, .first_share = 1, .last_share = 1};
    const Expected normal = expected_from_weeks(&week, count);
    if (normal.known) return normal;
    int64_t history[EXPECTED_HISTORY_MAX];
    size_t n = 0;
    for (size_t k = at - EXPECTED_HISTORY_MAX; k < at; k++)
        if (weeks[k] != LAGESBILD_UNKNOWN) history[n++] = weeks[k];
    return expected_from_history(history, n, count);
}

int lagesbild_set_weeks(Lagesbild *l, const int64_t counts[static LAGESBILD_WEEKS_READ], Arena *arena)
{
    LagesbildWeek *weeks = arena_calloc(arena, LAGESBILD_WEEKS, sizeof *weeks);
    int64_t *known = arena_calloc(arena, LAGESBILD_WEEKS_READ, sizeof *known);
    if (!weeks || !known) return -ENOMEM;
    CivilDate first = lagesbild_weeks_from(&l->period);
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        known[i] = is_known(l, civil_add_days(first, 7 * i)) ? counts[i] : LAGESBILD_UNKNOWN;
    for (int i = 0; i < LAGESBILD_WEEKS; i++) {
        const int at = LAGESBILD_WEEKS_READ - LAGESBILD_WEEKS + i;
        const Expected normal = normal_in(known, (size_t)at);
        weeks[i] = (LagesbildWeek){.monday = civil_add_days(first, 7 * at),
                                   .count = known[at],
                                   .has_normal = normal.known,
                                   .low = normal.low,
                                   .high = normal.high};
    }
    l->weeks = weeks;
    l->week_count = LAGESBILD_WEEKS;
    l->total.weeks = known;
    return 0;
}
