#include "db/array.h"

#include <string.h>

static size_t quoted_size(const char *text)
{
    size_t size = 3; /* quotes and a comma */
    for (; *text; text++)
        size += *text == '"' || *text == '\\' ? 2 : 1;
    return size;
}

char *array_of_texts(Arena *arena, const char *const *items, size_t count)
{
    size_t size = 3;
    for (size_t i = 0; i < count; i++)
        size += quoted_size(items[i]);
    char *out = arena_alloc(arena, size), *at = out;
    if (!out) return NULL;
    *at++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (i) *at++ = ',';
        *at++ = '"';
        for (const char *c = items[i]; *c; c++) {
            if (*c == '"' || *c == '\\') *at++ = '\\';
            *at++ = *c;
        }
        *at++ = '"';
    }
    strcpy(at, "}");
    return out;
}
