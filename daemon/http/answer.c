/* The answer of a request: exactly one, whole or in pieces. */
#include <errno.h>
#include <http_parser.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <utlist.h>

#include "http/connection.h"
#include "http/request-internal.h"

enum {
    STREAM_HIGH = 256 * 1024, /* what a stream may have waiting for its client */
    RETRY_AFTER_SECONDS = 1,
};

static bool has_control_character(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) return true;
    return false;
}

static void add_field(Request *request, ReplyHeader **list, const char *name, const char *value)
{
    if (has_control_character(value)) {
        log_line(request->front->log, LEVEL_ERROR, "http: %s: a header %s with a control character was left out",
                 request->match.route ? request->match.route->name : "none", name);
        return;
    }
    ReplyHeader *header = arena_alloc(request->arena, sizeof *header);
    if (!header) return;
    *header = (ReplyHeader){.name = name, .value = arena_strdup(request->arena, value)};
    if (header->value) LL_APPEND(*list, header);
}

void request_add_header(Request *request, const char *name, const char *value)
{
    add_field(request, &request->reply_headers, name, value);
}

void request_stream_trailer(Request *request, const char *name, const char *value)
{
    add_field(request, &request->reply_trailers, name, value);
}

static bool has_reply_header(const Request *request, const char *name)
{
    const ReplyHeader *header;
    LL_FOREACH(request->reply_headers, header)
    if (strcasecmp(header->name, name) == 0) return true;
    return false;
}

/* Every answer passes here first. False where there already is one. */
static bool begin_answer(Request *request, int status)
{
    if (request->answer != ANSWER_NONE) {
        log_line(request->front->log, LEVEL_ERROR, "http: %s was answered a second time, with %d; ignored",
                 request->match.route ? request->match.route->name : "none", status);
        return false;
    }
    request->status = status;
    request->reply_headless = request->method == METHOD_HEAD || status == 204 || status == 304;
    return true;
}

static void write_text(Request *request, const char *text)
{
    if (request->connection) connection_write(request->connection, text, strlen(text));
}

static void write_fields(Request *request, const ReplyHeader *fields)
{
    const ReplyHeader *field;
    LL_FOREACH(fields, field)
    {
        write_text(request, field->name);
        write_text(request, ": ");
        write_text(request, field->value);
        write_text(request, "\r\n");
    }
}

/* Longer than all that make_head() writes besides the handler's headers and the content type. */
enum { HEAD_REST = 512 };

static char *put(char *at, const char *text)
{
    return stpcpy(at, text);
}

/* printf would cost as much as all the rest of the head. */
static char *put_number(char *at, size_t number)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n)
        *at++ = digits[--n];
    *at = '\0';
    return at;
}

static char *put_header(char *at, const char *name, const char *value)
{
    return put(put(put(put(at, name), ": "), value), "\r\n");
}

/* The answer's head in the request's arena, NULL without memory. `length` -1: not known, the answer is streamed. */
static char *make_head(Request *request, const char *content_type, ssize_t length, size_t *len)
{
    size_t room = HEAD_REST + (content_type ? strlen(content_type) : 0);
    const ReplyHeader *header;
    LL_FOREACH(request->reply_headers, header)
    room += strlen(header->name) + strlen(header->value) + 4;
    char *head = arena_alloc(request->arena, room), *at = head;
    if (!head) return NULL;
    at = put_number(put(at, "HTTP/1.1 "), (size_t)request->status);
    at = put(put(put(at, " "), http_status_str((enum http_status)request->status)), "\r\n");
    at = put_header(at, "Date", front_date(request->front));
    LL_FOREACH(request->reply_headers, header)
    at = put_header(at, header->name, header->value);
    if (content_type) {
        at = put_header(at, "Content-Type", content_type);
        at = put_header(at, "X-Content-Type-Options", "nosniff");
    }
    /* What is answered here is for the one who asked, unless the handler says otherwise. */
    if (!has_reply_header(request, "Cache-Control")) at = put_header(at, "Cache-Control", "no-store");
    if (length >= 0 && request->status != 204 && request->status != 304)
        at = put(put_number(put(at, "Content-Length: "), (size_t)length), "\r\n");
    else if (request->reply_chunked)
        at = put_header(at, "Transfer-Encoding", "chunked");
    if (connection_is_last(request->connection, length >= 0))
        at = put_header(at, "Connection", "close");
    else if (request->http_minor == 0)
        at = put_header(at, "Connection", "keep-alive");
    at = put(at, "\r\n");
    *len = (size_t)(at - head);
    return head;
}

static void send_answer(Request *request, const char *content_type, const SendBody *body)
{
    static const SendBody nothing = {.file = -1};
    if (!request->connection) return;
    size_t len;
    const char *head = make_head(request, content_type, (ssize_t)body->len, &len);
    if (head)
        connection_send(request->connection, head, len, request->reply_headless ? &nothing : body);
    else
        connection_break(request->connection, "out of memory");
}

static void end_answer(Request *request)
{
    request->answer = ANSWER_DONE;
    if (request->connection)
        connection_kick(request->connection);
    else
        request_drop(request);
}

void request_reply(Request *request, int status, const char *content_type, const void *body, size_t len)
{
    request_reply_file(request, status, content_type, -1, body, len);
}

void request_reply_file(Request *request, int status, const char *content_type, int file, const void *body, size_t len)
{
    if (!begin_answer(request, status)) return;
    send_answer(request, content_type, &(SendBody){.bytes = body, .len = len, .file = file});
    end_answer(request);
}

static void reply_json_as(Request *request, int status, const char *content_type, cJSON *json)
{
    char *text = json ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (text)
        request_reply(request, status, content_type, text, strlen(text));
    else
        request_reply(request, 503, NULL, NULL, 0); /* without memory even for the problem's text */
    cJSON_free(text);
}

void request_reply_json(Request *request, int status, cJSON *json)
{
    reply_json_as(request, status, "application/json", json);
}

/* --- problems (RFC 9457) --- */

const char *request_status_title(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "Felaktigt anrop"},
        {401, "Behörighet saknas"},
        {403, "Inte tillåtet"},
        {404, "Finns inte"},
        {405, "Metoden går inte att använda här"},
        {406, "Formatet finns inte"},
        {408, "Anropet tog för lång tid"},
        {409, "Krockar med något annat"},
        {411, "Längden saknas"},
        {412, "Har ändrats av någon annan"},
        {413, "För stort"},
        {414, "Adressen är för lång"},
        {415, "Formatet kan inte läsas"},
        {417, "Felaktigt anrop"},
        {422, "Kan inte behandlas"},
        {428, "Villkor saknas"},
        {429, "För många anrop"},
        {431, "För långt huvud"},
        {500, "Fel i tjänsten"},
        {501, "Metoden är okänd"},
        {503, "Tjänsten är tillfälligt upptagen"},
        {504, "Svaret dröjde för länge"},
        {505, "HTTP-versionen stöds inte"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].status == status) return titles[i].title;
    return "Fel";
}

void request_problem_errors(Request *request, int status, const char *title, const char *detail,
                            const ProblemError *errors, size_t count)
{
    cJSON *problem = cJSON_CreateObject();
    cJSON_AddStringToObject(problem, "type", "about:blank");
    cJSON_AddStringToObject(problem, "title", title ? title : request_status_title(status));
    cJSON_AddNumberToObject(problem, "status", status);
    if (detail) cJSON_AddStringToObject(problem, "detail", detail);
    cJSON *list = count ? cJSON_AddArrayToObject(problem, "errors") : NULL;
    for (size_t i = 0; list && i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        if (errors[i].pointer) cJSON_AddStringToObject(item, "pointer", errors[i].pointer);
        if (errors[i].detail) cJSON_AddStringToObject(item, "detail", errors[i].detail);
        cJSON_AddItemToArray(list, item);
    }
    if ((status == 503 || status == 429) && !has_reply_header(request, "Retry-After")) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", RETRY_AFTER_SECONDS);
        request_add_header(request, "Retry-After", seconds);
    }
    reply_json_as(request, status, "application/problem+json", problem);
}

void request_problem(Request *request, int status, const char *title, const char *detail_format, ...)
{
    char detail[1024];
    va_list args;
    va_start(args, detail_format);
    vsnprintf(detail, sizeof detail, detail_format, args);
    va_end(args);
    request_problem_errors(request, status, title, detail, NULL, 0);
}

void request_out_of_memory(Request *request)
{
    request_problem(request, 503, NULL, "Minnet räcker inte just nu. Försök igen om en stund.");
}

void request_fault(Request *request, const GuardFault *fault)
{
    request_problem_errors(request, fault->status, NULL, fault->detail, NULL, 0);
}

/* --- in pieces --- */

void request_stream_start(Request *request, int status, const char *content_type,
                          void (*drained)(Request *request, void *arg), void *arg)
{
    if (!begin_answer(request, status)) return;
    request->drained = drained;
    request->drained_arg = arg;
    request->reply_chunked = request->http_minor > 0;
    if (!request->reply_chunked && request->connection) connection_set_last(request->connection);
    request->answer = ANSWER_STREAMING;
    if (!request->connection) return;
    size_t len;
    const char *head = make_head(request, content_type, -1, &len);
    if (head)
        connection_write(request->connection, head, len);
    else
        connection_break(request->connection, "out of memory");
}

void request_stream_write(Request *request, const void *bytes, size_t len)
{
    if (request->answer != ANSWER_STREAMING || request->reply_headless || !request->connection || len == 0) return;
    char size[24];
    snprintf(size, sizeof size, "%zx\r\n", len);
    if (request->reply_chunked) write_text(request, size);
    connection_write(request->connection, bytes, len);
    if (request->reply_chunked) write_text(request, "\r\n");
}

size_t request_stream_room(const Request *request)
{
    if (!request->connection) return STREAM_HIGH; /* what is written goes nowhere, at once */
    size_t pending = connection_pending(request->connection);
    return pending < STREAM_HIGH ? STREAM_HIGH - pending : 0;
}

void request_stream_end(Request *request)
{
    if (request->answer != ANSWER_STREAMING) return;
    if (request->reply_chunked && !request->reply_headless) {
        write_text(request, "0\r\n");
        write_fields(request, request->reply_trailers);
        write_text(request, "\r\n");
    }
    end_answer(request);
}

void request_stream_break(Request *request, const char *reason)
{
    if (request->answer != ANSWER_STREAMING) return;
    log_line(request->front->log, LEVEL_WARNING, "http: %s was broken off: %s",
             request->match.route ? request->match.route->name : "none", reason);
    if (request->connection) connection_break(request->connection, "the answer was broken off");
    end_answer(request);
}
