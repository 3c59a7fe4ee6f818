#include "table.h"

#include <errno.h>
#include <string.h>

#include "terminal.h"

enum { GAP = 2, LEAST = 8 };

static const char ellipsis[] = "…";

struct Table {
    Arena *arena;
    const TableColumn *columns;
    size_t column_count, row_count, capacity;
    size_t widths[TABLE_COLUMNS]; /* of the widest cell, title included */
    TableCell **rows;
};

static const char *const styles[] = {
    [TABLE_PLAIN] = "",          [TABLE_DIM] = "\033[2m",    [TABLE_BOLD] = "\033[1m",  [TABLE_RED] = "\033[31m",
    [TABLE_YELLOW] = "\033[33m", [TABLE_GREEN] = "\033[32m", [TABLE_BLUE] = "\033[34m",
};

static size_t width_of(const char *text)
{
    return terminal_columns(text, strlen(text));
}

Table *table_new(Arena *arena, const TableColumn *columns, size_t count)
{
    Table *table = count <= TABLE_COLUMNS ? arena_calloc(arena, 1, sizeof *table) : NULL;
    if (!table) return NULL;
    table->arena = arena;
    table->columns = columns;
    table->column_count = count;
    for (size_t i = 0; i < count; i++)
        table->widths[i] = width_of(columns[i].title);
    return table;
}

int table_add(Table *table, const TableCell *cells)
{
    TableCell **rows = arena_grow(table->arena, table->rows, table->row_count, &table->capacity, sizeof *rows);
    if (!rows) return -ENOMEM;
    table->rows = rows;
    TableCell *row = arena_calloc(table->arena, table->column_count, sizeof *row);
    if (!row) return -ENOMEM;
    for (size_t i = 0; i < table->column_count; i++) {
        row[i] = (TableCell){terminal_clean(table->arena, cells[i].text), cells[i].style};
        if (!row[i].text) return -ENOMEM;
        size_t width = width_of(row[i].text);
        if (width > table->widths[i]) table->widths[i] = width;
    }
    rows[table->row_count++] = row;
    return 0;
}

size_t table_rows(const Table *table)
{
    return table->row_count;
}

size_t table_width(const Table *table)
{
    size_t total = 0;
    for (size_t i = 0; i < table->column_count; i++)
        total += table->widths[i] + (i ? GAP : 0);
    return total;
}

/* The narrowest that a column may become. */
static size_t least(const Table *table, size_t column)
{
    size_t title = width_of(table->columns[column].title), least = title > LEAST ? title : LEAST;
    return table->columns[column].shrinks && least < table->widths[column] ? least : table->widths[column];
}

/* Takes columns from the widest that may shrink until the row fits or nothing can give way. */
static void shrink(const Table *table, size_t widths[static TABLE_COLUMNS], size_t room)
{
    size_t total = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        widths[i] = table->widths[i];
        total += widths[i] + (i ? GAP : 0);
    }
    while (room && total > room) {
        size_t widest = table->column_count;
        for (size_t i = 0; i < table->column_count; i++)
            if (widths[i] > least(table, i) && (widest == table->column_count || widths[i] > widths[widest]))
                widest = i;
        if (widest == table->column_count) return;
        widths[widest]--;
        total--;
    }
}

static void pad(FILE *out, size_t columns)
{
    fprintf(out, "%*s", (int)columns, "");
}

static void print_cell(FILE *out, const char *text, const char *style, size_t width, bool right, bool last)
{
    size_t len = strlen(text), columns = terminal_columns(text, len);
    bool cut = columns > width;
    if (cut) {
        len = terminal_fit(text, len, width - 1);
        columns = terminal_columns(text, len) + 1;
    }
    if (right) pad(out, width - columns);
    fprintf(out, "%s%.*s%s%s", style, (int)len, text, cut ? ellipsis : "", *style ? "\033[0m" : "");
    if (!right && !last) pad(out, width - columns);
}

void table_print(const Table *table, FILE *out, int width, bool color)
{
    size_t widths[TABLE_COLUMNS] = {0};
    if (!table->row_count) return;
    shrink(table, widths, width > 0 ? (size_t)width : 0);
    for (size_t i = 0; i < table->column_count; i++) {
        if (i) pad(out, GAP);
        print_cell(out, table->columns[i].title, color ? styles[TABLE_BOLD] : "", widths[i], table->columns[i].right,
                   i + 1 == table->column_count);
    }
    fputc('\n', out);
    for (size_t r = 0; r < table->row_count; r++) {
        for (size_t i = 0; i < table->column_count; i++) {
            const TableCell *cell = &table->rows[r][i];
            if (i) pad(out, GAP);
            print_cell(out, cell->text, color ? styles[cell->style] : "", widths[i], table->columns[i].right,
                       i + 1 == table->column_count);
        }
        fputc('\n', out);
    }
}
