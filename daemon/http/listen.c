#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

/* Cuts the address in two; `host` is a copy that the caller frees, `port` points into `address`. */
static int split(const char *address, char **host, const char **port, Error *err)
{
    const char *colon = strrchr(address, ':'), *start = address, *end = colon;
    if (colon && *address == '[' && colon > address && colon[-1] == ']') {
        start++;
        end--;
    } else if (!colon || memchr(address, ':', (size_t)(colon - address))) {
        return error_set(err, -EINVAL, "listen: \"%s\" is not HOST:PORT or [IPv6]:PORT", address);
    }
    char *rest;
    unsigned long number = strtoul(colon + 1, &rest, 10);
    if (colon[1] < '0' || colon[1] > '9' || *rest || number > 65535)
        return error_set(err, -EINVAL, "listen: \"%s\" is not a port from 0 to 65535", colon + 1);
    *port = colon + 1;
    *host = strndup(start, (size_t)(end - start));
    return *host ? 0 : -ENOMEM;
}

static int resolve(const char *address, struct sockaddr_storage *out, socklen_t *len, Error *err)
{
    char *host = NULL;
    const char *port = NULL;
    int r = split(address, &host, &port, err);
    if (r < 0) return r;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
    r = getaddrinfo(host && *host ? host : NULL, port, &hints, &found);
    if (r) {
        error_set(err, -EINVAL, "listen: cannot find the address \"%s\": %s", host, gai_strerror(r));
        free(host);
        return -EINVAL;
    }
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *len = found->ai_addrlen;
    freeaddrinfo(found);
    free(host);
    return 0;
}

static int open_one(const struct sockaddr_storage *address, socklen_t len, bool shared, bool listening)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int yes = 1, code = 0;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0 ||
        (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0) ||
        bind(fd, (const struct sockaddr *)address, len) < 0 || (listening && listen(fd, BACKLOG) < 0)) {
        code = errno;
        close(fd);
        return -code;
    }
    return fd;
}

/* Without this a second daemon would silently get half of the first one's connections. */
static int check_free(const struct sockaddr_storage *address, socklen_t len)
{
    int fd = open_one(address, len, false, true);
    if (fd < 0) return fd;
    close(fd);
    return 0;
}

int listen_open(ListenSockets *out, const char *address, int count, Error *err)
{
    struct sockaddr_storage where = {0};
    socklen_t len = 0;
    out->count = 0;
    int r = resolve(address, &where, &len, err);
    if (r < 0) return r;
    r = check_free(&where, len);
    while (r >= 0 && out->count < count) {
        r = open_one(&where, len, true, true);
        if (r < 0) break;
        out->fds[out->count++] = r;
        /* The first one's port, where any was asked for, is everybody's. */
        if (getsockname(r, (struct sockaddr *)&where, &len) < 0) r = -errno;
    }
    if (r >= 0) return 0;
    listen_close(out);
    return error_set(err, r, "cannot listen on %s: %s", address, strerror(-r));
}

void listen_close(ListenSockets *sockets)
{
    for (int i = 0; i < sockets->count; i++)
        close(sockets->fds[i]);
    sockets->count = 0;
}

/* --- sockets that others opened --- */

int listen_adopt(const ListenSockets *sockets, Error *err)
{
    for (int i = 0; i < sockets->count; i++) {
        int fd = sockets->fds[i], type = 0, listening = 0;
        socklen_t size = sizeof type;
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM ||
            getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening)
            return error_set(err, -EINVAL, "descriptor %d, which was handed to us, is not a listening stream socket",
                             fd);
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
            return error_set(err, -errno, "descriptor %d, which was handed to us: %s", fd, strerror(errno));
    }
    return 0;
}

/* A number from the environment, at most `max`; -1 where there is none. */
static long from_environment(const char *name, long max)
{
    const char *text = getenv(name);
    char *end;
    long number = text && *text ? strtol(text, &end, 10) : -1;
    return number < 0 || *end || number > max ? -1 : number;
}

int listen_inherit(ListenSockets *out, Error *err)
{
    enum { FIRST = 3 }; /* SD_LISTEN_FDS_START */
    long process = from_environment("LISTEN_PID", INT_MAX), count = from_environment("LISTEN_FDS", LISTEN_MAX);
    bool given = getenv("LISTEN_FDS") != NULL;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    out->count = 0;
    if (process != (long)getpid()) return 0; /* they were for another program */
    if (count < 0) return given ? error_set(err, -EINVAL, "LISTEN_FDS is not a number from 0 to %d", LISTEN_MAX) : 0;
    for (long i = 0; i < count; i++)
        out->fds[out->count++] = FIRST + (int)i;
    int r = listen_adopt(out, err);
    return r < 0 ? r : out->count;
}

bool listen_is_at(const ListenSockets *sockets, const char *address)
{
    struct sockaddr_storage wanted = {0}, is = {0};
    socklen_t wanted_len = 0, len = sizeof is;
    if (resolve(address, &wanted, &wanted_len, NULL) < 0 ||
        getsockname(sockets->fds[0], (struct sockaddr *)&is, &len) < 0 || is.ss_family != wanted.ss_family)
        return false;
    /* Ports stand at the same place in both kinds of address. */
    in_port_t *port = &((struct sockaddr_in *)&wanted)->sin_port;
    if (*port == 0) *port = ((struct sockaddr_in *)&is)->sin_port;
    return len == wanted_len && memcmp(&wanted, &is, len) == 0;
}

int listen_share(ListenSockets *out, const ListenSockets *all, int index, int loops, Error *err)
{
    out->count = 0;
    int step = all->count < loops ? all->count : loops;
    for (int i = index % step; i < all->count; i += step) {
        int fd = fcntl(all->fds[i], F_DUPFD_CLOEXEC, 0);
        if (fd < 0) {
            int code = errno;
            listen_close(out);
            return error_set(err, -code, "cannot share the listening sockets: %s", strerror(code));
        }
        out->fds[out->count++] = fd;
    }
    return 0;
}

void listen_show(const ListenSockets *sockets, char *out, size_t size)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    char host[64], port[8];
    if (getsockname(sockets->fds[0], (struct sockaddr *)&address, &len) < 0 ||
        getnameinfo((const struct sockaddr *)&address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV))
        snprintf(out, size, "?");
    else
        snprintf(out, size, address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}
