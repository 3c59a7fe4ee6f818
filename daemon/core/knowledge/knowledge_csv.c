#include "core/knowledge/knowledge_csv.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "core/knowledge/knowledge_file.h"
#include "util/arena.h"

typedef struct Reader {
    const char *const *columns;
    size_t column_count;
    KnowledgeCsvRow row;
    void *context;
    Arena *row_arena; /* the fields of the row being read */
    const char *fields[KNOWLEDGE_CSV_COLUMNS];
    size_t field_count; /* may be larger than the table: then the row has too many */
    size_t line;        /* being parsed, from 1 */
    size_t row_line;    /* where the row being read started */
    bool row_open;      /* a quoted field goes on over the end of a line */
    bool header_seen;
    int status; /* the first failure; nothing is called after it */
    Error *err;
} Reader;

static bool is_utf8(const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        utf8proc_int32_t value;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(len - at), &value);
        if (n <= 0 || value == 0) return false;
        at += (size_t)n;
    }
    return true;
}

static void on_field(void *bytes, size_t len, void *context)
{
    Reader *reader = context;
    if (reader->status) return;
    const char *field = bytes ? bytes : "";
    while (len && (*field == ' ' || *field == '\t'))
        field++, len--;
    while (len && (field[len - 1] == ' ' || field[len - 1] == '\t'))
        len--;
    if (!is_utf8(field, len)) {
        reader->status = error_set(reader->err, -EILSEQ, "field %zu is not UTF-8", reader->field_count + 1);
        return;
    }
    if (reader->field_count < KNOWLEDGE_CSV_COLUMNS) {
        char *copy = arena_strndup(reader->row_arena, field, len);
        if (!copy) reader->status = error_set(reader->err, -ENOMEM, "out of memory");
        reader->fields[reader->field_count] = copy;
    }
    reader->field_count++;
}

static int check_header(Reader *reader)
{
    for (size_t i = 0; i < reader->column_count; i++)
        if (strcmp(reader->fields[i], reader->columns[i]) != 0)
            return error_set(reader->err, -EINVAL, "column %zu must be \"%s\", not \"%s\"", i + 1, reader->columns[i],
                             reader->fields[i]);
    reader->header_seen = true;
    return 0;
}

static int take_row(Reader *reader)
{
    if (reader->field_count != reader->column_count)
        return error_set(reader->err, -EINVAL, "%zu fields where the file has %zu columns", reader->field_count,
                         reader->column_count);
    if (!reader->header_seen) return check_header(reader);
    return reader->row(reader->context, reader->fields, reader->row_line, reader->err);
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    Reader *reader = context;
    if (reader->status) return;
    reader->status = take_row(reader);
    arena_reset(reader->row_arena);
    reader->field_count = 0;
    reader->row_open = false;
}

/* A line at a time, because libcsv doesn't say where it is. */
static int parse_lines(Reader *reader, struct csv_parser *parser, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len && !reader->status; reader->line++) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t size = end ? (size_t)(end - bytes) + 1 - at : len - at;
        if (!reader->row_open) reader->row_line = reader->line;
        if (!reader->row_open && bytes[at] == '#') {
            at += size;
            continue;
        }
        reader->row_open |= bytes[at] != '\n' && bytes[at] != '\r';
        if (csv_parse(parser, bytes + at, size, on_field, on_row, reader) != size && !reader->status)
            return error_set(reader->err, csv_error(parser) == CSV_ENOMEM ? -ENOMEM : -EINVAL, "%s",
                             csv_strerror(csv_error(parser)));
        at += size;
    }
    if (!reader->status && csv_fini(parser, on_field, on_row, reader) && !reader->status)
        return error_set(reader->err, -EINVAL, "a quoted field has no end");
    if (!reader->status && !reader->header_seen) return error_set(reader->err, -EINVAL, "there is no header");
    return reader->status;
}

int knowledge_csv_read(const char *directory, const char *file, const char *const *columns, size_t column_count,
                       KnowledgeCsvRow row, void *context, Error *err)
{
    if (column_count == 0 || column_count > KNOWLEDGE_CSV_COLUMNS)
        return error_set(err, -EINVAL, "%s: %zu columns can't be read", file, column_count);
    _arena_free_ Arena *arena = arena_new();
    _arena_free_ Arena *row_arena = arena_new();
    if (!arena || !row_arena) return error_set(err, -ENOMEM, "%s: out of memory", file);
    char *bytes;
    size_t len;
    int status = knowledge_file_read(arena, directory, file, &bytes, &len, err);
    if (status) return status;
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL))
        return error_set(err, -ENOMEM, "%s: out of memory", file);
    Reader reader = {.columns = columns,
                     .column_count = column_count,
                     .row = row,
                     .context = context,
                     .row_arena = row_arena,
                     .line = 1,
                     .err = err};
    status = parse_lines(&reader, &parser, bytes, len);
    csv_free(&parser);
    if (status) error_prefix(err, "%s, line %zu: ", file, reader.row_line ? reader.row_line : 1);
    return status;
}
