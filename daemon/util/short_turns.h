/*
 * A thread that runs for moments and should begin them at once.
 */
#pragma once

/*
 * Asks the scheduler for short turns for the thread that calls: it is then let in before threads whose turns are
 * longer, and is itself sent away sooner where others wait; how much it gets in all stays the same. Linux takes the
 * wish from 6.12 on (sched_setattr(2): sched_runtime of an ordinary thread); without it all works as before, so no
 * failure is told.
 */
void short_turns_ask(void);
