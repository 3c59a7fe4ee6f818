#include "util/compose.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Every character under U+0300 is composed as it stands; in UTF-8 those are the ones that begin with a lower byte. */
enum { FIRST_BYTE_OF_U0300 = 0xCC };

static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= FIRST_BYTE_OF_U0300) return false;
    return true;
}

/* Bytes of the next cluster: what is composed lies within one (UAX 29). What is not UTF-8 is a byte by itself. */
static size_t cluster_length(const utf8proc_uint8_t *text, size_t len)
{
    utf8proc_int32_t before, next, state = 0;
    utf8proc_ssize_t n = utf8proc_iterate(text, (utf8proc_ssize_t)len, &before);
    if (n <= 0) return 1;
    size_t at = (size_t)n;
    while (at < len && (n = utf8proc_iterate(text + at, (utf8proc_ssize_t)(len - at), &next)) > 0 &&
           !utf8proc_grapheme_break_stateful(before, next, &state)) {
        before = next;
        at += (size_t)n;
    }
    return at;
}

/* Appends a cluster, composed, and gives its length. What cannot be composed stays as it is. */
static size_t write_cluster(char *out, const utf8proc_uint8_t *cluster, size_t len)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n = -1;
    if (!is_plain((const char *)cluster, len))
        n = utf8proc_map(cluster, (utf8proc_ssize_t)len, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    size_t written = n < 0 ? len : (size_t)n;
    memcpy(out, n < 0 ? cluster : composed, written);
    free(composed);
    return written;
}

/* Where each byte of the old text went: `moved[i]`, for the end too. NULL without memory. */
static const char *compose(Arena *arena, const char *text, size_t *len, uint32_t *moved)
{
    /* In UTF-8, for a few characters that have no composed form (Unicode FAQ, Normalization). */
    enum { GROWS_MOST = 3 };
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    char *out = arena_alloc(arena, *len * GROWS_MOST + 1);
    size_t to = 0;
    if (!out) return NULL;
    for (size_t at = 0; at < *len;) {
        size_t n = cluster_length(bytes + at, *len - at);
        size_t written = write_cluster(out + to, bytes + at, n);
        for (size_t i = 0; moved && i < n; i++)
            moved[at + i] = (uint32_t)to;
        at += n;
        to += written;
    }
    if (moved) moved[*len] = (uint32_t)to;
    out[to] = '\0';
    *len = to;
    return out;
}

const char *compose_text(Arena *arena, const char *text)
{
    size_t len = strlen(text);
    return is_plain(text, len) ? text : compose(arena, text, &len, NULL);
}

const char *compose_name(Arena *arena, const char *name)
{
    static const char white[] = " \t\r\n";
    const char *start = name + strspn(name, white);
    size_t len = strlen(start);
    while (len && strchr(white, start[len - 1]))
        len--;
    const char *trimmed = start[len] ? arena_strndup(arena, start, len) : start;
    return trimmed ? compose_text(arena, trimmed) : NULL;
}

const char *compose_moved(Arena *arena, const char *text, size_t *len, uint32_t *offsets, size_t count)
{
    if (is_plain(text, *len)) return text;
    uint32_t *moved = arena_calloc(arena, *len + 1, sizeof *moved);
    if (!moved) return NULL;
    const char *out = compose(arena, text, len, moved);
    for (size_t i = 0; out && i < count; i++)
        offsets[i] = moved[offsets[i]];
    return out;
}
