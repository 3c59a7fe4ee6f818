/* `lagesbild report`: a daily report to the server. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "dates.h"
#include "delivery.h"
#include "incidents.h"
#include "input.h"
#include "mail_sniff.h"
#include "output.h"
#include "reply.h"
#include "terminal.h"

enum { REPORT_LIMIT = 32 * 1024 * 1024 };

typedef struct Options {
    const char *file, *date, *source, *municipality, *organisation, *charset, *type, *format, *replaces;
} Options;

static const struct argp_option option_table[] = {
    {"date", 'd', "DATUM", 0, "Rapportens datum, ÅÅÅÅ-MM-DD (i dag om inget sägs; för e-post brevets)"},
    {"source", 's', "NAMN", 0, "Vem rapporten kommer från (polis om inget sägs)"},
    {"municipality", 'm', "KOD", 0, "Avsändarens kommun, till exempel upplands-bro"},
    {"organisation", 'o', "NAMN", 0, "Avsändarens namn, till exempel Kommunpolisen (annars nyckelns)"},
    {"charset", 'c', "NAMN", 0, "Textens teckenkodning, till exempel windows-1252 (utf-8 om inget sägs)"},
    {"type", 't', "text|mail", 0, "Vad filen är; annars ses det på namnet (.eml) och innehållet"},
    {"replaces", 'r', "ID", 0, "Rapportens id: texten ersätter dess text, som en ny version"},
    {"format", 'f', "table|json", 0, "Hur svaret visas (table)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'd':
        options->date = command_day(state, "date", arg);
        return 0;
    case 's':
        options->source = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'r':
        options->replaces = arg;
        return 0;
    case 'o':
        options->organisation = arg;
        return 0;
    case 'c':
        options->charset = arg;
        return 0;
    case 't':
        options->type = command_choose(state, "type", "text|mail", arg);
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        if (options->file) command_error(state, "en fil i taget");
        options->file = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->file) command_error(state, "vilken fil? (- för standard in)");
        if (options->replaces && (options->date || options->source || options->municipality || options->organisation))
            command_error(state, "--replaces ändrar bara texten, inte datum, källa, kommun eller organisation");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp report_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "FIL|-",
    .doc = "Lämnar en daglig rapport: fri text eller ett brev (.eml). Servern delar upp den i händelser, som visas. "
           "Samma rapport en gång till ändrar inget.\v"
           "Exempel:\n"
           "  lagesbild report dygn.txt --date 2026-03-14\n"
           "  lagesbild report natt.eml\n"
           "  lagesbild report gammal.txt --date 2026-03-14 --charset windows-1252\n"
           "  lagesbild report rattad.txt --replaces 01a1f9ac-dda5-794d-b040-ddb646f17eae\n"
           "  xclip -o | lagesbild report - --municipality upplands-bro\n\n"
           "Går servern inte att nå läggs rapporten i utkorgen och sänds vid nästa anrop.",
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcasecmp(text + len - n, end) == 0;
}

/* Where a new report goes, with what is said about it. */
static void address_new(Arena *arena, const Options *options, const char *date, OutboxItem *item)
{
    const char *path = http_query(arena, "/v1/reports", "source", options->source ? options->source : "polis");
    path = http_query(arena, path, "date", date);
    path = http_query(arena, path, "municipality", options->municipality);
    item->method = "POST";
    item->path = http_query(arena, path, "organisation", options->organisation);
    item->what = date ? arena_printf(arena, "rapport %s", date) : "rapport i ett brev";
}

static void address_revision(Arena *arena, const Options *options, OutboxItem *item)
{
    const char *id = http_segment(arena, options->replaces);
    item->method = "PUT";
    item->path = id ? arena_printf(arena, "/v1/reports/%s", id) : NULL;
    item->what = arena_printf(arena, "rättad rapport %s", options->replaces);
}

/* What to send and how it is labelled. */
static int make_item(Cli *cli, const Options *options, bool mail, OutboxItem *item)
{
    char today[CIVIL_TEXT_SIZE];
    const char *date = options->date ? options->date : mail ? NULL : dates_today(today);
    if (options->replaces)
        address_revision(cli->arena, options, item);
    else
        address_new(cli->arena, options, date, item);
    item->content_type =
        mail ? "message/rfc822"
             : arena_printf(cli->arena, "text/plain; charset=%s", options->charset ? options->charset : "utf-8");
    item->repeatable = true;
    return item->path && item->content_type && item->what ? CLI_DONE : cli_out_of_memory(cli);
}

/* Which kinds of personal data were masked. */
static void show_pii(Cli *cli, const cJSON *report)
{
    const cJSON *pii = reply_member(report, "pii");
    const char *joined = reply_join(cli->arena, pii, "kind");
    const char *kinds = joined ? terminal_clean(cli->arena, joined) : NULL;
    int count = cJSON_GetArraySize(pii);
    if (!count || !kinds || !*kinds) return;
    cli_note(cli, "%d %s: %s", count, count == 1 ? "personuppgift maskerad" : "personuppgifter maskerade", kinds);
}

static int show(Session *session, const HttpAnswer *answer, bool revised)
{
    Cli *cli = session->cli;
    _reply_ cJSON *report = reply_parse(answer);
    const char *id = terminal_clean(cli->arena, reply_text(report, "id"));
    if (!id) return cli_out_of_memory(cli);
    if (!*id) return session_show_nonsense(session);
    const cJSON *incidents = reply_member(report, "incidents"), *item;
    IncidentTable table;
    if (incidents_init(&table, cli->arena, false, false) < 0) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(item, incidents) if (incidents_add(&table, cli->arena, item) < 0) return cli_out_of_memory(cli);
    int count = cJSON_GetArraySize(incidents);
    fprintf(cli->out, "%s: %d %s (rapport %s, revision %.0f)\n",
            revised                 ? "Rapporten är rättad"
            : answer->status == 201 ? "Rapporten är mottagen"
                                    : "Rapporten fanns redan",
            count, count == 1 ? "händelse" : "händelser", id, reply_number(report, "revision", 1));
    table_print(table.table, cli->out, cli->width, cli->color);
    show_pii(cli, report);
    cJSON_ArrayForEach(item, reply_member(report, "warnings"))
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : reply_text(item, "detail");
        const char *clean = terminal_clean(cli->arena, text);
        if (text && clean) cli_note(cli, "Observera: %s", clean);
    }
    return cli_finish(cli);
}

static int report_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&report_argp, argc, argv, &options);
    char *bytes;
    size_t len;
    Error err;
    if (input_read_all(options.file, REPORT_LIMIT, cli->arena, &bytes, &len, &err) < 0)
        return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    if (!len)
        return cli_fail(cli, CLI_REFUSED, "%s är tom", strcmp(options.file, "-") == 0 ? "rapporten" : options.file);
    bool mail =
        options.type ? strcmp(options.type, "mail") == 0 : ends_with(options.file, ".eml") || mail_sniff(bytes, len);
    OutboxItem item = {.body = bytes, .len = len};
    int status = make_item(cli, &options, mail, &item);
    if (status != CLI_DONE) return status;
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    if ((status = session_open(&session, cli)) != CLI_DONE) return status;
    if ((status = delivery_send(&session, &item, &answer)) != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "table") == 0) return show(&session, &answer, options.replaces);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_report = {
    .name = "report",
    .summary = "Lämna en daglig rapport",
    .argp = &report_argp,
    .run = report_run,
};
