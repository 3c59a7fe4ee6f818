/*
 * What may pass as an HTTP/1.1 request: a strict gate in front of the parser.
 *
 * http-parser 2.9.4 reads more than RFC 9112 allows (bare line feeds, folded headers, any bytes for the line end after
 * a chunk, two Host headers, …), and where two readers of the same bytes disagree, one request can be hidden in
 * another. So the bytes pass here first, and what has two readings is refused. Pure: bytes in, verdict out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a request was refused. Static; the connection is closed after the answer, because where the next request starts
 * is not known. */
typedef struct GuardFault {
    int status;         /* 400, 414, 417, 431, 501 or 505 */
    const char *detail; /* a sentence in English, without what was sent */
} GuardFault;

enum {
    GUARD_HEADERS_MAX = 100,     /* header lines */
    GUARD_TARGET_MAX = 8000,     /* bytes of a request target (RFC 9112, 3 recommends to take at least that) */
    GUARD_CHUNK_LINE_MAX = 256,  /* bytes of a chunk's size with its extensions */
    GUARD_HEAD_LIMIT_MIN = 1024, /* the least head_limit may be */
};

/*
 * The end of a head that is coming in: looks at bytes[*scanned … len), so that no byte is looked at twice, and moves
 * `*scanned` on. Sets `*head_len` to the head's length with its empty line, or leaves it 0 when more must come. `limit`
 * is the longest head. What cannot become a head (a bare line feed, a control character) is refused at once.
 * `*scanned` starts at 0. Returns NULL where all is well.
 */
const GuardFault *guard_head_end(const char *bytes, size_t len, size_t limit, size_t *scanned, size_t *head_len);

/* How the body is framed. */
typedef struct GuardHead {
    bool chunked;
    bool has_length;
    uint64_t length;           /* with has_length; at most INT64_MAX */
    bool expect_continue;      /* the client waits for "100 Continue" */
    size_t target, target_len; /* the path and query, within the head: from its "/" also where the form is absolute */
} GuardHead;

/* Judges a whole head, as guard_head_end() found it. NULL where all is well. */
const GuardFault *guard_head(const char *head, size_t len, GuardHead *out);

/* A chunked body that comes in pieces. Zero it at the start of a body. */
typedef struct GuardChunks {
    int state;
    uint64_t left; /* of the chunk */
    unsigned line; /* bytes of the size line */
    unsigned digits;
} GuardChunks;

/* Passes at most `len` bytes and says in `*passed` how many belong to this body; fewer than `len` only at its end,
 * which guard_chunks_done() then tells. NULL where all is well. Trailer fields are refused: nothing here uses them. */
const GuardFault *guard_chunks(GuardChunks *chunks, const char *bytes, size_t len, size_t *passed);
bool guard_chunks_done(const GuardChunks *chunks);
