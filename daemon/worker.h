/*
 * One loop: its thread, and what only it uses. The struct is in daemon.h.
 */
#pragma once

#include "daemon.h"

/* Makes the loop with its pool, counters and front; takes over the listening `sockets`. Returns 0 or a negative errno,
 * with nothing left behind. */
int worker_init(Worker *worker, Daemon *daemon, int index, ListenSockets *sockets, Error *err);

/* Starts the thread. It tells daemon->finished_fd when it ends. Returns 0 or a negative errno. */
int worker_start(Worker *worker, Error *err);

/* Asks the loop to stop accepting, answer what it has accepted (as daemon->drain says) and end; `now`: without waiting.
 * Any thread. */
void worker_stop(Worker *worker, bool now);

/* Waits for the thread, where one was started. */
void worker_join(Worker *worker);

/* Joins and frees everything. No other worker may still run: they read each other's counters. Twice is safe. */
void worker_deinit(Worker *worker);
