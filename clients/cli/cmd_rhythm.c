/* `lagesbild rhythm`: how often an area's group meets over a lägesbild. */
#include <string.h>

#include "commands.h"
#include "output.h"
#include "reply.h"
#include "session.h"

#define RHYTHMS "none|week|fortnight|four-weeks|month|tertial|year"

typedef struct Options {
    const char *area, *every, *starts, *municipality, *format;
} Options;

static const struct argp_option option_table[] = {
    {"every", 'e', RHYTHMS, 0, "Sätt rytmen: ingen, varje vecka, varannan eller var fjärde vecka, månad, tertial, år"},
    {"starts", 's', "VECKA", 0, "Veckan som en av perioderna börjar med (2026-W10), för fortnight och four-weeks"},
    {"municipality", 'm', "KOD", 0, "Kommunen, när flera har ett område med samma kod"},
    {"format", 'f', "text|json", 0, "Hur svaret visas (text)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'e':
        options->every = command_choose(state, "every", RHYTHMS, arg);
        return 0;
    case 's':
        options->starts = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "text|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        if (options->area) command_error(state, "ett område");
        options->area = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->area) command_error(state, "vilket område? Till exempel: bro");
        if (options->starts && !options->every) command_error(state, "--starts hör ihop med --every");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp rhythm_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "OMRÅDE",
    .doc = "Visar eller sätter hur ofta ett områdes grupp möts över en lägesbild. När en period är slut väntar dess "
           "utkast på "
           "att ges ut: lagesbild list --waiting.\v"
           "Exempel:\n"
           "  lagesbild rhythm bro\n"
           "  lagesbild rhythm bro --every fortnight --starts 2026-W10\n"
           "  lagesbild rhythm brunna --every month",
};

/* What is asked for as JSON, or NULL; freed with cJSON_free(). */
static char *make_body(const Options *options)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json && cJSON_AddStringToObject(json, "every", options->every);
    ok = ok && (!options->starts || cJSON_AddStringToObject(json, "starts", options->starts));
    char *body = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return body;
}

static int show(Session *session, const HttpAnswer *answer)
{
    static const struct {
        const char *every, *words;
    } names[] = {
        {"none", "ingen bestämd rytm"},
        {"week", "varje vecka"},
        {"fortnight", "varannan vecka"},
        {"four-weeks", "var fjärde vecka"},
        {"month", "varje månad"},
        {"tertial", "varje tertial"},
        {"year", "varje år"},
    };
    Cli *cli = session->cli;
    _reply_ cJSON *rhythm = reply_parse(answer);
    const char *area = reply_text(rhythm, "area"), *every = reply_text(rhythm, "every"), *words = NULL;
    const cJSON *period = reply_member(rhythm, "period");
    for (size_t i = 0; every && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].every, every) == 0) words = names[i].words;
    if (!area || !words || (period && !reply_text(period, "label"))) return session_show_nonsense(session);
    fprintf(cli->out, "%s: %s", area, words);
    if (period) fprintf(cli->out, "; nu %s", reply_text(period, "label"));
    fputc('\n', cli->out);
    return cli_finish(cli);
}

static int rhythm_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&rhythm_argp, argc, argv, &options);
    const char *area = http_segment(cli->arena, options.area);
    const char *path = area ? arena_printf(cli->arena, "/v1/areas/%s/rhythm", area) : NULL;
    if (path) path = http_query(cli->arena, path, "municipality", options.municipality);
    char *body = options.every ? make_body(&options) : NULL;
    if (!path || (options.every && !body)) {
        cJSON_free(body);
        return cli_out_of_memory(cli);
    }
    const HttpCall call = {
        .method = body ? "PUT" : "GET",
        .path = path,
        .accept = "application/json",
        .content_type = body ? "application/json" : NULL,
        .body = {.bytes = body, .len = body ? strlen(body) : 0},
    };
    _session_ Session session = {0};
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status == CLI_DONE) status = session_call(&session, &call, &answer);
    cJSON_free(body);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "text") == 0) return show(&session, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_rhythm = {
    .name = "rhythm",
    .summary = "Visa eller sätt hur ofta ett område får en lägesbild",
    .argp = &rhythm_argp,
    .run = rhythm_run,
};
