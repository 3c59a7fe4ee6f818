/*
 * The server's verdicts on many observations: NDJSON, one line for each that was sent, in order.
 */
#pragma once

#include <stdbool.h>

#include "http.h"

typedef enum AnswersVerdict {
    ANSWERS_TAKEN,
    ANSWERS_REFUSED, /* the line is wrong */
    ANSWERS_WAIT,    /* not stored now, or no verdict came: to be sent again */
} AnswersVerdict;

/* `index` counts the lines sent from 0; `reason` is a cleaned sentence, "" for ANSWERS_TAKEN. */
typedef void (*AnswersEach)(size_t index, AnswersVerdict verdict, const char *reason, void *arg);

/* Calls `each` once for each of the `count` lines that were sent. Returns 0 or -ENOMEM. */
int answers_read(const HttpAnswer *answer, size_t count, Arena *arena, AnswersEach each, void *arg);
