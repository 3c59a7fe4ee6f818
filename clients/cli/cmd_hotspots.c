/* `lagesbild hotspots`: where it happens. */
#include <math.h>
#include <string.h>

#include "commands.h"
#include "download.h"
#include "forms.h"
#include "reply.h"
#include "table.h"

/* Keys of the options without a letter, and places in Options.values. */
enum { KEY_AREA = 0x1000, KEY_CATEGORY, KEY_FROM, KEY_TO, KEY_DISTANCE, KEY_LEAST, KEY_DAYS, KEY_MUNICIPALITY, KEYS };

static const char *const parameters[] = {"area", "category", "from", "to", "distance", "least", "days", "municipality"};
enum { PARAMETERS = KEYS - KEY_AREA };

typedef struct Options {
    const char *values[PARAMETERS];
    const char *format, *file;
} Options;

static const char choices[] = "table|csv|excel-sv|json";

static const struct argp_option option_table[] = {
    {"area", KEY_AREA, "KOD", 0, "Område, till exempel bro"},
    {"category", KEY_CATEGORY, "KOD", 0, "Kategori, till exempel stold; flera med komma"},
    {"from", KEY_FROM, "DATUM", 0, "Från och med, ÅÅÅÅ-MM-DD (fyra veckor före --to)"},
    {"to", KEY_TO, "DATUM", 0, "Till och med, ÅÅÅÅ-MM-DD (i dag)"},
    {"distance", KEY_DISTANCE, "METER", 0, "Så nära varandra är samma ställe (150)"},
    {"least", KEY_LEAST, "ANTAL", 0, "Minst så många händelser är en anhopning (3)"},
    {"days", KEY_DAYS, "ANTAL", 0, "Inom så många dagar är en upprepning (14)"},
    {"municipality", KEY_MUNICIPALITY, "KOD", 0, "Kommun, om flera har området"},
    {"format", 'f', choices, 0, "Hur svaret skrivs (table)"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {0},
};

static void check(struct argp_state *state, int key, const char *arg)
{
    const char *name = parameters[key - KEY_AREA];
    if (key == KEY_FROM || key == KEY_TO) command_day(state, name, arg);
    if (key == KEY_DISTANCE || key == KEY_LEAST || key == KEY_DAYS) command_number(state, name, arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    if (key >= KEY_AREA && key < KEYS) {
        check(state, key, arg);
        options->values[key - KEY_AREA] = arg;
        return 0;
    }
    switch (key) {
    case 'f':
        options->format = command_choose(state, "format", choices, arg);
        return 0;
    case 'o':
        options->file = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": välj med --area, --category", arg);
        return 0;
    case ARGP_KEY_END:
        if (!options->values[0]) command_error(state, "vilket område? Till exempel: --area bro");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp hotspots_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Visar var det händer: platserna med flest händelser, anhopningar av punkter på kartan, upprepningar nära i "
           "tid "
           "och rum, och vad som är nytt sedan den lika långa tiden före.\v"
           "Exempel:\n"
           "  lagesbild hotspots --area bro\n"
           "  lagesbild hotspots --area hasselby-torg --category narkotika --from 2026-01-01 --to 2026-03-31 "
           "--distance 50",
};

/* --- the tables --- */

static const TableColumn columns[] = {
    {"Plats", .shrinks = true}, {"Antal", .right = true}, {"Före", .right = true}, {""}, {"Mest"}, {"Läge"},
    {"Radie", .right = true},
};
enum { PLACE_COLUMNS = 5, CLUSTER_COLUMNS = 7 };

static const char *position(Arena *arena, const cJSON *item)
{
    const cJSON *at = reply_member(item, "position");
    return at ? arena_printf(arena, "%.5f, %.5f", reply_number(at, "lat", 0), reply_number(at, "lon", 0)) : NULL;
}

/* Places or clusters; `name` is the member that says where. Prints nothing where there are none. */
static int print_table(Cli *cli, const cJSON *items, const char *name, size_t count, FILE *out, bool terminal)
{
    Table *table = table_new(cli->arena, columns, count);
    const cJSON *item;
    if (!table) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(item, items)
    {
        const char *where = reply_text(item, name);
        const cJSON *radius = reply_member(item, "radius_m");
        const TableCell cells[CLUSTER_COLUMNS] = {
            {where ? where : "–", TABLE_PLAIN},
            {reply_scalar(cli->arena, reply_member(item, "count")), TABLE_PLAIN},
            {reply_scalar(cli->arena, reply_member(item, "previous")), TABLE_PLAIN},
            {cJSON_IsTrue(reply_member(item, "new")) ? "ny" : NULL, TABLE_RED},
            {reply_text(item, "top_category"), TABLE_PLAIN},
            {position(cli->arena, item), TABLE_DIM},
            {radius ? arena_printf(cli->arena, "%.0f m", radius->valuedouble) : NULL, TABLE_DIM},
        };
        if (table_add(table, cells) < 0) return cli_out_of_memory(cli);
    }
    table_print(table, out, terminal ? cli->width : 0, terminal && cli->color);
    return CLI_DONE;
}

static void print_repeats(const cJSON *answer, FILE *out)
{
    const cJSON *near = reply_member(answer, "near_repeats"), *expected = reply_member(near, "expected");
    double days = reply_number(answer, "days", 0), distance = reply_number(answer, "distance_m", 0);
    double pairs = reply_number(near, "pairs", 0);
    fprintf(out, "\nUpprepningar: %.0f par av händelser inom %.0f meter och %.0f dagar", pairs, distance, days);
    if (expected)
        fprintf(out, ". Hade plats och tid inget med varandra att göra vore det omkring %.0f", expected->valuedouble);
    fprintf(out, ".\n%.0f händelser har en punkt på kartan (%.0f av dem sin plats), %.0f har ingen.\n",
            reply_number(answer, "positions", 0), reply_number(answer, "positions_of_places", 0),
            reply_number(answer, "without_position", 0));
}

/* `arg`: whether it is shown on a terminal, a bool. */
static int show(Session *session, const HttpAnswer *reply, FILE *out, void *arg)
{
    Cli *cli = session->cli;
    bool terminal = *(const bool *)arg;
    _reply_ cJSON *answer = reply_parse(reply);
    const cJSON *places = reply_member(answer, "places"), *clusters = reply_member(answer, "clusters");
    if (!cJSON_IsArray(places) || !cJSON_IsArray(clusters)) return session_show_nonsense(session);
    const cJSON *previous = reply_member(answer, "previous");
    fputs("Platser\n", out);
    if (!cJSON_GetArraySize(places)) fputs("Inga händelser på någon namngiven plats.\n", out);
    int status = print_table(cli, places, "name", PLACE_COLUMNS, out, terminal);
    if (status != CLI_DONE) return status;
    fputs("\nAnhopningar på kartan\n", out);
    if (!cJSON_GetArraySize(clusters)) fputs("Inga.\n", out);
    status = print_table(cli, clusters, "place", CLUSTER_COLUMNS, out, terminal);
    if (status != CLI_DONE) return status;
    print_repeats(answer, out);
    if (!cJSON_IsTrue(reply_member(previous, "known")))
        cli_note(cli, "Ingen har rapporterat om hela tiden före, så vad som är nytt går inte att säga.");
    return CLI_DONE;
}

static const char *make_path(Cli *cli, const Options *options)
{
    const char *path = "/v1/hotspots";
    for (int i = 0; i < PARAMETERS; i++)
        path = http_query(cli->arena, path, parameters[i], options->values[i]);
    return forms_query(cli->arena, path, options->format);
}

static int hotspots_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&hotspots_argp, argc, argv, &options);
    bool table = !options.format || strcmp(options.format, "table") == 0;
    bool terminal = cli->width && !options.file;
    _answer_ HttpAnswer answer = {0};
    const Download wanted = {
        .path = make_path(cli, &options),
        .accept = forms_media_type(options.format),
        .file = options.file,
        .show = table ? show : NULL,
        .arg = &terminal,
    };
    return download(cli, &wanted, &answer);
}

const Command cmd_hotspots = {
    .name = "hotspots",
    .summary = "Visa var det händer, och vad som är nytt",
    .argp = &hotspots_argp,
    .run = hotspots_run,
};
