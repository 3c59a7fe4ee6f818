#include "util/fault.h"

#include <stdarg.h>
#include <stdio.h>

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
