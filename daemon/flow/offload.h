/*
 * Work that takes too long for a loop (drawing a PDF: tens of milliseconds) is done by a crew of threads, and its end
 * is told on the loop that asked.
 *
 * A crew is of a fixed size with a bounded queue; its threads may be nicer than the loops, so that a storm takes what
 * the loops leave. One desk a loop and crew: what the loop hands in and gets back. The crew outlives its desks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

struct event_base;

typedef struct OffloadCrew OffloadCrew;
typedef struct OffloadDesk OffloadDesk;

/* Starts `threads` threads, so much nicer than the loops (0 to 19); at most `queue_max` pieces of work wait for one.
 * Returns 0 or a negative errno. */
int offload_crew_new(OffloadCrew **out, int threads, int nice, size_t queue_max, Error *err);

/* Ends the threads. No desk may be left. NULL is allowed. */
void offload_crew_free(OffloadCrew *crew);

/* A desk on a loop. Returns NULL without memory or descriptors. */
OffloadDesk *offload_desk_new(OffloadCrew *crew, struct event_base *base);

/* Takes back what waits, waits for what is being done, and tells the end of both, here. NULL is allowed. */
void offload_desk_free(OffloadDesk *desk);

/*
 * Hands in work: `work` runs on a thread of the crew and touches nothing the loop changes meanwhile; then `done` runs
 * on the loop, exactly once, also where the desk was closed before the work had begun (`worked` is then false). Returns
 * 0, -EAGAIN when the queue is full, or -ENOMEM; `done` is then not called.
 */
int offload_submit(OffloadDesk *desk, void (*work)(void *arg), void (*done)(bool worked, void *arg), void *arg);

/*
 * Waits for a turn, for work that costs much before it is handed in too (asking the database for what is to be drawn): as
 * many turns are out at once as the crew has threads, whichever loops have them, first come, first served. `turn` runs on
 * the loop, exactly once, not before this returns; where `come` is false the desk was closed. Whoever got one gives it
 * back with offload_turn_end(), on the same loop. Returns 0, -EAGAIN where as many wait as the queue holds, or -ENOMEM;
 * `turn` is then not called.
 */
int offload_turn(OffloadDesk *desk, void (*turn)(bool come, void *arg), void *arg);
void offload_turn_end(OffloadDesk *desk);
