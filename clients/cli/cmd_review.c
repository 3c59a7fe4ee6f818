/* `lagesbild review`: what a person should look at. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "incidents.h"
#include "output.h"
#include "reply.h"

typedef struct Options {
    unsigned long limit;
    const char *format;
} Options;

static const struct argp_option option_table[] = {
    {"limit", 'n', "ANTAL", 0, "Högst så många (50)"},
    {"format", 'f', "table|json", 0, "Hur de skrivs (table)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'n':
        options->limit = command_count(state, "limit", 1000, arg);
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "inga argument behövs");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp review_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Visar det som en människa bör se på: osäkra kategorier, händelser utan säkert område och texter där "
           "personuppgifter har hittats. Läget säger varför.\v"
           "Exempel:\n  lagesbild review\n  lagesbild review --limit 10",
};

static int show(Session *session, const HttpAnswer *answer)
{
    Cli *cli = session->cli;
    _reply_ cJSON *page = reply_parse(answer);
    const cJSON *items = reply_member(page, "items"), *item;
    IncidentTable table;
    if (!cJSON_IsArray(items)) return session_show_nonsense(session);
    if (incidents_init(&table, cli->arena, true, true) < 0) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(item, items)
    {
        const cJSON *incident = reply_member(item, "incident");
        if (incidents_add(&table, cli->arena, incident ? incident : item) < 0) return cli_out_of_memory(cli);
    }
    table_print(table.table, cli->out, cli->width, cli->color);
    if (!table_rows(table.table)) cli_note(cli, "Inget att granska.");
    if (answer->next) cli_note(cli, "Det finns fler; höj --limit för att se dem.");
    return cli_finish(cli);
}

static int review_run(Cli *cli, int argc, char **argv)
{
    Options options = {.limit = 50};
    command_parse(&review_argp, argc, argv, &options);
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    status = session_get(&session, arena_printf(cli->arena, "/v1/review?limit=%lu", options.limit), NULL, &answer);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "table") == 0) return show(&session, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_review = {
    .name = "review",
    .summary = "Visa det som en människa bör granska",
    .argp = &review_argp,
    .run = review_run,
};
