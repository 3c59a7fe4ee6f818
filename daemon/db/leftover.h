/*
 * A private PostgreSQL that a killed daemon left running.
 */
#pragma once

#include "util/error.h"
#include "util/log.h"

/* Stops all processes of PostgreSQL that work in the directory `data` or have the cluster's name (63 bytes at most),
 * and removes what a dead one left in `data` and in `socket`, its socket's directory. Only for one who holds the
 * cluster's lock, so that no daemon cares for them any more. Blocks, 40 s at most. 0, or -EBUSY where one does not
 * stop. */
int leftover_stop(const char *data, const char *name, const char *socket, const Log *log, Error *err);
