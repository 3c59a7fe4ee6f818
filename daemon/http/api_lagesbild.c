/*
 * GET /v1/lagesbilder/{area}/{period}: the document, in the form asked for.
 */
#include <string.h>

#include "daemon.h"
#include "flow/build_lagesbild.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/lagesbild_csv.h"
#include "render/lagesbild_html.h"
#include "render/lagesbild_json.h"
#include "render/lagesbild_text.h"

enum { FORM_JSON, FORM_HTML, FORM_TEXT, FORM_CSV, FORM_PDF };

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_HTML] = {"html", "text/html", "text/html; charset=utf-8"},
    [FORM_TEXT] = {"txt", "text/plain", "text/plain; charset=utf-8"},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8; header=present"},
    [FORM_PDF] = {"pdf", "application/pdf", "application/pdf"},
    {NULL, NULL, NULL},
};

/* A request on its way; lives in the request's arena. */
typedef struct Show {
    Request *request;
    int form;
} Show;

static int write_form(int form, const Lagesbild *l, FILE *out)
{
    switch (form) {
    case FORM_HTML:
        return lagesbild_html_write(l, out);
    case FORM_TEXT:
        return lagesbild_text_write(l, out);
    case FORM_CSV:
        return lagesbild_csv_write(l, out);
    default:
        return lagesbild_json_write(l, out);
    }
}

static void built(DbStatus status, const Lagesbild *l, void *arg)
{
    const Show *show = arg;
    Request *request = show->request;
    int form = show->form;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (!api_output_open(request, &output)) return;
    int rc = write_form(form, l, output.out);
    if (form == FORM_HTML)
        request_add_header(request, "Content-Security-Policy",
                           "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    api_output_reply(request, &output, rc, forms[form].content_type);
}

/* "2026-W11.html" in two: the period and, where it ends like one of the forms, the form. The dots of a range are none.
 */
static bool split_extension(Arena *arena, const char *segment, const char **period, const char **extension)
{
    const char *dot = strrchr(segment, '.');
    bool has = dot && dot > segment && dot[-1] != '.' && dot[1];
    *extension = has ? dot + 1 : NULL;
    *period = has ? arena_strndup(arena, segment, (size_t)(dot - segment)) : segment;
    return *period != NULL;
}

/* Reads what is asked for. Answers and returns false where it cannot be had. */
static bool read_order(Request *request, const Knowledge *knowledge, LagesbildOrder *order, int *form)
{
    static const char *const allowed[] = {"format", "municipality", NULL};
    const char *text, *extension, *const area[] = {request_path(request, "area"), NULL};
    Error err;
    if (!request_allow_query(request, allowed)) return false;
    if (!split_extension(request_arena(request), request_path(request, "period"), &text, &extension)) {
        request_problem(request, 503, NULL, "Minnet räcker inte just nu. Fråga igen om en stund.");
        return false;
    }
    *form = api_read_form(request, forms, extension);
    if (*form < 0) return false;
    if (*form == FORM_PDF) {
        request_problem(request, 406, NULL,
                        "PDF finns inte än. Skriv ut webbsidan, eller välj html, txt, json eller csv.");
        return false;
    }
    if (period_parse(&order->period, text, &err)) {
        request_problem(request, 400, NULL, "%s", err.text);
        return false;
    }
    return api_read_scope(request, &order->scope, knowledge, area);
}

void api_lagesbild_get(Request *request)
{
    Worker *worker = request_worker(request);
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    LagesbildOrder order = {.arena = request_arena(request), .knowledge = knowledge};
    Show *show = arena_calloc(order.arena, 1, sizeof *show);
    if (!show) {
        request_problem(request, 503, NULL, "Minnet räcker inte just nu. Fråga igen om en stund.");
    } else if (read_order(request, knowledge, &order, &show->form)) {
        show->request = request;
        build_lagesbild(worker, &order, built, show);
    }
    knowledge_unref(knowledge);
}
