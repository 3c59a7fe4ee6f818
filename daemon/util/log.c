#include "util/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {
    [LEVEL_ERROR] = "error", [LEVEL_WARNING] = "warning", [LEVEL_INFO] = "info", [LEVEL_DEBUG] = "debug"};

int log_level_parse(LogLevel *out, const char *word)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
        if (strcmp(word, level_names[i]) == 0) {
            *out = (LogLevel)i;
            return 0;
        }
    }
    return -EINVAL;
}

void log_line(const Log *log, LogLevel level, const char *format, ...)
{
    static const Log standard = {.level = LEVEL_INFO, .fd = STDERR_FILENO};
    if (!log) log = &standard;
    if (level > log->level) return;

    char line[1100];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t len = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    len += (size_t)snprintf(line + len, sizeof line - len, ".%03ldZ %s: ", now.tv_nsec / 1000000, level_names[level]);

    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + len, sizeof line - len - 1, format, args);
    va_end(args);
    if (more < 0) return;
    size_t end = len + (size_t)more;
    if (end > sizeof line - 2) end = sizeof line - 2;
    for (; len < end; len++)
        if ((unsigned char)line[len] < ' ' || line[len] == 0x7f) line[len] = ' ';
    line[end++] = '\n';
    /* One write, so that lines of several threads do not mix. A log that cannot be written has nowhere to say so. */
    ssize_t written = write(log->fd, line, end);
    (void)written;
}
