/* `lagesbild export`: all incidents that a filter lets through, as one file. */
#include <inttypes.h>

#include "commands.h"
#include "download.h"
#include "filter.h"
#include "forms.h"

typedef struct Options {
    Filter filter;
    const char *format, *file;
} Options;

static const char choices[] = "csv|excel-sv|geojson";

static const struct argp_option option_table[] = {
    {"format", 'f', choices, 0, "Hur de skrivs (csv); excel-sv är för ett svenskt Excel"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->filter;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", choices, arg);
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": skriv filens namn efter -o", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&filter_incidents_argp, 0, "Urval:", 1}, {0}};

static const struct argp export_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Skriver alla händelser i urvalet till en fil, hur många de än är. Filen finns först när den är hel.\v"
           "Exempel:\n"
           "  lagesbild export --area bro --from 2026-01-01 --format excel-sv -o bro.csv\n"
           "  lagesbild export --municipality upplands-bro --format geojson -o karta.geojson",
    .children = children,
};

static int export_run(Cli *cli, int argc, char **argv)
{
    Options options = {.format = "csv"};
    command_parse(&export_argp, argc, argv, &options);
    const char *path = filter_query(cli->arena, "/v1/incidents", &options.filter);
    path = forms_query(cli->arena, path, options.format);
    _answer_ HttpAnswer answer = {0};
    const Download wanted = {.path = path, .accept = forms_media_type(options.format), .file = options.file};
    int status = download(cli, &wanted, &answer);
    if (status == CLI_DONE && answer.rows >= 0)
        cli_note(cli, "%" PRId64 " %s", answer.rows, answer.rows == 1 ? "händelse" : "händelser");
    return status;
}

const Command cmd_export = {
    .name = "export",
    .summary = "Skriv alla händelser i ett urval till en fil",
    .argp = &export_argp,
    .run = export_run,
};
