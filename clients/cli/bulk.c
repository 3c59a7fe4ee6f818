#include "bulk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "input.h"
#include "progress.h"
#include "reply.h"
#include "terminal.h"

/* A batch is small enough to be answered in a moment, and large enough that the round trip does not count. */
enum { BATCH_LINES = 500, BATCH_BYTES = 512 * 1024, LINE_LIMIT = 256 * 1024, CHUNK = 64 * 1024 };

typedef struct Bulk {
    Session *session;
    char *batch; /* whole lines, each with its newline */
    size_t len;
    size_t numbers[BATCH_LINES]; /* of each line, in the file */
    size_t lines;
    char *line; /* the one that is being read */
    size_t line_len, line_number;
    bool line_too_long;
    size_t taken, refused, kept;
    bool unreachable;
} Bulk;

static int refuse(Bulk *bulk, size_t number, const char *reason)
{
    bulk->refused++;
    return cli_fail(bulk->session->cli, CLI_REFUSED, "rad %zu: %s", number, reason);
}

/* Reads the answers, one a line in the batch's order: an incident, or a problem. */
static void read_answers(Bulk *bulk, const HttpAnswer *answer, Arena *arena)
{
    const char *at = answer->body;
    size_t index = 0;
    while (*at && index < bulk->lines) {
        size_t len = strcspn(at, "\n");
        _reply_ cJSON *json = cJSON_ParseWithLength(at, len);
        at += len + (at[len] == '\n');
        if (len == 0) continue;
        size_t number = bulk->numbers[index++];
        if (reply_text(json, "id") || reply_text(json_value(json, "incident"), "id")) {
            bulk->taken++;
            continue;
        }
        const cJSON *first = cJSON_GetArrayItem(json_value(json, "errors"), 0);
        const char *title = terminal_clean(arena, reply_text(json, "title"));
        const char *detail = terminal_clean(arena, reply_text(json, "detail"));
        const char *pointer = terminal_clean(arena, reply_text(first, "pointer"));
        const char *fault = terminal_clean(arena, reply_text(first, "detail"));
        const char *reason = title && detail && pointer && fault
                                 ? arena_printf(arena, "%s %s %s %s", title, detail, pointer, fault)
                                 : NULL;
        refuse(bulk, number, reason ? terminal_clean(arena, reason) : "ett svar som inte går att förstå");
    }
    for (; index < bulk->lines; index++)
        refuse(bulk, bulk->numbers[index], "servern svarade inte på raden");
}

static int send_batch(Bulk *bulk)
{
    if (!bulk->lines) return CLI_DONE;
    Cli *cli = bulk->session->cli;
    _arena_free_ Arena *arena = arena_new();
    _answer_ HttpAnswer answer = {0};
    OutboxItem item = {
        .path = "/v1/observations",
        .content_type = "application/x-ndjson",
        .what = arena ? arena_printf(arena, "%zu observationer", bulk->lines) : NULL,
        .body = bulk->batch,
        .len = bulk->len,
    };
    if (!item.what) return cli_out_of_memory(cli);
    /* Once the server is out of reach, the rest is kept without waiting for it again each time. */
    int status = bulk->unreachable ? delivery_keep(bulk->session, &item) : delivery_send(bulk->session, &item, &answer);
    if (status == CLI_DONE) {
        read_answers(bulk, &answer, arena);
    } else if (status == CLI_UNREACHABLE) {
        bulk->unreachable = true;
        bulk->kept += bulk->lines;
    } else {
        bulk->refused += bulk->lines;
    }
    bulk->lines = 0;
    bulk->len = 0;
    return status;
}

/* The line is whole: into the batch with it. */
static int end_line(Bulk *bulk)
{
    size_t len = bulk->line_len;
    bulk->line_number++;
    bulk->line_len = 0;
    if (bulk->line_too_long) {
        bulk->line_too_long = false;
        refuse(bulk, bulk->line_number, "raden är för lång för att vara en observation");
        return CLI_DONE;
    }
    while (len && strchr(" \t\r", bulk->line[len - 1]))
        len--;
    if (!len) return CLI_DONE;
    if (bulk->lines == BATCH_LINES || bulk->len + len + 1 > BATCH_BYTES) {
        int status = send_batch(bulk);
        if (status != CLI_DONE && status != CLI_UNREACHABLE) return status;
    }
    memcpy(bulk->batch + bulk->len, bulk->line, len);
    bulk->batch[bulk->len + len] = '\n';
    bulk->len += len + 1;
    bulk->numbers[bulk->lines++] = bulk->line_number;
    return CLI_DONE;
}

static int take(Bulk *bulk, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\n') {
            int status = end_line(bulk);
            if (status != CLI_DONE) return status;
        } else if (bulk->line_len < LINE_LIMIT) {
            bulk->line[bulk->line_len++] = bytes[i];
        } else {
            bulk->line_too_long = true;
        }
    }
    return CLI_DONE;
}

static int read_through(Bulk *bulk, Input *input)
{
    Cli *cli = bulk->session->cli;
    char *chunk = arena_alloc(cli->arena, CHUNK);
    if (!chunk) return cli_out_of_memory(cli);
    Progress progress;
    progress_start(&progress, cli->err, "Sänder observationer", input->total);
    Error err;
    ssize_t n;
    int status = CLI_DONE;
    while (status == CLI_DONE && (n = input_read(input, chunk, CHUNK, &err)) != 0) {
        status = n < 0 ? cli_fail(cli, CLI_REFUSED, "%s", err.text) : take(bulk, chunk, (size_t)n);
        progress_update(&progress, input_done(input));
    }
    if (status == CLI_DONE) status = end_line(bulk);
    if (status == CLI_DONE) status = send_batch(bulk);
    progress_end(&progress);
    return status;
}

static int finish(Bulk *bulk, int status)
{
    Cli *cli = bulk->session->cli;
    fprintf(cli->out, "%zu observationer mottagna", bulk->taken);
    if (bulk->refused) fprintf(cli->out, ", %zu avvisade", bulk->refused);
    if (bulk->kept) fprintf(cli->out, ", %zu i utkorgen", bulk->kept);
    fputc('\n', cli->out);
    int written = cli_finish(cli);
    if (bulk->refused) return CLI_REFUSED;
    if (bulk->kept) return CLI_UNREACHABLE;
    return status != CLI_DONE ? status : written;
}

int bulk_send_observations(Session *session, const char *path)
{
    Cli *cli = session->cli;
    Input input;
    Error err;
    Bulk *bulk = arena_calloc(cli->arena, 1, sizeof *bulk);
    if (!bulk) return cli_out_of_memory(cli);
    *bulk = (Bulk){
        .session = session,
        .batch = arena_alloc(cli->arena, BATCH_BYTES + LINE_LIMIT + 1),
        .line = arena_alloc(cli->arena, LINE_LIMIT),
    };
    if (!bulk->batch || !bulk->line) return cli_out_of_memory(cli);
    if (input_open(&input, path, &err) < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    int status = read_through(bulk, &input);
    input_close(&input);
    return finish(bulk, status);
}
