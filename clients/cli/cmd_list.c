/* `lagesbild list`: which lägesbilder there are, and which wait to be published. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "output.h"
#include "reply.h"
#include "table.h"

typedef struct Options {
    const char *area, *municipality, *status, *format;
    unsigned long limit;
} Options;

static const struct argp_option option_table[] = {
    {"area", 'a', "KOD", 0, "Bara för området och det som ligger i det"},
    {"waiting", 'w', NULL, 0,
     "De som väntar på att ges ut: perioden är slut och ingen version har getts ut sedan dess"},
    {"published", 'p', NULL, 0, "De utgivna"},
    {"municipality", 'm', "KOD", 0, "Kommunen, när nyckeln gäller flera"},
    {"limit", 'n', "ANTAL", 0, "Högst så många (50)"},
    {"format", 'f', "table|json", 0, "Hur de skrivs (table)"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'a':
        options->area = arg;
        return 0;
    case 'w':
    case 'p':
        if (options->status) command_error(state, "--waiting eller --published, inte båda");
        options->status = key == 'w' ? "waiting" : "published";
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'n':
        options->limit = command_count(state, "limit", 1000, arg);
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "inga argument behövs; ett område väljs med --area");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp list_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Räknar upp lägesbilderna, den senaste perioden först: de utgivna, de som väntar på att ges ut och de som "
           "någon "
           "har skrivit i. När en period är slut enligt områdets rytm (lagesbild rhythm) väntar dess utkast på att ges "
           "ut.\v"
           "Exempel:\n"
           "  lagesbild list --waiting\n"
           "  lagesbild list --area bro --published",
};

static bool is_true(const cJSON *item, const char *name)
{
    return cJSON_IsTrue(reply_member(item, name));
}

/* "2026-11-16" of a time. */
static const char *day_of(Arena *arena, const char *time)
{
    return time ? arena_strndup(arena, time, strnlen(time, 10)) : NULL;
}

static int add_row(Table *table, Arena *arena, const cJSON *item)
{
    const cJSON *period = reply_member(item, "period");
    int version = (int)reply_number(item, "version", 0);
    bool waits = is_true(item, "waiting"), published = !strcmp(reply_text(item, "status"), "published");
    const TableCell cells[] = {
        {reply_text(item, "area"), TABLE_BLUE},
        {reply_text(period, "code"), TABLE_BOLD},
        {published ? "utgiven"
         : waits   ? "väntar"
                   : "utkast",
         waits ? TABLE_YELLOW : TABLE_PLAIN},
        {version ? arena_printf(arena, "%d", version) : NULL},
        {day_of(arena, reply_text(item, "closed_at")), TABLE_DIM},
        {day_of(arena, reply_text(item, "published_at")), TABLE_DIM},
        {reply_text(item, "published_by")},
    };
    return table_add(table, cells);
}

static int show(Session *session, const HttpAnswer *answer)
{
    static const TableColumn columns[] = {
        {"Område"}, {"Period"}, {"Läge"}, {"Version", .right = true}, {"Slut"}, {"Utgiven"}, {"Av", .shrinks = true},
    };
    Cli *cli = session->cli;
    _reply_ cJSON *page = reply_parse(answer);
    const cJSON *items = reply_member(page, "items"), *item;
    if (!cJSON_IsArray(items)) return session_show_nonsense(session);
    Table *table = table_new(cli->arena, columns, sizeof columns / sizeof *columns);
    if (!table) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(item, items)
    {
        if (!reply_text(item, "status")) return session_show_nonsense(session);
        if (add_row(table, cli->arena, item) < 0) return cli_out_of_memory(cli);
    }
    table_print(table, cli->out, cli->width, cli->color);
    if (!table_rows(table)) cli_note(cli, "Inga lägesbilder.");
    if (answer->next) cli_note(cli, "Det finns fler; höj --limit för att se dem.");
    return cli_finish(cli);
}

static int list_run(Cli *cli, int argc, char **argv)
{
    Options options = {.limit = 50};
    command_parse(&list_argp, argc, argv, &options);
    const char *path = arena_printf(cli->arena, "/v1/lagesbilder?limit=%lu", options.limit);
    if (path) path = http_query(cli->arena, path, "area", options.area);
    if (path) path = http_query(cli->arena, path, "status", options.status);
    if (path) path = http_query(cli->arena, path, "municipality", options.municipality);
    if (!path) return cli_out_of_memory(cli);
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    status = session_get(&session, path, NULL, &answer);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "table") == 0) return show(&session, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_list = {
    .name = "list",
    .summary = "Visa vilka lägesbilder som finns och vilka som väntar på att ges ut",
    .argp = &list_argp,
    .run = list_run,
};
