/*
 * Which handler answers a method and a path. The table itself is routes.def.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "http/request.h"

enum { ROUTES_PARAMETERS_MAX = 4 };

typedef struct RouteParameter {
    const char *name; /* "id", in the route's own path text, so not NUL-terminated there */
    size_t name_len;
    const char *value; /* percent-decoded */
} RouteParameter;

typedef struct RouteMatch {
    const Route *route; /* NULL where no row has the path, or none with that method */
    unsigned methods;   /* bit 1u << Method for each that the path takes; 0: no such path */
    RouteParameter parameters[ROUTES_PARAMETERS_MAX];
    size_t parameter_count;
} RouteMatch;

/* A row's first bytes as far as they are literal, eight at most: one comparison tells most rows from a path. */
typedef struct RouteHead {
    uint64_t bytes, mask;
} RouteHead;

/* Every route, in the order of routes.def. */
extern const Route routes_table[];
extern const size_t routes_count;

/* The heads of a table's rows, `count` of them. */
void routes_heads(RouteHead *heads, const Route *table, size_t count);

/* The row for `path` (without query). A literal segment goes before a {name}; a {name} is never empty. HEAD is answered
 * by the GET row. `method` -1 is one that no row has. Returns 0 also where nothing matched, -EBADMSG for a segment that
 * cannot be decoded, -ENOMEM. */
int routes_find(RouteMatch *match, const Route *table, const RouteHead *heads, size_t count, int method,
                const char *path, size_t len, Arena *arena);

/* "GET, HEAD, POST" for the Allow header; `out` has room for all of them. */
enum { ROUTES_ALLOW_SIZE = 64 };
void routes_allow(unsigned methods, char out[static ROUTES_ALLOW_SIZE]);

const char *routes_method_name(Method method);

/* -1 for a method that no route can have (OPTIONS). */
int routes_method(const char *name, size_t len);
