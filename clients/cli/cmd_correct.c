/* `lagesbild correct`: what a person decides about an incident. */
#include <string.h>

#include "commands.h"
#include "dates.h"
#include "delivery.h"
#include "incidents.h"
#include "output.h"
#include "reply.h"

#define STATUSES "tagged|review|confirmed|rejected"

enum { AREAS = 16 }; /* the server takes no more */

enum { KEY_LEARN_PLACE = 1, KEY_LEARN_PHRASE };

typedef struct Options {
    const char *id, *category, *place, *status, *format;
    const char *areas[AREAS];
    int area_count;
    const char *learn_place, *learn_phrase;
    char at[CLOCK_TEXT_SIZE];
} Options;

static const struct argp_option option_table[] = {
    {"area", 'a', "KOD", 0, "Området; kan upprepas när händelsen hör till flera"},
    {"category", 'c', "KOD", 0, "Kategorin"},
    {"place", 'p', "PLATS", 0, "Platsens namn"},
    {"at", 't', "TID", 0, "När det hände: \"2026-03-14 21:30\""},
    {"status", 's', STATUSES, 0, "confirmed när du har sett att den stämmer, rejected när den inte ska räknas"},
    {"learn-place", KEY_LEARN_PLACE, "NAMN", 0, "Lär tjänsten att platsen eller gatan ligger i området (--area)"},
    {"learn-phrase", KEY_LEARN_PHRASE, "ORD", 0, "Lär tjänsten att orden betyder kategorin (--category)"},
    {"format", 'f', "table|json", 0, "Hur svaret visas (table)"},
    {0},
};

static bool says_something(const Options *options)
{
    return options->area_count || options->category || options->place || options->status || *options->at;
}

/* One thing at a time, and what it is taught as must be said. */
static void check_lesson(const Options *options, const struct argp_state *state)
{
    if (options->learn_place && options->learn_phrase)
        command_error(state, "--learn-place och --learn-phrase i var sin rättelse");
    if (options->learn_place && options->area_count != 1)
        command_error(state, "--learn-place behöver --area, ett område");
    if (options->learn_phrase && !options->category) command_error(state, "--learn-phrase behöver --category");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'a':
        if (options->area_count == AREAS) command_error(state, "högst %d områden", AREAS);
        options->areas[options->area_count++] = arg;
        return 0;
    case 'c':
        options->category = arg;
        return 0;
    case 'p':
        options->place = arg;
        return 0;
    case 't':
        if (dates_is_clock(arg) || !dates_instant(arg, options->at))
            command_error(state, "--at: \"%s\": skriv dag och tid, som \"2026-03-14 21:30\"", arg);
        return 0;
    case 's':
        options->status = command_choose(state, "status", STATUSES, arg);
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "table|json", arg);
        return 0;
    case KEY_LEARN_PLACE:
        options->learn_place = arg;
        return 0;
    case KEY_LEARN_PHRASE:
        options->learn_phrase = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (options->id) command_error(state, "en händelse i taget");
        options->id = arg;
        return 0;
    case ARGP_KEY_END:
        if (!options->id) command_error(state, "vilken händelse? Se lagesbild review eller incidents --ids");
        if (!says_something(options)) command_error(state, "vad ska rättas? Till exempel --category eller --status");
        check_lesson(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp correct_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "ID",
    .doc =
        "Rättar eller bekräftar en händelse. Det du bestämmer står fast, också när rapporten kommer i en ny version, "
        "och det sparas vem som ändrade vad och när.\v"
        "Exempel:\n"
        "  lagesbild correct 01a1f9ac-dda5-721f-8989-42b2185a3814 --status confirmed\n"
        "  lagesbild correct 01a1f9ac-dda5-721f-8989-42b2185a3814 --category trafikbrott --area bro\n"
        "  lagesbild correct 01a1f9ac-dda5-721f-8989-42b2185a3814 --area bro --learn-place \"Skolgatan\"",
};

/* What is to be learned of it; false without memory. */
static bool add_lesson(cJSON *json, const Options *options)
{
    if (!options->learn_place && !options->learn_phrase) return true;
    cJSON *learn = cJSON_AddObjectToObject(json, "learn");
    cJSON *lesson = cJSON_AddObjectToObject(learn, options->learn_place ? "place" : "cue");
    if (options->learn_place)
        return cJSON_AddStringToObject(lesson, "name", options->learn_place) &&
               cJSON_AddStringToObject(lesson, "area", options->areas[0]);
    return cJSON_AddStringToObject(lesson, "phrase", options->learn_phrase) &&
           cJSON_AddStringToObject(lesson, "category", options->category);
}

/* The changes as JSON, or NULL; freed with cJSON_free(). */
static char *make_body(const Options *options)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json != NULL;
    ok = ok && (!options->category || cJSON_AddStringToObject(json, "category", options->category));
    ok = ok && (!options->place || cJSON_AddStringToObject(json, "place", options->place));
    ok = ok && (!*options->at || cJSON_AddStringToObject(json, "occurred_at", options->at));
    ok = ok && (!options->status || cJSON_AddStringToObject(json, "status", options->status));
    if (ok && options->area_count) {
        cJSON *areas = cJSON_CreateStringArray(options->areas, options->area_count);
        ok = areas && cJSON_AddItemToObject(json, "areas", areas);
    }
    ok = ok && add_lesson(json, options);
    char *body = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return body;
}

static int show(Session *session, const HttpAnswer *answer)
{
    Cli *cli = session->cli;
    _reply_ cJSON *incident = reply_parse(answer);
    IncidentTable table;
    if (!reply_text(incident, "id")) return session_show_nonsense(session);
    if (incidents_init(&table, cli->arena, false, true) < 0 || incidents_add(&table, cli->arena, incident) < 0)
        return cli_out_of_memory(cli);
    table_print(table.table, cli->out, cli->width, cli->color);
    return cli_finish(cli);
}

static int correct_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&correct_argp, argc, argv, &options);
    const char *id = http_segment(cli->arena, options.id);
    const char *path = id ? arena_printf(cli->arena, "/v1/incidents/%s", id) : NULL;
    char *body = make_body(&options);
    if (!path || !body) {
        cJSON_free(body);
        return cli_out_of_memory(cli);
    }
    const HttpCall call = {
        .method = "PATCH",
        .path = path,
        .accept = "application/json",
        .content_type = "application/json",
        .body = {.bytes = body, .len = strlen(body)},
    };
    _session_ Session session = {0};
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status == CLI_DONE) {
        delivery_flush(&session);
        status = session_call(&session, &call, &answer);
    }
    cJSON_free(body);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "table") == 0) return show(&session, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_correct = {
    .name = "correct",
    .summary = "Rätta eller bekräfta en händelse",
    .argp = &correct_argp,
    .run = correct_run,
};
