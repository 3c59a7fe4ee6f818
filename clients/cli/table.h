/*
 * A table for people: columns as wide as what stands in them, counted as a terminal shows it.
 *
 * In a terminal that is too narrow, the columns that may shrink are cut with "…"; elsewhere nothing is cut, so that
 * what goes to a file or another program is whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "util/arena.h"

typedef enum TableStyle {
    TABLE_PLAIN,
    TABLE_DIM,
    TABLE_BOLD,
    TABLE_RED,
    TABLE_YELLOW,
    TABLE_GREEN,
    TABLE_BLUE
} TableStyle;

typedef struct TableColumn {
    const char *title;
    bool right;   /* numbers */
    bool shrinks; /* may be cut, down to its title's width or 8 columns */
} TableColumn;

typedef struct TableCell {
    const char *text; /* NULL for an empty cell; cleaned and copied (terminal_clean) */
    TableStyle style;
} TableCell;

typedef struct Table Table;

/* `columns` (at most TABLE_COLUMNS, not copied) must outlive the table, which lives in `arena`. NULL: memory is out. */
Table *table_new(Arena *arena, const TableColumn *columns, size_t count);
enum { TABLE_COLUMNS = 16 };

/* Adds a row of as many cells as there are columns. Returns 0 or -ENOMEM. */
int table_add(Table *table, const TableCell *cells);

size_t table_rows(const Table *table);

/* Columns that the table takes where nothing is cut. */
size_t table_width(const Table *table);

/* Prints the titles and the rows. `width` 0: as wide as it gets. Nothing at all where there are no rows. */
void table_print(const Table *table, FILE *out, int width, bool color);
