/*
 * The table of subcommands. Each is one file, cmd_<name>.c, that exports one Command; help and shell completion are
 * made from the table and from each command's argp, so they cannot lag behind.
 */
#pragma once

#include <argp.h>

#include "cli.h"

typedef struct Command {
    const char *name;
    const char *summary;                         /* one line in Swedish, for the list of commands */
    const struct argp *argp;                     /* its options and help; NULL for a command that only has children */
    int (*run)(Cli *cli, int argc, char **argv); /* argv[0] is "lagesbild <name>"; returns an exit code of cli.h */
    const struct Command *const *children;       /* NULL-terminated: "create", "list", … of `token`; or NULL */
} Command;

/* All subcommands in the order of the help, NULL-terminated. */
extern const Command *const command_table[];

/* The command of that name in a NULL-terminated table, or NULL. */
const Command *command_find(const Command *const *table, const char *name);

/* Finds the subcommand in argv and runs it. Returns the exit code; --help and wrong options end the process with it. */
int command_main(Cli *cli, int argc, char **argv);

/*
 * Parses a subcommand's arguments into `options`, which the parser of `argp` gets as state->input. Ends the process
 * with CLI_USAGE when they are wrong and with CLI_DONE after --help.
 */
void command_parse(const struct argp *argp, int argc, char **argv, void *options);

/* For parsers: says what is wrong on the command line and ends the process with CLI_USAGE. (argp_error() would do it in
 * English.) */
void command_error(const struct argp_state *state, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* True when `word` is one of `choices`, which stand as in the option's help: "text|json|csv". */
bool command_choice(const char *choices, const char *word);

/* The value of an option that takes one of `choices`. Anything else ends the process with CLI_USAGE. `option` is its
 * name without the hyphens. */
const char *command_choose(const struct argp_state *state, const char *option, const char *choices, const char *arg);

/* The value of an option that takes a whole number from 1 to `most`; otherwise as above. */
unsigned long command_count(const struct argp_state *state, const char *option, unsigned long most, const char *arg);

/* The value of an option that takes a day, "2026-03-14", or a whole number, as it was written; otherwise as above. */
const char *command_day(const struct argp_state *state, const char *option, const char *arg);
const char *command_number(const struct argp_state *state, const char *option, const char *arg);

/* The arguments of commands that are about one lägesbild: "OMRÅDE PERIOD". */
typedef struct CommandLagesbild {
    const char *area, *period;
} CommandLagesbild;

/* Takes ARGP_KEY_ARG and ARGP_KEY_END; with too many or too few arguments the process ends with CLI_USAGE. */
void command_lagesbild(const struct argp_state *state, int key, const char *arg, CommandLagesbild *which);

/* The address of that lägesbild, with `suffix` behind it. NULL: memory is out. */
const char *command_lagesbild_path(Arena *arena, const CommandLagesbild *which, const char *suffix);
