#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ANSWER_LIMIT = 256 * 1024 * 1024, CONNECT_SECONDS = 10, STALL_SECONDS = 60 };

struct Http {
    CURL *curl;
    char *url, *token;
};

Http *http_new(const char *url, const char *token)
{
    Http *http = calloc(1, sizeof *http);
    if (!http) return NULL;
    http->curl = curl_easy_init();
    http->url = strdup(url);
    http->token = token ? strdup(token) : NULL;
    if (http->curl && http->url && (!token || http->token)) return http;
    http_free(http);
    return NULL;
}

void http_free(Http *http)
{
    if (!http) return;
    if (http->curl) curl_easy_cleanup(http->curl);
    free(http->url);
    free(http->token);
    free(http);
}

void http_answer_deinit(HttpAnswer *answer)
{
    free(answer->type);
    free(answer->body);
    free(answer->etag);
    free(answer->next);
    *answer = (HttpAnswer){0};
}

/* One call under way. */
typedef struct Transfer {
    CURL *curl;
    const HttpCall *call;
    HttpAnswer *answer;
    size_t capacity, sent;
    int failure; /* the negative errno of what stopped it, or 0 */
} Transfer;

static size_t on_read(char *to, size_t size, size_t count, void *arg)
{
    Transfer *transfer = arg;
    const HttpBody *body = &transfer->call->body;
    if (body->read) {
        ssize_t n = body->read(body->arg, to, size * count);
        if (n >= 0) return (size_t)n;
        transfer->failure = -ECANCELED;
        return CURL_READFUNC_ABORT;
    }
    size_t n = body->len - transfer->sent;
    if (n > size * count) n = size * count;
    if (n) memcpy(to, (const char *)body->bytes + transfer->sent, n);
    transfer->sent += n;
    return n;
}

/* curl asks for the body again when it has to send it anew (a kept connection that turned out to be closed). */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
    Transfer *transfer = arg;
    const HttpBody *body = &transfer->call->body;
    if (body->read || origin != SEEK_SET || offset < 0 || (size_t)offset > body->len) return CURL_SEEKFUNC_CANTSEEK;
    transfer->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static size_t keep(Transfer *transfer, const char *bytes, size_t n)
{
    HttpAnswer *answer = transfer->answer;
    if (answer->len + n > ANSWER_LIMIT) {
        transfer->failure = -EFBIG;
        return 0;
    }
    if (answer->len + n + 1 > transfer->capacity) {
        size_t wanted = (answer->len + n + 1) * 2;
        char *moved = realloc(answer->body, wanted);
        if (!moved) {
            transfer->failure = -ENOMEM;
            return 0;
        }
        answer->body = moved;
        transfer->capacity = wanted;
    }
    memcpy(answer->body + answer->len, bytes, n);
    answer->len += n;
    answer->body[answer->len] = '\0';
    return n;
}

static size_t on_write(char *bytes, size_t size, size_t count, void *arg)
{
    Transfer *transfer = arg;
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    if (!transfer->call->sink || status / 100 != 2) return keep(transfer, bytes, size * count);
    if (transfer->call->sink(transfer->call->sink_arg, bytes, size * count) == 0) return size * count;
    transfer->failure = -ECANCELED;
    return 0;
}

const char *http_link_next(const char *value, size_t *len)
{
    for (const char *open = strchr(value, '<'); open; open = strchr(open, '<')) {
        const char *close = strchr(open, '>');
        if (!close) return NULL;
        size_t parameters = strcspn(close, ",");
        const char *rel = strcasestr(close, "rel=");
        if (rel && rel < close + parameters) {
            rel += 4;
            if (*rel == '"') rel++;
            if (strncasecmp(rel, "next", 4) == 0 && strchr("\" ;,", rel[4])) {
                *len = (size_t)(close - open - 1);
                return open + 1;
            }
        }
        open = close;
    }
    return NULL;
}

/* Only the path is taken of where the next page is said to be, so that the token never goes to another host. */
static int take_next(Transfer *transfer)
{
    struct curl_header *header;
    for (size_t i = 0; curl_easy_header(transfer->curl, "Link", i, CURLH_HEADER, -1, &header) == CURLHE_OK; i++) {
        size_t len;
        const char *target = http_link_next(header->value, &len);
        const char *path = target ? memmem(target, len, "/v1/", 4) : NULL;
        if (!path) continue;
        transfer->answer->next = strndup(path, len - (size_t)(path - target));
        return transfer->answer->next ? 0 : -ENOMEM;
    }
    return 0;
}

static int take_etag(Transfer *transfer)
{
    struct curl_header *header;
    if (curl_easy_header(transfer->curl, "ETag", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return 0;
    transfer->answer->etag = strdup(header->value);
    return transfer->answer->etag ? 0 : -ENOMEM;
}

/* How many rows a streamed file had, which is told when all of them have been. */
static int64_t row_count(CURL *curl)
{
    struct curl_header *header;
    if (curl_easy_header(curl, "Row-Count", 0, CURLH_TRAILER, -1, &header) != CURLHE_OK) return -1;
    char *end;
    long long rows = strtoll(header->value, &end, 10);
    return end == header->value || *end || rows < 0 ? -1 : rows;
}

static int take_head(Transfer *transfer)
{
    HttpAnswer *answer = transfer->answer;
    const char *type = NULL;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(transfer->curl, CURLINFO_CONTENT_TYPE, &type);
    answer->rows = row_count(transfer->curl);
    answer->type = strndup(type ? type : "", type ? strcspn(type, "; \t") : 0);
    if (!answer->type) return -ENOMEM;
    for (char *c = answer->type; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    if (!answer->body && !(answer->body = calloc(1, 1))) return -ENOMEM;
    int status = take_etag(transfer);
    return status ? status : take_next(transfer);
}

static bool add_header(struct curl_slist **headers, const char *name, const char *value)
{
    if (!value) return true;
    char *line = NULL;
    if (asprintf(&line, "%s%s", name, value) < 0) return false;
    struct curl_slist *longer = curl_slist_append(*headers, line);
    free(line);
    if (longer) *headers = longer;
    return longer != NULL;
}

static struct curl_slist *make_headers(const Http *http, const HttpCall *call)
{
    struct curl_slist *headers = NULL;
    char *bearer = NULL;
    if (http->token && asprintf(&bearer, "Bearer %s", http->token) < 0) return NULL;
    bool ok = add_header(&headers, "Authorization: ", bearer) && add_header(&headers, "Accept: ", call->accept) &&
              add_header(&headers, "Content-Type: ", call->content_type) &&
              add_header(&headers, "Idempotency-Key: ", call->idempotency_key) &&
              add_header(&headers, "If-Match: ", call->if_match) &&
              add_header(&headers, "Expect:", ""); /* our server does not make us wait before a large body */
    free(bearer);
    if (ok) return headers;
    curl_slist_free_all(headers);
    return NULL;
}

static void set_body(CURL *curl, Transfer *transfer)
{
    const HttpCall *call = transfer->call;
    if (!call->body.read && !call->body.bytes) return;
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, call->body.read ? (curl_off_t)-1 : (curl_off_t)call->body.len);
}

static bool is_loopback(const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 || strncmp(host, "localhost", 9) == 0;
}

static void set_options(Http *http, Transfer *transfer, const char *url, struct curl_slist *headers, char *reason)
{
    CURL *curl = http->curl;
    const HttpCall *call = transfer->call;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)(call->stall_seconds ? call->stall_seconds : STALL_SECONDS));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "lagesbild/" LAGESBILD_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    /* A proxy for the outside world has no way to a daemon on this machine. */
    if (is_loopback(http->url)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
    set_body(curl, transfer);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
}

/* What it means that curl ended so without an answer. */
static int judge(CURL *curl, CURLcode code, const char *reason, Error *err)
{
    long sent = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    if (!*reason) reason = curl_easy_strerror(code);
    if (code == CURLE_OUT_OF_MEMORY) return error_set(err, -ENOMEM, "minnet tog slut");
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return error_set(err, -EINVAL, "adressen duger inte: %s", reason);
    return error_set(err, sent ? HTTP_CUT : HTTP_UNREACHABLE, "%s", reason);
}

int http_call(Http *http, const HttpCall *call, HttpAnswer *answer, Error *err)
{
    char reason[CURL_ERROR_SIZE] = "";
    *answer = (HttpAnswer){0};
    Transfer transfer = {.curl = http->curl, .call = call, .answer = answer};
    char *url = NULL;
    struct curl_slist *headers = make_headers(http, call);
    if (!headers || asprintf(&url, "%s%s", http->url, call->path) < 0) {
        curl_slist_free_all(headers);
        return error_set(err, -ENOMEM, "minnet tog slut");
    }
    set_options(http, &transfer, url, headers, reason);
    CURLcode code = curl_easy_perform(http->curl);
    int result;
    if (transfer.failure)
        result = error_set(err, transfer.failure, "%s",
                           transfer.failure == -EFBIG    ? "svaret är för stort"
                           : transfer.failure == -ENOMEM ? "minnet tog slut"
                                                         : "avbrutet");
    else if (code != CURLE_OK)
        result = judge(http->curl, code, reason, err);
    else
        result = take_head(&transfer);
    curl_slist_free_all(headers);
    free(url);
    return result;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

const char *http_segment(Arena *arena, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(arena, strlen(text) * 3 + 1), *to = out;
    if (!out) return NULL;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (is_unreserved(*c)) {
            *to++ = (char)*c;
        } else {
            *to++ = '%';
            *to++ = hex[*c >> 4];
            *to++ = hex[*c & 15];
        }
    }
    *to = '\0';
    return out;
}

const char *http_query(Arena *arena, const char *path, const char *name, const char *value)
{
    if (!path || !value) return path;
    const char *encoded = http_segment(arena, value);
    return encoded ? arena_printf(arena, "%s%c%s=%s", path, strchr(path, '?') ? '&' : '?', name, encoded) : NULL;
}
