/* `lagesbild trends`: how many, over time, compared with what. */
#include <math.h>
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "filter.h"
#include "output.h"
#include "reply.h"
#include "table.h"

enum { BAR_COLUMNS = 20 };

typedef struct Options {
    Filter filter;
    const char *bucket, *group_by, *compare, *format, *file;
} Options;

static const struct argp_option option_table[] = {
    {"bucket", 'b', "hour_of_week|day|week|month|year", 0, "Hur tiden delas (week)"},
    {"group-by", 'g', "LISTA", 0, "Dela också på area, category, place, source; flera med komma"},
    {"compare", 'c', "previous|year", 0, "Jämför med perioden före eller samma period i fjol"},
    {"format", 'f', "table|csv|json", 0, "Hur de skrivs (table)"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {0},
};

static void check(struct argp_state *state, const char *name, const char *choices, const char *arg)
{
    if (!command_choice(choices, arg)) command_error(state, "--%s: något av %s, inte \"%s\"", name, choices, arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->filter;
        return 0;
    case 'b':
        check(state, "bucket", "hour_of_week|day|week|month|year", arg);
        options->bucket = arg;
        return 0;
    case 'g':
        options->group_by = arg;
        return 0;
    case 'c':
        check(state, "compare", "previous|year", arg);
        options->compare = arg;
        return 0;
    case 'f':
        check(state, "format", "table|csv|json", arg);
        options->format = arg;
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": välj med --area, --category, --place", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&filter_trends_argp, 0, "Urval:", 1}, {0}};

static const struct argp trends_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Visar antalet händelser över tid. Perioder utan händelser är rader med 0. Skillnaden och z säger mer än "
           "procenten när talen är små: z över 3 eller under -3 är knappast slump.\v"
           "Exempel:\n"
           "  lagesbild trends --area bro --from 2026-01-05 --to 2026-03-15\n"
           "  lagesbild trends --area brunna --category skadegorelse --bucket month --compare year\n"
           "  lagesbild trends --area upplands-bro --group-by area,category --format csv -o trend.csv",
    .children = children,
};

/* The columns that a trend may have; those that no row has are left out. */
static const struct {
    const char *name;
    TableColumn column;
} fields[] = {
    {"bucket", {"Tid"}},
    {"area", {"Område"}},
    {"category", {"Kategori"}},
    {"place", {"Plats", .shrinks = true}},
    {"source", {"Källa"}},
    {"count", {"Antal", .right = true}},
    {"compare", {"Mot", .right = true}},
    {"difference", {"Skillnad", .right = true}},
    {"change_pct", {"Procent", .right = true}},
    {"z", {"z", .right = true}},
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* `count` of `most` as a bar of eighths of a column. NULL: memory is out. */
static const char *bar(Arena *arena, double count, double most)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    char *text = arena_alloc(arena, BAR_COLUMNS * 3 + 4), *at = text;
    if (!text) return NULL;
    int units = most > 0 && count > 0 ? (int)ceil(count / most * BAR_COLUMNS * 8) : 0;
    for (; units >= 8; units -= 8)
        at = stpcpy(at, "█");
    stpcpy(at, eighths[units]);
    return text;
}

/* What stands in a row's field; NULL for an empty cell or when memory is out. */
static TableCell cell(Arena *arena, const cJSON *row, const char *name)
{
    const cJSON *value = reply_member(row, name);
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0;
    if (strcmp(name, "z") == 0 && value)
        return (TableCell){arena_printf(arena, "%.1f", number), fabs(number) >= 3 ? TABLE_RED : TABLE_PLAIN};
    if (strcmp(name, "change_pct") == 0 && value)
        return (TableCell){arena_printf(arena, "%+.0f %%", number), TABLE_PLAIN};
    if (strcmp(name, "difference") == 0 && value) return (TableCell){arena_printf(arena, "%+.0f", number), TABLE_PLAIN};
    return (TableCell){reply_scalar(arena, value), TABLE_PLAIN};
}

/* Which fields some row has, and the highest count. */
static size_t used_fields(const cJSON *rows, size_t used[static FIELDS], double *most)
{
    bool has[FIELDS] = {false};
    const cJSON *row;
    size_t count = 0;
    *most = 0;
    cJSON_ArrayForEach(row, rows)
    {
        for (size_t i = 0; i < FIELDS; i++)
            has[i] = has[i] || reply_member(row, fields[i].name);
        *most = fmax(*most, reply_number(row, "count", 0));
    }
    for (size_t i = 0; i < FIELDS; i++)
        if (has[i]) used[count++] = i;
    return count;
}

static int show(Session *session, const HttpAnswer *answer, FILE *out, bool terminal)
{
    Cli *cli = session->cli;
    _reply_ cJSON *trend = reply_parse(answer);
    const cJSON *rows = reply_member(trend, "rows"), *row;
    if (!cJSON_IsArray(rows)) return session_show_nonsense(session);
    size_t used[FIELDS];
    double most;
    size_t count = used_fields(rows, used, &most);
    TableColumn columns[FIELDS + 1];
    for (size_t i = 0; i < count; i++)
        columns[i] = fields[used[i]].column;
    columns[count] = (TableColumn){""};
    Table *table = table_new(cli->arena, columns, count + terminal);
    if (!table) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(row, rows)
    {
        TableCell cells[FIELDS + 1];
        for (size_t i = 0; i < count; i++)
            cells[i] = cell(cli->arena, row, fields[used[i]].name);
        cells[count] = (TableCell){bar(cli->arena, reply_number(row, "count", 0), most), TABLE_BLUE};
        if (table_add(table, cells) < 0) return cli_out_of_memory(cli);
    }
    table_print(table, out, terminal ? cli->width : 0, terminal && cli->color);
    if (!table_rows(table)) cli_note(cli, "Inga händelser.");
    return CLI_DONE;
}

static const char *make_path(Cli *cli, const Options *options)
{
    const char *path = filter_query(cli->arena, "/v1/trends", &options->filter);
    path = http_query(cli->arena, path, "bucket", options->bucket);
    path = http_query(cli->arena, path, "group_by", options->group_by);
    return http_query(cli->arena, path, "compare", options->compare);
}

static int trends_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&trends_argp, argc, argv, &options);
    bool table = !options.format || strcmp(options.format, "table") == 0;
    bool csv = options.format && strcmp(options.format, "csv") == 0;
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    Output output;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    const char *path = make_path(cli, &options);
    if (!path) return cli_out_of_memory(cli);
    if ((status = output_open(&output, cli, options.file)) != CLI_DONE) return status;
    const HttpCall call = {
        .method = "GET",
        .path = path,
        .accept = csv ? "text/csv" : "application/json",
        .sink = table ? NULL : output_sink,
        .sink_arg = &output,
    };
    status = session_call(&session, &call, &answer);
    if (status == CLI_DONE && table) status = show(&session, &answer, output.file, cli->width && !options.file);
    return output_close(&output, cli, status);
}

const Command cmd_trends = {
    .name = "trends",
    .summary = "Visa antal över tid, jämfört med förr",
    .argp = &trends_argp,
    .run = trends_run,
};
