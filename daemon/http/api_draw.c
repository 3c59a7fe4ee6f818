#include "http/api_draw.h"

#include <errno.h>
#include <stdlib.h>

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
    metrics_add(request_worker(drawing->request)->metrics, METRIC_drawings_total, worked);
    api_output_reply(drawing->request, &drawing->output, worked ? drawing->rc : -ENOMEM, drawing->content_type);
}

void api_draw(Request *request, int (*write)(void *arg, FILE *out), void *arg, const char *content_type)
{
    Worker *worker = request_worker(request);
    Drawing *drawing = arena_calloc(request_arena(request), 1, sizeof *drawing);
    if (!drawing) {
        request_problem(request, 503, NULL, "Minnet räcker inte just nu. Fråga igen om en stund.");
        return;
    }
    *drawing = (Drawing){.request = request, .write = write, .arg = arg, .content_type = content_type};
    if (!api_output_open(request, &drawing->output)) return;
    int rc = offload_submit(worker->desk, draw, drawn, drawing);
    if (rc == 0) return;
    fclose(drawing->output.out);
    free(drawing->output.text);
    metrics_add(worker->metrics, METRIC_drawings_refused_total, 1);
    request_problem(request, 503, NULL,
                    "Det är många som vill ha PDF just nu. Fråga igen om en stund, eller ta webbsidan.");
}
