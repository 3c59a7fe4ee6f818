/* `lagesbild observe`: what somebody has seen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "commands.h"
#include "dates.h"
#include "delivery.h"
#include "incidents.h"
#include "input.h"
#include "output.h"
#include "reply.h"

enum { TEXT_LIMIT = 256 * 1024 };

typedef struct Options {
    Arena *arena;
    const char *text, *from, *category, *place, *source, *organisation, *municipality, *format;
    char at[CLOCK_TEXT_SIZE];
    bool has_position;
    double lat, lon;
} Options;

static const struct argp_option option_table[] = {
    {"at", 'a', "TID", 0, "När det sågs: 21:30 (senast klockan var det), \"2026-03-14 21:30\"; nu om inget sägs"},
    {"place", 'p', "PLATS", 0, "Var, med platsens namn"},
    {"position", 'P', "LAT,LON", 0, "Var, i grader (WGS 84), till exempel 59.5144,17.6424"},
    {"category", 'c', "KOD", 0, "Kategori, om du vet den; annars läser servern av texten"},
    {"source", 's', "NAMN", 0, "Vem som sett det, till exempel faltassistent"},
    {"organisation", 'o', "NAMN", 0, "Avsändarens namn, till exempel Fältassistenterna (annars nyckelns)"},
    {"municipality", 'm', "KOD", 0, "Kommun, till exempel upplands-bro"},
    {"from", 'F', "FIL|-", 0, "Många observationer, en JSON på varje rad"},
    {"format", 'f', "table|json", 0, "Hur svaret visas (table)"},
    {0},
};

static void parse_position(struct argp_state *state, Options *options, const char *arg)
{
    char *end;
    options->lat = strtod(arg, &end);
    bool ok = end != arg && *end == ',';
    const char *second = ok ? end + 1 : arg;
    options->lon = strtod(second, &end);
    ok = ok && end != second && !*end && options->lat >= -90 && options->lat <= 90 && options->lon >= -180 &&
         options->lon <= 180;
    if (!ok) command_error(state, "--position: \"%s\" är ingen position; skriv LAT,LON som 59.5144,17.6424", arg);
    options->has_position = true;
}

static void add_word(struct argp_state *state, Options *options, const char *word)
{
    options->text = options->text ? arena_printf(options->arena, "%s %s", options->text, word) : word;
    if (!options->text) command_error(state, "minnet tog slut");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'a':
        if (!dates_instant(arg, options->at))
            command_error(state, "--at: \"%s\" är ingen tid; skriv 21:30 eller \"2026-03-14 21:30\"", arg);
        return 0;
    case 'p':
        options->place = arg;
        return 0;
    case 'P':
        parse_position(state, options, arg);
        return 0;
    case 'c':
        options->category = arg;
        return 0;
    case 's':
        options->source = arg;
        return 0;
    case 'o':
        options->organisation = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'F':
        options->from = arg;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        add_word(state, options, arg);
        return 0;
    case ARGP_KEY_END:
        if (!options->text && !options->from) command_error(state, "vad har du sett? (- för standard in)");
        if (options->text && options->from) command_error(state, "antingen en text eller --from");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp observe_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "TEXT...|-\n--from FIL|-",
    .doc = "Lämnar en observation. Skriv som du skulle säga det; tid, plats och slag läses ur texten. Inga personer: "
           "det är platser och situationer som räknas. Detta är ingen polisanmälan; vid brott ring 112 eller 114 14.\v"
           "Exempel:\n"
           "  lagesbild observe \"Tre mopeder på gångvägen vid Bro centrum, ca 21.30\"\n"
           "  lagesbild observe --place \"Brunna IP\" --at 20:15 \"Klotter på läktaren\"\n"
           "  lagesbild observe --from observationer.ndjson\n\n"
           "Går servern inte att nå läggs observationen i utkorgen och sänds vid nästa anrop.",
};

/* The observation as JSON, or NULL; freed with cJSON_free(). */
static char *make_body(const Options *options, const char *text)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json && cJSON_AddStringToObject(json, "text", text);
    ok = ok && cJSON_AddStringToObject(json, "observed_at", options->at);
    ok = ok && (!options->place || cJSON_AddStringToObject(json, "place", options->place));
    ok = ok && (!options->category || cJSON_AddStringToObject(json, "category", options->category));
    ok = ok && (!options->source || cJSON_AddStringToObject(json, "source", options->source));
    ok = ok && (!options->organisation || cJSON_AddStringToObject(json, "organisation", options->organisation));
    ok = ok && (!options->municipality || cJSON_AddStringToObject(json, "municipality", options->municipality));
    if (ok && options->has_position) {
        cJSON *position = cJSON_AddObjectToObject(json, "position");
        ok = position && cJSON_AddNumberToObject(position, "lat", options->lat) &&
             cJSON_AddNumberToObject(position, "lon", options->lon);
    }
    char *body = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return body;
}

static int show(Session *session, const Options *options, const HttpAnswer *answer)
{
    Cli *cli = session->cli;
    if (options->format && strcmp(options->format, "json") == 0) {
        return output_answer(cli, answer->body, answer->len);
    }
    _reply_ cJSON *incident = reply_parse(answer);
    if (!reply_text(incident, "id")) return session_show_nonsense(session);
    IncidentTable table;
    if (incidents_init(&table, cli->arena, false, false) < 0 || incidents_add(&table, cli->arena, incident) < 0)
        return cli_out_of_memory(cli);
    fprintf(cli->out, "Tack, observationen är mottagen:\n");
    table_print(table.table, cli->out, cli->width, cli->color);
    return cli_finish(cli);
}

static int send_one(Session *session, const Options *options, const char *text)
{
    Cli *cli = session->cli;
    char *body = make_body(options, text);
    if (!body) return cli_out_of_memory(cli);
    _answer_ HttpAnswer answer = {0};
    OutboxItem item = {
        .method = "POST",
        .path = "/v1/observations",
        .content_type = "application/json",
        .what = "observation",
        .body = body,
        .len = strlen(body),
    };
    int status = delivery_send(session, &item, &answer);
    cJSON_free(body);
    return status == CLI_DONE ? show(session, options, &answer) : status;
}

static int observe_run(Cli *cli, int argc, char **argv)
{
    Options options = {.arena = cli->arena};
    command_parse(&observe_argp, argc, argv, &options);
    _session_ Session session;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    if (!*options.at) clock_format(clock_now_ms(), options.at); /* also when it is not sent until tomorrow */
    if (options.from) return bulk_send_observations(&session, options.from);
    const char *text = options.text;
    if (strcmp(text, "-") == 0) {
        char *bytes;
        size_t len;
        Error err;
        if (input_read_all("-", TEXT_LIMIT, cli->arena, &bytes, &len, &err) < 0)
            return cli_fail(cli, CLI_REFUSED, "%s", err.text);
        text = bytes;
    }
    if (!text[strspn(text, " \t\r\n")]) return cli_fail(cli, CLI_REFUSED, "observationen är tom");
    return send_one(&session, &options, text);
}

const Command cmd_observe = {
    .name = "observe",
    .summary = "Lämna en observation, eller många ur en fil",
    .argp = &observe_argp,
    .run = observe_run,
};
