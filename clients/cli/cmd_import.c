/* `lagesbild import`: many things from a file, streamed. */
#include <errno.h>

#include "bulk.h"
#include "commands.h"
#include "delivery.h"
#include "input.h"
#include "progress.h"
#include "reply.h"
#include "terminal.h"

/* The server reads and stores for a while after the last byte. */
enum { STALL_SECONDS = 900 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    const char **file = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*file) command_error(state, "en fil i taget");
        *file = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*file) command_error(state, "vilken fil? (- för standard in)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp polisen_argp = {
    .parser = parse,
    .args_doc = "FIL|-",
    .doc =
        "Tar in notiser från Polisens öppna händelser: en JSON-lista som https://polisen.se/api/events ger den, eller "
        "en JSON på varje rad; även .gz. Det som redan finns tas inte in igen, så samma fil kan sändas hur många "
        "gånger som helst.\v"
        "Exempel:\n"
        "  lagesbild import polisen events.json\n"
        "  lagesbild import polisen arkiv.ndjson.gz\n"
        "  curl -s https://polisen.se/api/events | lagesbild import polisen -",
};

static const struct argp observations_argp = {
    .parser = parse,
    .args_doc = "FIL|-",
    .doc = "Tar in observationer, en JSON på varje rad: {\"text\", \"observed_at\", \"category\", \"place\", "
           "\"position\", \"source\"}, där bara text behövs. Detsamma som lagesbild observe --from.\v"
           "Exempel:\n  lagesbild import observations observationer.ndjson",
};

/* A file on its way out. */
typedef struct Upload {
    Input input;
    Progress progress;
    Error err;
    bool failed;
} Upload;

static ssize_t upload_read(void *arg, void *to, size_t room)
{
    Upload *upload = arg;
    ssize_t n = input_read(&upload->input, to, room, &upload->err);
    if (n < 0) upload->failed = true;
    progress_update(&upload->progress, input_done(&upload->input));
    return n < 0 ? -1 : n;
}

/* A notice that was skipped: the line it stands on in NDJSON, in a list (which may be all on one line) its number. */
static void show_skipped(Cli *cli, const cJSON *one, bool lines)
{
    double id = reply_number(one, "id", 0);
    const char *reason = reply_text(one, "reason");
    const char *named = id > 0 ? arena_printf(cli->arena, ", id %.0f", id) : "";
    const char *clean = terminal_clean(cli->arena, reason ? reason : "");
    if (!named || !clean) return;
    if (lines)
        cli_note(cli, "Överhoppad: rad %.0f%s: %s", reply_number(one, "line", 0), named, clean);
    else
        cli_note(cli, "Överhoppad: notis nummer %.0f%s: %s", reply_number(one, "index", 0) + 1, named, clean);
}

static int show(Session *session, const HttpAnswer *answer, bool lines)
{
    Cli *cli = session->cli;
    _reply_ cJSON *json = reply_parse(answer);
    if (!reply_member(json, "received")) return session_show_nonsense(session);
    const cJSON *skipped = reply_member(json, "skipped"), *item;
    fprintf(cli->out, "%.0f notiser lästa: %.0f nya, %.0f kända, %.0f överhoppade\n", reply_number(json, "received", 0),
            reply_number(json, "stored", 0), reply_number(json, "known", 0),
            reply_number(json, "skipped_count", cJSON_GetArraySize(skipped)));
    cJSON_ArrayForEach(item, skipped) show_skipped(cli, item, lines);
    return cli_finish(cli);
}

static int polisen_send(Session *session, Upload *upload)
{
    Cli *cli = session->cli;
    int first = input_peek(&upload->input);
    if (first < 0) return cli_fail(cli, CLI_REFUSED, "filen är tom");
    if (first != '[' && first != '{')
        return cli_fail(cli, CLI_REFUSED, "filen är varken en JSON-lista eller JSON på varje rad");
    const HttpCall call = {
        .method = "POST",
        .path = "/v1/import/polisen",
        .accept = "application/json",
        .content_type = first == '[' ? "application/json" : "application/x-ndjson",
        .body = {.read = upload_read, .arg = upload},
        .stall_seconds = STALL_SECONDS,
    };
    _answer_ HttpAnswer answer = {0};
    Error err;
    progress_start(&upload->progress, cli->err, "Sänder notiser", upload->input.total);
    int verdict = http_call(session->http, &call, &answer, &err);
    progress_end(&upload->progress);
    if (upload->failed) return cli_fail(cli, CLI_REFUSED, "%s", upload->err.text);
    if (verdict != 0) return session_show_failure(session, verdict, &err);
    return answer.status / 100 == 2 ? show(session, &answer, first == '{') : session_show_refusal(session, &answer);
}

static int polisen_run(Cli *cli, int argc, char **argv)
{
    const char *file = NULL;
    command_parse(&polisen_argp, argc, argv, &file);
    Upload upload = {0};
    if (input_open(&upload.input, file, &upload.err) < 0) return cli_fail(cli, CLI_REFUSED, "%s", upload.err.text);
    _session_ Session session;
    int status = session_open(&session, cli);
    if (status == CLI_DONE) {
        delivery_flush(&session);
        status = polisen_send(&session, &upload);
    }
    input_close(&upload.input);
    return status;
}

static int observations_run(Cli *cli, int argc, char **argv)
{
    const char *file = NULL;
    command_parse(&observations_argp, argc, argv, &file);
    _session_ Session session;
    int status = session_open(&session, cli);
    return status == CLI_DONE ? bulk_send_observations(&session, file) : status;
}

static const Command polisen = {
    .name = "polisen",
    .summary = "Polisens öppna händelser, JSON",
    .argp = &polisen_argp,
    .run = polisen_run,
};

static const Command observations = {
    .name = "observations",
    .summary = "Observationer, en JSON på varje rad",
    .argp = &observations_argp,
    .run = observations_run,
};

static const Command *const children[] = {&polisen, &observations, NULL};

const Command cmd_import = {
    .name = "import",
    .summary = "Ta in många notiser eller observationer ur en fil",
    .children = children,
};
