/*
 * One answer of the server's, in a file or on the screen.
 */
#pragma once

#include "output.h"
#include "session.h"

typedef struct Download {
    const char *path;   /* as http_query() and its like make it: NULL without memory */
    const char *accept; /* a media type */
    const char *file;   /* as output_open() takes it */
    /* Writes the answer in a form of our own; NULL for the very bytes that came. Returns the exit code. */
    int (*show)(Session *session, const HttpAnswer *answer, FILE *out, void *arg);
    void *arg;
} Download;

/* Sends what waits in the outbox, so that it is in the answer, and fetches. The caller calls http_answer_deinit().
 * Returns the exit code, with the reason shown; then there is no file. */
int download(Cli *cli, const Download *wanted, HttpAnswer *answer);
