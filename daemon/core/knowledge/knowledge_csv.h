/*
 * Reading the CSV files of a knowledge directory (RFC 4180, UTF-8, comma, a header line).
 *
 * Blank lines are skipped, and so are lines that start with '#', outside a quoted field: comments. A byte order mark
 * is allowed. Errors read "places.csv, line 12: …".
 */
#pragma once

#include <stddef.h>

#include "util/error.h"

/* The most columns a file may have. */
enum { KNOWLEDGE_CSV_COLUMNS = 16 };

/*
 * One row: `fields` are as many as the columns, NUL-terminated UTF-8, "" where empty, without white space at their
 * ends; they last until the callback returns. `line` is where the row starts, from 1. Returns 0, or a negative errno
 * with the fault in `err` (without file and line: the reader adds them), which ends the reading.
 */
typedef int (*KnowledgeCsvRow)(void *context, const char *const *fields, size_t line, Error *err);

/*
 * Calls `row` for every row of `directory`/`file`, whose header must be exactly `columns`. Returns 0, or a negative
 * errno with the file, the line and the fault in `err`; -ENOENT where there is no such file.
 */
int knowledge_csv_read(const char *directory, const char *file, const char *const *columns, size_t column_count,
                       KnowledgeCsvRow row, void *context, Error *err);
