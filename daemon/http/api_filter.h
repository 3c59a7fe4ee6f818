/*
 * Which incidents a query asks for, and where a list goes on. All answer 400 (or as api_read_scope() does) and return
 * false where the query is at fault.
 */
#pragma once

#include "flow/query_incidents.h"
#include "http/request.h"

/* All of `area, category, source, status, from, to, place, q, bbox, municipality`. */
bool api_filter_incidents(Request *request, const Knowledge *knowledge, IncidentFilter *filter);

/* Those that are alike in all interfaces: all but `from, to, bbox`, which are left as they are. */
bool api_filter_common(Request *request, const Knowledge *knowledge, IncidentFilter *filter);

/* ?cursor= with that many keys; all NULL without one. What the database is then sent is a number or a time, and an id.
 */
bool api_filter_cursor(Request *request, int keys, IncidentCursor *cursor);

/* The cursor as clients get it, which is for them to give back and not to read. NULL without memory. */
const char *api_filter_encode(Arena *arena, const IncidentCursor *cursor);
