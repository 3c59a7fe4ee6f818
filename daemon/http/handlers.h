/*
 * The handlers that routes.def names. The file that defines one includes this.
 */
#pragma once

#include "http/request.h"

#define ROUTE(method, path, roles, body, handler, name) void handler(Request *request);
#include "http/routes.def"
#undef ROUTE
