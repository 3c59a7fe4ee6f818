/*
 * Stands between the pool and the server, on the same loop, and misbehaves when told to.
 */
#pragma once

#include "fixture.h"

typedef struct Proxy Proxy;

/* Listens under the fixture's directory. */
Proxy *proxy_open(Fixture *fixture);
void proxy_close(Proxy *proxy);

/* To connect through it. */
const char *proxy_conninfo(const Proxy *proxy);

/* Closes every connection, in the middle of whatever it was doing. */
void proxy_cut(Proxy *proxy);

/* Lets bytes through only `bytes` at a time, one lot in each loop turn and direction; 0 for no limit. */
void proxy_dribble(Proxy *proxy, size_t bytes);

/* Connections taken so far. */
int proxy_count(const Proxy *proxy);
