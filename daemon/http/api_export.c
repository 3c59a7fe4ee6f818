#include "http/api_export.h"

#include <inttypes.h>
#include <stdio.h>

#include "context.h"
#include "http/api_read.h"

/* A file on its way; lives in the request's arena. */
typedef struct Export {
    Request *request;
    IncidentExport *rows;
    IncidentsForm form;
    const char *content_type;
    FILE *out; /* writes into the answer; NULL until there is something to answer */
    uint64_t rows_given;
    bool failed; /* a row could not be written */
} Export;

enum { BUFFER = 32 * 1024 };

#define ROW_COUNT "Row-Count"

static ssize_t to_answer(void *cookie, const char *bytes, size_t len)
{
    request_stream_write(cookie, bytes, len);
    return (ssize_t)len;
}

static void drained(Request *request, void *arg)
{
    const Export *export = arg;
    (void)request;
    export_incidents_resume(export->rows);
}

/* The status line waits for the first row, so that a question the database refuses gets its own answer. */
static bool begin(Export *export)
{
    if (export->out) return true;
    export->out = fopencookie(export->request, "w", (cookie_io_functions_t){.write = to_answer});
    if (!export->out) return false;
    setvbuf(export->out, NULL, _IOFBF, BUFFER);
    request_add_header(export->request, "Trailer", ROW_COUNT);
    request_stream_start(export->request, 200, export->content_type, drained, export);
    incidents_begin(export->form, export->out);
    return true;
}

static int write_row(const Export *export, const char *const *values)
{
    if (export->form == INCIDENTS_GEOJSON)
        return incidents_add(export->form, values[0], !export->rows_given, export->out);
    incidents_add_fields(export->form, values, export->out);
    return 0;
}

static bool take_row(const char *const *values, void *arg)
{
    Export *export = arg;
    if (request_is_abandoned(export->request)) return false;
    if (!begin(export) || write_row(export, values)) {
        export->failed = true;
        return false;
    }
    export->rows_given++;
    if (request_method(export->request) == METHOD_HEAD) return false;
    if (request_stream_room(export->request) == 0) export_incidents_pause(export->rows);
    return true;
}

static void take_end(DbStatus status, void *arg)
{
    Export *export = arg;
    Request *request = export->request;
    bool good = status == DB_OK && !export->failed && begin(export);
    FILE *out = export->out;
    if (!out) {
        api_read_failed(request, status == DB_OK ? DB_FAILED : status);
        return;
    }
    if (good) incidents_end(export->form, export->rows_given, out);
    good = fclose(out) == 0 && good;
    /* Who writes the file down has seen that it is whole; who reads it later, or by way of something else, looks here.
     */
    const char *count = arena_printf(request_arena(request), "%" PRIu64, export->rows_given);
    if (good && count) {
        request_stream_trailer(request, ROW_COUNT, count);
        request_stream_end(request);
    } else {
        request_stream_break(request, "not all rows could be given");
    }
}

void api_export_incidents(Request *request, const IncidentFilter *filter, IncidentsForm form, const char *content_type)
{
    Export *export = arena_calloc(request_arena(request), 1, sizeof *export);
    if (export) {
        *export = (Export){.request = request, .form = form, .content_type = content_type};
        export->rows = export_incidents(request_worker(request), request_arena(request), filter,
                                        form == INCIDENTS_GEOJSON, (ExportCallbacks){take_row, take_end, export});
    }
    if (!export || !export->rows) request_out_of_memory(request);
}
