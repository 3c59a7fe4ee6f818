/*
 * Rows of comma-separated values, in one of two dialects.
 *
 * CSV_PLAIN is RFC 4180: CRLF, text in quotes with quotes doubled, numbers bare with a decimal point, an empty field
 * for what is not known. Made for programs.
 *
 * CSV_EXCEL_SV is what a Swedish Excel opens right by a double click: a byte order mark (else it takes UTF-8 for
 * Windows-1252), semicolons, decimal commas, times without "T" and zone (Swedish time), and no text that it would take
 * for a formula: text that begins with = + - @, a tab or a carriage return gets an apostrophe before it (OWASP, "CSV
 * Injection"), because the text of a report is anybody's.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

typedef enum CsvDialect { CSV_PLAIN, CSV_EXCEL_SV } CsvDialect;

typedef struct CsvRow {
    FILE *out;
    CsvDialect dialect;
    int fields; /* written so far in this row */
} CsvRow;

/* What a file begins with: nothing, or the byte order mark. Before its first row. */
void csv_row_begin_file(const CsvRow *row);

void csv_row_text(CsvRow *row, const char *text); /* NULL for an empty field */
void csv_row_integer(CsvRow *row, int64_t value);
void csv_row_decimal(CsvRow *row, double value, int decimals); /* a finite value; at most 16 decimals */
/* A time in RFC 3339 with the Swedish offset; NULL for an empty field. */
void csv_row_time(CsvRow *row, const char *time);
/* An hour of the week: weekday 1 (Monday) to 7, hour 0 to 23: "5-22", which Excel would take for the 22nd of May and so
 * gets as "fredag 22". */
void csv_row_hour(CsvRow *row, int weekday, int hour);
void csv_row_empty(CsvRow *row);
void csv_row_end(CsvRow *row);
