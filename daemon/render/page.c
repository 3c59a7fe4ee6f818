#include "render/page.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/* One character of valid UTF-8: its bytes and its columns. An invalid byte counts as one of each. */
static size_t step(const char *text, int *columns, bool *control)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
    *control = n <= 0 || utf8proc_category(c) == UTF8PROC_CATEGORY_CC;
    *columns = *control ? 1 : utf8proc_charwidth(c);
    return n > 0 ? (size_t)n : 1;
}

static void put(FILE *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        int columns;
        bool control;
        size_t n = step(text + i, &columns, &control);
        if (control)
            fputc(' ', out);
        else
            fwrite(text + i, 1, n, out);
        i += n;
    }
}

/* Columns of the first `len` bytes. */
static int columns_of(const char *text, size_t len)
{
    int sum = 0;
    for (size_t i = 0; i < len;) {
        int columns;
        bool control;
        i += step(text + i, &columns, &control);
        sum += columns;
    }
    return sum;
}

int page_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

static void spaces(FILE *out, int n)
{
    while (n-- > 0)
        fputc(' ', out);
}

/* Bytes of the longest beginning that fits in `room` columns. */
static size_t fitting(const char *text, int room)
{
    size_t at = 0;
    while (text[at]) {
        int columns;
        bool control;
        size_t n = step(text + at, &columns, &control);
        if (columns > room) break;
        room -= columns;
        at += n;
    }
    return at;
}

void page_left(FILE *out, const char *text, int columns)
{
    int wide = page_columns(text);
    if (wide <= columns) {
        put(out, text, strlen(text));
        spaces(out, columns - wide);
        return;
    }
    size_t n = fitting(text, columns - 1);
    put(out, text, n);
    fputs("…", out);
    spaces(out, columns - 1 - columns_of(text, n));
}

void page_right(FILE *out, const char *text, int columns)
{
    spaces(out, columns - page_columns(text));
    put(out, text, strlen(text));
}

void page_paragraph(FILE *out, const char *first, const char *text)
{
    int indent = page_columns(first), column = indent;
    bool at_start = true;
    put(out, first, strlen(first));
    for (const char *at = text; *at;) {
        size_t word = strcspn(at, " \t\r\n");
        int columns = columns_of(at, word);
        if (word) {
            if (!at_start && column + 1 + columns > PAGE_WIDTH) {
                fputc('\n', out);
                spaces(out, indent);
                column = indent;
                at_start = true;
            }
            if (!at_start) fputc(' ', out);
            put(out, at, word);
            column += columns + !at_start;
            at_start = false;
            at += word;
        }
        size_t gap = strspn(at, " \t\r\n");
        if (memchr(at, '\n', gap) && at[gap] && !at_start) {
            fputc('\n', out);
            spaces(out, indent);
            column = indent;
            at_start = true;
        }
        at += gap;
    }
    fputc('\n', out);
}

void page_rule(FILE *out, char mark)
{
    for (int i = 0; i < PAGE_WIDTH; i++)
        fputc(mark, out);
    fputc('\n', out);
}
