/*
 * Where an answer goes: standard output, or a file that is there whole or not at all.
 */
#pragma once

#include <stdio.h>

#include "cli.h"

typedef struct Output {
    FILE *file;
    const char *path, *temporary; /* NULL for standard output */
    bool guarded;                 /* it is a terminal: see terminal_guard() */
    int guard_state;
} Output;

/* `path` NULL or "-" for `cli->out`. Returns CLI_DONE, or CLI_REFUSED with the reason shown. */
int output_open(Output *output, Cli *cli, const char *path);

/* For HttpCall.sink. */
int output_sink(void *output, const void *bytes, size_t len);

/* Writes a whole answer and a line end to `cli->out`. Returns the exit code. */
int output_answer(Cli *cli, const char *body, size_t len);

/* Puts the file in its place when `status` is CLI_DONE, else takes it away. Returns the exit code. */
int output_close(Output *output, Cli *cli, int status);
