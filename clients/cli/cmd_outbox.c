/* `lagesbild outbox`: what waits to be sent. */
#include "commands.h"
#include "delivery.h"
#include "outbox.h"
#include "table.h"
#include "util/clock.h"

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
    command_error(state, "\"%s\": inga argument behövs", arg);
    return 0;
}

static const struct argp list_argp = {
    .parser = list_parse,
    .doc = "Visar det som väntar på att sändas, och det som servern inte ville ha. Filerna ligger i "
           "$XDG_STATE_HOME/lagesbild/outbox (annars ~/.local/state/lagesbild/outbox).",
};

static const struct argp_option send_options[] = {
    {"uncertain", 'u', NULL, 0, "Sänd också det som kan ha kommit fram för mer än ett dygn sedan"},
    {0},
};

static error_t send_parse(int key, char *arg, struct argp_state *state)
{
    bool *uncertain = state->input;
    switch (key) {
    case 'u':
        *uncertain = true;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": inga argument behövs", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp send_argp = {
    .options = send_options,
    .parser = send_parse,
    .doc =
        "Sänder det som ligger i utkorgen, i den ordning det lades dit. Varje sak har en egen nyckel som gör att den "
        "inte kan bli dubbel.\v"
        "Exempel:\n  lagesbild outbox send\n"
        "I crontab, så att inget väntar längre än det behöver:\n  */10 * * * * lagesbild outbox send",
};

static int add_rows(Table *table, Outbox *outbox, bool refused, Arena *arena, Error *err)
{
    OutboxNames names;
    int code = outbox_list(outbox, refused, arena, &names, err);
    for (size_t i = 0; i < names.count && code == 0; i++) {
        char kept[CLOCK_TEXT_SIZE];
        OutboxItem item;
        code = outbox_read(outbox, refused, names.names[i], arena, &item, err);
        if (code == -EBADMSG)
            item = (OutboxItem){.what = "oläslig", .reason = err->text};
        else if (code < 0)
            break;
        clock_format(item.kept_at * 1000, kept);
        const char *state = refused                                             ? "avvisad"
                            : outbox_is_uncertain(&item, clock_now_ms() / 1000) ? "osäker"
                                                                                : "väntar";
        const char *time = arena_printf(arena, "%.10s %.5s", kept, kept + 11);
        const TableCell cells[] = {
            {time, TABLE_DIM}, {item.what},   {state, refused ? TABLE_RED : TABLE_YELLOW},
            {item.url},        {item.reason}, {names.names[i], TABLE_DIM},
        };
        code = !time || table_add(table, cells) < 0 ? error_set(err, -ENOMEM, "minnet tog slut") : 0;
    }
    return code;
}

static int list_run(Cli *cli, int argc, char **argv)
{
    static const TableColumn columns[] = {
        {"Lades dit"},
        {"Vad", .shrinks = true},
        {"Läge"},
        {"Server", .shrinks = true},
        {"Skäl", .shrinks = true},
        {"Fil", .shrinks = true},
    };
    command_parse(&list_argp, argc, argv, NULL);
    const char *directory = outbox_directory(cli->arena);
    if (!directory) return cli_fail(cli, CLI_REFUSED, "ingen plats för utkorgen: sätt HOME eller XDG_STATE_HOME");
    Table *table = table_new(cli->arena, columns, sizeof columns / sizeof *columns);
    if (!table) return cli_out_of_memory(cli);
    Outbox *outbox;
    Error err;
    int code = outbox_open(&outbox, directory, &err);
    if (code < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    code = add_rows(table, outbox, false, cli->arena, &err);
    if (code == 0) code = add_rows(table, outbox, true, cli->arena, &err);
    outbox_close(outbox);
    if (code < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    table_print(table, cli->out, cli->width, cli->color);
    if (!table_rows(table)) cli_note(cli, "Utkorgen är tom.");
    return cli_finish(cli);
}

static int send_run(Cli *cli, int argc, char **argv)
{
    bool uncertain = false;
    command_parse(&send_argp, argc, argv, &uncertain);
    _session_ Session session;
    int status = session_open(&session, cli);
    return status == CLI_DONE ? delivery_flush_all(&session, uncertain) : status;
}

static const Command list = {.name = "list", .summary = "Visa vad som väntar", .argp = &list_argp, .run = list_run};
static const Command deliver = {.name = "send", .summary = "Sänd det som väntar", .argp = &send_argp, .run = send_run};
static const Command *const children[] = {&list, &deliver, NULL};

const Command cmd_outbox = {
    .name = "outbox",
    .summary = "Visa eller sänd det som inte har kommit fram",
    .children = children,
};
