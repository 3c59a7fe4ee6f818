/*
 * The close of periods: when a group's period is over, its draft begins to wait for somebody to publish it.
 *
 * What is stored is a row that says so (lagesbild_closed); the draft itself follows the data, as every draft does. One
 * loop of every daemon does it: at its start, at every Swedish midnight, when the knowledge has changed (a rhythm was
 * set), when the machine's clock was set, and each hour for good measure. It records all that closed since the record
 * ends, so what closed while no daemon ran is caught up. The day is the database's, and its primary key decides between
 * two daemons; so a daemon's own clock, however wrong, decides only when it looks.
 */
#pragma once

#include <stdint.h>

#include "context.h"

typedef struct ClosePeriods ClosePeriods;

/* Looks for the first time as soon as the loop turns. NULL without memory or descriptors. */
ClosePeriods *close_periods_new(Worker *worker);

/* No unit of work may be under way: free the pool first. NULL is allowed. */
void close_periods_free(ClosePeriods *watch);

/* Looks again where this is not the version of the knowledge that it looked with last. From its loop. */
void close_periods_notice(ClosePeriods *watch, int64_t knowledge_version);
