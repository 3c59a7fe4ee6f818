/*
 * Columns of rows that are to be stored, as parameters of array types in PostgreSQL's binary format, for unnest(). The
 * server neither parses nor unquotes them, which for JSON of the same rows costs it a tenth of storing them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The types' numbers in pg_type, which are fixed. */
typedef enum ColumnType {
    COLUMN_TEXT = 25,
    COLUMN_REAL = 700,
    COLUMN_DOUBLE = 701,
    COLUMN_UUID = 2950,
} ColumnType;

/* Not to be moved: a short one lies in itself. */
typedef struct Column {
    char *bytes; /* the parameter */
    size_t len, room;
    bool no_memory;  /* something was not added: the column must not be used */
    char first[160]; /* enough for a row or two, so that a unit of one need not allocate for each */
} Column;

/* An empty array. */
void column_init(Column *column, ColumnType type);
void column_free(Column *column);

void column_add_null(Column *column);

/* NULL is NULL. `uuid` is in its usual form. */
void column_add_text(Column *column, const char *text);
void column_add_uuid(Column *column, const char *uuid);

void column_add_real(Column *column, double value);
void column_add_double(Column *column, double value);
