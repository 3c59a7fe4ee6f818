#include "http/handlers.h"
#include "http/routes.h"

const Route routes_table[] = {
#define ROUTE(method, path, roles, body, handler, name) {METHOD_##method, path, roles, body, handler, name},
#include "http/routes.def"
#undef ROUTE
};
const size_t routes_count = sizeof routes_table / sizeof *routes_table;
