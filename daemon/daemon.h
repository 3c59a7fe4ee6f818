/*
 * The daemon: how its loops start, run and stop.
 */
#pragma once

#include "context.h"

/* Takes over the settings (config_init() and so on; the caller's copy is then empty). */
void daemon_init(Daemon *daemon, Config *config);
void daemon_deinit(Daemon *daemon);

/* Runs until SIGTERM, SIGINT or SIGHUP, then drains; a second signal ends the drain. Returns the process's exit status;
 * errors have been logged. */
int daemon_run(Daemon *daemon);

/* Brings the database's schema up to date, with --embedded in the private cluster. Returns the exit status, as above.
 */
int daemon_migrate(Daemon *daemon);
