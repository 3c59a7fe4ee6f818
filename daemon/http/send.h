/*
 * Bytes to a socket, as many as it takes now.
 */
#pragma once

#include <stddef.h>

/* A body, in memory and perhaps also in a file. */
typedef struct SendBody {
    const void *bytes;
    size_t len;
    int file; /* has the same bytes from its start; -1: none has */
} SendBody;

/*
 * Sends the head and then the body to a socket that does not block, the body from its file where it has one, so that
 * the kernel need not copy it. Returns how many bytes the socket took, head first. An error of the socket is as if it
 * took nothing more: who waits for it to take the rest is told of it. SIGPIPE must be ignored.
 */
size_t send_now(int socket, const void *head, size_t head_len, const SendBody *body);
