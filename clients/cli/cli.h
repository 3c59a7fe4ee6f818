/*
 * What every subcommand of `lagesbild` gets: where the server is, where to write, and the exit codes.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "util/arena.h"
#include "util/error.h"

/* The exit codes of the command line contract. */
enum {
    CLI_DONE = 0,
    CLI_REFUSED = 1,     /* the server or the input refused it */
    CLI_USAGE = 2,       /* the command line is wrong */
    CLI_UNREACHABLE = 3, /* the server could not be reached; what was to be sent is in the outbox */
};

typedef struct Cli {
    Arena *arena;      /* lives as long as the command */
    const char *url;   /* LAGESBILD_URL without a slash at its end */
    const char *token; /* LAGESBILD_TOKEN, or NULL */
    FILE *out, *err;
    bool color; /* `out` is a terminal and NO_COLOR is unset */
    int width;  /* columns of the terminal `out` is; 0 where it is none: nothing is cut then */
} Cli;

/* Reads the environment and looks at the terminal. Returns 0 or -ENOMEM. */
int cli_init(Cli *cli, FILE *out, FILE *err);
void cli_deinit(Cli *cli);

/* Prints "lagesbild: <sentence>" to `err` and returns `status`, so that `return cli_fail(cli, CLI_REFUSED, …);` reads.
 */
int cli_fail(Cli *cli, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* cli_fail() for memory that is out. */
int cli_out_of_memory(Cli *cli);

/* A remark to `err` for people; not an error. */
void cli_note(Cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* CLI_DONE when all of `out` has been written, CLI_REFUSED with a message (a full disk, a closed pipe) when not. */
int cli_finish(Cli *cli);
