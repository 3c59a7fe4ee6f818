/*
 * A stream to memory that tells when memory was out. (glibc's open_memstream() does not: where it cannot grow, what was
 * written is dropped without a mark on the stream.)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Opens a stream for writing; NULL without memory. Both must live until it is closed. */
FILE *memstream_open(char **text, size_t *len);

/* Closes the stream. True where all that was written is in *text, with a NUL behind its *len bytes; *text is to be
 * free()d either way. */
bool memstream_close(FILE *stream);
