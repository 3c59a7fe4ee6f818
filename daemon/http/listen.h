/*
 * Listening sockets: one for each loop on the same address (SO_REUSEPORT), so that the kernel spreads the connections.
 */
#pragma once

#include <stddef.h>

#include "util/error.h"

/* Splits "HOST:PORT" or "[IPv6]:PORT" (an empty host is every address) and opens `count` sockets there, non-blocking
 * and listening; with port 0 all on the same free port. `shown` gets the address with its real port, as it stands in a
 * URL. Returns 0, or a negative errno with nothing open; -EADDRINUSE also where another process of ours shares the
 * port. */
int listen_open(const char *address, int count, int *sockets, char *shown, size_t shown_size, Error *err);
