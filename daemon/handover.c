#include "handover.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 10 }; /* a daemon that runs answers from its main loop, which does little else */

/* What is said, a packet each. The first carries the sockets; its number is that of the protocol. */
static const char word_sockets[] = "lagesbild 1", word_busy[] = "busy", word_serving[] = "serving",
                  word_stop[] = "stop";

struct Handover {
    struct event_base *base;
    const ListenSockets *sockets;
    HandoverEvents events;
    const Log *log;
    struct sockaddr_un address;
    dev_t device; /* of our socket's file, and its inode: another daemon may have put its own in our place */
    ino_t inode;
    int listener;
    struct event *asked;
    int conversation; /* with the one that has our sockets; one at a time */
    struct event *told;
    bool taken;
};

static int set_address(struct sockaddr_un *address, const char *path, const char *suffix, Error *err)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (snprintf(address->sun_path, sizeof address->sun_path, "%s%s", path, suffix) >= (int)sizeof address->sun_path)
        return error_set(err, -ENAMETOOLONG, "handover: the path %s is longer than the %zu bytes of a unix socket",
                         path, sizeof address->sun_path - sizeof ".new");
    return 0;
}

/* Only the same user and root may have our sockets, or give us theirs. */
static bool is_trusted(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static bool say(int fd, const char *word)
{
    return send(fd, word, strlen(word), MSG_NOSIGNAL) == (ssize_t)strlen(word);
}

/* --- the daemon that runs --- */

static void end_conversation(Handover *handover)
{
    if (handover->told) event_free(handover->told);
    handover->told = NULL;
    if (handover->conversation >= 0) close(handover->conversation);
    handover->conversation = -1;
}

static void on_told(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    Handover *handover = arg;
    char word[32] = {0};
    ssize_t len = recv(fd, word, sizeof word - 1, MSG_DONTWAIT);
    if (len < 0 && (errno == EAGAIN || errno == EINTR)) return;
    bool serving = strcmp(word, word_serving) == 0;
    if (handover->taken || len <= 0 || (!serving && strcmp(word, word_stop) != 0)) {
        if (!handover->taken) log_line(handover->log, LEVEL_WARNING, "the daemon that asked for our port gave up");
        if (!handover->taken) end_conversation(handover);
        /* Our end closes with our process; until then there is nothing more to hear. */
        if (handover->told) event_del(handover->told);
        return;
    }
    handover->taken = true;
    event_del(handover->told);
    handover_withdraw(handover);
    handover->events.taken(!serving, handover->events.arg);
}

static bool give(const Handover *handover, int fd)
{
    size_t size = (size_t)handover->sockets->count * sizeof(int);
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(LISTEN_MAX * sizeof(int))];
    } control = {0};
    struct iovec word = {(char *)word_sockets, sizeof word_sockets - 1};
    struct msghdr message = {
        .msg_iov = &word, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(size)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(rights), handover->sockets->fds, size);
    return sendmsg(fd, &message, MSG_NOSIGNAL) >= 0;
}

static void on_asked(evutil_socket_t listener, short what, void *arg)
{
    (void)what;
    Handover *handover = arg;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (!is_trusted(fd) || handover->conversation >= 0) {
        say(fd, word_busy);
        close(fd);
        return;
    }
    handover->conversation = fd;
    handover->told = event_new(handover->base, fd, EV_READ | EV_PERSIST, on_told, handover);
    if (!handover->told || event_add(handover->told, NULL) < 0 || !give(handover, fd)) {
        log_line(handover->log, LEVEL_ERROR, "our port could not be given to the daemon that asked for it");
        end_conversation(handover);
        return;
    }
    log_line(handover->log, LEVEL_INFO, "another daemon takes over our port");
}

/* Made beside its place and renamed, so that at every moment somebody can be asked. */
static int listen_at(Handover *handover, const char *path, Error *err)
{
    struct sockaddr_un fresh;
    struct stat made;
    int r = set_address(&fresh, path, ".new", err);
    if (r == 0) r = set_address(&handover->address, path, "", err);
    if (r < 0) return r;
    unlink(fresh.sun_path);
    handover->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (handover->listener < 0 || bind(handover->listener, (struct sockaddr *)&fresh, sizeof fresh) < 0 ||
        chmod(fresh.sun_path, 0600) < 0 || listen(handover->listener, 4) < 0 || stat(fresh.sun_path, &made) < 0 ||
        rename(fresh.sun_path, path) < 0) {
        int code = errno;
        unlink(fresh.sun_path);
        return error_set(err, -code, "handover: cannot listen at %s: %s", path, strerror(code));
    }
    handover->device = made.st_dev;
    handover->inode = made.st_ino;
    return 0;
}

int handover_offer(Handover **out, struct event_base *base, const char *path, const ListenSockets *sockets,
                   const HandoverEvents *events, const Log *log, Error *err)
{
    Handover *handover = calloc(1, sizeof *handover);
    if (!handover) return error_set(err, -ENOMEM, "out of memory");
    *handover =
        (Handover){.base = base, .sockets = sockets, .events = *events, .log = log, .listener = -1, .conversation = -1};
    int r = listen_at(handover, path, err);
    if (r == 0) {
        handover->asked = event_new(base, handover->listener, EV_READ | EV_PERSIST, on_asked, handover);
        if (!handover->asked || event_add(handover->asked, NULL) < 0) r = error_set(err, -ENOMEM, "out of memory");
    }
    if (r < 0)
        handover_free(handover);
    else
        *out = handover;
    return r;
}

void handover_withdraw(Handover *handover)
{
    if (!handover || handover->listener < 0) return;
    if (handover->asked) event_free(handover->asked);
    handover->asked = NULL;
    close(handover->listener);
    handover->listener = -1;
    /* The daemon that takes over puts its own file in the place of ours, perhaps just now. */
    struct stat now;
    const char *path = handover->address.sun_path;
    if (!handover->taken && stat(path, &now) == 0 && now.st_dev == handover->device && now.st_ino == handover->inode)
        unlink(path);
}

void handover_free(Handover *handover)
{
    if (!handover) return;
    handover_withdraw(handover);
    end_conversation(handover);
    free(handover);
}

/* --- the daemon that is started --- */

/* The sockets in a message, as many as there are; closed where they are too many to keep. */
static void take_sockets(ListenSockets *out, struct msghdr *message)
{
    out->count = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
            if (out->count < LISTEN_MAX)
                out->fds[out->count++] = fd;
            else
                close(fd);
        }
    }
}

static int hear(int fd, ListenSockets *out, Error *err)
{
    char word[32] = {0};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(LISTEN_MAX * sizeof(int))];
    } control = {0};
    struct iovec place = {word, sizeof word - 1};
    struct msghdr message = {
        .msg_iov = &place, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t len;
    do
        len = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    while (len < 0 && errno == EINTR);
    if (len < 0) return error_set(err, -errno, "the running daemon does not hand its port over: %s", strerror(errno));
    take_sockets(out, &message);
    if (strcmp(word, word_sockets) == 0 && out->count > 0 && listen_adopt(out, err) == 0) return 0;
    listen_close(out);
    if (strcmp(word, word_busy) == 0)
        return error_set(err, -EBUSY, "the running daemon hands its port over to another one already");
    return error_set(err, -EPROTO, "the running daemon does not hand its port over in a way we understand");
}

int handover_ask(const char *path, ListenSockets *out, Error *err)
{
    struct sockaddr_un address;
    struct timeval longest = {.tv_sec = ANSWER_SECONDS};
    int r = set_address(&address, path, "", err);
    if (r < 0) return r;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) return error_set(err, -errno, "handover: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int code = errno;
        close(fd);
        if (code == ENOENT || code == ECONNREFUSED) return -ENOENT; /* nobody, or one that was killed */
        return error_set(err, -code, "handover: cannot ask the daemon at %s: %s", path, strerror(code));
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    r = is_trusted(fd) ? hear(fd, out, err) : error_set(err, -EACCES, "the daemon at %s runs as another user", path);
    if (r == 0) return fd;
    close(fd);
    return error_prefix(err, "handover: "), r;
}

void handover_say_serving(int conversation)
{
    (void)say(conversation, word_serving);
}

int handover_stop_other(int conversation, int seconds, Error *err)
{
    char word[32];
    struct timeval longest = {.tv_sec = seconds};
    setsockopt(conversation, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    if (!say(conversation, word_stop)) return 0; /* gone already */
    ssize_t len;
    do
        len = recv(conversation, word, sizeof word, 0);
    while (len < 0 && errno == EINTR);
    if (len == 0 || (len < 0 && errno == ECONNRESET)) return 0;
    return error_set(err, -ETIMEDOUT, "handover: the running daemon did not end within %d s", seconds);
}
