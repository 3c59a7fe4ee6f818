#include "http/guard.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

/* The verdict on a head that is whole: 0 where it passes. */
static int judge(const char *bytes, size_t len, GuardHead *head)
{
    size_t scanned = 0, head_len = 0;
    const GuardFault *fault = guard_head_end(bytes, len, 16384, &scanned, &head_len);
    if (!fault) {
        assert_int_equal(head_len, len);
        fault = guard_head(bytes, len, head);
    }
    if (fault) assert_true(strlen(fault->detail) > 10);
    return fault ? fault->status : 0;
}

#define HEAD(text)       text, sizeof text - 1
#define GET_WITH(header) HEAD("GET / HTTP/1.1\r\nHost: a\r\n" header "\r\n\r\n")

static void what_has_two_readings_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        int status;
    } cases[] = {
        {GET_WITH("Transfer-Encoding: xchunked"), 400},
        {GET_WITH("Transfer-Encoding: identity"), 400},
        {GET_WITH("Transfer-Encoding: gzip, chunked"), 400},
        {GET_WITH("Transfer-Encoding: \x0b"
                  "chunked"),
         400},
        {GET_WITH("Transfer-Encoding:"), 400},
        {GET_WITH("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
        {GET_WITH("Transfer-Encoding: chunked\r\nContent-Length: 3"), 400},
        {GET_WITH("Content-Length: 3\r\nContent-Length: 5"), 400},
        {GET_WITH("Content-Length: 3\r\nContent-Length: 3"), 400},
        {GET_WITH("Content-Length: 3, 3"), 400},
        {GET_WITH("Content-Length: +3"), 400},
        {GET_WITH("Content-Length: -3"), 400},
        {GET_WITH("Content-Length: 0x3"), 400},
        {GET_WITH("Content-Length: 3 3"), 400},
        {GET_WITH("Content-Length:"), 400},
        {GET_WITH("Content-Length: 9223372036854775808"), 400},
        {GET_WITH("Content-Length: 00000000000000000003"), 400},
        {GET_WITH("X: a\r\n b"), 400},
        {GET_WITH("X : a"), 400},
        {GET_WITH("X\t: a"), 400},
        {GET_WITH(": a"), 400},
        {GET_WITH("no colon"), 400},
        {GET_WITH("X(: a"), 400},
        {GET_WITH("X\xe5: a"), 400},
        {GET_WITH("X: a\0b"), 400},
        {GET_WITH("X: a\x7f"), 400},
        {GET_WITH("X: a\rb"), 400},
        {GET_WITH("X: a\nY: b"), 400},
        {GET_WITH("X: a\r\r\nY: b"), 400},
        {GET_WITH("Host: a"), 400},
        {GET_WITH("Expect: nothing"), 417},
        {HEAD("GET / HTTP/1.1\r\nX: a\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), 400},
        {HEAD("GET / HTTP/9.9\r\nHost: a\r\n\r\n"), 505},
        {HEAD("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505},
        {HEAD("GET / HTTP/1.2\r\nHost: a\r\n\r\n"), 505},
        {HEAD("GET / HTTP/1.10\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET / http/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET\r\n\r\n"), 400},
        {HEAD("\r\n\r\n"), 400},
        {HEAD(" GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /  HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /\xc3\xa5 HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET /a\0 HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("GET http://u@h/b HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("G(T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400},
        {HEAD("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 501},
        {HEAD("get / HTTP/1.1\r\nHost: a\r\n\r\n"), 501},
        {HEAD("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), 501},
        {HEAD("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GuardHead head;
        int status = judge(cases[i].bytes, cases[i].len, &head);
        if (status != cases[i].status) fail_msg("%d, not %d: %s", status, cases[i].status, cases[i].bytes);
    }
}

static void what_is_right_passes(void **state)
{
    (void)state;
    GuardHead head;
    assert_int_equal(judge(HEAD("POST /v1/a?b=c HTTP/1.1\r\nhOsT:[::1]:80 \r\ncontent-length:\t42\t\r\n\r\n"), &head),
                     0);
    assert_true(head.has_length);
    assert_int_equal(head.length, 42);
    assert_int_equal(head.target, 5);
    assert_int_equal(head.target_len, 9);
    assert_int_equal(judge(GET_WITH("Transfer-Encoding: Chunked\r\nExpect: 100-Continue\r\nX: \xe5\tb"), &head), 0);
    assert_true(head.chunked && head.expect_continue);
    assert_int_equal(judge(HEAD("GET / HTTP/1.0\r\n\r\n"), &head), 0);
    static const char absolute[] = "GET HTTP://host:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n";
    assert_int_equal(judge(absolute, sizeof absolute - 1, &head), 0);
    assert_memory_equal(absolute + head.target, "/x?y", head.target_len);
    assert_int_equal(head.target_len, 4);
}

static void a_head_is_found_byte_by_byte(void **state)
{
    (void)state;
    static const char bytes[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next";
    size_t whole = strlen("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    size_t scanned = 0, head_len = 0;
    for (size_t len = 0; len < whole; len++) {
        assert_null(guard_head_end(bytes, len, 1024, &scanned, &head_len));
        assert_int_equal(head_len, 0);
    }
    assert_null(guard_head_end(bytes, sizeof bytes - 1, 1024, &scanned, &head_len));
    assert_int_equal(head_len, whole);
}

static void length_has_a_limit(void **state)
{
    (void)state;
    char bytes[20000];
    memset(bytes, 'a', sizeof bytes);
    size_t scanned = 0, head_len;
    assert_int_equal(guard_head_end(bytes, sizeof bytes, 1024, &scanned, &head_len)->status, 414);
    memcpy(bytes, "GET / HTTP/1.1\r\nX: ", 19);
    scanned = 0;
    assert_int_equal(guard_head_end(bytes, sizeof bytes, 1024, &scanned, &head_len)->status, 431);
    scanned = 0;
    assert_null(guard_head_end(bytes, 1023, 1024, &scanned, &head_len));

    GuardHead head;
    size_t n = 0;
    n += (size_t)sprintf(bytes, "GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 1; i < GUARD_HEADERS_MAX; i++)
        n += (size_t)sprintf(bytes + n, "X: %d\r\n", i);
    strcpy(bytes + n, "\r\n");
    assert_int_equal(judge(bytes, n + 2, &head), 0);
    strcpy(bytes + n, "X: 1\r\n\r\n");
    assert_int_equal(judge(bytes, n + 8, &head), 431);

    n = (size_t)sprintf(bytes, "GET /");
    memset(bytes + n, 'a', GUARD_TARGET_MAX);
    strcpy(bytes + n + GUARD_TARGET_MAX, " HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(judge(bytes, strlen(bytes), &head), 414);
}

/* Feeds in pieces of `step` bytes. Returns the fault's status, 0 when the body ended, -1 when more must come. */
static int feed_chunks(const char *bytes, size_t len, size_t step, size_t *used)
{
    GuardChunks chunks = {0};
    *used = 0;
    while (*used < len && !guard_chunks_done(&chunks)) {
        size_t n = len - *used < step ? len - *used : step, passed = 0;
        const GuardFault *fault = guard_chunks(&chunks, bytes + *used, n, &passed);
        if (fault) return fault->status;
        *used += passed;
    }
    return guard_chunks_done(&chunks) ? 0 : -1;
}

static void chunks_are_framed_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        int verdict;
    } cases[] = {
        {HEAD("5\r\nhello\r\n0\r\n\r\n"), 0},
        {HEAD("005;a=\"b c\"\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"), 0},
        {HEAD("0\r\n\r\n"), 0},
        {HEAD("5\r\nhell"), -1},
        {HEAD("0\r\n"), -1},
        {HEAD("0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("+5\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("-5\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD(" 5\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("5 \r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD(";a\r\n\r\n"), 400},
        {HEAD("5\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("5\rXhello\r\n0\r\n\r\n"), 400},
        {HEAD("5;a\nb\r\nhello\r\n0\r\n\r\n"), 400},
        {HEAD("5\r\nhelloXX0\r\n\r\n"), 400},
        {HEAD("5\r\nhello\n0\r\n\r\n"), 400},
        {HEAD("5\r\nhello!\r\n0\r\n\r\n"), 400},
        {HEAD("0\r\nX: y\r\n\r\n"), 400},
        {HEAD("1000000000000000\r\n"), 400},
        {HEAD("FFFFFFFFFFFFFFFFF\r\n"), 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step < 8; step += 3) {
            size_t used;
            int verdict = feed_chunks(cases[i].bytes, cases[i].len, step, &used);
            if (verdict != cases[i].verdict) fail_msg("%d, not %d: %s", verdict, cases[i].verdict, cases[i].bytes);
            if (verdict == 0) assert_int_equal(used, cases[i].len);
        }
    }
    char long_extension[400] = "5;";
    memset(long_extension + 2, 'e', sizeof long_extension - 2);
    size_t used;
    assert_int_equal(feed_chunks(long_extension, sizeof long_extension, 64, &used), 400);
}

static void the_next_request_is_left_alone(void **state)
{
    (void)state;
    static const char bytes[] = "3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n";
    GuardChunks chunks = {0};
    size_t passed;
    assert_null(guard_chunks(&chunks, bytes, sizeof bytes - 1, &passed));
    assert_true(guard_chunks_done(&chunks));
    assert_int_equal(passed, strlen("3\r\nabc\r\n0\r\n\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_two_readings_is_refused), cmocka_unit_test(what_is_right_passes),
        cmocka_unit_test(a_head_is_found_byte_by_byte),     cmocka_unit_test(length_has_a_limit),
        cmocka_unit_test(chunks_are_framed_exactly),        cmocka_unit_test(the_next_request_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
