#include "http/percent.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "util/compose.h"

static int hex_value(unsigned char c)
{
    if (!isxdigit(c)) return -1;
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static bool is_utf8(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        if (!(text[i] & 0x80)) {
            i++;
            continue;
        }
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &code);
        if (n <= 0) return false;
        i += (size_t)n;
    }
    return true;
}

int percent_decode(char **out, Arena *arena, const char *bytes, size_t len, bool plus_is_space)
{
    char *text = arena_alloc(arena, len + 1);
    if (!text) return -ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        int c = (unsigned char)bytes[i];
        if (c == '%') {
            int high = len - i > 2 ? hex_value((unsigned char)bytes[i + 1]) : -1;
            int low = len - i > 2 ? hex_value((unsigned char)bytes[i + 2]) : -1;
            if (high < 0 || low < 0) return -EBADMSG;
            c = high << 4 | low;
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == 0) return -EBADMSG;
        text[n++] = (char)c;
    }
    text[n] = '\0';
    if (!is_utf8(text, n)) return -EBADMSG;
    *out = text;
    return 0;
}

int percent_query(QueryParameter **out, size_t *count, Arena *arena, const char *bytes, size_t len)
{
    QueryParameter *parameters = NULL;
    size_t n = 0, capacity = 0;
    for (const char *at = bytes, *end = bytes + len; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop) stop = end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = equals ? equals : stop, *value = equals ? equals + 1 : stop;
        if (stop > at) {
            if (n == PERCENT_QUERY_MAX) return -E2BIG;
            parameters = arena_grow(arena, parameters, n, &capacity, sizeof *parameters);
            if (!parameters) return -ENOMEM;
            char *name_text, *value_text;
            int r = percent_decode(&name_text, arena, at, (size_t)(name_end - at), true);
            if (r == 0) r = percent_decode(&value_text, arena, value, (size_t)(stop - value), true);
            if (r < 0) return r;
            const char *composed = compose_text(arena, value_text);
            if (!composed) return -ENOMEM;
            parameters[n++] = (QueryParameter){name_text, composed};
        }
        at = stop + 1;
    }
    *out = parameters;
    *count = n;
    return 0;
}

char *percent_encode(Arena *arena, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *out = arena_alloc(arena, strlen(text) * 3 + 1), *at = out;
    if (!out) return NULL;
    for (const char *c = text; *c; c++) {
        if (strchr(unreserved, *c))
            *at++ = *c;
        else
            at += sprintf(at, "%%%02X", (unsigned)(unsigned char)*c);
    }
    *at = '\0';
    return out;
}
