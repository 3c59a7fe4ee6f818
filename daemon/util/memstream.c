#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

typedef struct Target {
    char **text;
    size_t *len;
    size_t capacity;
} Target;

static bool make_room(Target *target, size_t more)
{
    size_t wanted = *target->len + more + 1;
    if (wanted <= target->capacity) return true;
    size_t capacity = target->capacity ? target->capacity * 2 : 4096;
    while (capacity < wanted)
        capacity *= 2;
    char *larger = realloc(*target->text, capacity);
    if (!larger) return false;
    *target->text = larger;
    target->capacity = capacity;
    return true;
}

/* What is not taken marks the stream as failed. */
static ssize_t take(void *cookie, const char *bytes, size_t len)
{
    Target *target = cookie;
    if (!make_room(target, len)) return 0;
    memcpy(*target->text + *target->len, bytes, len);
    *target->len += len;
    (*target->text)[*target->len] = '\0';
    return (ssize_t)len;
}

static int end(void *cookie)
{
    Target *target = cookie;
    bool ended = *target->text || make_room(target, 0); /* nothing was written: an empty text */
    if (ended) (*target->text)[*target->len] = '\0';
    free(target);
    return ended ? 0 : EOF;
}

FILE *memstream_open(char **text, size_t *len)
{
    Target *target = calloc(1, sizeof *target);
    if (!target) return NULL;
    *text = NULL;
    *len = 0;
    *target = (Target){.text = text, .len = len};
    FILE *stream = fopencookie(target, "w", (cookie_io_functions_t){.write = take, .close = end});
    if (!stream) free(target);
    return stream;
}

bool memstream_close(FILE *stream)
{
    bool whole = fflush(stream) == 0 && !ferror(stream);
    return fclose(stream) == 0 && whole;
}
