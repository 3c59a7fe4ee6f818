/*
 * PATCH /v1/lagesbilder/{area}/{period}: the coordinator's own parts of it.
 */
#include <string.h>

#include "core/lagesbild/lagesbild_parts.h"
#include "flow/edit_lagesbild.h"
#include "http/api_ingest.h"
#include "http/api_lagesbild.h"
#include "http/api_read.h"
#include "http/handlers.h"

enum { TAGS_MAX = 16 };

/* An edit on its way; lives in the request's arena. */
typedef struct Edit {
    Request *request;
    Knowledge *knowledge; /* referenced until the document is being built */
    LagesbildOrder order;
    LagesbildEdit edit;
} Edit;

/*
 * The revisions that If-Match allows, as an integer[]; NULL for any. Only the revision in a draft's tag counts (see
 * add_draft_tag() in api_lagesbild.c): the figures follow the data, so an incident that comes in while somebody writes
 * must not stop what they write. False, answered, without memory.
 */
static bool read_if_match(Request *request, const char **revisions)
{
    const char *header = request_header(request, "if-match"), *tag;
    size_t len;
    *revisions = NULL;
    if (!header || strcmp(header, "*") == 0) return true;
    const char *list = "{";
    for (int n = 0; list && n < TAGS_MAX && (tag = api_read_next_tag(&header, &len));) {
        const char *digits = tag + strspn(tag, "W/\"");
        size_t count = strspn(digits, "0123456789");
        if (!count || count > 9 || digits[count] != '-') continue;
        list = arena_printf(request_arena(request), "%s%s%.*s", list, n++ ? "," : "", (int)count, digits);
    }
    if (list) *revisions = arena_printf(request_arena(request), "%s}", list);
    if (!*revisions) request_out_of_memory(request);
    return *revisions;
}

/* What is to be stored. Answers and returns NULL where what was sent is at fault. */
static const char *read_parts(Request *request, const Knowledge *knowledge)
{
    const cJSON *json = request_json(request);
    if (!json) return NULL;
    Faults faults = {.arena = request_arena(request)}, personal = {.arena = request_arena(request)};
    cJSON *parts = NULL;
    int rc = lagesbild_parts_take(&parts, &personal, json, knowledge, &faults);
    char *text = rc ? NULL : cJSON_PrintUnformatted(parts);
    const char *kept = text ? arena_strdup(request_arena(request), text) : NULL;
    cJSON_free(text);
    cJSON_Delete(parts);
    if (faults.count) {
        api_ingest_refuse(request, 400, "Ändringen går inte att läsa", &faults);
        return NULL;
    }
    if (kept && personal.count && api_ingest_refuses_pii(request)) {
        api_ingest_refuse(request, 422, "Texten innehåller personuppgifter", &personal);
        return NULL;
    }
    if (!kept) request_out_of_memory(request);
    return kept;
}

static void built(DbStatus status, const Lagesbild *l, void *arg)
{
    Request *request = arg;
    if (status == DB_OK)
        api_lagesbild_reply_json(request, l);
    else
        api_read_failed(request, status);
}

static void stored(EditVerdict verdict, DbStatus status, void *arg)
{
    Edit *edit = arg;
    Request *request = edit->request;
    switch (verdict) {
    case EDIT_STORED:
        build_lagesbild(request_worker(request), &edit->order, built, request);
        break;
    case EDIT_STALE:
        request_problem(
            request, 412, NULL,
            "Någon annan har ändrat lägesbilden sedan du hämtade den. Hämta den igen och gör om ändringen.");
        break;
    case EDIT_RACED:
        request_problem(request, 409, NULL, "Flera ändrar lägesbilden just nu. Hämta den igen och gör om ändringen.");
        break;
    case EDIT_FAILED:
        api_read_failed(request, status);
        break;
    }
    knowledge_unref(edit->knowledge);
}

/* Reads the edit. Answers and returns false where it cannot be made. */
static bool read_edit(Request *request, Edit *edit)
{
    edit->request = request;
    if (!api_lagesbild_order(request, edit->knowledge, request_path(request, "period"), &edit->order)) return false;
    edit->edit = (LagesbildEdit){.municipality = edit->order.scope.municipalities[0],
                                 .area = knowledge_area(edit->knowledge, edit->order.scope.area)->code,
                                 .period = edit->order.period,
                                 .token = request_actor(request)->token_id,
                                 .actor = api_lagesbild_actor(request)};
    if (!read_if_match(request, &edit->edit.revisions)) return false;
    edit->edit.parts = read_parts(request, edit->knowledge);
    return edit->edit.parts;
}

void api_lagesbild_patch(Request *request)
{
    static const char *const allowed[] = {"municipality", NULL};
    if (!request_allow_query(request, allowed)) return;
    Edit *edit = arena_calloc(request_arena(request), 1, sizeof *edit);
    if (!edit) {
        request_out_of_memory(request);
        return;
    }
    edit->knowledge = daemon_knowledge(request_worker(request)->daemon);
    if (read_edit(request, edit))
        edit_lagesbild(request_worker(request), request_arena(request), &edit->edit, stored, edit);
    else
        knowledge_unref(edit->knowledge);
}
