/*
 * What the headers Accept and Content-Type say of media types (RFC 9110, 8.3 and 12.5.1).
 */
#pragma once

#include "util/arena.h"

/* A parameter of a Content-Type header ("charset"), unquoted, in `arena`; NULL where absent or without memory. */
const char *media_type_parameter(Arena *arena, const char *content_type, const char *name);

/* How much an Accept header wants `type` ("text/html"): the q of the most exact range that covers it, in thousandths.
 * 0: not at all. */
int media_type_quality(const char *accept, const char *type);
