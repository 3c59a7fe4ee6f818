#include <string.h>

#include "http/cursor.h"
#include "http/percent.h"

bool cursor_add_next_link(Request *request, const char *const *parameters, const char *cursor)
{
    Arena *arena = request_arena(request);
    const char *link = arena_printf(arena, "<%s?cursor=%s", request_route(request)->path, cursor);
    for (const char *const *name = parameters; link && *name; name++) {
        const char *value = request_query(request, *name);
        if (!value || strcmp(*name, "cursor") == 0) continue;
        const char *encoded = percent_encode(arena, value);
        link = encoded ? arena_printf(arena, "%s&%s=%s", link, *name, encoded) : NULL;
    }
    if (link) link = arena_printf(arena, "%s>; rel=\"next\"", link);
    if (!link) return false;
    request_add_header(request, "Link", link);
    return true;
}
