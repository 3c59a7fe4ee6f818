/*
 * Observations one at a time over HTTP, by many clients that keep their connections; one line of JSON tells how it
 * went.
 *
 *   bench-load --port P --token T --bodies FILE [--path /v1/observations] [--clients 32] [--seconds 10] [--rate R]
 *              [--short-turns]
 *
 * FILE has one body a line; they are sent by turns, each with an Idempotency-Key of its own. With --path of a GET give
 * --get, and no bodies.
 *
 * Without --rate each client sends its next request when it has its answer. With --rate, requests fall due as a Poisson
 * process of R a second, whoever is late, and a wait is counted from when the request was due: a server that stands
 * still is not measured only by those who happened to ask (as pgbench --rate does, and --latency in wrk does not).
 * Waits are in milliseconds. The first second is not counted.
 *
 * --short-turns asks the scheduler for them (util/short_turns.h), so that on a busy machine what is told is how long
 * the server took, not how long this program waited for a processor, as a client on a machine of its own would not.
 */
#include <errno.h>
#include <event2/event.h>
#include <getopt.h>
#include <http_parser.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "util/short_turns.h"

enum { WARM_US = 1000000, BODIES_MAX = 4096, BODY_MAX = 64 * 1024, CLIENTS_MAX = 1024 };

typedef struct Load Load;

typedef struct Client {
    Load *load;
    int fd;
    struct event *readable;
    http_parser parser;
    int64_t due; /* of the request under way, microseconds; 0 while idle */
    struct Client *next_idle;
} Client;

struct Load {
    struct event_base *base;
    struct event *clock;
    const char *path, *token;
    bool get;
    int port, clients;
    double rate;
    char *bodies[BODIES_MAX];
    size_t body_count;
    uint64_t run, sent; /* the key is made of these */
    Client *idle;
    Client all[CLIENTS_MAX];
    int64_t started, ends, next_due;
    int64_t *owed; /* due times that found no idle client, a ring */
    size_t owed_first, owed_count, owed_size;
    uint32_t *waits; /* microseconds */
    size_t wait_count, wait_size;
    uint64_t statuses[600];
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- one request --- */

static void send_request(Client *client, int64_t due)
{
    static char bytes[BODY_MAX + 1024];
    Load *load = client->load;
    const char *body = load->get ? "" : load->bodies[load->sent % load->body_count];
    int len;
    if (load->get)
        len = snprintf(bytes, sizeof bytes, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n",
                       load->path, load->token);
    else
        len = snprintf(bytes, sizeof bytes,
                       "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n"
                       "Idempotency-Key: bench-%016llx-%llu\r\nContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n%s",
                       load->path, load->token, (unsigned long long)load->run, (unsigned long long)load->sent,
                       strlen(body), body);
    load->sent++;
    client->due = due;
    if (len < 0 || (size_t)len >= sizeof bytes) die("a body is too long");
    if (send(client->fd, bytes, (size_t)len, MSG_NOSIGNAL) != len) die("cannot send");
}

static void owe(Load *load, int64_t due)
{
    if (load->owed_count == load->owed_size) die("the server is so late that waiting requests fill the memory");
    load->owed[(load->owed_first + load->owed_count++) % load->owed_size] = due;
}

static void next_request(Client *client)
{
    Load *load = client->load;
    int64_t now = now_us();
    if (load->rate <= 0) {
        if (now < load->ends) send_request(client, now);
    } else if (load->owed_count > 0) {
        int64_t due = load->owed[load->owed_first];
        load->owed_first = (load->owed_first + 1) % load->owed_size;
        load->owed_count--;
        send_request(client, due);
    } else {
        client->next_idle = load->idle;
        load->idle = client;
    }
}

static int on_complete(http_parser *parser)
{
    Client *client = parser->data;
    Load *load = client->load;
    int64_t now = now_us();
    if (now >= load->started + WARM_US && now < load->ends) {
        if (load->wait_count == load->wait_size) {
            load->wait_size = load->wait_size ? load->wait_size * 2 : 65536;
            load->waits = reallocarray(load->waits, load->wait_size, sizeof *load->waits);
            if (!load->waits) die("memory");
        }
        load->waits[load->wait_count++] = (uint32_t)(now - client->due);
        load->statuses[parser->status_code < 600 ? parser->status_code : 0]++;
    }
    next_request(client);
    return 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    static const http_parser_settings settings = {.on_message_complete = on_complete};
    (void)what;
    Client *client = arg;
    char bytes[64 * 1024];
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) die("the server closed");
    if (http_parser_execute(&client->parser, &settings, bytes, (size_t)got) != (size_t)got) die("not an answer");
}

/* --- requests that fall due --- */

static int64_t pause_us(double rate)
{
    double u = drand48();
    return (int64_t)(-log(1 - u) / rate * 1e6);
}

static void on_clock(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    Load *load = arg;
    int64_t now = now_us();
    for (; load->next_due <= now && load->next_due < load->ends; load->next_due += pause_us(load->rate)) {
        Client *client = load->idle;
        if (client) {
            load->idle = client->next_idle;
            send_request(client, load->next_due);
        } else {
            owe(load, load->next_due);
        }
    }
    if (load->next_due >= load->ends) return;
    int64_t left = load->next_due - now;
    struct timeval tv = {.tv_sec = left / 1000000, .tv_usec = left % 1000000};
    evtimer_add(load->clock, &tv);
}

/* --- the whole --- */

static void connect_client(Load *load, Client *client)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)load->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    client->load = load;
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0) die("cannot connect");
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    http_parser_init(&client->parser, HTTP_RESPONSE);
    client->parser.data = client;
    client->readable = event_new(load->base, client->fd, EV_READ | EV_PERSIST, on_readable, client);
    if (!client->readable || event_add(client->readable, NULL) < 0) die("memory");
}

static void read_bodies(Load *load, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    if (!file) die(path);
    while (load->body_count < BODIES_MAX && (len = getline(&line, &size, file)) > 0) {
        if (line[len - 1] == '\n') line[len - 1] = '\0';
        if (!*line) continue;
        if (!(load->bodies[load->body_count++] = strdup(line))) die("memory");
    }
    free(line);
    fclose(file);
    if (load->body_count == 0) die("no bodies");
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static double percentile(const Load *load, double share)
{
    if (load->wait_count == 0) return 0;
    return load->waits[(size_t)((double)(load->wait_count - 1) * share)] / 1e3;
}

static void tell(Load *load)
{
    if (load->wait_count > 0) qsort(load->waits, load->wait_count, sizeof *load->waits, compare);
    double seconds = (double)(load->ends - load->started - WARM_US) / 1e6;
    printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f, \"unanswered\": %zu, \"statuses\": {",
           (double)load->wait_count / seconds, percentile(load, 0.5), percentile(load, 0.99), percentile(load, 1),
           load->owed_count);
    const char *comma = "";
    for (int status = 0; status < 600; status++) {
        if (!load->statuses[status]) continue;
        printf("%s\"%d\": %llu", comma, status, (unsigned long long)load->statuses[status]);
        comma = ", ";
    }
    puts("}}");
}

static void read_options(Load *load, int argc, char **argv, double *seconds)
{
    static const struct option options[] = {
        {"port", required_argument, NULL, 'p'},
        {"token", required_argument, NULL, 't'},
        {"bodies", required_argument, NULL, 'b'},
        {"path", required_argument, NULL, 'a'},
        {"clients", required_argument, NULL, 'c'},
        {"seconds", required_argument, NULL, 's'},
        {"rate", required_argument, NULL, 'r'},
        {"get", no_argument, NULL, 'g'},
        {"short-turns", no_argument, NULL, 'u'},
        {NULL, 0, NULL, 0},
    };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'p':
            load->port = atoi(optarg);
            break;
        case 't':
            load->token = optarg;
            break;
        case 'b':
            read_bodies(load, optarg);
            break;
        case 'a':
            load->path = optarg;
            break;
        case 'c':
            load->clients = atoi(optarg);
            break;
        case 'u':
            short_turns_ask();
            break;
        case 's':
            *seconds = atof(optarg);
            break;
        case 'r':
            load->rate = atof(optarg);
            break;
        case 'g':
            load->get = true;
            break;
        default:
            exit(2);
        }
    }
    bool good = load->port > 0 && load->token && (load->get || load->body_count > 0) && load->clients > 0 &&
                load->clients <= CLIENTS_MAX && *seconds > 0 && load->rate >= 0;
    if (good) return;
    fputs(
        "usage: bench-load --port P --token T (--bodies FILE | --get) [--path PATH] [--clients 1..1024] [--seconds S] "
        "[--rate R]\n",
        stderr);
    exit(2);
}

/* Requests go when they are due, not at the kernel's next tick, which may be 4 ms later. */
static struct event_base *precise_base(void)
{
    struct event_config *config = event_config_new();
    if (!config) return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

int main(int argc, char **argv)
{
    static Load load = {.path = "/v1/observations", .clients = 32};
    double seconds = 10;
    read_options(&load, argc, argv, &seconds);
    if (getrandom(&load.run, sizeof load.run, 0) != sizeof load.run) die("getrandom");
    srand48((long)load.run);
    load.base = precise_base();
    load.clock = load.base ? evtimer_new(load.base, on_clock, &load) : NULL;
    load.owed_size = load.rate > 0 ? (size_t)(load.rate * seconds) + 1024 : 1;
    load.owed = calloc(load.owed_size, sizeof *load.owed);
    if (!load.base || !load.clock || !load.owed) die("memory");
    for (int i = 0; i < load.clients; i++)
        connect_client(&load, &load.all[i]);
    load.started = load.next_due = now_us();
    load.ends = load.started + WARM_US + (int64_t)(seconds * 1e6);
    for (int i = 0; i < load.clients; i++)
        next_request(&load.all[i]);
    if (load.rate > 0) on_clock(-1, 0, &load);
    struct timeval length = {.tv_sec = (time_t)seconds + 1, .tv_usec = (suseconds_t)(fmod(seconds, 1) * 1e6)};
    event_base_loopexit(load.base, &length);
    event_base_dispatch(load.base);
    tell(&load);
    return 0;
}
