#include "http/send.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum { LONG = 4 * 1024 * 1024 };

static const char head[] = "HEAD\r\n\r\n";

typedef struct Pair {
    int ours, theirs;
} Pair;

static Pair open_pair(void)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    return (Pair){fds[0], fds[1]};
}

/* `len` bytes that differ along the way, in memory and in a file. */
static SendBody make_body(size_t len, bool in_file)
{
    unsigned char *bytes = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(i / 251 + i);
    SendBody body = {.bytes = bytes, .len = len, .file = -1};
    if (!in_file) return body;
    body.file = memfd_create("test-send", 0);
    assert_true(body.file >= 0);
    assert_int_equal(write(body.file, bytes, len), len);
    return body;
}

static void free_body(SendBody *body)
{
    if (body->file >= 0) close(body->file);
    free((void *)body->bytes);
}

/* Reads all there is and holds it against what was sent. */
static void check(int socket, const SendBody *body, size_t sent)
{
    const size_t head_len = sizeof head - 1;
    char *got = malloc(head_len + body->len + 1);
    size_t n = 0;
    for (ssize_t r; (r = read(socket, got + n, head_len + body->len + 1 - n)) > 0;)
        n += (size_t)r;
    assert_int_equal(n, sent);
    assert_memory_equal(got, head, n < head_len ? n : head_len);
    if (n > head_len) assert_memory_equal(got + head_len, body->bytes, n - head_len);
    free(got);
}

static void all_of_it_goes(void **state)
{
    (void)state;
    for (int in_file = 0; in_file < 2; in_file++) {
        for (size_t len = 0; len <= 50000; len += 25000) {
            Pair pair = open_pair();
            SendBody body = make_body(len, in_file);
            size_t sent = send_now(pair.ours, head, sizeof head - 1, &body);
            assert_int_equal(sent, sizeof head - 1 + len);
            check(pair.theirs, &body, sent);
            free_body(&body);
            close(pair.ours);
            close(pair.theirs);
        }
    }
}

static void as_much_as_the_socket_takes(void **state)
{
    (void)state;
    for (int in_file = 0; in_file < 2; in_file++) {
        Pair pair = open_pair();
        SendBody body = make_body(LONG, in_file);
        size_t sent = send_now(pair.ours, head, sizeof head - 1, &body);
        assert_in_range(sent, sizeof head, LONG - 1);
        assert_int_equal(send_now(pair.ours, head, sizeof head - 1, &body), 0); /* it is full */
        check(pair.theirs, &body, sent);
        free_body(&body);
        close(pair.ours);
        close(pair.theirs);
    }
}

static void nobody_at_the_other_end(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    for (int in_file = 0; in_file < 2; in_file++) {
        Pair pair = open_pair();
        SendBody body = make_body(30000, in_file);
        close(pair.theirs);
        assert_int_equal(send_now(pair.ours, head, sizeof head - 1, &body), 0);
        free_body(&body);
        close(pair.ours);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_goes),
        cmocka_unit_test(as_much_as_the_socket_takes),
        cmocka_unit_test(nobody_at_the_other_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
