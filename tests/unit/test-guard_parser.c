/*
 * The gate and the parser behind it must never read the same bytes differently: what the gate lets through, http-parser
 * must frame the same way, or refuse. Heads and chunked bodies are bent at random, the same way in every run.
 */
#include <http_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/guard.h"
#include "unit.h"

enum { ROUNDS = 300000, SIZE = 2048 };

typedef struct Seen {
    int headers;
    size_t body;
    bool complete;
} Seen;

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13; /* xorshift64, Marsaglia 2003 */
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static const char *const heads[] = {
    "GET /v1/areas?a=b HTTP/1.1\r\nHost: a:80\r\nAccept: */*\r\n\r\n",
    "POST /v1/reports HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
    "PUT /x HTTP/1.1\r\nhost: a\r\nTransfer-Encoding: chunked\r\nX-Y: z\r\n\r\n",
    "GET http://a/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "PATCH /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close, x\r\nUpgrade: y\r\n\r\n",
};
static const char *const bodies[] = {
    "5\r\nhello\r\n0\r\n\r\n",
    "a;x=\"y\"\r\n0123456789\r\n1\r\na\r\n000\r\n\r\n",
};
static const char bits[][28] = {"\r\n", "\n",   "\r",      " ",    "\t",       ":",
                                "0",    "\x0b", "chunked", "+",    "-",        ",",
                                "0x",   "X:",   "\xe5",    "\x01", ";",        "Content-Length: 1\r\n",
                                "/",    "1.1",  "#",       "%",    "HTTP/1.1", "Transfer-Encoding: x\r\n"};

/* Puts a bit in, takes a byte out, doubles a piece, or changes one; one to three times. */
static size_t bend(char *text, size_t len, uint64_t *seed)
{
    for (uint64_t times = next(seed) % 3 + 1; times > 0; times--) {
        size_t at = next(seed) % (len + 1), n;
        const char *bit = bits[next(seed) % (sizeof bits / sizeof *bits)];
        switch (next(seed) % 4) {
        case 0:
            n = strlen(bit);
            if (len + n >= SIZE) break;
            memmove(text + at + n, text + at, len - at);
            memcpy(text + at, bit, n);
            len += n;
            break;
        case 1:
            if (at == len) break;
            memmove(text + at, text + at + 1, len - at - 1);
            len--;
            break;
        case 2:
            n = next(seed) % (len - at + 1);
            if (len + n >= SIZE) break;
            memmove(text + at + n, text + at, len - at);
            len += n;
            break;
        default:
            if (at < len) text[at] = (char)(next(seed) % 256);
        }
    }
    return len;
}

static int on_field(http_parser *parser, const char *at, size_t len)
{
    (void)at, (void)len;
    ((Seen *)parser->data)->headers++;
    return 0;
}

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

static const http_parser_settings settings = {.on_header_field = on_field,
                                              .on_body = on_body,
                                              .on_headers_complete = on_head,
                                              .on_message_complete = on_complete};

static int count_lines(const char *text, size_t len)
{
    int lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

static void heads_that_pass_are_read_the_same(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    int passed = 0, refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[SIZE];
        size_t len = strlen(strcpy(text, heads[next(&seed) % (sizeof heads / sizeof *heads)])), scanned = 0, head_len;
        len = bend(text, len, &seed);
        GuardHead head;
        if (guard_head_end(text, len, SIZE, &scanned, &head_len) || head_len == 0 || guard_head(text, head_len, &head))
            continue;
        passed++;
        Seen seen = {0};
        http_parser parser;
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = &seen;
        text[head_len] = '\0';
        size_t parsed = http_parser_execute(&parser, &settings, text, head_len);
        bool has_body = head.chunked || head.length > 0;
        /* It also refuses a few that are right ("Transfer-Encodingx:", a tab behind a Content-Length): harmless. */
        if (HTTP_PARSER_ERRNO(&parser) != HPE_OK) {
            refused++;
            continue;
        }
        if (parsed != head_len || seen.complete == has_body || seen.headers != count_lines(text, head_len) - 2 ||
            !(parser.flags & F_CHUNKED) != !head.chunked ||
            (has_body && head.has_length && parser.content_length != head.length))
            fail_msg("%zu of %zu bytes, %d headers:\n%s", parsed, head_len, seen.headers, text);
    }
    assert_true(passed > ROUNDS / 20); /* or nothing has been tried */
    assert_true(refused < passed / 100);
}

static void chunks_that_pass_are_read_the_same(void **state)
{
    (void)state;
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    uint64_t seed = 362436069u;
    int passed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char text[SIZE];
        size_t len = strlen(strcpy(text, bodies[next(&seed) % (sizeof bodies / sizeof *bodies)])), used = 0;
        len = bend(text, len, &seed);
        Seen seen = {0};
        http_parser parser;
        GuardChunks chunks = {0};
        http_parser_init(&parser, HTTP_REQUEST);
        parser.data = &seen;
        assert_int_equal(http_parser_execute(&parser, &settings, head, sizeof head - 1), sizeof head - 1);
        const GuardFault *fault = NULL;
        while (used < len && !fault && !guard_chunks_done(&chunks)) {
            size_t n = next(&seed) % (len - used) + 1, good = 0;
            fault = guard_chunks(&chunks, text + used, n, &good);
            if (fault) break;
            if (http_parser_execute(&parser, &settings, text + used, good) != good ||
                HTTP_PARSER_ERRNO(&parser) != HPE_OK)
                fail_msg("%s:\n%.*s", http_errno_name(HTTP_PARSER_ERRNO(&parser)), (int)len, text);
            used += good;
        }
        if (fault) continue;
        if (seen.complete != guard_chunks_done(&chunks)) fail_msg("not the same end:\n%.*s", (int)len, text);
        passed += seen.complete;
    }
    assert_true(passed > ROUNDS / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_that_pass_are_read_the_same),
        cmocka_unit_test(chunks_that_pass_are_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
