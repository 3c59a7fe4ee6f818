/* `lagesbild show`: the lägesbild of an area and a period. */
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "delivery.h"
#include "forms.h"
#include "output.h"

typedef struct Options {
    const char *area, *period, *municipality, *format, *file, *version, *audience;
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
        if (!command_choice("text|json|html|pdf|csv|excel-sv", arg))
            command_error(state, "--format: text, json, html, pdf, csv eller excel-sv, inte \"%s\"", arg);
        options->format = arg;
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case 'V':
        if (!*arg || strspn(arg, "0123456789") != strlen(arg))
            command_error(state, "--version: \"%s\" är inget tal", arg);
        options->version = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'p':
        options->audience = "public";
        return 0;
    case ARGP_KEY_ARG:
        if (options->period) command_error(state, "ett område och en period");
        *(options->area ? &options->period : &options->area) = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->period) command_error(state, "vilket område och vilken period? Till exempel: bro 2026-W11");
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
    const char *area = http_segment(cli->arena, options.area), *period = http_segment(cli->arena, options.period);
    const char *path = area && period ? arena_printf(cli->arena, "/v1/lagesbilder/%s/%s", area, period) : NULL;
    path = http_query(cli->arena, path, "municipality", options.municipality);
    path = http_query(cli->arena, path, "version", options.version);
    path = http_query(cli->arena, path, "audience", options.audience);
    path = forms_query(cli->arena, path, options.format);
    if (!path) return cli_out_of_memory(cli);
    _session_ Session session;
    Output output;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    if ((status = output_open(&output, cli, options.file)) != CLI_DONE) return status;
    const HttpCall call = {
        .method = "GET",
        .path = path,
        .accept = forms_media_type(options.format ? options.format : "text"),
        .sink = output_sink,
        .sink_arg = &output,
    };
    _answer_ HttpAnswer answer = {0};
    return output_close(&output, cli, session_call(&session, &call, &answer));
}

const Command cmd_show = {
    .name = "show",
    .summary = "Visa lägesbilden för ett område och en period",
    .argp = &show_argp,
    .run = show_run,
};
