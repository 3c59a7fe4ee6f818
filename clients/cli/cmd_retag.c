/* `lagesbild retag`: read stored texts again with what the service knows today. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "incidents.h"
#include "output.h"
#include "reply.h"
#include "table.h"

/* A long run tells that it goes on, but the first of it may take its time. */
enum { STALL_SECONDS = 600 };

typedef struct Options {
    const char *area, *municipality, *from, *to, *format;
    bool apply;
} Options;

enum { KEY_APPLY = 1 };

static const struct argp_option option_table[] = {
    {"apply", KEY_APPLY, NULL, 0, "Ändra också; utan det visas bara vad som skulle ändras"},
    {"area", 'a', "KOD", 0, "Bara händelser som nu ligger i området"},
    {"municipality", 'm', "KOD", 0, "Kommunen, när nyckeln gäller flera"},
    {"from", 'F', "DATUM", 0, "Bara händelser från och med den dagen"},
    {"to", 'T', "DATUM", 0, "Bara händelser till och med den dagen"},
    {"format", 'f', "table|ndjson", 0, "Hur ändringarna skrivs (table)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case KEY_APPLY:
        options->apply = true;
        return 0;
    case 'a':
        options->area = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'F':
        options->from = arg;
        return 0;
    case 'T':
        options->to = arg;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|ndjson", arg);
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": inga argument behövs", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp retag_argp = {
    .options = option_table,
    .parser = parse,
    .doc =
        "Läser lagrade texter igen med det som tjänsten vet i dag, till exempel när en gata har lagts till. Det som en "
        "människa har bestämt rörs inte. Utan --apply visas bara vad som skulle ändras.\v"
        "Exempel:\n"
        "  lagesbild retag\n"
        "  lagesbild retag --from 2026-01-01 --apply",
};

static const TableColumn columns[] = {
    {"Händelse", false, false}, {"Fält", false, false}, {"Före", false, true}, {"Efter", false, true}};

/* What people call the fields. */
static const char *field_name(const char *field)
{
    static const char *const names[][2] = {
        {"areas", "område"}, {"category", "kategori"}, {"place", "plats"}, {"status", "läge"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], field) == 0) return names[i][1];
    return field;
}

static const char *shown(Arena *arena, const char *field, const cJSON *value)
{
    const char *text = cJSON_IsArray(value) ? reply_join(arena, value, NULL) : reply_scalar(arena, value);
    if (strcmp(field, "status") == 0) text = incidents_standing(text);
    return text && *text ? text : "–";
}

/* What the lines of the answer say, one after the other. */
typedef struct Sheet {
    Cli *cli;
    Table *table;
    double read, changed;
    bool whole; /* the summary has come */
} Sheet;

static int take_line(Sheet *sheet, const cJSON *line)
{
    const cJSON *summary = reply_member(line, "summary");
    if (summary) {
        sheet->read = reply_number(summary, "read", 0);
        sheet->changed = reply_number(summary, "changed", 0);
        sheet->whole = true;
    }
    const char *field = reply_text(line, "field");
    if (!field) return 0;
    const TableCell cells[] = {
        {.text = reply_text(line, "incident"), .style = TABLE_DIM},
        {.text = field_name(field)},
        {.text = shown(sheet->cli->arena, field, reply_member(line, "before"))},
        {.text = shown(sheet->cli->arena, field, reply_member(line, "after")), .style = TABLE_BOLD}};
    return table_add(sheet->table, cells);
}

static int take_lines(Sheet *sheet, char *body)
{
    for (char *text; (text = strsep(&body, "\n"));) {
        if (!*text) continue;
        _reply_ cJSON *line = cJSON_Parse(text);
        if (!line) return -1;
        if (take_line(sheet, line) < 0) return -1;
    }
    return 0;
}

static int show(Session *session, const Options *options, HttpAnswer *answer)
{
    Cli *cli = session->cli;
    Sheet sheet = {.cli = cli, .table = table_new(cli->arena, columns, sizeof columns / sizeof *columns)};
    if (!sheet.table) return cli_out_of_memory(cli);
    if (take_lines(&sheet, answer->body) < 0 || !sheet.whole) return session_show_nonsense(session);
    table_print(sheet.table, cli->out, cli->width, cli->color);
    cli_note(cli, "%.0f händelser lästes igen, %.0f %s.", sheet.read, sheet.changed,
             options->apply ? "ändrades" : "skulle ändras");
    if (sheet.changed > 0 && !options->apply) cli_note(cli, "Ändra dem med --apply.");
    return cli_finish(cli);
}

/* The question as JSON, which the caller frees with cJSON_free(); NULL without memory. */
static char *print_question(const Options *options)
{
    _reply_ cJSON *json = cJSON_CreateObject();
    const struct {
        const char *name, *value;
    } texts[] = {
        {"area", options->area}, {"municipality", options->municipality}, {"from", options->from}, {"to", options->to}};
    bool ok = json && cJSON_AddBoolToObject(json, "dry_run", !options->apply);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok = ok && (!texts[i].value || cJSON_AddStringToObject(json, texts[i].name, texts[i].value));
    return ok ? cJSON_PrintUnformatted(json) : NULL;
}

static int retag_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&retag_argp, argc, argv, &options);
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    char *question = print_question(&options);
    if (!question) return cli_out_of_memory(cli);
    const HttpCall call = {.method = "POST",
                           .path = "/v1/retag",
                           .accept = "application/x-ndjson",
                           .content_type = "application/json",
                           .body = {.bytes = question, .len = strlen(question)},
                           .stall_seconds = STALL_SECONDS};
    status = session_call(&session, &call, &answer);
    cJSON_free(question);
    if (status != CLI_DONE) return status;
    if (options.format && strcmp(options.format, "ndjson") == 0) {
        size_t len = answer.len && answer.body[answer.len - 1] == '\n' ? answer.len - 1 : answer.len;
        return output_answer(cli, answer.body, len);
    }
    return show(&session, &options, &answer);
}

const Command cmd_retag = {
    .name = "retag",
    .summary = "Läs lagrade texter igen med dagens kunskap",
    .argp = &retag_argp,
    .run = retag_run,
};
