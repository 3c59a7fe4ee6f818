#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
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

static void show(const struct sockaddr_storage *address, socklen_t len, char *out, size_t size)
{
    char host[64], port[8];
    if (getnameinfo((const struct sockaddr *)address, len, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV))
        snprintf(out, size, "?");
    else
        snprintf(out, size, address->ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

int listen_open(const char *address, int count, int *sockets, char *shown, size_t shown_size, Error *err)
{
    struct sockaddr_storage where = {0};
    socklen_t len = 0;
    int r = resolve(address, &where, &len, err);
    if (r < 0) return r;
    r = check_free(&where, len);
    for (int i = 0; r >= 0 && i < count; i++) {
        r = sockets[i] = open_one(&where, len, true, true);
        /* The first one's port, where any was asked for, is everybody's. */
        if (r >= 0 && getsockname(sockets[i], (struct sockaddr *)&where, &len) < 0) r = -errno;
        if (r < 0)
            for (int j = 0; j <= i; j++)
                if (sockets[j] >= 0) close(sockets[j]);
    }
    if (r < 0) return error_set(err, r, "cannot listen on %s: %s", address, strerror(-r));
    show(&where, len, shown, shown_size);
    return 0;
}
