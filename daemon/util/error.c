#include "util/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(Error *err, int code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return code;
}

void error_prefix(Error *err, const char *format, ...)
{
    if (!err) return;
    char before[sizeof err->text], tail[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(before, sizeof before, format, args);
    va_end(args);
    memcpy(tail, err->text, sizeof tail);
    size_t n = strlen(before);
    memcpy(err->text, before, n);
    snprintf(err->text + n, sizeof err->text - n, "%s", tail);
}
