/*
 * Files that the user names, "-" for standard input; whole, or line by line, gzip or not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/arena.h"
#include "util/error.h"

typedef struct Input {
    void *gz;       /* zlib's; reads files that are not compressed as they are */
    uint64_t total; /* bytes in the file; 0 where not known */
} Input;

/* 0 or a negative errno with a Swedish sentence. */
int input_open(Input *input, const char *path, Error *err);
void input_close(Input *input);

/* Up to `room` bytes; 0 at the end; a negative errno with the reason (a broken gzip file). */
ssize_t input_read(Input *input, void *to, size_t room, Error *err);

/* How many bytes of the file have been read, as it lies on disk. */
uint64_t input_done(Input *input);

/* The first byte that is no white space, left unread for the next input_read(); -1 where there is none. */
int input_peek(Input *input);

/* The whole file, NUL-terminated, in `arena`; -EFBIG over `limit` bytes. */
int input_read_all(const char *path, size_t limit, Arena *arena, char **bytes, size_t *len, Error *err);
