/*
 * Statistics for PostgreSQL's planner while tables are young and grow fast (schema/functions/statistics.sql).
 */
#pragma once

#include "context.h"

/* Each second, from one loop of the daemon. Several daemons may do it at the same time. */
void analyze_grown_poll(Worker *worker);
