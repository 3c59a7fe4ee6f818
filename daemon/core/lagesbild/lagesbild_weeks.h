/*
 * The series of a lägesbild: a year of weeks, each with what was normal when it came.
 */
#pragma once

#include "core/lagesbild/lagesbild.h"

/* The series needs what came before its first week, too, to say what was normal then. */
enum { LAGESBILD_WEEKS_READ = LAGESBILD_WEEKS + EXPECTED_HISTORY_MAX };

/* The Monday of the first week to read: the last of them holds the period's last day. */
CivilDate lagesbild_weeks_from(const Period *period);

/*
 * Fills l->weeks from the counts of LAGESBILD_WEEKS_READ weeks, oldest first, LAGESBILD_UNKNOWN for one that nobody
 * reported for. Weeks from before l->history_from are unknown, and so are those that were not over at l->cut_date.
 * What is normal for a week comes from the twelve before it (core/lagesbild/expected.h). Returns 0 or -ENOMEM.
 */
int lagesbild_set_weeks(Lagesbild *l, const int64_t counts[static LAGESBILD_WEEKS_READ], Arena *arena);
