#include "command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dates.h"
#include "http.h"

const Command *command_find(const Command *const *table, const char *name)
{
    for (; *table; table++)
        if (strcmp((*table)->name, name) == 0) return *table;
    return NULL;
}

static void end_with_usage(const char *name)
{
    fprintf(stderr, "Hjälp med exempel: %s --help\n", name);
    exit(CLI_USAGE);
}

void command_error(const struct argp_state *state, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "%s: ", state->name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    end_with_usage(state->name);
    __builtin_unreachable();
}

/* argp's help, but for its few English words. */
static void print_translated(const char *help)
{
    static const struct {
        const char *english, *swedish;
    } words[] = {{"Usage: ", "Användning: "}, {"  or:  ", "     eller: "}, {"[OPTION...]", "[VAL...]"}};
    while (*help) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof words / sizeof *words && !skip; i++) {
            if (strncmp(help, words[i].english, strlen(words[i].english)) != 0) continue;
            fputs(words[i].swedish, stdout);
            skip = strlen(words[i].english);
        }
        if (!skip) putchar(*help);
        help += skip ? skip : 1;
    }
}

static error_t parse_help(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    /* The subcommands' parsers speak for themselves (command_error); what is left is getopt's. */
    if (key == ARGP_KEY_ERROR)
        command_error(state, "valet finns inte, är inte entydigt eller saknar värde: %s", state->argv[state->next - 1]);
    if (key != '?') return ARGP_ERR_UNKNOWN;
    char *help = NULL;
    size_t len;
    FILE *out = open_memstream(&help, &len);
    if (!out) exit(CLI_REFUSED);
    state->flags &= ~(unsigned)ARGP_NO_ERRS; /* which would silence the help too */
    argp_state_help(state, out, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC);
    fclose(out);
    print_translated(help);
    free(help);
    exit(fflush(stdout) == 0 ? CLI_DONE : CLI_REFUSED);
}

/* Leaves out argp's note on short options, which is in English and says what is plain. */
static char *filter_help(int key, const char *text, void *input)
{
    (void)input;
    return key == ARGP_KEY_HELP_DUP_ARGS_NOTE ? NULL : (char *)text;
}

void command_parse(const struct argp *argp, int argc, char **argv, void *options)
{
    static const struct argp_option help_options[] = {{"help", '?', NULL, 0, "Visa den här hjälpen", -1}, {0}};
    static const struct argp help = {.options = help_options, .parser = parse_help};
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {&help, 0, NULL, 0}, {0}};
    const struct argp whole = {.children = children, .help_filter = filter_help};
    if (argp_parse(&whole, argc, argv, ARGP_NO_HELP | ARGP_NO_ERRS, NULL, options) != 0) end_with_usage(argv[0]);
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

const char *command_choose(const struct argp_state *state, const char *option, const char *choices, const char *arg)
{
    if (!command_choice(choices, arg)) command_error(state, "--%s: något av %s, inte \"%s\"", option, choices, arg);
    return arg;
}

unsigned long command_count(const struct argp_state *state, const char *option, unsigned long most, const char *arg)
{
    char *end;
    unsigned long number = strtoul(arg, &end, 10);
    if (*arg < '0' || *arg > '9' || *end || number < 1 || number > most)
        command_error(state, "--%s: \"%s\" är inget antal mellan 1 och %lu", option, arg, most);
    return number;
}

const char *command_day(const struct argp_state *state, const char *option, const char *arg)
{
    if (!dates_is_day(arg)) command_error(state, "--%s: \"%s\" är inget datum; skriv som 2026-03-14", option, arg);
    return arg;
}

const char *command_number(const struct argp_state *state, const char *option, const char *arg)
{
    if (!*arg || strspn(arg, "0123456789") != strlen(arg))
        command_error(state, "--%s: \"%s\" är inget tal", option, arg);
    return arg;
}

void command_lagesbild(const struct argp_state *state, int key, const char *arg, CommandLagesbild *which)
{
    if (key == ARGP_KEY_ARG) {
        if (which->period) command_error(state, "ett område och en period");
        *(which->area ? &which->period : &which->area) = arg;
    } else if (!which->period) {
        command_error(state, "vilket område och vilken period? Till exempel: bro 2026-W11");
    }
}

const char *command_lagesbild_path(Arena *arena, const CommandLagesbild *which, const char *suffix)
{
    const char *area = http_segment(arena, which->area), *period = http_segment(arena, which->period);
    return area && period ? arena_printf(arena, "/v1/lagesbilder/%s/%s%s", area, period, suffix) : NULL;
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
