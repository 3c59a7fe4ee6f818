#include "render/pdf_describe.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { ENTRY = 20, TAIL = 256 }; /* bytes of a row of the table; where the trailer's end is looked for */

typedef struct Update {
    const char *pdf;
    size_t len;
    const PdfDescription *description;
    FILE *out;
    size_t at;                      /* bytes written so far */
    size_t table, objects, entries; /* the cross-reference table: its place, its rows, where the first row is */
    size_t *moved;                  /* by object: where its new version is, 0 where it has none */
    size_t figures, heads;          /* seen so far */
} Update;

__attribute__((format(printf, 2, 3))) static void put(Update *u, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vfprintf(u->out, format, args);
    va_end(args);
    if (n > 0) u->at += (size_t)n;
}

static const char *find(const char *from, const char *end, const char *what)
{
    return from < end ? memmem(from, (size_t)(end - from), what, strlen(what)) : NULL;
}

/* The table's place stands after "startxref"; its first line is "xref", its second "0 N". */
static bool read_table(Update *u)
{
    const char *end = u->pdf + u->len, *tail = u->len > TAIL ? end - TAIL : u->pdf;
    const char *start = find(tail, end, "startxref\n");
    int used = 0;
    if (!start || sscanf(start, "startxref\n%zu\n", &u->table) != 1 || u->table >= u->len) return false;
    if (sscanf(u->pdf + u->table, "xref\n0 %zu\n%n", &u->objects, &used) != 1 || !used) return false;
    u->entries = u->table + (size_t)used;
    return u->objects <= (u->len - u->entries) / ENTRY;
}

/* An object's text from its number to its last ">>", not included. */
static bool object_body(const Update *u, size_t number, const char **body, size_t *len)
{
    const char *end = u->pdf + u->len;
    size_t offset = strtoul(u->pdf + u->entries + number * ENTRY, NULL, 10);
    if (offset >= u->len) return false;
    *body = u->pdf + offset;
    const char *close = find(*body, end, ">>\nendobj\n");
    if (!close) return false;
    *len = (size_t)(close - *body);
    return true;
}

static bool is_object(const char *body, size_t len, const char *what)
{
    const char *open = find(body, body + len, " 0 obj\n<< ");
    size_t n = strlen(what);
    if (!open) return false;
    open += strlen(" 0 obj\n<< ");
    return (size_t)(body + len - open) >= n && memcmp(open, what, n) == 0;
}

/* A text string in UTF-16, big-endian, as hexadecimal digits (ISO 32000-1, 7.9.2.2). */
static void put_text(Update *u, const char *text)
{
    put(u, "<FEFF");
    for (utf8proc_ssize_t n; *text; text += n) {
        utf8proc_int32_t c;
        n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
        if (n <= 0) {
            n = 1;
            continue;
        }
        if (c < 0x10000)
            put(u, "%04" PRIX32, c);
        else
            put(u, "%04" PRIX32 "%04" PRIX32, 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    put(u, ">");
}

static void open_object(Update *u, size_t number, const char *body, size_t len)
{
    u->moved[number] = u->at;
    u->at += fwrite(body, 1, len, u->out);
}

static bool describe_object(Update *u, size_t number, const char *body, size_t len)
{
    const PdfDescription *d = u->description;
    if (is_object(body, len, "/Type /Catalog\n")) {
        open_object(u, number, body, len);
        put(u, "   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n", d->language);
    } else if (is_object(body, len, "/Type /StructElem\n   /S /Figure\n")) {
        if (u->figures == d->figure_count) return false;
        open_object(u, number, body, len);
        put(u, "   /Alt ");
        put_text(u, d->figures[u->figures++]);
        put(u, "\n>>\nendobj\n");
    } else if (is_object(body, len, "/Type /StructElem\n   /S /TH\n")) {
        if (u->heads == d->head_count) return false;
        open_object(u, number, body, len);
        put(u, "   /A << /O /Table /Scope /%s >>\n>>\nendobj\n",
            d->heads[u->heads++] == PDF_SCOPE_ROW ? "Row" : "Column");
    }
    return true;
}

/* cairo numbers the structure's elements in the order of the document. Streams are left alone: what is looked for is a
 * dictionary, and its first line says which. */
static bool describe_objects(Update *u)
{
    for (size_t number = 1; number < u->objects; number++) {
        const char *body;
        size_t len;
        if (u->pdf[u->entries + number * ENTRY + 17] != 'n') continue;
        if (!object_body(u, number, &body, &len)) continue;
        if (!describe_object(u, number, body, len)) return false;
    }
    return u->figures == u->description->figure_count && u->heads == u->description->head_count;
}

static bool put_table(Update *u)
{
    const char *end = u->pdf + u->len, *trailer = find(u->pdf + u->entries, end, "trailer\n");
    const char *close = trailer ? find(trailer, end, ">>\nstartxref") : NULL;
    const size_t table = u->at;
    if (!close) return false;
    put(u, "xref\n");
    for (size_t number = 1; number < u->objects; number++)
        if (u->moved[number]) put(u, "%zu 1\n%010zu 00000 n \n", number, u->moved[number]);
    put(u, "%.*s   /Prev %zu\n>>\nstartxref\n%zu\n%%%%EOF\n", (int)(close - trailer), trailer, u->table, table);
    return true;
}

int pdf_describe(const char *pdf, size_t len, const PdfDescription *description, FILE *out)
{
    Update u = {.pdf = pdf, .len = len, .description = description, .out = out};
    if (!read_table(&u)) return -EBADMSG;
    u.moved = calloc(u.objects, sizeof *u.moved);
    if (!u.moved) return -ENOMEM;
    u.at = fwrite(pdf, 1, len, out);
    bool described = describe_objects(&u) && put_table(&u);
    free(u.moved);
    if (ferror(out)) return -EIO;
    return described ? 0 : -EBADMSG;
}
