/*
 * Taking up what people have changed in the knowledge, whichever daemon they changed it through.
 *
 * One loop asks the database each second for the knowledge's version. When it has been raised, the rows are read
 * through the loop's pool, and a thread of its own makes a knowledge of them and puts it in place: the loops go on
 * meanwhile, and readers finish with the knowledge they have. What cannot be loaded is logged, and the old one stays.
 */
#pragma once

#include <stdint.h>

#include "context.h"

typedef struct Reload Reload;

/* `version` is that of the knowledge that is in place. NULL without memory. */
Reload *reload_new(Daemon *daemon, int64_t version);

/* Waits for the thread that may be at work, and frees. No unit of reload_poll() may be under way: free the pool first.
 * NULL is allowed. */
void reload_free(Reload *reload);

/* Each second, from one and the same loop. */
void reload_poll(Reload *reload, Worker *worker);

/* The version of the knowledge in place, or of the newest that could not be loaded. Any thread. */
int64_t reload_version(const Reload *reload);
