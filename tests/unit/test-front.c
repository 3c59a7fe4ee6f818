/*
 * The front with routes of its own: what a handler may do, at once or later, and what a client may do meanwhile.
 * A real loop in its own thread, real sockets, and a database that is never there.
 */
#include "http/front.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon.h"
#include "flow/offload.h"
#include "http/addresses.h"
#include "http/listen.h"
#include "http/routes.h"
#include "unit.h"
#include "worker.h"

enum { BIG = 64 * 1024 * 1024, PIECE = 16 * 1024 };

/* What the handlers saw; written by the loop, read by the test when it knows that the loop has passed. */
static atomic_int taken, answered, abandoned, aborted, ended, after_answer, drained_gone;
static atomic_llong received;
static atomic_llong most_pending;

/* --- handlers --- */

static void quick(Request *request)
{
    request_reply(request, 200, "text/plain", "quick", 5);
}

static void echo(Request *request)
{
    size_t len;
    const char *body = request_body(request, &len);
    request_reply(request, 200, request_content_type(request), body, len);
}

typedef struct Later {
    Request *request;
    struct event *timer;
} Later;

static void on_later(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Later *later = arg;
    atomic_fetch_add(&answered, 1);
    if (request_is_abandoned(later->request)) atomic_fetch_add(&abandoned, 1);
    event_free(later->timer);
    request_reply(later->request, 200, "text/plain", "later", 5);
    free(later);
}

static void later(Request *request)
{
    Later *l = malloc(sizeof *l);
    struct timeval delay = {.tv_usec = 300000};
    *l = (Later){request, evtimer_new(request_worker(request)->base, on_later, l)};
    evtimer_add(l->timer, &delay);
    atomic_fetch_add(&taken, 1);
}

static void twice(Request *request)
{
    request_reply(request, 200, "text/plain", "first", 5);
    request_problem(request, 500, NULL, "second");
}

static void no_content(Request *request)
{
    request_reply(request, 204, NULL, NULL, 0);
}

static void injecting(Request *request)
{
    request_add_header(request, "X-Good", "a b");
    request_add_header(request, "X-Bad", "a\r\nX-Injected: b");
    request_reply(request, 200, "text/plain", "ok", 2);
}

static void accepting(Request *request)
{
    static const char *const offered[] = {"application/json", "text/html", "text/csv", NULL};
    const char *type = request_accept(request, offered);
    type = type ? type : "none";
    request_reply(request, 200, "text/plain", type, strlen(type));
}

static void typing(Request *request)
{
    char text[200];
    const char *charset = request_content_type_parameter(request, "charset");
    int n = snprintf(text, sizeof text, "%s|%s", request_content_type(request), charset ? charset : "none");
    request_reply(request, 200, "text/plain", text, (size_t)n);
}

static void querying(Request *request)
{
    static const char *const names[] = {"a", "b", NULL};
    if (!request_allow_query(request, names)) return;
    const char *a = request_query(request, "a");
    request_reply(request, 200, "text/plain", a ? a : "none", strlen(a ? a : "none"));
}

/* Streams BIG bytes as fast as the client takes them. */
static void big_more(Request *request, void *arg)
{
    static const char piece[PIECE];
    size_t *sent = arg;
    if (request_is_abandoned(request)) {
        atomic_fetch_add(&drained_gone, 1);
        request_stream_end(request);
        return;
    }
    while (*sent < BIG && request_stream_room(request) >= PIECE) {
        request_stream_write(request, piece, PIECE);
        *sent += PIECE;
        long long pending = 256 * 1024 - (long long)request_stream_room(request);
        if (pending > atomic_load(&most_pending)) atomic_store(&most_pending, pending);
    }
    if (*sent == BIG) request_stream_end(request);
}

static void big(Request *request)
{
    size_t *sent = arena_calloc(request_arena(request), 1, sizeof *sent);
    request_stream_start(request, 200, "application/octet-stream", big_more, sent);
    big_more(request, sent);
}

static void breaking(Request *request)
{
    request_stream_start(request, 200, "text/plain", NULL, NULL);
    request_stream_write(request, "half", 4);
    request_stream_break(request, "the test wants it");
}

/* --- bodies that stream in --- */

static void stream_data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)arg;
    request_stream_write(request, bytes, len);
}

static void stream_end(Request *request, void *arg)
{
    (void)arg;
    request_stream_end(request);
}

static void stream_abort(Request *request, void *arg)
{
    (void)arg;
    atomic_fetch_add(&aborted, 1);
    request_stream_end(request);
}

static void stream_echo(Request *request)
{
    request_stream_start(request, 200, "application/octet-stream", NULL, NULL);
    request_read_body(request, (BodySink){.data = stream_data, .end = stream_end, .abort = stream_abort});
}

/* Answers at its first byte; nothing may be told to it after that. */
static void early_data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)bytes, (void)len;
    bool *done = arg;
    if (*done) atomic_fetch_add(&after_answer, 1);
    *done = true;
    request_problem(request, 422, NULL, "nej");
}

static void early_end(Request *request, void *arg)
{
    (void)request, (void)arg;
    atomic_fetch_add(&after_answer, 1);
}

static void early(Request *request)
{
    bool *done = arena_calloc(request_arena(request), 1, sizeof *done);
    request_read_body(request, (BodySink){.data = early_data, .end = early_end, .abort = early_end, .arg = done});
}

/* Takes the body slowly: pauses longer than body_timeout at the first piece, and 1 ms at each of the others. */
typedef struct Slow {
    Request *request;
    struct event *timer;
    bool paused;
    bool begun;
} Slow;

static void slow_go_on(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Slow *slow = arg;
    slow->paused = false;
    request_resume_body(slow->request);
}

static void slow_data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)bytes;
    Slow *slow = arg;
    atomic_fetch_add(&received, (long long)len);
    if (slow->paused) return;
    slow->paused = true;
    request_pause_body(request);
    struct timeval delay =
        slow->begun ? (struct timeval){.tv_usec = 1000} : (struct timeval){.tv_sec = 2, .tv_usec = 500000};
    slow->begun = true;
    evtimer_add(slow->timer, &delay);
}

static void slow_finish(Request *request, Slow *slow)
{
    event_free(slow->timer);
    request_reply(request, 200, "text/plain", "done", 4);
}

static void slow_end(Request *request, void *arg)
{
    atomic_fetch_add(&ended, 1);
    slow_finish(request, arg);
}

static void slow_abort(Request *request, void *arg)
{
    atomic_fetch_add(&aborted, 1);
    slow_finish(request, arg);
}

static void slowly(Request *request)
{
    Slow *slow = arena_calloc(request_arena(request), 1, sizeof *slow);
    slow->request = request;
    slow->timer = evtimer_new(request_worker(request)->base, slow_go_on, slow);
    request_read_body(request, (BodySink){.data = slow_data, .end = slow_end, .abort = slow_abort, .arg = slow});
}

const Route routes_table[] = {
    {METHOD_GET, "/quick", ROLE_ANYONE, BODY_NONE, quick, "quick"},
    {METHOD_POST, "/echo", ROLE_ANYONE, BODY_WHOLE, echo, "echo"},
    {METHOD_GET, "/later", ROLE_ANYONE, BODY_NONE, later, "later"},
    {METHOD_GET, "/twice", ROLE_ANYONE, BODY_NONE, twice, "twice"},
    {METHOD_DELETE, "/nothing", ROLE_ANYONE, BODY_NONE, no_content, "nothing"},
    {METHOD_GET, "/injecting", ROLE_ANYONE, BODY_NONE, injecting, "injecting"},
    {METHOD_GET, "/accept", ROLE_ANYONE, BODY_NONE, accepting, "accept"},
    {METHOD_POST, "/type", ROLE_ANYONE, BODY_WHOLE, typing, "type"},
    {METHOD_GET, "/query", ROLE_ANYONE, BODY_NONE, querying, "query"},
    {METHOD_GET, "/big", ROLE_ANYONE, BODY_NONE, big, "big"},
    {METHOD_GET, "/breaking", ROLE_ANYONE, BODY_NONE, breaking, "breaking"},
    {METHOD_POST, "/stream", ROLE_ANYONE, BODY_STREAM, stream_echo, "stream"},
    {METHOD_POST, "/early", ROLE_ANYONE, BODY_STREAM, early, "early"},
    {METHOD_POST, "/slowly", ROLE_ANYONE, BODY_STREAM, slowly, "slowly"},
    {METHOD_GET, "/guarded", ROLE_ADMIN, BODY_NONE, quick, "guarded"},
};
const size_t routes_count = sizeof routes_table / sizeof *routes_table;

/* --- the loop --- */

static Daemon server;
static Worker worker;
static in_port_t port;

static int start(void **state)
{
    (void)state;
    Config config;
    Error err;
    ListenSockets sockets;
    signal(SIGPIPE, SIG_IGN);
    if (config_init(&config) < 0 || config_set(&config, "body_timeout", "2", &err) < 0 ||
        config_set(&config, "body_limit", "1m", &err) < 0 || config_set(&config, "drain_timeout", "10", &err) < 0)
        return -1;
    daemon_init(&server, &config);
    server.log.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    server.conninfo = "host=/nonexistent";
    server.addresses = addresses_new(1000, 1000);
    server.finished_fd = eventfd(0, EFD_CLOEXEC);
    server.workers = &worker;
    server.worker_count = 1;
    int r = listen_open(&sockets, "127.0.0.1:0", 1, &err);
    if (r == 0) listen_show(&sockets, server.address, sizeof server.address);
    if (r == 0) r = offload_crew_new(&server.crew, 1, 10, 4, &err);
    if (r == 0) r = offload_crew_new(&server.judges, 1, 0, 4, &err);
    if (r == 0) r = worker_init(&worker, &server, 0, &sockets, &err);
    if (r == 0) r = front_open(worker.front); /* without waiting for the database that never comes */
    if (r == 0) r = worker_start(&worker, &err);
    if (r < 0) return fprintf(stderr, "%s\n", err.text), -1;
    port = (in_port_t)atoi(strrchr(server.address, ':') + 1);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    uint64_t count;
    worker_stop(&worker, false);
    bool ok = read(server.finished_fd, &count, sizeof count) == sizeof count;
    worker_deinit(&worker);
    offload_crew_free(server.crew);
    offload_crew_free(server.judges);
    close(server.log.fd);
    daemon_deinit(&server);
    return ok ? 0 : -1;
}

/* --- clients --- */

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval limit = {.tv_sec = 60};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void say(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len > 0;) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0) return; /* the other end has heard enough; its answer tells */
        at += n;
        len -= (size_t)n;
    }
}

static void say_text(int fd, const char *text)
{
    say(fd, text, strlen(text));
}

/* All that comes until the other end closes, NUL-terminated; the caller frees it. */
static char *hear_all(int fd, size_t *len)
{
    size_t used = 0, size = 4096;
    char *text = malloc(size);
    for (;;) {
        if (size - used < 2) text = realloc(text, size *= 2);
        ssize_t n = recv(fd, text + used, size - used - 1, 0);
        if (n < 0 && errno != ECONNRESET) fail_msg("recv: %s", strerror(errno));
        if (n <= 0) break;
        used += (size_t)n;
    }
    close(fd);
    text[used] = '\0';
    if (len) *len = used;
    return text;
}

/* One request (with its own "Connection: close"), its whole answer. */
static char *ask(const char *request)
{
    int fd = dial();
    say_text(fd, request);
    return hear_all(fd, NULL);
}

#define CLOSE "Host: a\r\nConnection: close\r\n"

static void assert_answer(const char *request, const char *status_line, const char *end)
{
    char *text = ask(request);
    size_t len = strlen(text), end_len = strlen(end);
    if (strncmp(text, status_line, strlen(status_line)) != 0 || len < end_len || strcmp(text + len - end_len, end) != 0)
        fail_msg("%s\n---\n%s", request, text);
    free(text);
}

static void wait_for(atomic_int *counter, int value)
{
    for (int i = 0; i < 6000 && atomic_load(counter) < value; i++)
        usleep(10000);
    assert_int_equal(atomic_load(counter), value);
}

static void whole_answers(void **state)
{
    (void)state;
    assert_answer("GET /quick HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nquick");
    assert_answer("HEAD /quick HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\n");
    assert_answer("POST /echo HTTP/1.1\r\n" CLOSE "Content-Type: A/B\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200",
                  "\r\n\r\nhello");
    assert_answer("POST /echo HTTP/1.1\r\n" CLOSE "Content-Type: a/b\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200",
                  "\r\n\r\n");
    assert_answer("GET /twice HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nfirst");
    char *text = ask("DELETE /nothing HTTP/1.1\r\n" CLOSE "\r\n");
    assert_ptr_equal(strstr(text, "HTTP/1.1 204 No Content\r\n"), text);
    assert_null(strstr(text, "Content-Length"));
    free(text);
    text = ask("GET /injecting HTTP/1.1\r\n" CLOSE "\r\n");
    assert_non_null(strstr(text, "\r\nX-Good: a b\r\n"));
    assert_null(strstr(text, "Injected"));
    free(text);
}

static void later_answers_keep_their_order(void **state)
{
    (void)state;
    char *text = ask("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /quick HTTP/1.1\r\n" CLOSE "\r\n");
    const char *first = strstr(text, "later"), *second = strstr(text, "quick");
    assert_true(first && second && first < second);
    free(text);
}

static void a_client_that_goes_leaves_the_request_whole(void **state)
{
    (void)state;
    int before = atomic_load(&answered), taken_before = atomic_load(&taken);
    struct linger reset = {.l_onoff = 1};
    for (int i = 0; i < 20; i++) {
        int fd = dial();
        say_text(fd, "GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        wait_for(&taken, taken_before + i + 1); /* a reset takes along what has not been read */
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    wait_for(&answered, before + 20);
    assert_true(atomic_load(&abandoned) > 0);
}

static void a_stream_waits_for_its_client(void **state)
{
    (void)state;
    int fd = dial();
    say_text(fd, "GET /big HTTP/1.0\r\n\r\n"); /* 1.0: no chunks, so the length can be seen */
    usleep(500000);                            /* the sockets' buffers fill, and the writer must stop */
    size_t len;
    char *text = hear_all(fd, &len);
    const char *body = strstr(text, "\r\n\r\n") + 4;
    assert_int_equal(len - (size_t)(body - text), BIG);
    assert_true(atomic_load(&most_pending) <= 256 * 1024);
    free(text);
    text = ask("HEAD /big HTTP/1.1\r\n" CLOSE "\r\n");
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
    free(text);
}

static void a_stream_whose_client_goes_is_told(void **state)
{
    (void)state;
    int before = atomic_load(&drained_gone);
    struct linger reset = {.l_onoff = 1};
    int fd = dial();
    say_text(fd, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    char first;
    assert_int_equal(recv(fd, &first, 1, 0), 1); /* the stream has begun */
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    wait_for(&drained_gone, before + 1);
}

static void a_stream_that_breaks_is_not_whole(void **state)
{
    (void)state;
    char *text = ask("GET /breaking HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_null(strstr(text, "\r\n0\r\n\r\n"));
    free(text);
}

static void what_comes_in_goes_out_while_it_comes(void **state)
{
    (void)state;
    assert_answer("POST /stream HTTP/1.1\r\n" CLOSE "Content-Length: 3\r\n\r\nabc", "HTTP/1.1 200",
                  "\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assert_answer("POST /stream HTTP/1.1\r\n" CLOSE "Content-Length: 0\r\n\r\n", "HTTP/1.1 200", "\r\n\r\n0\r\n\r\n");
    int fd = dial();
    char answer[1000] = "";
    say_text(fd, "POST /stream HTTP/1.1\r\n" CLOSE "Transfer-Encoding: chunked\r\n\r\n4\r\nping\r\n");
    size_t used = 0;
    while (!strstr(answer, "4\r\nping\r\n")) { /* before the body has ended */
        ssize_t n = recv(fd, answer + used, sizeof answer - used - 1, 0);
        assert_true(n > 0);
        used += (size_t)n;
    }
    say_text(fd, "0\r\n\r\n");
    char *rest = hear_all(fd, NULL);
    assert_string_equal(rest, "0\r\n\r\n");
    free(rest);
}

static void an_early_answer_is_the_last_word(void **state)
{
    (void)state;
    /* a short rest is read away, and the connection goes on */
    char *text = ask(
        "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789GET /quick HTTP/1.1\r\n" CLOSE "\r\n");
    assert_ptr_equal(strstr(text, "HTTP/1.1 422"), text);
    assert_non_null(strstr(text, "quick"));
    free(text);
    int fd = dial();
    say_text(fd, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0");
    usleep(100000);
    say_text(fd, "12345");
    usleep(50000);
    say_text(fd, "6789GET /quick HTTP/1.1\r\n" CLOSE "\r\n");
    text = hear_all(fd, NULL);
    assert_non_null(strstr(text, "quick"));
    free(text);
    /* a long one ends it, and what follows is no request */
    text = ask("POST /early HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
               "GET /quick HTTP/1.1\r\n" CLOSE "\r\n");
    assert_non_null(strstr(text, "Connection: close"));
    assert_null(strstr(text, "quick"));
    free(text);
    assert_int_equal(atomic_load(&after_answer), 0);
}

static void a_paused_body_comes_whole(void **state)
{
    (void)state;
    enum { SIZE = 900 * 1024 }; /* more than is read ahead, less than what body_timeout is doubled for */
    int before = atomic_load(&ended);
    atomic_store(&received, 0);
    char *body = calloc(1, SIZE), head[200];
    snprintf(head, sizeof head, "POST /slowly HTTP/1.1\r\n" CLOSE "Content-Length: %d\r\n\r\n", SIZE);
    int fd = dial();
    say_text(fd, head);
    say(fd, body, SIZE);
    free(body);
    char *text = hear_all(fd, NULL);
    assert_non_null(strstr(text, "\r\n\r\ndone"));
    free(text);
    assert_int_equal(atomic_load(&received), SIZE);
    assert_int_equal(atomic_load(&ended), before + 1);
}

static void a_body_that_breaks_off_is_told_once(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "POST /slowly HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        "POST /slowly HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nx",
        "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXX",
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int before = atomic_load(&aborted);
        int fd = dial();
        say_text(fd, requests[i]);
        usleep(50000);
        shutdown(fd, SHUT_WR);
        free(hear_all(fd, NULL));
        wait_for(&aborted, before + 1);
    }
    /* too slow: body_timeout is 2 s */
    int before = atomic_load(&aborted);
    char *text = ask("POST /slowly HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    assert_ptr_equal(strstr(text, "HTTP/1.1 408"), text);
    free(text);
    wait_for(&aborted, before + 1);
}

static void media_types_are_weighed(void **state)
{
    (void)state;
    static const struct {
        const char *accept, *best;
    } cases[] = {
        {"*/*", "application/json"},
        {"", "application/json"},
        {"text/html", "text/html"},
        {"TEXT/HTML", "text/html"},
        {"text/*", "text/html"},
        {"text/csv, text/html;q=0.9", "text/csv"},
        {"text/csv;q=0.5, text/html;q=0.9", "text/html"},
        {"text/*;q=0.9, text/html;q=0.1", "text/csv"},
        {"application/json;q=0, */*", "text/html"},
        {"application/json;q=0.000, text/html;q=0.001", "text/html"},
        {"application/xhtml+xml,text/html;q=0.9,*/*;q=0.8", "text/html"},
        {"image/png", "none"},
        {"text/html;q=0", "none"},
        {"text/html;level=1;q=0.2, text/csv;q=0.1", "text/html"},
        {"text", "none"},
        {",,, text/csv ,", "text/csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[300], end[100];
        snprintf(request, sizeof request, "GET /accept HTTP/1.1\r\n" CLOSE "Accept: %s\r\n\r\n", cases[i].accept);
        snprintf(end, sizeof end, "\r\n\r\n%s", cases[i].best);
        assert_answer(request, "HTTP/1.1 200", end);
    }
}

static void content_types_are_cut(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Text/Plain; charset=UTF-8", "text/plain|UTF-8"},
        {"text/plain;charset=\"windows-1252\"", "text/plain|windows-1252"},
        {"text/plain; a=\";charset=x\"; CHARSET=y", "text/plain|y"},
        {"text/plain; a=\"\\\";charset=x\"", "text/plain|none"},
        {"text/plain", "text/plain|none"},
        {"text/plain; charsets=x", "text/plain|none"},
        {"", "|none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[300], end[100];
        snprintf(request, sizeof request,
                 "POST /type HTTP/1.1\r\n" CLOSE "Content-Length: 0\r\nContent-Type: %s\r\n\r\n", cases[i][0]);
        snprintf(end, sizeof end, "\r\n\r\n%s", cases[i][1]);
        assert_answer(request, "HTTP/1.1 200", end);
    }
}

static void queries_are_strict(void **state)
{
    (void)state;
    assert_answer("GET /query?a=%C3%A5+b HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 200", "\r\n\r\nå b");
    assert_answer("GET /query HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 200", "\r\n\r\nnone");
    char *text = ask("GET /query?c=1&a=1&a=2 HTTP/1.1\r\n" CLOSE "\r\n");
    assert_ptr_equal(strstr(text, "HTTP/1.1 400"), text);
    assert_non_null(strstr(text, "\"pointer\":\"?c\""));
    assert_non_null(strstr(text, "\"pointer\":\"?a\""));
    free(text);
}

static void without_a_database_nobody_is_let_in(void **state)
{
    (void)state;
    assert_answer("GET /guarded HTTP/1.1\r\n" CLOSE "\r\n", "HTTP/1.1 401", "}");
    char *text = ask("GET /guarded HTTP/1.1\r\n" CLOSE
                     "Authorization: Bearer lb_x_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n\r\n");
    assert_ptr_equal(strstr(text, "HTTP/1.1 503"), text);
    assert_non_null(strstr(text, "Retry-After"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_answers),
        cmocka_unit_test(later_answers_keep_their_order),
        cmocka_unit_test(a_client_that_goes_leaves_the_request_whole),
        cmocka_unit_test(a_stream_waits_for_its_client),
        cmocka_unit_test(a_stream_whose_client_goes_is_told),
        cmocka_unit_test(a_stream_that_breaks_is_not_whole),
        cmocka_unit_test(what_comes_in_goes_out_while_it_comes),
        cmocka_unit_test(an_early_answer_is_the_last_word),
        cmocka_unit_test(a_paused_body_comes_whole),
        cmocka_unit_test(a_body_that_breaks_off_is_told_once),
        cmocka_unit_test(media_types_are_weighed),
        cmocka_unit_test(content_types_are_cut),
        cmocka_unit_test(queries_are_strict),
        cmocka_unit_test(without_a_database_nobody_is_let_in),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
