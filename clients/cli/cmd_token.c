/* `lagesbild token`: who may do what. For administrators. */
#include <string.h>

#include "commands.h"
#include "reply.h"
#include "session.h"
#include "table.h"

#define ROLES "admin|coordinator|police|reporter|group|analyst"

enum { AREAS = 64 };

typedef struct Options {
    const char *role, *organisation, *municipality;
    const char *areas[AREAS];
    int area_count;
} Options;

static const struct argp_option create_options[] = {
    {"role", 'r', ROLES, 0, "Vad innehavaren får göra"},
    {"area", 'a', "KOD", 0, "Område som en grupp är bunden till; kan upprepas"},
    {"organisation", 'o', "NAMN", 0, "Vems nyckeln är, till exempel \"Kommunpolisen\""},
    {"municipality", 'm', "KOD", 0, "Kommun, om den inte är serverns egen"},
    {0},
};

static error_t create_parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 'r':
        options->role = command_choose(state, "role", ROLES, arg);
        return 0;
    case 'a':
        if (options->area_count == AREAS) command_error(state, "högst %d områden", AREAS);
        options->areas[options->area_count++] = arg;
        return 0;
    case 'o':
        options->organisation = arg;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case ARGP_KEY_ARG:
        command_error(state, "\"%s\": inga argument, bara val", arg);
        return 0;
    case ARGP_KEY_END:
        if (!options->role) command_error(state, "vilken roll? --role " ROLES);
        if (strcmp(options->role, "group") == 0 && !options->area_count)
            command_error(state, "en grupp behöver minst ett --area");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp create_argp = {
    .options = create_options,
    .parser = create_parse,
    .doc = "Skapar en nyckel och skriver ut den, en enda gång: servern sparar den inte i klartext.\v"
           "Exempel:\n"
           "  lagesbild token create --role police --organisation \"Kommunpolisen Upplands-Bro\"\n"
           "  lagesbild token create --role group --area bro --area brunna --organisation \"EST Bro\"",
};

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
    command_error(state, "\"%s\": inga argument behövs", arg);
    return 0;
}

static const struct argp list_argp = {
    .parser = list_parse,
    .doc = "Visar de nycklar som gäller; aldrig deras hemlighet.",
};

static error_t revoke_parse(int key, char *arg, struct argp_state *state)
{
    const char **id = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (*id) command_error(state, "en nyckel i taget");
        *id = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*id) command_error(state, "vilken nyckel? Se lagesbild token list");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp revoke_argp = {
    .parser = revoke_parse,
    .args_doc = "ID",
    .doc = "Återkallar en nyckel; den slutar gälla genast.",
};

/* What is asked for as JSON, or NULL; freed with cJSON_free(). */
static char *make_body(const Options *options)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json && cJSON_AddStringToObject(json, "role", options->role);
    ok = ok && (!options->organisation || cJSON_AddStringToObject(json, "organisation", options->organisation));
    ok = ok && (!options->municipality || cJSON_AddStringToObject(json, "municipality", options->municipality));
    if (ok && options->area_count) {
        cJSON *areas = cJSON_CreateStringArray(options->areas, options->area_count);
        ok = areas && cJSON_AddItemToObject(json, "areas", areas);
    }
    char *body = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return body;
}

static int create_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&create_argp, argc, argv, &options);
    _session_ Session session;
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    char *body = make_body(&options);
    if (!body) return cli_out_of_memory(cli);
    const HttpCall call = {
        .method = "POST",
        .path = "/v1/tokens",
        .accept = "application/json",
        .content_type = "application/json",
        .body = {.bytes = body, .len = strlen(body)},
    };
    _answer_ HttpAnswer answer = {0};
    status = session_call(&session, &call, &answer);
    cJSON_free(body);
    if (status != CLI_DONE) return status;
    _reply_ cJSON *token = reply_parse(&answer);
    const char *secret = reply_text(token, "token"), *id = reply_text(token, "id");
    if (!secret) return session_show_nonsense(&session);
    if (id) cli_note(cli, "Nyckeln visas bara nu. Återkallas med: lagesbild token revoke %s", id);
    fprintf(cli->out, "%s\n", secret);
    return cli_finish(cli);
}

static int list_show(Session *session, const HttpAnswer *answer)
{
    static const TableColumn columns[] = {
        {"Id"}, {"Roll"}, {"Kommun"}, {"Organisation", .shrinks = true}, {"Områden", .shrinks = true}, {"Skapad"},
    };
    Cli *cli = session->cli;
    _reply_ cJSON *page = reply_parse(answer);
    const cJSON *items = reply_member(page, "items"), *item;
    if (!cJSON_IsArray(items)) return session_show_nonsense(session);
    Table *table = table_new(cli->arena, columns, sizeof columns / sizeof *columns);
    if (!table) return cli_out_of_memory(cli);
    cJSON_ArrayForEach(item, items)
    {
        const char *created = reply_text(item, "created_at");
        const TableCell cells[] = {
            {reply_text(item, "id"), TABLE_DIM},
            {reply_text(item, "role"), TABLE_BOLD},
            {reply_text(item, "municipality")},
            {reply_text(item, "organisation")},
            {reply_join(cli->arena, reply_member(item, "areas"), NULL), TABLE_BLUE},
            {created ? arena_strndup(cli->arena, created, strnlen(created, 10)) : NULL},
        };
        if (table_add(table, cells) < 0) return cli_out_of_memory(cli);
    }
    table_print(table, cli->out, cli->width, cli->color);
    return cli_finish(cli);
}

static int list_run(Cli *cli, int argc, char **argv)
{
    command_parse(&list_argp, argc, argv, NULL);
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status == CLI_DONE) status = session_get(&session, "/v1/tokens", NULL, &answer);
    return status == CLI_DONE ? list_show(&session, &answer) : status;
}

static int revoke_run(Cli *cli, int argc, char **argv)
{
    const char *id = NULL;
    command_parse(&revoke_argp, argc, argv, &id);
    const char *segment = http_segment(cli->arena, id);
    const char *path = segment ? arena_printf(cli->arena, "/v1/tokens/%s", segment) : NULL;
    if (!path) return cli_out_of_memory(cli);
    const HttpCall call = {.method = "DELETE", .path = path, .accept = "application/json"};
    _session_ Session session;
    _answer_ HttpAnswer answer = {0};
    int status = session_open(&session, cli);
    if (status == CLI_DONE) status = session_call(&session, &call, &answer);
    if (status == CLI_DONE) cli_note(cli, "Nyckeln gäller inte längre.");
    return status;
}

static const Command create = {.name = "create", .summary = "Skapa en nyckel", .argp = &create_argp, .run = create_run};
static const Command list = {.name = "list", .summary = "Visa nycklarna", .argp = &list_argp, .run = list_run};
static const Command revoke = {
    .name = "revoke", .summary = "Återkalla en nyckel", .argp = &revoke_argp, .run = revoke_run};
static const Command *const children[] = {&create, &list, &revoke, NULL};

const Command cmd_token = {
    .name = "token",
    .summary = "Skapa, visa och återkalla nycklar",
    .children = children,
};
