/*
 * Errors that a person reads.
 *
 * Functions that can fail return 0, or a negative errno value. A function that also takes an `Error *`
 * has, on failure, filled it with one sentence that says what could not be done and why,
 * without naming C functions: in English, but in Swedish where its header says that it is for who sent what was read.
 * The caller that gives up reports it, once; nobody in between logs. Positive return values are verdicts that the
 * caller must handle; each header lists its own.
 */
#pragma once

typedef struct Error {
    char text[512]; /* NUL-terminated, cut at the end when longer */
} Error;

/* Fills `err` (which may be NULL) and returns `code`, so that `return error_set(err, -EINVAL, …);` reads. */
int error_set(Error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Puts a few words before the text that is there: "areas.geojson: " + "line 3: …". */
void error_prefix(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
