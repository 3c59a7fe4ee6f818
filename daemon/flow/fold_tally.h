/*
 * Folding what has happened into the weekly sums (schema/functions/tally.sql). Figures are right without it, but what
 * has not been folded is read one by one.
 */
#pragma once

#include "context.h"

/* Each second, from one loop of the daemon. Several daemons may do it at the same time: the database lets one at it. */
void fold_tally_poll(Worker *worker);
