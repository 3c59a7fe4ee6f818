/*
 * Rows of comma-separated values as RFC 4180 has them: CRLF, text in quotes with quotes doubled, numbers bare with a
 * decimal point, an empty field for what is not known.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

typedef struct CsvRow {
    FILE *out;
    int fields; /* written so far in this row */
} CsvRow;

void csv_row_text(CsvRow *row, const char *text); /* NULL for an empty field */
void csv_row_integer(CsvRow *row, int64_t value);
void csv_row_decimal(CsvRow *row, double value, int decimals);
void csv_row_empty(CsvRow *row);
void csv_row_end(CsvRow *row);
