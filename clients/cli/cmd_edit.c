/* `lagesbild edit`: the coordinator's own parts of a lägesbild. */
#include <string.h>

#include "commands.h"
#include "delivery.h"
#include "output.h"
#include "reply.h"

enum { PARTS = 50 }; /* the server takes no more of each */

typedef struct List {
    const char *items[PARTS];
    int count;
} List;

typedef struct Options {
    CommandLagesbild which;
    const char *municipality, *format, *summary;
    List worries, causes, decisions;
    bool anew;
} Options;

static const struct argp_option option_table[] = {
    {"summary", 's', "TEXT", 0, "Inledningen; en tom text går tillbaka till tjänstens egen"},
    {"worry", 'w', "TEXT", 0, "Känd oro eller en kommande händelse; kan upprepas"},
    {"cause", 'c', "TEXT", 0, "En trolig orsak; kan upprepas"},
    {"decision", 'd', "BESLUT", 0,
     "Ett beslut: \"åtgärd; ansvarig=NAMN; plats=NAMN; start=DAG; avstämning=DAG; läge=TEXT\"; kan upprepas"},
    {"replace", 'r', NULL, 0, "Byt ut det som stod under samma rubrik, i stället för att lägga till"},
    {"municipality", 'm', "KOD", 0, "Kommunen, när flera har ett område med samma kod"},
    {"format", 'f', "text|json", 0, "Hur svaret visas (text)"},
    {0},
};

static void add(List *list, const char *item, const struct argp_state *state)
{
    if (list->count == PARTS) command_error(state, "högst %d av varje slag", PARTS);
    list->items[list->count++] = item;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Options *options = state->input;
    switch (key) {
    case 's':
        options->summary = arg;
        return 0;
    case 'w':
        add(&options->worries, arg, state);
        return 0;
    case 'c':
        add(&options->causes, arg, state);
        return 0;
    case 'd':
        add(&options->decisions, arg, state);
        return 0;
    case 'r':
        options->anew = true;
        return 0;
    case 'm':
        options->municipality = arg;
        return 0;
    case 'f':
        options->format = command_choose(state, "format", "text|json", arg);
        return 0;
    case ARGP_KEY_ARG:
        command_lagesbild(state, key, arg, &options->which);
        return 0;
    case ARGP_KEY_END:
        command_lagesbild(state, key, arg, &options->which);
        if (!options->summary && !options->worries.count && !options->causes.count && !options->decisions.count)
            command_error(state, "vad ska skrivas? --summary, --worry, --cause eller --decision");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp edit_argp = {
    .options = option_table,
    .parser = parse,
    .args_doc = "OMRÅDE PERIOD",
    .doc =
        "Skriver i lägesbildens utkast: inledningen, känd oro, troliga orsaker och beslut. Det som redan står där blir "
        "kvar, "
        "om inte --replace säger annat. Har någon annan skrivit emellan sparas inget, och det sägs till.\v"
        "Exempel:\n"
        "  lagesbild edit bro 2026-W11 --worry \"Valborg närmar sig\"\n"
        "  lagesbild edit bro 2026-W11 --decision \"Laga belysningen; ansvarig=Tekniska kontoret; plats=Bro station; "
        "avstämning=2026-03-30\"",
};

/* --- what is sent --- */

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    for (char *end = text + strlen(text); end > text && strchr(" \t", end[-1]);)
        *--end = '\0';
    return text;
}

/* "åtgärd; ansvarig=…; plats=…" as {measure, owner, place, …}. NULL where it is none (shown, with the exit code in
 * `*status`) or without memory. The server says what is wrong with the values. */
static cJSON *decision_of(Cli *cli, const char *written, int *status)
{
    static const struct {
        const char *word, *member;
    } fields[] = {{"ansvarig", "owner"}, {"plats", "place"},      {"start", "start"}, {"avstämning", "check"},
                  {"läge", "status"},    {"avstamning", "check"}, {"lage", "status"}};
    char *rest = arena_strdup(cli->arena, written), *measure = rest ? strsep(&rest, ";") : NULL;
    cJSON *json = measure ? cJSON_CreateObject() : NULL;
    bool ok = json && cJSON_AddStringToObject(json, "measure", trimmed(measure));
    for (char *field; ok && (field = strsep(&rest, ";"));) {
        char *value = strchr(field, '=');
        size_t i = 0, count = sizeof fields / sizeof *fields;
        if (value) *value++ = '\0';
        const char *word = trimmed(field);
        while (i < count && strcmp(fields[i].word, word) != 0)
            i++;
        if (!value || i == count) {
            *status = cli_fail(cli, CLI_USAGE,
                               "--decision: \"%s\" är inget av ansvarig=, plats=, start=, avstämning= och läge=", word);
            cJSON_Delete(json);
            return NULL;
        }
        ok = cJSON_AddStringToObject(json, fields[i].member, trimmed(value));
    }
    if (ok) return json;
    cJSON_Delete(json);
    return NULL;
}

/* Decisions are told with more than they are sent with. */
static cJSON *as_sent(const cJSON *told)
{
    cJSON *json = cJSON_Duplicate(told, true);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "effect");
    for (cJSON *member = json ? json->child : NULL, *next; member; member = next) {
        next = member->next;
        if (cJSON_IsNull(member)) cJSON_Delete(cJSON_DetachItemViaPointer(json, member));
    }
    return json;
}

/* What stands in the draft and what is added to it, where something is. False, as decision_of(), where it cannot be. */
static bool add_list(Cli *cli, cJSON *body, const char *name, const List *list, const cJSON *draft, bool anew,
                     int *status)
{
    if (!list->count) return true;
    cJSON *array = cJSON_AddArrayToObject(body, name);
    const cJSON *old;
    bool decisions = strcmp(name, "decisions") == 0;
    if (!anew) cJSON_ArrayForEach(old, reply_member(draft, name)) cJSON_AddItemToArray(array, as_sent(old));
    for (int i = 0; i < list->count; i++) {
        cJSON *item = decisions ? decision_of(cli, list->items[i], status) : cJSON_CreateString(list->items[i]);
        if (!cJSON_AddItemToArray(array, item)) return false;
    }
    return true;
}

/* NULL, shown, with the exit code in `*status`, where it cannot be made; freed with cJSON_free(). */
static char *make_body(Cli *cli, const Options *options, const cJSON *draft, int *status)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json != NULL;
    if (ok && options->summary)
        ok = *options->summary ? cJSON_AddStringToObject(json, "summary", options->summary) != NULL
                               : cJSON_AddNullToObject(json, "summary") != NULL;
    ok = ok && add_list(cli, json, "worries", &options->worries, draft, options->anew, status) &&
         add_list(cli, json, "causes", &options->causes, draft, options->anew, status) &&
         add_list(cli, json, "decisions", &options->decisions, draft, options->anew, status);
    char *body = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (!body && *status == CLI_DONE) *status = cli_out_of_memory(cli);
    return body;
}

/* --- the talk --- */

static int show(Session *session, const Options *options, const HttpAnswer *answer)
{
    Cli *cli = session->cli;
    _reply_ cJSON *draft = reply_parse(answer);
    int revision = (int)reply_number(reply_member(draft, "edited"), "revision", 0);
    if (!revision) return session_show_nonsense(session);
    fprintf(cli->out, "%s %s, ändring %d är sparad. Där står nu: känd oro %d, troliga orsaker %d, beslut %d.\n",
            options->which.area, options->which.period, revision, cJSON_GetArraySize(reply_member(draft, "worries")),
            cJSON_GetArraySize(reply_member(draft, "causes")), cJSON_GetArraySize(reply_member(draft, "decisions")));
    return cli_finish(cli);
}

static int edit_run(Cli *cli, int argc, char **argv)
{
    Options options = {0};
    command_parse(&edit_argp, argc, argv, &options);
    const char *path = command_lagesbild_path(cli->arena, &options.which, "");
    if (path) path = http_query(cli->arena, path, "municipality", options.municipality);
    if (!path) return cli_out_of_memory(cli);
    _session_ Session session;
    _answer_ HttpAnswer before = {0}, answer = {0};
    int status = session_open(&session, cli);
    if (status != CLI_DONE) return status;
    delivery_flush(&session);
    status = session_get(&session, path, "application/json", &before);
    if (status != CLI_DONE) return status;
    _reply_ cJSON *draft = reply_parse(&before);
    if (!cJSON_IsObject(draft)) return session_show_nonsense(&session);
    char *body = make_body(cli, &options, draft, &status);
    if (!body) return status;
    const HttpCall call = {
        .method = "PATCH",
        .path = path,
        .accept = "application/json",
        .content_type = "application/json",
        .if_match = before.etag,
        .body = {.bytes = body, .len = strlen(body)},
    };
    status = session_call(&session, &call, &answer);
    cJSON_free(body);
    if (status != CLI_DONE) return status;
    if (!options.format || strcmp(options.format, "text") == 0) return show(&session, &options, &answer);
    return output_answer(cli, answer.body, answer.len);
}

const Command cmd_edit = {
    .name = "edit",
    .summary = "Skriv inledning, oro, orsaker och beslut i en lägesbild",
    .argp = &edit_argp,
    .run = edit_run,
};
