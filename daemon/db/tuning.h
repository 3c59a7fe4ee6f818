/*
 * The settings of the private PostgreSQL. Pure: figures in, text out.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

typedef struct Tuning {
    const char *name;    /* stands in the title of each process; at most 63 bytes of ASCII */
    int64_t memory;      /* the machine's, in bytes */
    int max_connections; /* clients at the same time */
    const char *socket_directory;
    const char *log_directory;
} Tuning;

/* Writes a file for `include` in postgresql.conf. Commits are durable; the log holds no statements and no values. */
void tuning_write(const Tuning *tuning, FILE *out);

/* Writes `value` between single quotes, as postgresql.conf and libpq's conninfo both read it. */
void tuning_quote(const char *value, FILE *out, char escape_quote);
