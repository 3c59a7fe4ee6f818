/* `lagesbild effect`: did it help? */
#include "commands.h"
#include "download.h"
#include "forms.h"

/* Keys of the options without a letter; with one, the letter. */
enum { KEY_AREA = 0x1000, KEY_CATEGORY, KEY_PLACE, KEY_DATE, KEY_DAYS, KEY_COMPARE, KEY_MUNICIPALITY, KEYS };

/* The query's parameters, by key. */
static const char *const parameters[] = {"area", "category", "place", "date", "days", "compare_area", "municipality"};
enum { PARAMETERS = KEYS - KEY_AREA };

typedef struct Options {
    const char *values[PARAMETERS];
    const char *format, *file;
} Options;

static const char choices[] = "text|csv|excel-sv|json";

static const struct argp_option option_table[] = {
    {"area", KEY_AREA, "KOD", 0, "Område där något gjordes, till exempel bro"},
    {"category", KEY_CATEGORY, "KOD", 0, "Kategori, till exempel stold; flera med komma"},
    {"place", KEY_PLACE, "NAMN", 0, "Plats, till exempel \"Bro station\""},
    {"date", KEY_DATE, "DATUM", 0, "Första dagen efter att det gjordes, ÅÅÅÅ-MM-DD"},
    {"days", KEY_DAYS, "ANTAL", 0, "Hur många dagar före och efter (90)"},
    {"compare-area", KEY_COMPARE, "KOD", 0, "Område att jämföra med, där inget gjordes"},
    {"municipality", KEY_MUNICIPALITY, "KOD", 0, "Kommun, om flera har området"},
    {"format", 'f', choices, 0, "Hur svaret skrivs (text)"},
    {"output", 'o', "FIL", 0, "Skriv till en fil i stället för skärmen"},
    {0},
};

static void check(struct argp_state *state, int key, const char *arg)
{
    if (key == KEY_DATE) command_day(state, "date", arg);
    if (key == KEY_DAYS) command_number(state, "days", arg);
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
        command_error(state, "\"%s\": välj med --area, --category, --place", arg);
        return 0;
    case ARGP_KEY_END:
        if (!options->values[0] || !options->values[KEY_DATE - KEY_AREA])
            command_error(state, "vilket område och vilken dag? Till exempel: --area bro --date 2026-03-02");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp effect_argp = {
    .options = option_table,
    .parser = parse,
    .doc = "Säger om det blev färre händelser efter att något gjordes: lika många dagar före och efter, samma tid året "
           "innan, och, om du vill, mot ett område där inget gjordes. Svaret säger också vad slumpen kan ha gjort.\v"
           "Exempel:\n"
           "  lagesbild effect --area bro --category stold --place \"Bro station\" --date 2026-03-02\n"
           "  lagesbild effect --area bro --date 2026-03-02 --days 28 --compare-area brunna",
};

static const char *make_path(Cli *cli, const Options *options)
{
    const char *path = "/v1/effect";
    for (int i = 0; i < PARAMETERS; i++)
        path = http_query(cli->arena, path, parameters[i], options->values[i]);
    return forms_query(cli->arena, path, options->format);
}

static int effect_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&effect_argp, argc, argv, &options);
    _answer_ HttpAnswer answer = {0};
    const Download wanted = {
        .path = make_path(cli, &options),
        .accept = forms_media_type(options.format ? options.format : "text"),
        .file = options.file,
    };
    return download(cli, &wanted, &answer);
}

const Command cmd_effect = {
    .name = "effect",
    .summary = "Visa om något hjälpte: före och efter en dag",
    .argp = &effect_argp,
    .run = effect_run,
};
