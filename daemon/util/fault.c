#include "util/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void faults_add(Faults *faults, const char *pointer, const char *format, ...)
{
    if (faults->count == FAULTS_MAX) return;
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *where = arena_strdup(faults->arena, pointer), *detail = arena_strdup(faults->arena, text);
    /* Without memory the fault still counts: what is wrong must not pass. */
    faults->items[faults->count++] =
        (Fault){.pointer = where ? where : "", .detail = detail ? detail : "is not what was expected"};
}

void faults_unknown_members(Faults *faults, const cJSON *object, const char *const *known, const char *detail)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        size_t i = 0;
        while (known[i] && strcmp(member->string, known[i]) != 0)
            i++;
        if (known[i]) continue;
        char pointer[80];
        snprintf(pointer, sizeof pointer, "/%.60s", member->string);
        faults_add(faults, pointer, "%s", detail);
    }
}
