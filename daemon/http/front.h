/*
 * HTTP on one loop: its listening socket and every connection it has accepted.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

struct Worker;

typedef struct Front Front;

/* Takes over `socket` (listen_open()) and starts to accept on the worker's loop. Returns 0 or a negative errno, with
 * the socket closed. */
int front_new(Front **out, struct Worker *worker, int socket, Error *err);

/* Stops accepting, answers what has been accepted, closes each connection after its answer, and calls `done`, once,
 * when no connection and no unanswered request is left. `done` may call front_free() only later, outside the call. */
void front_drain(Front *front, void (*done)(void *arg), void *arg);

/* Closes every connection at once, answered or not (the drain took too long). */
void front_abandon(Front *front);

/* Requests whose answer is still to come, those without a client included. */
size_t front_unanswered(const Front *front);

/* Frees it all. No handler may still hold a request: close the pool before. NULL is allowed. */
void front_free(Front *front);
