#include "render/csv_row.h"

#include <csv.h>
#include <float.h>
#include <inttypes.h>
#include <string.h>

#include "core/lagesbild/swedish.h"

enum {
    DECIMALS_MAX = 16,
    DECIMAL_SIZE = DBL_MAX_10_EXP + DECIMALS_MAX + 4, /* the digits of the largest, sign, point, NUL */
    TIME_LEN = 19,                                    /* "2026-03-14T22:18:00" */
};

static void separate(CsvRow *row)
{
    if (row->fields++) fputc(row->dialect == CSV_EXCEL_SV ? ';' : ',', row->out);
}

void csv_row_begin_file(const CsvRow *row)
{
    if (row->dialect == CSV_EXCEL_SV) fputs("\xef\xbb\xbf", row->out);
}

/* libcsv writes the quotes around the text; what goes before it must stand inside them. */
static void guarded(const char *text, FILE *out)
{
    fputs("\"'", out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void csv_row_text(CsvRow *row, const char *text)
{
    separate(row);
    if (!text || !*text) return;
    if (row->dialect == CSV_EXCEL_SV && strchr("=+-@\t\r", *text))
        guarded(text, row->out);
    else
        csv_fwrite(row->out, text, strlen(text));
}

void csv_row_integer(CsvRow *row, int64_t value)
{
    separate(row);
    fprintf(row->out, "%" PRId64, value);
}

void csv_row_decimal(CsvRow *row, double value, int decimals)
{
    char text[DECIMAL_SIZE];
    separate(row);
    snprintf(text, sizeof text, "%.*f", decimals, value);
    char *point = strchr(text, '.');
    if (point && row->dialect == CSV_EXCEL_SV) *point = ',';
    fputs(text, row->out);
}

void csv_row_time(CsvRow *row, const char *time)
{
    if (row->dialect == CSV_PLAIN || !time || strlen(time) < TIME_LEN) {
        csv_row_text(row, time);
        return;
    }
    separate(row);
    fprintf(row->out, "%.10s %.8s", time, time + 11);
}

void csv_row_hour(CsvRow *row, int weekday, int hour)
{
    char text[32];
    if (row->dialect == CSV_EXCEL_SV)
        snprintf(text, sizeof text, "%s %02d", swedish_weekday(weekday), hour);
    else
        snprintf(text, sizeof text, "%d-%02d", weekday, hour);
    csv_row_text(row, text);
}

void csv_row_empty(CsvRow *row)
{
    separate(row);
}

void csv_row_end(CsvRow *row)
{
    fputs("\r\n", row->out);
    row->fields = 0;
}
