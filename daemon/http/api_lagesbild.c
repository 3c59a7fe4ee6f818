/*
 * GET /v1/lagesbilder/{area}/{period}: the draft as the data is now, or a published version, in the form asked for.
 */
#include "http/api_lagesbild.h"

#include <errno.h>
#include <string.h>

#include "http/api_draw.h"
#include "http/api_public.h"
#include "http/api_publish.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/lagesbild_forms.h"

enum { FORMS_MAX = 8 };

/* A request on its way; lives in the request's arena. */
typedef struct Show {
    Request *request;
    const LagesbildForm *form;
    const Lagesbild *l; /* once it is built, where it is drawn */
} Show;

const char *api_lagesbild_actor(const Request *request)
{
    const Actor *actor = request_actor(request);
    return actor->organisation ? actor->organisation : actor->role_name;
}

/*
 * A draft's ETag is weak, because two answers made from the same data still tell different times; it begins with the
 * revision of the coordinator's parts, which is what If-Match of a PATCH is about. False, answered, without memory.
 */
static bool add_draft_tag(Request *request, const Lagesbild *l, const LagesbildForm *form, const char **tag)
{
    *tag = arena_printf(request_arena(request), "W/\"%d-%s-%s\"", l->edited.number, l->fingerprint, form->name);
    if (!*tag) {
        request_out_of_memory(request);
        return false;
    }
    request_add_header(request, "ETag", *tag);
    request_add_header(request, "Cache-Control", "private, no-cache");
    return true;
}

void api_lagesbild_guard_html(Request *request)
{
    request_add_header(request, "Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
}

static void write_form(Request *request, const Lagesbild *l, const LagesbildForm *form)
{
    ApiOutput output;
    if (!api_output_open(request, &output)) return;
    int rc = form->write(l, output.out);
    if (strcmp(form->name, "html") == 0) api_lagesbild_guard_html(request);
    api_output_reply(request, &output, rc, form->content_type);
}

static int draw(void *arg, FILE *out)
{
    const Show *show = arg;
    return show->form->write(show->l, out);
}

static void draw_built(DbStatus status, const Lagesbild *l, void *arg)
{
    Show *show = arg;
    const char *tag;
    if (status != DB_OK) {
        api_draw_failed(show->request, status);
        return;
    }
    show->l = l;
    if (add_draft_tag(show->request, l, show->form, &tag) && !api_read_is_known(show->request, tag))
        api_draw(show->request, draw, show, show->form->content_type);
    else
        api_draw_nothing(show->request);
}

static void write_built(DbStatus status, const Lagesbild *l, void *arg)
{
    const Show *show = arg;
    const char *tag;
    if (status != DB_OK)
        api_read_failed(show->request, status);
    else if (add_draft_tag(show->request, l, show->form, &tag) && !api_read_is_known(show->request, tag))
        write_form(show->request, l, show->form);
}

void api_lagesbild_reply_json(Request *request, const Lagesbild *l)
{
    const char *tag;
    if (add_draft_tag(request, l, &lagesbild_forms[0], &tag)) write_form(request, l, &lagesbild_forms[0]);
}

bool api_lagesbild_order(Request *request, Knowledge *knowledge, const char *period, LagesbildOrder *order)
{
    const char *const area[] = {request_path(request, "area"), NULL};
    Error err;
    *order = (LagesbildOrder){.arena = request_arena(request), .knowledge = knowledge};
    if (period_parse(&order->period, period, &err)) {
        request_problem(request, 400, NULL, "%s", err.text);
        return false;
    }
    return api_read_scope(request, &order->scope, knowledge, area);
}

bool api_lagesbild_split(Request *request, const char **period, const char **extension)
{
    const char *segment = request_path(request, "period"), *dot = strrchr(segment, '.');
    bool has = dot && dot > segment && dot[-1] != '.' && dot[1]; /* the dots of a range are none */
    *extension = has ? dot + 1 : NULL;
    *period = has ? arena_strndup(request_arena(request), segment, (size_t)(dot - segment)) : segment;
    if (!*period) request_out_of_memory(request);
    return *period;
}

/* The period's text and the form. Answers and returns false where there is no such form. */
static bool read_form(Request *request, const char **period, const LagesbildForm **form)
{
    ApiForm offered[FORMS_MAX + 1] = {0};
    const char *extension;
    for (size_t i = 0; i < lagesbild_form_count && i < FORMS_MAX; i++)
        offered[i] = (ApiForm){lagesbild_forms[i].name, lagesbild_forms[i].media_type, lagesbild_forms[i].content_type};
    if (!api_lagesbild_split(request, period, &extension)) return false;
    int found = api_read_form(request, offered, extension);
    if (found < 0) return false;
    *form = &lagesbild_forms[found];
    return true;
}

void api_lagesbild_get(Request *request)
{
    static const char *const allowed[] = {"audience", "dialect", "format", "municipality", "version", NULL};
    Worker *worker = request_worker(request);
    LagesbildOrder order;
    const char *period;
    int version;
    if (!request_allow_query(request, allowed) || api_public_get(request)) return;
    Show *show = arena_calloc(request_arena(request), 1, sizeof *show);
    if (!show) {
        request_out_of_memory(request);
        return;
    }
    show->request = request;
    if (!read_form(request, &period, &show->form) ||
        !api_read_number(request, "version", 1, API_PUBLISH_VERSION_MAX, 0, &version))
        return;
    if (version) {
        api_publish_show(request, period, version, "group", show->form->name);
        return;
    }
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_lagesbild_order(request, knowledge, period, &order)) {
        order.drawn = show->form->slow;
        build_lagesbild(worker, &order, order.drawn ? draw_built : write_built, show);
    }
    knowledge_unref(knowledge);
}
