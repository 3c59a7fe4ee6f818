/*
 * What the files of a connection share: connection.c (the socket, and what drives it), connection_steps.c (what is done
 * in each state), connection_clock.c (how long each state may last).
 */
#pragma once

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <http_parser.h>

#include "http/connection.h"
#include "http/front-internal.h"
#include "http/guard.h"
#include "http/request-internal.h"

enum {
    CONNECTION_OUTPUT_LOW = 64 * 1024, /* bytes; a stream's writer is asked for more below it, and no new request is
                                        * begun above it */
};

typedef enum ConnectionState {
    CONNECTION_IDLE,
    CONNECTION_HEAD,
    CONNECTION_AUTH,
    CONNECTION_BODY,
    CONNECTION_ANSWER,
    CONNECTION_FLUSH,
    CONNECTION_LINGER,
    CONNECTION_CLOSED,
} ConnectionState;

struct Connection {
    Front *front;
    Connection *prev, *next;               /* in Front.connections or .dead */
    Connection *prev_kicked, *next_kicked; /* in Front.kicked, where it is */
    struct AddressEntry *address;
    struct bufferevent *bev;
    struct event *deadline;
    ConnectionState state;
    Request *request; /* the one under way */
    bool last;        /* close after its answer */
    bool authorized;  /* the token has been looked up */
    bool eof;         /* the client will send no more, but may still read */
    bool full;        /* so is the input: nothing is read until some of it has been taken */
    bool pumping;
    bool kicked;           /* to be pumped outside every callback */
    int64_t deadline_us;   /* from now on, for a deadline that was set while pumping; 0: none was */
    const char *broken;    /* why an answer cannot go on */
    size_t scanned;        /* of the head that comes in */
    http_parser parser;    /* of the request under way */
    GuardChunks chunks;    /* of its body */
    int body_fault;        /* status, when the parser's callback refused a part of the body */
    int64_t body_since;    /* microseconds; moved on by pauses */
    int64_t paused_since;  /* 0: not paused */
    uint64_t written;      /* bytes given to the output, ever */
    uint64_t taken_before; /* of them, what the client had taken at the last look */
};

/* Into the state, with the time that it may take. */
void connection_enter(Connection *c, ConnectionState state);

/* Before the next request: while the last answers are still going out, the client must take them. */
void connection_set_idle_deadline(Connection *c);

/* Starts the timer for a deadline that was set while pumping. */
void connection_start_deadline(Connection *c);

/* The timer's callback; `arg` is the connection. */
void connection_on_deadline(evutil_socket_t fd, short what, void *arg);

/* Does what there is to do in the state. True: another step may be possible. Not when closed. */
bool connection_step(Connection *c);

/* One step after another, as far as it goes. */
void connection_pump(Connection *c);

/* Ends the exchange from our side: an answer of our own where there is none yet, then close. `detail` is static. */
void connection_refuse(Connection *c, int status, const char *detail);
