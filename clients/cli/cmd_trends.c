/* `lagesbild trends`: how many, over time, compared with what. */
#include <math.h>
#include <string.h>

#include "commands.h"
#include "core/lagesbild/swedish.h"
#include "download.h"
#include "filter.h"
#include "forms.h"
#include "reply.h"
#include "table.h"
#include "terminal.h"

enum { KEY_COMPLETENESS = 0x2000 }; /* above the letters and the filters' keys */
enum { BAR_LEAST = 10, BAR_MOST = 60, PAPER_COLUMNS = 80 };

static const char formats[] = "chart|table|csv|excel-sv|json";

typedef struct Options {
    Filter filter;
    const char *bucket, *group_by, *compare, *completeness, *format, *file;
} Options;

static const struct argp_option option_table[] = {
    {"bucket", 'b', "hour_of_week|day|week|month|year", 0, "Hur tiden delas (week)"},
    {"group-by", 'g', "LISTA", 0, "Dela också på area, category, place, source; flera med komma"},
    {"compare", 'c', "previous|year", 0, "Jämför med perioden före eller samma period i fjol"},
    {"completeness", KEY_COMPLETENESS, "auto|yes|no", 0, "Säg vilka som rapporterade (auto: om tiderna är högst 120)"},
    {"format", 'f', formats, 0, "Hur de skrivs (chart på skärmen, annars table)"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->filter;
        return 0;
    case 'b':
        options->bucket = command_choose(state, "bucket", "hour_of_week|day|week|month|year", arg);
        return 0;
    case 'g':
        options->group_by = arg;
        return 0;
    case 'c':
        options->compare = command_choose(state, "compare", "previous|year", arg);
        return 0;
    case KEY_COMPLETENESS:
        options->completeness = command_choose(state, "completeness", "auto|yes|no", arg);
        return 0;
    case 'f':
        options->format = command_choose(state, "format", formats, arg);
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
           "procenten när talen är små: z över 3 eller under -3 ger slumpen ungefär tre gånger på hundra. Vem som inte "
           "rapporterade fast de brukar sägs sist: ett fall kan vara en tystnad.\v"
           "Exempel:\n"
           "  lagesbild trends --area bro --from 2026-01-05 --to 2026-03-15\n"
           "  lagesbild trends --area brunna --category skadegorelse --bucket month --compare year\n"
           "  lagesbild trends --area upplands-bro --group-by area,category --format excel-sv -o trend.csv",
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

static char *repeat(char *at, const char *sign, int times)
{
    for (; times > 0; times--)
        at = stpcpy(at, sign);
    return at;
}

/* A bar of `count` in eighths of a column, where `most` is as long as `columns`. NULL: memory is out. */
static const char *plain_bar(Arena *arena, double count, double most, int columns)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    char *text = arena_alloc(arena, (size_t)columns * 3 + 4);
    if (!text) return NULL;
    int units = most > 0 && count > 0 ? (int)ceil(count / most * columns * 8) : 0;
    stpcpy(repeat(text, "█", units / 8), eighths[units % 8]);
    return text;
}

static int cells_of(double count, double most, int columns)
{
    return most > 0 && count > 0 ? (int)fmax(1, round(count / most * columns)) : 0;
}

/* A bar of two counts: what they have in common, and what the one has more than the other. NULL: memory is out. */
static const char *compared_bar(Arena *arena, double count, double base, double most, int columns)
{
    char *text = arena_alloc(arena, (size_t)columns * 3 + 1);
    if (!text) return NULL;
    int now = cells_of(count, most, columns), before = cells_of(base, most, columns);
    *text = '\0';
    char *at = repeat(text, "█", now < before ? now : before);
    repeat(repeat(at, "▓", now - before), "░", before - now);
    return text;
}

/* How the rows are drawn. */
typedef struct Chart {
    double most; /* the highest of all counts */
    bool compared, hours;
    int columns; /* of a bar; 0 for a table without bars */
} Chart;

static const char *bar(Arena *arena, const cJSON *row, const Chart *chart)
{
    double count = reply_number(row, "count", 0);
    if (!chart->compared) return plain_bar(arena, count, chart->most, chart->columns);
    return compared_bar(arena, count, reply_number(row, "compare", 0), chart->most, chart->columns);
}

/* "5-22" as people say it: "fre 22". NULL: memory is out. */
static const char *hour_of_week(Arena *arena, const char *bucket)
{
    int weekday, hour;
    if (sscanf(bucket, "%d-%d", &weekday, &hour) != 2 || weekday < 1 || weekday > 7) return bucket;
    return arena_printf(arena, "%s %02d", swedish_weekday_short(weekday), hour);
}

/* What stands in a row's field; NULL for an empty cell or when memory is out. */
static TableCell cell(Arena *arena, const cJSON *row, const char *name, const Chart *chart)
{
    const cJSON *value = reply_member(row, name);
    double number = cJSON_IsNumber(value) ? value->valuedouble : 0;
    if (strcmp(name, "z") == 0 && value)
        return (TableCell){arena_printf(arena, "%.1f", number), fabs(number) >= 3 ? TABLE_RED : TABLE_PLAIN};
    if (strcmp(name, "change_pct") == 0 && value)
        return (TableCell){arena_printf(arena, "%+.0f %%", number), TABLE_PLAIN};
    if (chart->hours && strcmp(name, "bucket") == 0 && cJSON_IsString(value))
        return (TableCell){hour_of_week(arena, value->valuestring), TABLE_PLAIN};
    if (strcmp(name, "difference") == 0 && value) return (TableCell){arena_printf(arena, "%+.0f", number), TABLE_PLAIN};
    return (TableCell){reply_scalar(arena, value), TABLE_PLAIN};
}

/* Which fields some row has, and the highest count. */
static size_t used_fields(const cJSON *rows, size_t used[static FIELDS], Chart *chart)
{
    bool has[FIELDS] = {false};
    const cJSON *row;
    size_t count = 0;
    cJSON_ArrayForEach(row, rows)
    {
        for (size_t i = 0; i < FIELDS; i++)
            has[i] = has[i] || reply_member(row, fields[i].name);
        chart->most = fmax(chart->most, fmax(reply_number(row, "count", 0), reply_number(row, "compare", 0)));
        chart->compared = chart->compared || reply_member(row, "compare");
    }
    for (size_t i = 0; i < FIELDS; i++)
        if (has[i]) used[count++] = i;
    return count;
}

/* The table with its bars, or without them. NULL: memory is out. */
static Table *make_table(Arena *arena, const cJSON *rows, const TableColumn *columns, const size_t *used, size_t count,
                         const Chart *chart)
{
    Table *table = table_new(arena, columns, count + (chart->columns > 0));
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        TableCell cells[FIELDS + 1];
        for (size_t i = 0; i < count; i++)
            cells[i] = cell(arena, row, fields[used[i]].name, chart);
        if (chart->columns) cells[count] = (TableCell){bar(arena, row, chart), TABLE_BLUE};
        if (!table || table_add(table, cells) < 0) return NULL;
    }
    return table;
}

/* "Skolan (2004-W11, 2004-W12 och 3 till)" for each who was expected to report in some bucket and did not. */
static void note_silences(Cli *cli, const cJSON *completeness)
{
    enum { NAMED = 3 };
    const cJSON *entry, *name, *other, *silent;
    cJSON_ArrayForEach(entry, completeness) cJSON_ArrayForEach(name, reply_member(entry, "silent"))
    {
        const char *buckets = "";
        int times = 0;
        bool first = true;
        if (!cJSON_IsString(name)) continue;
        cJSON_ArrayForEach(other, completeness) cJSON_ArrayForEach(silent, reply_member(other, "silent"))
        {
            if (!cJSON_IsString(silent) || strcmp(silent->valuestring, name->valuestring) != 0) continue;
            if (!times && other != entry) first = false; /* told already */
            const char *bucket = reply_text(other, "bucket");
            if (bucket && buckets && times < NAMED)
                buckets = arena_printf(cli->arena, "%s%s%s", buckets, times ? ", " : "", bucket);
            times++;
        }
        const char *who = terminal_clean(cli->arena, name->valuestring);
        if (!first || !who || !buckets) continue;
        if (times > NAMED)
            cli_note(cli, "Rapporterade inte fast de brukar: %s (%s och %d till)", who, buckets, times - NAMED);
        else
            cli_note(cli, "Rapporterade inte fast de brukar: %s%s%s%s", who, *buckets ? " (" : "", buckets,
                     *buckets ? ")" : "");
    }
}

/* Zero is not unknown: a rise from a time that nobody reported for is none. */
static void note_unknown_bases(Cli *cli, const cJSON *completeness)
{
    const cJSON *entry;
    int unknown = 0;
    cJSON_ArrayForEach(entry, completeness)
    {
        const cJSON *before = reply_member(entry, "compare_active");
        unknown += before && cJSON_GetArraySize(before) == 0;
    }
    if (unknown)
        cli_note(cli, "Ingen rapporterade under den tid som %d av %d jämförs med; där säger skillnaden inget.", unknown,
                 cJSON_GetArraySize(completeness));
}

/* What show() writes for. */
typedef struct Screen {
    bool terminal, bars;
} Screen;

static int show(Session *session, const HttpAnswer *answer, FILE *out, void *arg)
{
    Cli *cli = session->cli;
    const Screen *screen = arg;
    bool terminal = screen->terminal, bars = screen->bars;
    _reply_ cJSON *trend = reply_parse(answer);
    const cJSON *rows = reply_member(trend, "rows");
    const char *bucket = reply_text(trend, "bucket");
    if (!cJSON_IsArray(rows)) return session_show_nonsense(session);
    Chart chart = {.hours = bucket && strcmp(bucket, "hour_of_week") == 0};
    size_t used[FIELDS], count = used_fields(rows, used, &chart);
    TableColumn columns[FIELDS + 1];
    for (size_t i = 0; i < count; i++)
        columns[i] = fields[used[i]].column;
    columns[count] = (TableColumn){""};
    Table *table = make_table(cli->arena, rows, columns, used, count, &chart);
    if (table && bars) { /* as wide as the figures leave room for */
        int width = terminal ? cli->width : PAPER_COLUMNS, room = width - (int)table_width(table) - 2;
        chart.columns = room < BAR_LEAST ? BAR_LEAST : room > BAR_MOST ? BAR_MOST : room;
        table = make_table(cli->arena, rows, columns, used, count, &chart);
    }
    if (!table) return cli_out_of_memory(cli);
    table_print(table, out, terminal ? cli->width : 0, terminal && cli->color);
    if (bars && chart.compared && chart.most > 0) fputs("█ lika många som då, ▓ fler nu, ░ färre nu\n", out);
    if (!table_rows(table)) cli_note(cli, "Inga händelser.");
    note_silences(cli, reply_member(trend, "completeness"));
    note_unknown_bases(cli, reply_member(trend, "completeness"));
    return CLI_DONE;
}

static const char *make_path(Cli *cli, const Options *options)
{
    const char *path = filter_query(cli->arena, "/v1/trends", &options->filter);
    path = http_query(cli->arena, path, "bucket", options->bucket);
    path = http_query(cli->arena, path, "group_by", options->group_by);
    path = http_query(cli->arena, path, "compare", options->compare);
    path = http_query(cli->arena, path, "completeness", options->completeness);
    return forms_query(cli->arena, path, options->format);
}

static int trends_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&trends_argp, argc, argv, &options);
    Screen screen = {.terminal = cli->width && !options.file};
    if (!options.format) options.format = screen.terminal ? "chart" : "table";
    screen.bars = strcmp(options.format, "chart") == 0;
    _answer_ HttpAnswer answer = {0};
    const Download wanted = {
        .path = make_path(cli, &options),
        .accept = forms_media_type(options.format),
        .file = options.file,
        .show = screen.bars || strcmp(options.format, "table") == 0 ? show : NULL,
        .arg = &screen,
    };
    return download(cli, &wanted, &answer);
}

const Command cmd_trends = {
    .name = "trends",
    .summary = "Visa antal över tid, jämfört med förr",
    .argp = &trends_argp,
    .run = trends_run,
};
