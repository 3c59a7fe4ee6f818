/*
 * Any bytes as what a client sends: the gate says the same however they come in pieces, what it lets through
 * http-parser frames the same way or refuses, and what stands in the address is decoded or refused. The first byte says
 * how the rest is cut, and whether it is a head or a chunked body.
 */
#include <assert.h>
#include <http_parser.h>
#include <string.h>

#include "fuzz.h"
#include "http/guard.h"
#include "http/percent.h"
#include "http/routes.h"
#include "util/arena.h"

enum { HEAD_LIMIT = 16384 };

typedef struct Seen {
    size_t body;
    bool complete;
} Seen;

static int on_body(http_parser *parser, const char *at, size_t len)
{
    (void)at;
    ((Seen *)parser->data)->body += len;
    return 0;
}

static int on_head(http_parser *parser)
{
    parser->upgrade = 0;
    return 0;
}

static int on_complete(http_parser *parser)
{
    ((Seen *)parser->data)->complete = true;
    return 0;
}

static const http_parser_settings settings = {
    .on_body = on_body, .on_headers_complete = on_head, .on_message_complete = on_complete};

/* How long the next piece is; 1 to 31 bytes, or all. */
static size_t piece(uint8_t cut, size_t at, size_t left)
{
    const size_t n = cut & 0x3e ? 1 + (at * 7 + (cut >> 1)) % (cut & 0x1f ? cut & 0x1f : 1) : left;
    return n < left ? n : left;
}

/* The end of the head, looked for as it comes in. */
static const GuardFault *find_end(const char *text, size_t len, uint8_t cut, size_t *head_len)
{
    size_t scanned = 0, known = 0;
    const GuardFault *fault = NULL;
    *head_len = 0;
    while (known < len && !fault && !*head_len) {
        known += piece(cut, known, len - known);
        fault = guard_head_end(text, known, HEAD_LIMIT, &scanned, head_len);
        assert(fault || *head_len || scanned <= known);
    }
    return fault;
}

static void read_target(const char *target, size_t len)
{
    Arena *arena = arena_new();
    if (!arena) return;
    const char *question = memchr(target, '?', len);
    const size_t path = question ? (size_t)(question - target) : len;
    RouteMatch match;
    QueryParameter *parameters = NULL;
    size_t count = 0;
    char *decoded;
    static const Route table[] = {{.path = "/v1/incidents/{id}"}, {.path = "/v1/lagesbilder/{area}/{period}"}};
    if (percent_decode(&decoded, arena, target, path, false) == 0) {
        char *encoded = percent_encode(arena, decoded), *again;
        assert(encoded && percent_decode(&again, arena, encoded, strlen(encoded), false) == 0);
        assert(strcmp(again, decoded) == 0);
    }
    if (question) percent_query(&parameters, &count, arena, question + 1, len - path - 1);
    assert(count <= PERCENT_QUERY_MAX);
    RouteHead heads[2];
    routes_heads(heads, table, 2);
    if (routes_find(&match, table, heads, 2, 0, target, path, arena) == 0)
        assert(match.parameter_count <= ROUTES_PARAMETERS_MAX);
    arena_free(arena);
}

static void check_head(const char *text, size_t len, uint8_t cut)
{
    size_t whole_len, head_len;
    const GuardFault *whole = find_end(text, len, 0, &whole_len), *fault = find_end(text, len, cut, &head_len);
    /* In pieces a head may be found before a fault that comes after it. */
    if (!whole) assert(!fault && head_len == whole_len);
    if (fault || !head_len) return;
    GuardHead head;
    if (guard_head(text, head_len, &head)) return;
    assert(head.target + head.target_len <= head_len && !(head.chunked && head.has_length));
    read_target(text + head.target, head.target_len);
    Seen seen = {0};
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &seen;
    const size_t parsed = http_parser_execute(&parser, &settings, text, head_len);
    if (HTTP_PARSER_ERRNO(&parser) != HPE_OK) return; /* a few that are right, too: harmless */
    const bool has_body = head.chunked || head.length > 0;
    assert(parsed == head_len && seen.complete != has_body && !(parser.flags & F_CHUNKED) == !head.chunked);
    assert(!has_body || !head.has_length || parser.content_length == head.length);
}

static void check_chunks(const char *text, size_t len, uint8_t cut)
{
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    GuardChunks whole = {0}, chunks = {0};
    Seen seen = {0};
    http_parser parser;
    size_t used = 0, all = 0;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &seen;
    assert(http_parser_execute(&parser, &settings, head, sizeof head - 1) == sizeof head - 1);
    const GuardFault *whole_fault = guard_chunks(&whole, text, len, &all), *fault = NULL;
    while (used < len && !fault && !guard_chunks_done(&chunks)) {
        size_t good = 0;
        fault = guard_chunks(&chunks, text + used, piece(cut, used, len - used), &good);
        if (fault) break;
        const size_t parsed = http_parser_execute(&parser, &settings, text + used, good);
        assert(parsed == good && HTTP_PARSER_ERRNO(&parser) == HPE_OK);
        used += good;
    }
    assert(!fault == !whole_fault);
    if (fault) return;
    assert(used == all && guard_chunks_done(&chunks) == guard_chunks_done(&whole));
    assert(seen.complete == guard_chunks_done(&chunks));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    const uint8_t cut = data[0];
    if (cut & 1)
        check_chunks((const char *)data + 1, size - 1, cut);
    else
        check_head((const char *)data + 1, size - 1, cut);
    return 0;
}
