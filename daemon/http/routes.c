#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "http/percent.h"

static const char *const method_names[METHOD_COUNT] = {
    [METHOD_GET] = "GET", [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
    [METHOD_PUT] = "PUT", [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

const char *routes_method_name(Method method)
{
    return method_names[method];
}

int routes_method(const char *name, size_t len)
{
    for (int i = 0; i < METHOD_COUNT; i++)
        if (strlen(method_names[i]) == len && memcmp(method_names[i], name, len) == 0) return i;
    return -1;
}

void routes_allow(unsigned methods, char out[static ROUTES_ALLOW_SIZE])
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < METHOD_COUNT; i++) {
        if (!(methods & 1u << i)) continue;
        if (used) used += strlen(strcpy(out + used, ", "));
        used += strlen(strcpy(out + used, method_names[i]));
    }
}

/* Cuts the next segment off; false at the end. Both start at a "/". */
static bool next_segment(const char **at, const char *end, const char **segment, size_t *len)
{
    if (*at == end || **at != '/') return false;
    *segment = *at + 1;
    const char *stop = memchr(*segment, '/', (size_t)(end - *segment));
    *at = stop ? stop : end;
    *len = (size_t)(*at - *segment);
    return true;
}

/* Whether a row has the path, and how early it has a literal where another has a name: the lower the rank, the better.
 * -1 where it has not. */
static int rank(const char *pattern, const char *path, size_t len)
{
    const char *end = path + len;
    int names = 0;
    for (;;) {
        const size_t literal = (size_t)(strchrnul(pattern, '{') - pattern);
        if (literal > (size_t)(end - path) || memcmp(pattern, path, literal) != 0) return -1;
        for (size_t i = 0; i < literal; i++)
            if (pattern[i] == '/') names <<= 1;
        pattern += literal;
        path += literal;
        if (!*pattern) return path == end ? names : -1;
        const char *slash = memchr(path, '/', (size_t)(end - path)), *stop = slash ? slash : end;
        if (stop == path) return -1;
        path = stop;
        pattern = strchr(pattern, '}') + 1;
        names |= 1;
    }
}

static int take_parameters(RouteMatch *match, const char *path, size_t len, Arena *arena)
{
    const char *pattern = match->route->path, *pattern_end = pattern + strlen(pattern), *path_end = path + len;
    const char *wanted, *given;
    size_t wanted_len, given_len;
    while (next_segment(&pattern, pattern_end, &wanted, &wanted_len) &&
           next_segment(&path, path_end, &given, &given_len)) {
        if (wanted_len == 0 || wanted[0] != '{') continue;
        if (match->parameter_count == ROUTES_PARAMETERS_MAX) return -E2BIG;
        char *value;
        int r = percent_decode(&value, arena, given, given_len, false);
        if (r < 0) return r;
        match->parameters[match->parameter_count++] =
            (RouteParameter){.name = wanted + 1, .name_len = wanted_len - 2, .value = value};
    }
    return 0;
}

static uint64_t first_bytes(const char *text, size_t len)
{
    uint64_t bytes = 0;
    memcpy(&bytes, text, len < sizeof bytes ? len : sizeof bytes);
    return bytes;
}

void routes_heads(RouteHead *heads, const Route *table, size_t count)
{
    static const char ones[] = "\xff\xff\xff\xff\xff\xff\xff\xff";
    for (size_t i = 0; i < count; i++) {
        const size_t literal = strcspn(table[i].path, "{");
        heads[i] = (RouteHead){first_bytes(table[i].path, literal), first_bytes(ones, literal)};
    }
}

int routes_find(RouteMatch *match, const Route *table, const RouteHead *heads, size_t count, int method,
                const char *path, size_t len, Arena *arena)
{
    *match = (RouteMatch){0};
    const uint64_t first = first_bytes(path, len);
    int best = -1;
    for (size_t i = 0; i < count; i++) {
        if ((first & heads[i].mask) != heads[i].bytes) continue;
        int r = rank(table[i].path, path, len);
        if (r < 0 || (best >= 0 && r > best)) continue;
        if (r != best) {
            match->methods = 0;
            match->route = NULL;
        }
        best = r;
        match->methods |= 1u << table[i].method;
        if (table[i].method == METHOD_GET) match->methods |= 1u << METHOD_HEAD;
        if ((int)table[i].method == (method == METHOD_HEAD ? METHOD_GET : method)) match->route = &table[i];
    }
    return match->route ? take_parameters(match, path, len, arena) : 0;
}
