/* `lagesbild publish`: freezes the lägesbild of an area and a period as a version. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "output.h"
#include "reply.h"

typedef struct Options {
    CommandLagesbild which;
    const char *municipality, *format, *key;
} Options;

static const struct argp_option option_table[] = {
    {"municipality", 'm', "KOD", 0, "Kommunen, när flera har ett område med samma kod"},
    {"key", 'k', "TEXT", 0, "Egen nyckel: samma anrop igen med den ger samma version, aldrig en till"},
    {"format", 'f', "text|json", 0, "Hur svaret visas (text)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'm':
        options->municipality = arg;
        return 0;
    case 'k':
        options->key = arg;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "text|json", arg);
        return 0;
    case ARGP_KEY_ARG:
    case ARGP_KEY_END:
        command_lagesbild(state, key, arg, &options->which);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp publish_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "OMRÅDE PERIOD",
    .doc =
        "Ger ut lägesbilden som den är nu, i alla format. Det som är utgivet ändras aldrig; en rättelse ges ut som "
        "nästa version, som själv säger vad som skiljer. Skiljer inget sedan den senaste versionen blir det ingen ny.\v"
        "Exempel:\n"
        "  lagesbild publish bro 2026-W11\n"
        "  lagesbild show bro 2026-W11 --version 1 --format html -o lagesbild.html",
};

static int show(Session *session, const Options *options, const HttpAnswer *answer)
{
    Cli *cli = session->cli;
    _reply_ cJSON *reply = reply_parse(answer);
    const char *at = reply_text(reply, "published_at"), *sha256 = reply_text(reply, "sha256");
    int version = (int)reply_number(reply, "version", 0);
    if (!at || !sha256 || version < 1) return session_show_nonsense(session);
    fprintf(cli->out, "%s %s %s version %d, %s.\nSHA-256 %s\n", options->which.area, options->which.period,
            answer->status == 201 ? "är utgiven som" : "är redan utgiven som", version, at, sha256);
    return cli_finish(cli);
}

static int publish_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&publish_argp, argc, argv, &options);
    const char *path = command_lagesbild_path(cli->arena, &options.which, "/publish");
    if (path) path = http_query(cli->arena, path, "municipality", options.municipality);
    if (!path) return cli_out_of_memory(cli);
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session); /* what waits here belongs in what is published */
    const HttpCall call = {
        .method = "POST", .path = path, .accept = "application/json", .idempotency_key = options.key};
    status = session_call(&session, &call, &answer);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "text") == 0) return show(&session, &options, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_publish = {
    .name = "publish",
    .summary = "Ge ut lägesbilden för ett område och en period",
    .argp = &publish_argp,
    .run = publish_run,
};
