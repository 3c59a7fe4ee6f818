#include "http/api_draw.h"

#include <errno.h>

#include "context.h"
#include "flow/offload.h"
#include "http/api_read.h"
#include "metrics.h"

/* Lives in the request's arena. */
typedef struct Drawing {
    Request *request;
    int (*write)(void *arg, FILE *out);
    void *arg;
    const char *content_type;
    ApiOutput output;
    int rc;
} Drawing;

static void draw(void *arg)
{
    Drawing *drawing = arg;
    drawing->rc = drawing->write(drawing->arg, drawing->output.out);
}

static void drawn(bool worked, void *arg)
{
    Drawing *drawing = arg;
    Worker *worker = request_worker(drawing->request);
    metrics_add(worker->metrics, METRIC_drawings_total, worked);
    offload_turn_end(worker->desk);
    api_output_reply(drawing->request, &drawing->output, worked ? drawing->rc : -ENOMEM, drawing->content_type);
}

static void refuse(Request *request)
{
    metrics_add(request_worker(request)->metrics, METRIC_drawings_refused_total, 1);
    request_problem(request, 503, NULL,
                    "Det är många som vill ha PDF just nu. Fråga igen om en stund, eller ta webbsidan.");
}

/* Hands the drawing in; false, answered, where that cannot be. */
static bool submit(Drawing *drawing)
{
    if (!api_output_open(drawing->request, &drawing->output)) return false;
    if (offload_submit(request_worker(drawing->request)->desk, draw, drawn, drawing) == 0) return true;
    api_output_drop(&drawing->output);
    refuse(drawing->request);
    return false;
}

void api_draw(Request *request, int (*write)(void *arg, FILE *out), void *arg, const char *content_type)
{
    Drawing *drawing = arena_calloc(request_arena(request), 1, sizeof *drawing);
    if (drawing)
        *drawing = (Drawing){.request = request, .write = write, .arg = arg, .content_type = content_type};
    else
        request_out_of_memory(request);
    if (!drawing || !submit(drawing)) api_draw_nothing(request);
}

void api_draw_nothing(Request *request)
{
    offload_turn_end(request_worker(request)->desk);
}

void api_draw_failed(Request *request, DbStatus status)
{
    if (status == DB_OVERLOAD)
        refuse(request);
    else
        api_read_failed(request, status);
}
