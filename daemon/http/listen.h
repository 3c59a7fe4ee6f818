/*
 * Listening sockets: one for each loop on the same address (SO_REUSEPORT), so that the kernel spreads the connections;
 * or those that somebody else opened and handed to us: systemd, or the daemon that ran before.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

enum { LISTEN_MAX = 64 };

typedef struct ListenSockets {
    int fds[LISTEN_MAX];
    int count;
} ListenSockets;

/* Splits "HOST:PORT" or "[IPv6]:PORT" (an empty host is every address) and opens `count` (1 to LISTEN_MAX) sockets
 * there, non-blocking and listening; with port 0 all on the same free port. Returns 0, or a negative errno with nothing
 * open; -EADDRINUSE also where another process of ours shares the port. */
int listen_open(ListenSockets *out, const char *address, int count, Error *err);

/* The sockets that systemd listens on for us, by the protocol of sd_listen_fds(3): LISTEN_PID and LISTEN_FDS, from
 * descriptor 3 on. The variables are removed, so that no child takes the sockets for its own. Returns how many there
 * are (0 without systemd), or a negative errno where they are none that HTTP can be served on. */
int listen_inherit(ListenSockets *out, Error *err);

/* Makes sockets from elsewhere ready for our loops: non-blocking, closed at exec. -EINVAL where one of them is not a
 * listening stream socket. */
int listen_adopt(const ListenSockets *sockets, Error *err);

/* True where the sockets listen on `address`, as it stands in the settings; port 0 is any. */
bool listen_is_at(const ListenSockets *sockets, const char *address);

/* The share of loop `index` of `loops`, as descriptors of its own. No socket is left without a loop; where there are
 * fewer sockets than loops, several loops have the same. Returns 0, or a negative errno with nothing open. */
int listen_share(ListenSockets *out, const ListenSockets *all, int index, int loops, Error *err);

/* The address with its real port, as it stands in a URL. */
void listen_show(const ListenSockets *sockets, char *out, size_t size);

void listen_close(ListenSockets *sockets);
