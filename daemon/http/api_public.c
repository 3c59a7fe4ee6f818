#include "http/api_public.h"

#include <string.h>

#include "http/api_draw.h"
#include "http/api_lagesbild.h"
#include "http/api_publish.h"
#include "http/api_read.h"
#include "render/public_forms.h"

enum { FORMS_MAX = 8 };

/* A request on its way; lives in the request's arena. */
typedef struct Show {
    Request *request;
    const PublicForm *form;
    LagesbildPublic document; /* once it is built */
} Show;

static int draw(void *arg, FILE *out)
{
    const Show *show = arg;
    return show->form->write(&show->document, out);
}

/* Makes the public's document of the group's; false, answered, where the client has it, and without memory. */
static bool prepare(Show *show, const Lagesbild *l)
{
    Request *request = show->request;
    Arena *arena = request_arena(request);
    int64_t threshold = request_worker(request)->daemon->config.public_threshold;
    const char *tag = arena_printf(arena, "W/\"%d-%s-public-%lld-%s\"", l->edited.number, l->fingerprint,
                                   (long long)threshold, show->form->name);
    if (!tag || lagesbild_public(&show->document, l, threshold, arena)) {
        request_out_of_memory(request);
        return false;
    }
    request_add_header(request, "ETag", tag);
    request_add_header(request, "Cache-Control", "private, no-cache");
    return !api_read_is_known(request, tag);
}

static void draw_built(DbStatus status, const Lagesbild *l, void *arg)
{
    Show *show = arg;
    if (status != DB_OK)
        api_draw_failed(show->request, status);
    else if (prepare(show, l))
        api_draw(show->request, draw, show, show->form->content_type);
    else
        api_draw_nothing(show->request);
}

static void write_built(DbStatus status, const Lagesbild *l, void *arg)
{
    Show *show = arg;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(show->request, status);
        return;
    }
    if (!prepare(show, l) || !api_output_open(show->request, &output)) return;
    int rc = show->form->write(&show->document, output.out);
    if (strcmp(show->form->name, "html") == 0) api_lagesbild_guard_html(show->request);
    api_output_reply(show->request, &output, rc, show->form->content_type);
}

/* The period's text and the form. Answers and returns false where there is no such form. */
static bool read_form(Request *request, const char **period, const PublicForm **form)
{
    ApiForm offered[FORMS_MAX + 1] = {0};
    const char *extension;
    for (size_t i = 0; i < public_form_count && i < FORMS_MAX; i++)
        offered[i] = (ApiForm){public_forms[i].name, public_forms[i].media_type, public_forms[i].content_type};
    if (!api_lagesbild_split(request, period, &extension)) return false;
    int found = api_read_form(request, offered, extension);
    if (found >= 0) *form = &public_forms[found];
    return found >= 0;
}

static void show(Request *request)
{
    Worker *worker = request_worker(request);
    LagesbildOrder order;
    const char *period;
    int version;
    Show *shown = arena_calloc(request_arena(request), 1, sizeof *shown);
    if (!shown) {
        request_out_of_memory(request);
        return;
    }
    shown->request = request;
    if (!read_form(request, &period, &shown->form) ||
        !api_read_number(request, "version", 1, API_PUBLISH_VERSION_MAX, 0, &version))
        return;
    if (version) {
        api_publish_show(request, period, version, "public", shown->form->name);
        return;
    }
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_lagesbild_order(request, knowledge, period, &order)) {
        order.drawn = shown->form->slow;
        build_lagesbild(worker, &order, order.drawn ? draw_built : write_built, shown);
    }
    knowledge_unref(knowledge);
}

bool api_public_get(Request *request)
{
    const char *audience = request_query(request, "audience");
    if (!audience || strcmp(audience, "group") == 0) return false;
    if (strcmp(audience, "public") == 0)
        show(request);
    else
        api_read_bad_query(request, "audience", "Ska vara group eller public.");
    return true;
}
