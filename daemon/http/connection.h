/*
 * One client's connection: bytes in, requests in order, answers out.
 *
 *   idle ─ a byte ─→ head ─ whole, a route ─→ auth ─ allowed ─→ body ─ whole ─→ answer ─→ idle
 *            └ faulty, refused ────────────────┴────────────────┴──────────────→ answer ─→ flush ─→ linger ─→ closed
 *
 * One request at a time: what a client sends ahead waits in the input buffer, whose size is bounded, so answers come in
 * order. Deadlines for head and body are absolute, not for each read, so that a byte a second does not keep a
 * connection.
 */
#pragma once

#include <event2/util.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "http/request.h"
#include "http/send.h"

struct AddressEntry;
struct Front;
struct evbuffer;

/* Takes over a connected, non-blocking socket and its place in the count of addresses. -ENOMEM: nothing taken over. */
int connection_new(struct Front *front, evutil_socket_t fd, struct AddressEntry *address);

/* Bytes of the answer. Memory that runs out breaks the connection off. */
void connection_write(Connection *connection, const void *bytes, size_t len);

/* The same for a whole answer, head and body: what the socket takes is sent at once, without a copy and without asking
 * first whether it takes anything; the rest waits like what connection_write() is given. */
void connection_send(Connection *connection, const void *head, size_t head_len, const SendBody *body);

/* Bytes that the client has not taken yet. */
size_t connection_pending(const Connection *connection);

/* The connection closes after this answer, and the answer's head should say so. `answered`: the whole answer is there,
 * so that nobody will want what is left of the body. */
bool connection_is_last(Connection *connection, bool answered);

/* The answer ends with the connection (HTTP/1.0 has no chunks). */
void connection_set_last(Connection *connection);

/* The answer cannot go on: closes, from the loop. `reason` is static. */
void connection_break(Connection *connection, const char *reason);

/* The request was answered, or wants its body again: go on from the loop, not from inside the caller. */
void connection_kick(Connection *connection);

/* What the loop does then. */
void connection_pump_kicked(Connection *connection);

/* Stops counting the time of the body while the handler has paused it, and counts it again. */
void connection_pause_clock(Connection *connection, bool paused);

/* Closes now. `reason` is for the debug log. The memory is freed later, outside every callback. */
void connection_close(Connection *connection, const char *reason);

/* While draining: an idle connection gets a moment for a request that is on its way. */
void connection_drain(Connection *connection);

/* Frees a closed connection, out of the front's list of the dead. */
void connection_free(Connection *connection);

/* The front's list of connections. */
Connection *connection_next(Connection *connection);
