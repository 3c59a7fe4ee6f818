#include "db/conninfo.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/tuning.h"
#include "util/memstream.h"

struct Conninfo {
    const char **keywords;
    const char **values; /* each value is ours */
    size_t count;
    PQconninfoOption *options; /* the keywords' memory */
};

static const char *const our_values[][2] = {
    {"application_name", "lagesbildd"},
    {"client_encoding", "UTF8"}, /* bodies are checked to be UTF-8 before they come here */
    /* A server that went without a word is noticed within a minute or two, and not after the kernel's two hours. */
    {"keepalives_idle", "60"},
    {"keepalives_interval", "10"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "30000"},
};
enum { OURS = sizeof our_values / sizeof *our_values };

static int put(Conninfo *conninfo, const char *keyword, const char *value)
{
    char *copy = strdup(value);
    if (!copy) return -ENOMEM;
    conninfo->keywords[conninfo->count] = keyword;
    conninfo->values[conninfo->count++] = copy;
    return 0;
}

static int fill(Conninfo *conninfo)
{
    size_t options = 0;
    while (conninfo->options[options].keyword)
        options++;
    conninfo->keywords = calloc(options + OURS + 1, sizeof *conninfo->keywords);
    conninfo->values = calloc(options + OURS + 1, sizeof *conninfo->values);
    if (!conninfo->keywords || !conninfo->values) return -ENOMEM;
    for (size_t i = 0; i < options; i++)
        if (conninfo->options[i].val && put(conninfo, conninfo->options[i].keyword, conninfo->options[i].val) < 0)
            return -ENOMEM;
    for (size_t i = 0; i < OURS; i++)
        if (!conninfo_get(conninfo, our_values[i][0]) && put(conninfo, our_values[i][0], our_values[i][1]) < 0)
            return -ENOMEM;
    return 0;
}

int conninfo_new(Conninfo **out, const char *text, Error *err)
{
    char *reason = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &reason);
    if (!options) {
        size_t len = reason ? strcspn(reason, "\n") : 0;
        int r = error_set(err, -EINVAL, "the database's connection string cannot be read: %.*s", (int)len,
                          reason ? reason : "");
        PQfreemem(reason);
        return r;
    }
    Conninfo *conninfo = calloc(1, sizeof *conninfo);
    if (!conninfo) {
        PQconninfoFree(options);
        return error_set(err, -ENOMEM, "out of memory");
    }
    conninfo->options = options;
    int r = fill(conninfo);
    if (r < 0) {
        conninfo_free(conninfo);
        return error_set(err, r, "out of memory");
    }
    *out = conninfo;
    return 0;
}

void conninfo_free(Conninfo *conninfo)
{
    if (!conninfo) return;
    for (size_t i = 0; i < conninfo->count; i++)
        free((char *)conninfo->values[i]);
    free(conninfo->values);
    free(conninfo->keywords);
    PQconninfoFree(conninfo->options);
    free(conninfo);
}

const char *const *conninfo_keywords(const Conninfo *conninfo)
{
    return conninfo->keywords;
}

const char *const *conninfo_values(const Conninfo *conninfo)
{
    return conninfo->values;
}

const char *conninfo_get(const Conninfo *conninfo, const char *keyword)
{
    for (size_t i = 0; i < conninfo->count; i++)
        if (strcmp(conninfo->keywords[i], keyword) == 0) return conninfo->values[i];
    return NULL;
}

/* "a,b,c" becomes "b,c,a", in place. */
static void rotate(char *list, char *spare)
{
    size_t first = strcspn(list, ",");
    if (list[first] == '\0') return;
    size_t len = strlen(list);
    memcpy(spare, list, first);
    memmove(list, list + first + 1, len - first - 1);
    list[len - first - 1] = ',';
    memcpy(list + len - first, spare, first);
}

void conninfo_next_host(Conninfo *conninfo)
{
    static const char *const lists[] = {"host", "hostaddr", "port"};
    char *spare[3] = {NULL};
    for (size_t i = 0; i < 3; i++) {
        const char *value = conninfo_get(conninfo, lists[i]);
        spare[i] = malloc(value ? strlen(value) + 1 : 1);
    }
    /* All or none: a port must stay with its host. One port for every host has no comma and stays. */
    for (size_t i = 0; i < 3 && spare[0] && spare[1] && spare[2]; i++) {
        char *value = (char *)conninfo_get(conninfo, lists[i]);
        if (value) rotate(value, spare[i]);
    }
    for (size_t i = 0; i < 3; i++)
        free(spare[i]);
}

/* libpq marks what a dialogue should hide. */
static bool is_password(const PQconninfoOption *option)
{
    return option->val && option->dispchar && *option->dispchar == '*';
}

char *conninfo_without_passwords(const char *text)
{
    PQconninfoOption *options = PQconninfoParse(text, NULL);
    if (!options) return NULL;
    bool found = false, first = true;
    char *out = NULL;
    size_t size;
    for (const PQconninfoOption *option = options; option->keyword; option++)
        found |= is_password(option);
    FILE *file = found ? memstream_open(&out, &size) : NULL;
    if (!found) out = strdup(text);
    for (const PQconninfoOption *option = options; file && option->keyword; option++) {
        if (!option->val || is_password(option)) continue;
        fprintf(file, "%s%s=", first ? "" : " ", option->keyword);
        first = false;
        tuning_quote(option->val, file, '\\');
    }
    if (file && !memstream_close(file)) {
        free(out);
        out = NULL;
    }
    PQconninfoFree(options);
    return out;
}
