/*
 * A request's head: from its bytes to a method, headers, the framing of the body and a route.
 */
#pragma once

#include <http_parser.h>
#include <stddef.h>

#include "http/guard.h"
#include "http/request.h"

/* Reads `len` bytes of a head, NUL-terminated, from the request's arena; the headers' names point into them. `parser`
 * is then ready for the body. Returns NULL, or what is wrong: the connection must end after that answer. */
const GuardFault *head_read(Request *request, http_parser *parser, char *head, size_t len);

/* Finds the route of a head that has been read, and looks at what it says about a body. Answers where there is none
 * (404, 405), where the address is badly encoded (400), and where the body will not be taken (400, 411, 413, 415). */
void head_route(Request *request);
