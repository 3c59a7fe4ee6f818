#include "forms.h"

#include <stddef.h>
#include <string.h>

#include "http.h"

static const char excel[] = "excel-sv";

const char *forms_media_type(const char *format)
{
    static const struct {
        const char *format, *type;
    } types[] = {
        {"json", "application/json"}, {"text", "text/plain"}, {"html", "text/html"},
        {"pdf", "application/pdf"},   {"csv", "text/csv"},    {"geojson", "application/geo+json"},
        {excel, "text/csv"},
    };
    for (size_t i = 0; format && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].format, format) == 0) return types[i].type;
    return types[0].type;
}

const char *forms_query(Arena *arena, const char *path, const char *format)
{
    return http_query(arena, path, "dialect", format && strcmp(format, excel) == 0 ? excel : NULL);
}
