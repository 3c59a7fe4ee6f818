/*
 * A subcommand's talk with the server: calls whose failures have been shown to the user, with the exit code they mean.
 */
#pragma once

#include "cli.h"
#include "http.h"

typedef struct Session {
    Cli *cli;
    Http *http;
} Session;

/* Connects to nothing yet. Returns CLI_DONE, or another exit code with the reason shown. */
int session_open(Session *session, Cli *cli);
void session_close(Session *session);

/*
 * Makes the call. CLI_DONE for a 2xx answer; otherwise the exit code, with the reason shown. The caller calls
 * http_answer_deinit() either way.
 */
int session_call(Session *session, const HttpCall *call, HttpAnswer *answer);

/* session_call() for GET; `accept` NULL for JSON. */
int session_get(Session *session, const char *path, const char *accept, HttpAnswer *answer);

/* Shows why there is no answer (`verdict` and `err` of http_call) and returns the exit code. */
int session_show_failure(Session *session, int verdict, const Error *err);

/* Shows an answer that is not 2xx: a problem's title, detail and each of its errors on a line. Returns the exit code.
 */
int session_show_refusal(Session *session, const HttpAnswer *answer);

/* The same as one line, in the arena; for what is kept. NULL: memory is out. */
const char *session_refusal_line(Arena *arena, const HttpAnswer *answer);

/* Says that the answer is not what the contract promises. Returns CLI_REFUSED. */
int session_show_nonsense(Session *session);

static inline void session_answer_deinitp(HttpAnswer *answer)
{
    http_answer_deinit(answer);
}

/* For locals: `_answer_ HttpAnswer answer = {0};` */
#define _answer_  __attribute__((cleanup(session_answer_deinitp)))
#define _session_ __attribute__((cleanup(session_close)))
