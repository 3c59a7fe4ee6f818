/*
 * One line for an event, to a file descriptor, whole or not at all.
 *
 *   2026-03-09T07:12:45.123Z warning: database: the server closed the connection
 *
 * A log is passed down to whoever needs it; functions that find a fault return it instead (see error.h). A line never
 * holds report text or personal data.
 */
#pragma once

typedef enum LogLevel { LEVEL_ERROR, LEVEL_WARNING, LEVEL_INFO, LEVEL_DEBUG } LogLevel;

typedef struct Log {
    LogLevel level; /* the least important that is written */
    int fd;
} Log;

/* Writes a line when its level is at least as important as the log's. A NULL log is standard error at LEVEL_INFO.
 * Lines over 1,000 bytes are cut; control characters become spaces, so that a line stays one line. Any thread. */
void log_line(const Log *log, LogLevel level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "error", "warning", "info", "debug". Returns 0, or -EINVAL for another word. */
int log_level_parse(LogLevel *out, const char *word);
