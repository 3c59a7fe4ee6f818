/* `lagesbild show`: the lägesbild of an area and a period. */
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "download.h"
#include "forms.h"

typedef struct Options {
    CommandLagesbild which;
    const char *municipality, *format, *file, *version, *audience;
} Options;

static const struct argp_option option_table[] = {
    {"format", 'f', "text|json|html|pdf|csv|excel-sv", 0, "Hur den skrivs (text)"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {"version", 'V', "N", 0, "En utgiven version, oförändrad sedan den gavs ut"},
    {"municipality", 'm', "KOD", 0, "Kommunen, när flera har ett område med samma kod eller området är borttaget"},
    {"public", 'p', NULL, 0, "Den som kan lämnas utanför gruppen: utan händelser och små antal"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'f':
        options->format = command_choose(state, "format", "text|json|html|pdf|csv|excel-sv", arg);
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case 'V':
        options->version = command_number(state, "version", arg);
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'p':
        options->audience = "public";
        return 0;
    case ARGP_KEY_ARG:
    case ARGP_KEY_END:
        command_lagesbild(state, key, arg, &options->which);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp show_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "OMRÅDE PERIOD",
    .doc = "Visar lägesbilden för ett område och en period. Perioden är en vecka (2026-W11), flera veckor "
           "(2026-W10..2026-W11), en månad (2026-03), ett tertial (2026-T1) eller ett år (2026).\v"
           "Exempel:\n"
           "  lagesbild show bro 2026-W11\n"
           "  lagesbild show upplands-bro 2026-W10..2026-W11 --format pdf -o lagesbild.pdf\n"
           "  lagesbild show hasselby-torg 2026-03 --format json | jq .total",
};

static int show_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&show_argp, argc, argv, &options);
    bool binary = options.format && strcmp(options.format, "pdf") == 0;
    if (binary && !options.file && isatty(fileno(cli->out)))
        return cli_fail(cli, CLI_USAGE, "en PDF hör inte hemma på skärmen; lägg till -o FIL");
    const char *path = command_lagesbild_path(cli->arena, &options.which, "");
    path = http_query(cli->arena, path, "municipality", options.municipality);
    path = http_query(cli->arena, path, "version", options.version);
    path = http_query(cli->arena, path, "audience", options.audience);
    path = forms_query(cli->arena, path, options.format);
    _answer_ HttpAnswer answer = {0};
    const Download wanted = {
        .path = path,
        .accept = forms_media_type(options.format ? options.format : "text"),
        .file = options.file,
    };
    return download(cli, &wanted, &answer);
}

const Command cmd_show = {
    .name = "show",
    .summary = "Visa lägesbilden för ett område och en period",
    .argp = &show_argp,
    .run = show_run,
};
