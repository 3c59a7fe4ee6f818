#include "http/media_type.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A quoted or plain value at `at`, unescaped. */
static char *parameter_value(Arena *arena, const char *at)
{
    if (*at != '"') return arena_strndup(arena, at, strcspn(at, "; \t"));
    char *out = arena_alloc(arena, strlen(at) + 1);
    size_t n = 0;
    for (at++; out && *at && *at != '"'; at++) {
        if (*at == '\\' && at[1]) at++;
        out[n++] = *at;
    }
    if (out) out[n] = '\0';
    return out;
}

/* The next ";" outside quotes, or NULL. */
static const char *next_parameter(const char *at)
{
    for (bool quoted = false; *at; at++) {
        if (quoted && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == ';' && !quoted)
            return at;
    }
    return NULL;
}

const char *media_type_parameter(Arena *arena, const char *at, const char *name)
{
    while ((at = next_parameter(at))) {
        at += 1 + strspn(at + 1, " \t");
        size_t len = strlen(name);
        if (strncasecmp(at, name, len) == 0 && at[len] == '=') return parameter_value(arena, at + len + 1);
    }
    return NULL;
}

/* How much a range of Accept ("text/ *;q=0.5") wants a type: its q in thousandths, and in `*closeness` how exact it is
 * (RFC 9110, 12.5.1: the most exact range counts). -1 where it says nothing of the type. */
static int range_quality(const char *range, size_t len, const char *type, int *closeness)
{
    size_t type_len = strlen(type), main_len = strcspn(type, "/") + 1;
    size_t name_len = strcspn(range, ";, \t");
    if (name_len > len) name_len = len;
    if (name_len == type_len && strncasecmp(range, type, type_len) == 0)
        *closeness = 2;
    else if (name_len == main_len + 1 && strncasecmp(range, type, main_len) == 0 && range[main_len] == '*')
        *closeness = 1;
    else if (name_len == 3 && memcmp(range, "*/*", 3) == 0)
        *closeness = 0;
    else
        return -1;
    for (const char *at = range + name_len; (at = memchr(at, ';', (size_t)(range + len - at)));) {
        at += 1 + strspn(at + 1, " \t");
        if ((*at | 32) != 'q' || at[1] != '=') continue;
        int quality = at[2] == '1' ? 1000 : 0;
        int unit = 100;
        if (at[2] == '0' && at[3] == '.')
            for (const char *digit = at + 4; isdigit((unsigned char)*digit) && unit; digit++, unit /= 10)
                quality += (*digit - '0') * unit;
        return quality;
    }
    return 1000;
}

int media_type_quality(const char *accept, const char *type)
{
    int best_closeness = -1, quality = 0;
    while (*accept) {
        accept += strspn(accept, ", \t");
        size_t len = strcspn(accept, ",");
        int closeness = -1, q = len ? range_quality(accept, len, type, &closeness) : -1;
        if (q >= 0 && closeness > best_closeness) {
            best_closeness = closeness;
            quality = q;
        }
        accept += len;
    }
    return quality;
}
