/*
 * The series of a lägesbild: a year of weeks, each with what was normal when it came.
 */
#pragma once

#include "core/lagesbild/lagesbild.h"

/* The series needs what came before its first week, too, to say what was normal then. */
enum { LAGESBILD_WEEKS_READ = LAGESBILD_WEEKS + FARRINGTON_WEEKS_MAX };

/* The Monday of the first week to read: the last of them holds the period's last day. */
CivilDate lagesbild_weeks_from(const Period *period);

/* Where the document's period is in such weeks. One that they do not hold has a length of 0: nothing is expected then.
 */
FarringtonPeriod lagesbild_weeks_period(const Lagesbild *l, const int64_t *weeks);

/* Marks those of LAGESBILD_WEEKS_READ weeks unknown that nobody reported for, or of which not all is known. */
void lagesbild_weeks_mark(const Lagesbild *l, const bool reported[static LAGESBILD_WEEKS_READ],
                          int64_t weeks[static LAGESBILD_WEEKS_READ]);

/*
 * Fills l->weeks and l->total.weeks from the counts of LAGESBILD_WEEKS_READ weeks, oldest first, LAGESBILD_UNKNOWN for
 * one that nobody reported for. Weeks from before l->history_from are unknown, and so are those that were not over at
 * l->cut_date. What is normal for a week is found as for a period of one week, from the weeks before it
 * (core/lagesbild/expected.h), so that the last of them says what the lägesbild of that week says. Returns 0 or
 * -ENOMEM.
 */
int lagesbild_set_weeks(Lagesbild *l, const int64_t counts[static LAGESBILD_WEEKS_READ], Arena *arena);
