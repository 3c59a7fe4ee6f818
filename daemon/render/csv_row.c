#include "render/csv_row.h"

#include <csv.h>
#include <inttypes.h>
#include <string.h>

static void separate(CsvRow *row)
{
    if (row->fields++) fputc(',', row->out);
}

void csv_row_text(CsvRow *row, const char *text)
{
    separate(row);
    if (text && *text) csv_fwrite(row->out, text, strlen(text));
}

void csv_row_integer(CsvRow *row, int64_t value)
{
    separate(row);
    fprintf(row->out, "%" PRId64, value);
}

void csv_row_decimal(CsvRow *row, double value, int decimals)
{
    separate(row);
    fprintf(row->out, "%.*f", decimals, value);
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
