#include "core/lagesbild/lagesbild_weeks.h"

#include <errno.h>

CivilDate lagesbild_weeks_from(const Period *period)
{
    CivilDate last = civil_add_days(period->to, -1);
    CivilDate monday = civil_add_days(last, 1 - civil_weekday(last));
    return civil_add_days(monday, -7 * (LAGESBILD_WEEKS_READ - 1));
}

static int64_t known_count(const Lagesbild *l, CivilDate monday, int64_t count)
{
    bool before = civil_compare(monday, l->history_from) < 0;
    bool running = civil_compare(civil_add_days(monday, 7), l->cut_date) > 0;
    return before || running ? LAGESBILD_UNKNOWN : count;
}

int lagesbild_set_weeks(Lagesbild *l, const int64_t counts[static LAGESBILD_WEEKS_READ], Arena *arena)
{
    LagesbildWeek *weeks = arena_calloc(arena, LAGESBILD_WEEKS, sizeof *weeks);
    if (!weeks) return -ENOMEM;
    int64_t known[LAGESBILD_WEEKS_READ];
    CivilDate first = lagesbild_weeks_from(&l->period);
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        known[i] = known_count(l, civil_add_days(first, 7 * i), counts[i]);
    for (int i = 0; i < LAGESBILD_WEEKS; i++) {
        const int at = i + EXPECTED_HISTORY_MAX;
        int64_t history[EXPECTED_HISTORY_MAX];
        size_t n = 0;
        for (int k = at - EXPECTED_HISTORY_MAX; k < at; k++)
            if (known[k] != LAGESBILD_UNKNOWN) history[n++] = known[k];
        const Expected normal = expected_from_history(history, n, known[at] == LAGESBILD_UNKNOWN ? 0 : known[at]);
        weeks[i] = (LagesbildWeek){.monday = civil_add_days(first, 7 * at),
                                   .count = known[at],
                                   .has_normal = normal.known,
                                   .low = normal.low,
                                   .high = normal.high};
    }
    l->weeks = weeks;
    l->week_count = LAGESBILD_WEEKS;
    return 0;
}
