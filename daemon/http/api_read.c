#include "http/api_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/memstream.h"

enum { LIST_MAX = 64, FORMS_MAX = 8 };

static const char excel[] = "excel-sv";

bool api_read_scope_answer(Request *request, int verdict, const Error *err)
{
    switch (verdict) {
    case SCOPE_OK:
        return true;
    case SCOPE_UNKNOWN:
        request_problem(request, 404, NULL, "%s", err->text);
        return false;
    case SCOPE_AMBIGUOUS:
        request_problem(request, 409, NULL, "%s", err->text);
        return false;
    case SCOPE_MIXED:
        api_read_bad_query(request, "area", err->text);
        return false;
    case SCOPE_FORBIDDEN:
        request_problem(request, 403, NULL, "%s", err->text);
        return false;
    }
    request_out_of_memory(request);
    return false;
}

int api_read_scope_verdict(Request *request, Scope *out, const Knowledge *knowledge, const char *const *areas,
                           Error *err)
{
    const Actor *actor = request_actor(request);
    const ScopeQuestion question = {.bound_municipality = actor->municipality,
                                    .bound_areas = (const char *const *)actor->areas,
                                    .municipality = request_query(request, "municipality"),
                                    .areas = areas};
    return scope_resolve(out, request_arena(request), knowledge, &question, err);
}

bool api_read_scope(Request *request, Scope *out, const Knowledge *knowledge, const char *const *areas)
{
    Error err;
    return api_read_scope_answer(request, api_read_scope_verdict(request, out, knowledge, areas, &err), &err);
}

void api_read_bad_query(Request *request, const char *name, const char *detail)
{
    ProblemError error = {.pointer = arena_printf(request_arena(request), "?%s", name), .detail = detail};
    request_problem_errors(request, 400, NULL, detail, &error, 1);
}

bool api_read_list(Request *request, const char *name, const char *const **out)
{
    Arena *arena = request_arena(request);
    const char *text = request_query(request, name);
    *out = NULL;
    if (!text) return true;
    char *copy = arena_strdup(arena, text), *rest = copy;
    const char **items = arena_calloc(arena, LIST_MAX + 1, sizeof *items);
    if (!copy || !items) {
        request_out_of_memory(request);
        return false;
    }
    size_t count = 0;
    for (char *item; (item = strsep(&rest, ","));) {
        if (*item && count < LIST_MAX) {
            items[count++] = item;
            continue;
        }
        api_read_bad_query(request, name, *item ? "Högst 64 värden kan räknas upp." : "Ett värde i listan är tomt.");
        return false;
    }
    *out = items;
    return true;
}

bool api_read_categories(Request *request, const Knowledge *knowledge, const char *const **out)
{
    if (!api_read_list(request, "category", out)) return false;
    for (const char *const *code = *out; code && *code; code++) {
        if (knowledge_find_category(knowledge, *code) != CATEGORY_NONE) continue;
        api_read_bad_query(request, "category",
                           arena_printf(request_arena(request), "Det finns ingen kategori ”%.64s”.", *code));
        return false;
    }
    return true;
}

const Area *api_read_area(Request *request, const Knowledge *knowledge, const char *name, Scope *scope)
{
    const char *const *areas;
    if (!api_read_list(request, name, &areas)) return NULL;
    if (!areas || areas[1]) {
        api_read_bad_query(request, name, "Ska vara ett område, som bro.");
        return NULL;
    }
    return api_read_scope(request, scope, knowledge, areas) ? knowledge_area(knowledge, scope->area) : NULL;
}

bool api_read_is_day(const char *text, CivilDate *out)
{
    return civil_parse(text, strlen(text), out) && out->year >= 1990 && out->year <= 2100;
}

bool api_read_day(Request *request, const char *name, CivilDate *out)
{
    const char *text = request_query(request, name);
    if (!text || api_read_is_day(text, out)) return true;
    api_read_bad_query(request, name, "Ska vara ett datum från 1990 till 2100, som 2026-03-14.");
    return false;
}

static int form_by_name(const ApiForm *forms, const char *name)
{
    for (int i = 0; forms[i].name; i++)
        if (strcmp(forms[i].name, name) == 0) return i;
    return -1;
}

static int form_by_accept(Request *request, const ApiForm *forms)
{
    const char *offered[FORMS_MAX + 1] = {NULL};
    for (int i = 0; forms[i].name && i < FORMS_MAX; i++)
        offered[i] = forms[i].media_type;
    request_add_header(request, "Vary", "Accept");
    const char *best = request_accept(request, offered);
    for (int i = 0; best && forms[i].name; i++)
        if (strcmp(forms[i].media_type, best) == 0) return i;
    request_problem(request, 406, NULL, "Det här går inte att få i den formen, men som %s.", offered[0]);
    return -1;
}

int api_read_form(Request *request, const ApiForm *forms, const char *extension)
{
    const char *format = extension ? extension : request_query(request, "format");
    const char *dialect = request_query(request, "dialect");
    if (dialect && strcmp(dialect, "plain") != 0 && strcmp(dialect, excel) != 0) {
        api_read_bad_query(request, "dialect", "Ska vara plain eller excel-sv.");
        return -1;
    }
    if (!format && !dialect) return form_by_accept(request, forms);
    if (dialect && format && strcmp(format, "csv") != 0) {
        api_read_bad_query(request, "dialect", "En dialekt finns bara av csv.");
        return -1;
    }
    int found = format && strcmp(format, excel) == 0 ? -1 : form_by_name(forms, dialect ? "csv" : format);
    if (found >= 0 && dialect && strcmp(dialect, excel) == 0) found = form_by_name(forms, excel);
    if (found < 0)
        api_read_bad_query(request, "format",
                           arena_printf(request_arena(request), "Formen ”%.16s” finns inte.", format ? format : "csv"));
    return found;
}

bool api_read_number(Request *request, const char *name, int least, int most, int otherwise, int *out)
{
    const char *text = request_query(request, name);
    *out = otherwise;
    if (!text) return true;
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && !errno && number >= least && number <= most) {
        *out = (int)number;
        return true;
    }
    api_read_bad_query(request, name,
                       arena_printf(request_arena(request), "Ska vara ett heltal från %d till %d.", least, most));
    return false;
}

const char *api_read_next_tag(const char **at, size_t *len)
{
    const char *tag = *at + strspn(*at, " \t,");
    const char *quote = strncmp(tag, "W/", 2) == 0 ? tag + 2 : tag;
    const char *end = *quote == '"' ? strchr(quote + 1, '"') : NULL;
    if (!end) return NULL;
    *at = end + 1;
    *len = (size_t)(end + 1 - tag);
    return tag;
}

static const char *without_weakness(const char *tag, size_t *len)
{
    if (strncmp(tag, "W/", 2) != 0) return tag;
    *len -= 2;
    return tag + 2;
}

bool api_read_is_known(Request *request, const char *tag)
{
    const char *header = request_header(request, "if-none-match"), *given;
    size_t len, wanted_len = strlen(tag);
    const char *wanted = without_weakness(tag, &wanted_len);
    if (!header) return false;
    bool known = strcmp(header, "*") == 0;
    while (!known && (given = api_read_next_tag(&header, &len))) {
        given = without_weakness(given, &len);
        known = len == wanted_len && memcmp(given, wanted, len) == 0;
    }
    if (known) request_reply(request, 304, NULL, NULL, 0);
    return known;
}

void api_read_failed(Request *request, DbStatus status)
{
    switch (status) {
    case DB_OVERLOAD:
    case DB_UNAVAILABLE:
    case DB_CONFLICT:
        request_problem(request, 503, NULL, "Databasen kan inte svara just nu. Fråga igen om en stund.");
        return;
    case DB_TIMEOUT:
        request_problem(
            request, 422, NULL,
            "Frågan är för bred och tog för lång tid. Fråga om ett område, en kortare tid eller färre slag.");
        return;
    case DB_REFUSED:
        request_problem(request, 400, NULL, "Ett värde i frågan går inte att läsa.");
        return;
    case DB_OK:
    case DB_FAILED:
        break;
    }
    request_problem(request, 500, NULL, "Det gick inte att läsa. Felet är vårt och har loggats.");
}

bool api_output_open(Request *request, ApiOutput *output)
{
    *output = (ApiOutput){0};
    output->out = memstream_open(&output->text, &output->len);
    if (!output->out) request_out_of_memory(request);
    return output->out != NULL;
}

void api_output_drop(ApiOutput *output)
{
    memstream_close(output->out);
    free(output->text);
}

void api_output_reply(Request *request, ApiOutput *output, int rc, const char *content_type)
{
    bool failed = !memstream_close(output->out);
    if (rc == -EBADMSG)
        api_read_failed(request, DB_FAILED);
    else if (rc || failed)
        request_out_of_memory(request);
    else
        request_reply(request, 200, content_type, output->text, output->len);
    free(output->text);
}
