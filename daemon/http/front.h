/*
 * HTTP on one loop: its listening socket and every connection it has accepted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "http/listen.h"
#include "util/error.h"

struct Worker;

typedef struct Front Front;

/* How a front stops. */
typedef enum FrontDrain {
    FRONT_DRAIN_ALL,      /* who waits in the sockets' queues is accepted first: nobody else would */
    FRONT_DRAIN_ACCEPTED, /* they are left to the process that has the sockets too */
    FRONT_DRAIN_PATIENT,  /* the same, and there is time: a connection that is idle stays until its next answer can tell
                             it to close, so that no request meets a connection that is being closed */
} FrontDrain;

/* Takes over the sockets. Returns 0 or a negative errno, with them closed. */
int front_new(Front **out, struct Worker *worker, ListenSockets *sockets, Error *err);

/* Starts to accept, on the worker's loop. Twice is once. */
int front_open(Front *front);

/* Stops accepting, answers what has been accepted, tells each client with its answer that the connection closes, and
 * calls `done`, once, when no connection and no unanswered request is left. `done` may call front_free() only later,
 * outside the call. May be called again to be less patient. */
void front_drain(Front *front, FrontDrain how, void (*done)(void *arg), void *arg);

/* Closes every connection at once, answered or not (the drain took too long). */
void front_abandon(Front *front);

/* Requests whose answer is still to come, those without a client included. */
size_t front_unanswered(const Front *front);

/* Frees it all. No handler may still hold a request: close the pool before. NULL is allowed. */
void front_free(Front *front);
