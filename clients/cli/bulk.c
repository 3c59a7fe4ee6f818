#include "bulk.h"

#include <errno.h>
#include <string.h>

#include "answers.h"
#include "delivery.h"
#include "input.h"
#include "progress.h"
#include "reply.h"
#include "util/clock.h"
#include "util/uuid.h"

/* A batch is small enough to be answered in a moment, and large enough that the round trip does not count. */
enum { BATCH_LINES = 500, BATCH_BYTES = 512 * 1024, LINE_LIMIT = 256 * 1024, CHUNK = 64 * 1024, KEY_ROOM = 80 };

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

static void take_answer(size_t index, AnswersVerdict verdict, const char *reason, void *arg)
{
    Bulk *bulk = arg;
    if (verdict == ANSWERS_TAKEN)
        bulk->taken++;
    else
        refuse(bulk, bulk->numbers[index], reason);
}

static int send_batch(Bulk *bulk)
{
    if (!bulk->lines) return CLI_DONE;
    Cli *cli = bulk->session->cli;
    _arena_free_ Arena *arena = arena_new();
    _answer_ HttpAnswer answer = {0};
    OutboxItem item = {
        .method = "POST",
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
        if (answers_read(&answer, bulk->lines, arena, take_answer, bulk) < 0) status = cli_out_of_memory(cli);
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

/*
 * The key that makes a line safe to send again: its own where it has one. A line that says when it was seen gets one
 * from its number and words, so that the same file may be sent again; without a time, the same words on another day are
 * another observation, and the key is new. "" for a line that is no object: the server says what is wrong with it.
 */
static void make_key(const Bulk *bulk, size_t len, char key[static UUID_TEXT_SIZE])
{
    char name[64];
    *key = '\0';
    _reply_ cJSON *json = cJSON_ParseWithLength(bulk->line, len);
    if (!cJSON_IsObject(json) || cJSON_HasObjectItem(json, "idempotency_key")) return;
    if (!reply_text(json, "observed_at")) {
        uuid_new((uint64_t)clock_now_ms(), key);
        return;
    }
    char of_words[UUID_TEXT_SIZE];
    int n = snprintf(name, sizeof name, "%zu:%s", bulk->line_number, uuid_from_name(bulk->line, len, of_words));
    uuid_from_name(name, (size_t)n, key);
}

/* Puts the line at the batch's end, its key first. There is room. */
static void append(Bulk *bulk, size_t len)
{
    char key[UUID_TEXT_SIZE];
    char *to = bulk->batch + bulk->len;
    make_key(bulk, len, key);
    size_t brace = *key ? strspn(bulk->line, " \t") + 1 : 0;
    if (*key) to += sprintf(to, "{\"idempotency_key\":\"%s\"", key);
    /* A comma, unless the object is empty. */
    if (*key && bulk->line[brace + strspn(bulk->line + brace, " \t")] != '}') *to++ = ',';
    memcpy(to, bulk->line + brace, len - brace);
    to += len - brace;
    *to++ = '\n';
    bulk->len = (size_t)(to - bulk->batch);
    bulk->numbers[bulk->lines++] = bulk->line_number;
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
    bulk->line[len] = '\0';
    if (bulk->lines == BATCH_LINES || bulk->len + len + KEY_ROOM > BATCH_BYTES) {
        int status = send_batch(bulk);
        if (status != CLI_DONE && status != CLI_UNREACHABLE) return status;
    }
    append(bulk, len);
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
    fprintf(cli->out, bulk->taken == 1 ? "%zu observation mottagen" : "%zu observationer mottagna", bulk->taken);
    if (bulk->refused) fprintf(cli->out, bulk->refused == 1 ? ", %zu avvisad" : ", %zu avvisade", bulk->refused);
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
        .batch = arena_alloc(cli->arena, BATCH_BYTES + LINE_LIMIT + KEY_ROOM),
        .line = arena_alloc(cli->arena, LINE_LIMIT + 1),
    };
    if (!bulk->batch || !bulk->line) return cli_out_of_memory(cli);
    if (input_open(&input, path, &err) < 0) return cli_fail(cli, CLI_REFUSED, "%s", err.text);
    int status = read_through(bulk, &input);
    input_close(&input);
    return finish(bulk, status);
}
