/* `lagesbild tag`: reads reports and observations offline. */
#include "commands.h"
#include "knowledge_directory.h"
#include "tag.h"

typedef struct Options {
    const char *knowledge;
    bool confidence;
} Options;

static const struct argp_option options[] = {
    {"confidence", 'c', NULL, 0, "Skriv också hur säker varje kategori och varje område är, 0 till 1", 0},
    {"knowledge", 'k', "KATALOG", 0, "Kunskapens katalog (annars LAGESBILD_KNOWLEDGE, annars den som följer med)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *values = state->input;
    switch (key) {
    case 'c':
        values->confidence = true;
        return 0;
    case 'k':
        values->knowledge = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "inga argument behövs: raderna läses från standard in");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp tag_argp = {
    .options = options,
    .parser = parse,
    .doc = "Läser rapporter och iakttagelser som NDJSON från standard in och skriver vad som står i dem, en rad för "
           "varje rad, i samma ordning. Ingen server behövs.\v"
           "In:  {\"id\": 1, \"kind\": \"report\", \"text\": \"…\", \"municipality\": \"upplands-bro\", \"date\": "
           "\"2026-03-14\"}\n"
           "Ut:  {\"id\": 1, \"incidents\": [{\"start\", \"end\", \"areas\", \"category\", \"occurred_at\", "
           "\"review\"}], \"pii\": […]}\n\n"
           "kind är report eller observation; municipality och date får vara null. start och end räknas i byte.",
};

static int tag_run(Cli *cli, int argc, char **argv)
{
    Options values = {0};
    command_parse(&tag_argp, argc, argv, &values);
    Error err;
    Knowledge *knowledge;
    if (knowledge_load(&knowledge, knowledge_directory(values.knowledge), &err) < 0)
        return cli_fail(cli, CLI_REFUSED, "kunskapen kunde inte läsas: %s", err.text);
    int r = tag_stream(stdin, cli->out, knowledge, values.confidence, &err);
    knowledge_unref(knowledge);
    int status = cli_finish(cli);
    if (r < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    return status;
}

const Command cmd_tag = {
    .name = "tag",
    .summary = "Läs rapporter utan server: NDJSON in, NDJSON ut",
    .argp = &tag_argp,
    .run = tag_run,
};
