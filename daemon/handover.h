/*
 * A rolling restart: a daemon that is started later takes over the listening sockets of the one that runs, so that at
 * no moment nobody listens. Both have the same `handover` setting, the path of a unix socket that the running one
 * listens on.
 *
 *   running daemon                          started daemon
 *   ──────────────                          ──────────────
 *                        ◄── connects ────
 *   its sockets ─────────── SCM_RIGHTS ──►  has them too; whoever waits in their queues will be accepted by either
 *                        ◄── "serving" ───  its loops have their database and accept
 *   accepts no more, drains, ends           offers the sockets itself
 *
 * A daemon that dies or gives up before it has said "serving" has changed nothing. With --embedded only one of them can
 * have the directory: the started one says "stop" at once, and clients wait in the queues until the running one has
 * ended and the started one serves.
 *
 * Whoever may connect to the path could take all requests, so it is mode 0600, and the other end must run as the same
 * user or as root.
 */
#pragma once

#include <stdbool.h>

#include "http/listen.h"
#include "util/error.h"
#include "util/log.h"

struct event_base;

typedef struct Handover Handover;

typedef struct HandoverEvents {
    /* The other daemon has our sockets. `waits`: it waits for our end; otherwise it serves already. */
    void (*taken)(bool waits, void *arg);
    void *arg;
} HandoverEvents;

/* Offers copies of the `sockets` (which stay the caller's and must outlive the offer) at `path`, in place of whoever
 * did so before. Returns 0 or a negative errno. */
int handover_offer(Handover **out, struct event_base *base, const char *path, const ListenSockets *sockets,
                   const HandoverEvents *events, const Log *log, Error *err);

/* Ends the offer. Where a daemon has taken our sockets, this is the last it hears of us: call it when the database
 * directory is free. NULL is allowed. */
void handover_free(Handover *handover);

/* No further daemon is given our sockets. */
void handover_withdraw(Handover *handover);

/* Asks the daemon at `path` for its sockets. Returns a conversation (a descriptor, the caller's) when it has given
 * them, -ENOENT when no daemon is there (without a text), or another negative errno. */
int handover_ask(const char *path, ListenSockets *out, Error *err);

/* Tells the other daemon that we serve. One that is gone already is no error. */
void handover_say_serving(int conversation);

/* Tells it to stop, and waits for its end, at most `seconds`. Returns 0 or a negative errno. */
int handover_stop_other(int conversation, int seconds, Error *err);
