#include "command.h"

#include <string.h>

const Command *command_find(const Command *const *table, const char *name)
{
    for (; *table; table++)
        if (strcmp((*table)->name, name) == 0) return *table;
    return NULL;
}

void command_parse(const struct argp *argp, int argc, char **argv, void *options)
{
    /* glibc's default, 64, is not what our contract says. */
    argp_err_exit_status = CLI_USAGE;
    argp_parse(argp, argc, argv, 0, NULL, options);
}

bool command_choice(const char *choices, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = choices; *at;) {
        size_t n = strcspn(at, "|");
        if (n == len && strncmp(at, word, n) == 0) return true;
        at += n + (at[n] == '|');
    }
    return false;
}

static void print_table(FILE *out, const char *prefix, const Command *const *table)
{
    for (; *table; table++)
        fprintf(out, "  %s%-*s %s\n", prefix, 12, (*table)->name, (*table)->summary);
}

static void print_help(FILE *out)
{
    fputs("Användning: lagesbild KOMMANDO [VAL...]\n"
          "Kommunens öppna händelselogg: rapporter in, lägesbild ut.\n\n",
          out);
    print_table(out, "", command_table);
    fputs("\nHjälp med exempel för ett kommando: lagesbild KOMMANDO --help\n\n"
          "Miljövariabler:\n"
          "  LAGESBILD_URL    serverns adress (http://127.0.0.1:8080 om inget sägs)\n"
          "  LAGESBILD_TOKEN  din nyckel\n"
          "  NO_COLOR         satt: inga färger\n\n"
          "Slutkod: 0 klart, 1 servern eller indata sade nej, 2 fel på kommandoraden,\n"
          "3 servern gick inte att nå (det som skulle sändas ligger då i utkorgen).\n",
          out);
}

/* --help in a command that only has children. */
static void print_group_help(FILE *out, const Command *command)
{
    fprintf(out, "Användning: lagesbild %s KOMMANDO [VAL...]\n%s.\n\n", command->name, command->summary);
    print_table(out, "", command->children);
    fprintf(out, "\nHjälp med exempel: lagesbild %s KOMMANDO --help\n", command->name);
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-?") == 0 || strcmp(word, "-h") == 0 ||
           strcmp(word, "help") == 0;
}

/* `argv[0]` names a command of `table`; `title` is what stands before it ("lagesbild"). */
static int dispatch(Cli *cli, const Command *const *table, const char *title, int argc, char **argv)
{
    const Command *command = command_find(table, argv[0]);
    if (!command) return cli_fail(cli, CLI_USAGE, "kommandot \"%s\" finns inte; se %s --help", argv[0], title);
    char *name = arena_printf(cli->arena, "%s %s", title, command->name);
    if (!name) return cli_out_of_memory(cli);
    if (!command->children) {
        argv[0] = name;
        return command->run(cli, argc, argv);
    }
    if (argc > 1 && is_help(argv[1])) {
        print_group_help(cli->out, command);
        return CLI_DONE;
    }
    if (argc < 2) {
        print_group_help(cli->err, command);
        return CLI_USAGE;
    }
    return dispatch(cli, command->children, name, argc - 1, argv + 1);
}

int command_main(Cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        print_help(cli->err);
        return CLI_USAGE;
    }
    if (is_help(argv[1])) {
        print_help(cli->out);
        return cli_finish(cli);
    }
    if (strcmp(argv[1], "--version") == 0) {
        fprintf(cli->out, "lagesbild %s\n", LAGESBILD_VERSION);
        return cli_finish(cli);
    }
    return dispatch(cli, command_table, "lagesbild", argc - 1, argv + 1);
}
