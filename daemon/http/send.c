#include "http/send.h"

#include <stdbool.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

static size_t send_file(int socket, const SendBody *body)
{
    off_t at = 0;
    while ((size_t)at < body->len && sendfile(socket, body->file, &at, body->len - (size_t)at) > 0) {}
    return (size_t)at;
}

size_t send_now(int socket, const void *head, size_t head_len, const SendBody *body)
{
    struct iovec parts[] = {{(void *)head, head_len}, {(void *)body->bytes, body->len}};
    const bool from_file = body->file >= 0 && body->len;
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = from_file || !body->len ? 1 : 2};
    /* More comes at once: the head waits for it, to go out in the same packet. */
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | (from_file ? MSG_MORE : 0));
    if (sent < 0) return 0;
    return (size_t)sent == head_len && from_file ? head_len + send_file(socket, body) : (size_t)sent;
}
