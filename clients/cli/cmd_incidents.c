/* `lagesbild incidents`: find incidents, all pages of them. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "filter.h"
#include "incidents.h"
#include "output.h"
#include "reply.h"

enum { PAGE = 200, LIMIT_MOST = 100000000 };

typedef struct Options {
    Filter filter;
    const char *format, *file;
    unsigned long limit; /* 0: all */
    bool ids;
} Options;

static const struct argp_option option_table[] = {
    {"limit", 'n', "ANTAL", 0, "Högst så många (annars alla)"},
    {"ids", 'i', NULL, 0, "Visa också händelsernas id"},
    {"format", 'f', "table|json|csv|geojson", 0, "Hur de skrivs (table)"},
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
    case 'n':
        options->limit = command_count(state, "limit", LIMIT_MOST, arg);
        return 0;
    case 'i':
        options->ids = true;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json|csv|geojson", arg);
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": sök ord med --q", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&filter_incidents_argp, 0, "Urval:", 1}, {0}};

static const struct argp incidents_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Visar händelser, de senaste först; alla sidor hämtas.\v"
           "Exempel:\n"
           "  lagesbild incidents --area bro --from 2026-03-09 --to 2026-03-15\n"
           "  lagesbild incidents --category narkotika --place \"Hässelby torg\" --limit 20\n"
           "  lagesbild incidents --area upplands-bro --format csv -o handelser.csv\n"
           "  lagesbild incidents --q moped --ids",
    .children = children,
};

/* What takes the pages: one of a table, a merged JSON list, or CSV whose later pages lose their heading. */
typedef struct Sheet {
    Cli *cli;
    const Options *options;
    Output output;
    IncidentTable table;
    unsigned long count;
    bool more; /* there were more than asked for */
} Sheet;

static bool is_format(const Options *options, const char *format)
{
    return strcmp(options->format ? options->format : "table", format) == 0;
}

static bool is_full(const Sheet *sheet)
{
    return sheet->options->limit && sheet->count >= sheet->options->limit;
}

static int take_csv(Sheet *sheet, const HttpAnswer *answer, bool first)
{
    const char *at = answer->body;
    if (!first) at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n');
    output_sink(&sheet->output, at, strlen(at));
    return CLI_DONE;
}

static int take_item(Sheet *sheet, const cJSON *item)
{
    Cli *cli = sheet->cli;
    sheet->count++;
    if (is_format(sheet->options, "table"))
        return incidents_add(&sheet->table, cli->arena, item) < 0 ? cli_out_of_memory(cli) : CLI_DONE;
    char *text = cJSON_PrintUnformatted(item);
    if (!text) return cli_out_of_memory(cli);
    fprintf(sheet->output.file, "%s\n  ", sheet->count > 1 ? "," : "");
    output_sink(&sheet->output, text, strlen(text));
    cJSON_free(text);
    return CLI_DONE;
}

static int take_page(Session *session, Sheet *sheet, const HttpAnswer *answer, bool first)
{
    if (is_format(sheet->options, "csv")) return take_csv(sheet, answer, first);
    _reply_ cJSON *page = reply_parse(answer);
    const cJSON *items = reply_member(page, is_format(sheet->options, "geojson") ? "features" : "items"), *item;
    if (!cJSON_IsArray(items)) return session_show_nonsense(session);
    cJSON_ArrayForEach(item, items)
    {
        sheet->more = is_full(sheet);
        if (sheet->more) break;
        int status = take_item(sheet, item);
        if (status != CLI_DONE) return status;
    }
    if (is_full(sheet) && answer->next) sheet->more = true;
    return CLI_DONE;
}

static int take_pages(Session *session, Sheet *sheet, const char *path)
{
    const Options *options = sheet->options;
    const char *accept = is_format(options, "csv")       ? "text/csv"
                         : is_format(options, "geojson") ? "application/geo+json"
                                                         : "application/json";
    int status = CLI_DONE;
    for (bool first = true; path && status == CLI_DONE; first = false) {
        _answer_ HttpAnswer answer = {0};
        status = session_get(session, path, accept, &answer);
        if (status == CLI_DONE) status = take_page(session, sheet, &answer, first);
        path = answer.next && !is_full(sheet) ? arena_strdup(sheet->cli->arena, answer.next) : NULL;
    }
    return status;
}

static void print_frame(const Sheet *sheet, bool start)
{
    bool geojson = is_format(sheet->options, "geojson");
    if (!geojson && !is_format(sheet->options, "json")) return;
    if (!start)
        fputs("\n]}\n", sheet->output.file);
    else
        fputs(geojson ? "{\"type\": \"FeatureCollection\", \"features\": [" : "{\"items\": [", sheet->output.file);
}

static int show(Session *session, const Options *options)
{
    Cli *cli = session->cli;
    Sheet sheet = {.cli = cli, .options = options};
    unsigned long page = options->limit && options->limit < PAGE ? options->limit : PAGE;
    const char *limit = arena_printf(cli->arena, "%lu", page);
    const char *path = limit ? filter_query(cli->arena, "/v1/incidents", &options->filter) : NULL;
    path = http_query(cli->arena, path, "limit", limit);
    if (!path || incidents_init(&sheet.table, cli->arena, options->ids, false) < 0) return cli_out_of_memory(cli);
    int status = output_open(&sheet.output, cli, options->file);
    if (status != CLI_DONE) return status;
    print_frame(&sheet, true);
    status = take_pages(session, &sheet, path);
    if (status == CLI_DONE && is_format(options, "table")) {
        table_print(sheet.table.table, sheet.output.file, options->file ? 0 : cli->width, cli->color && !options->file);
        cli_note(cli, "%lu %s", sheet.count, sheet.count == 1 ? "händelse" : "händelser");
    }
    if (status == CLI_DONE) print_frame(&sheet, false);
    if (status == CLI_DONE && sheet.more) cli_note(cli, "Det finns fler; höj --limit för att se dem.");
    return output_close(&sheet.output, cli, status);
}

static int incidents_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&incidents_argp, argc, argv, &options);
    if (options.limit && is_format(&options, "csv"))
        return cli_fail(cli, CLI_USAGE, "--limit gäller inte csv: där kommer alla");
    _session_ Session session;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    return show(&session, &options);
}

const Command cmd_incidents = {
    .name = "incidents",
    .summary = "Sök händelser",
    .argp = &incidents_argp,
    .run = incidents_run,
};
