#include "render/trends.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "core/lagesbild/trend_reporters.h"
#include "render/csv_row.h"
#include "render/json_write.h"

static double change_pct(const TrendRow *row)
{
    return 100.0 * (double)(row->count - row->base) / (double)row->base;
}

/* A bucket that is cut to the end of a month may meet nothing: no day of February is the 30th. */
static bool has_z(const TrendRow *row)
{
    return row->days > 0 && row->base_days > 0;
}

static double row_z(const TrendRow *row)
{
    return trend_z(row->count, row->days, row->base, row->base_days);
}

static int write_row(const Trend *trend, const TrendRow *row, FILE *out)
{
    fprintf(out, "{\"bucket\":\"%s\"", row->bucket);
    for (int d = 0; d < TREND_DIMENSIONS; d++) {
        if (!trend->by[d]) continue;
        fprintf(out, ",\"%s\":", trend_dimension_name(d));
        if (json_write_text(row->group[d], out)) return -ENOMEM;
    }
    fprintf(out, ",\"count\":%" PRId64, row->count);
    if (trend->compare != TREND_COMPARE_NONE) {
        fprintf(out, ",\"compare\":%" PRId64 ",\"difference\":%" PRId64 ",\"change_pct\":", row->base,
                row->count - row->base);
        if (row->base)
            fprintf(out, "%.1f", change_pct(row));
        else
            fputs("null", out);
        if (has_z(row))
            fprintf(out, ",\"z\":%.2f", row_z(row));
        else
            fputs(",\"z\":null", out);
    }
    fputc('}', out);
    return 0;
}

/* The reporters with the flag in a bucket. */
static int write_names(const char *name, const TrendReporters *reporters, size_t bucket, unsigned flag, FILE *out)
{
    bool first = true;
    fprintf(out, ",\"%s\":[", name);
    for (size_t r = 0; r < reporters->count; r++) {
        if (!(reporters->states[r * reporters->buckets + bucket] & flag)) continue;
        if (!first) fputc(',', out);
        first = false;
        if (json_write_text(reporters->names[r], out)) return -ENOMEM;
    }
    fputc(']', out);
    return 0;
}

static int write_completeness(const Trend *trend, FILE *out)
{
    const TrendReporters *reporters = trend->reporters;
    if (!reporters) {
        fputs("],\"completeness\":null}\n", out);
        return 0;
    }
    fputs("],\"completeness\":[", out);
    for (size_t b = 0; b < trend->span_count; b++) {
        const TrendSpan *span = &trend->spans[b];
        char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
        fprintf(out, "%s{\"bucket\":", b ? ",\n" : "");
        if (json_write_text(trend->bucket == TREND_HOUR_OF_WEEK ? NULL : span->key, out)) return -ENOMEM;
        fprintf(out, ",\"from\":\"%s\",\"to\":\"%s\"", civil_format(span->first, from),
                civil_format(civil_add_days(span->after, -1), to));
        if (write_names("active", reporters, b, TREND_ACTIVE, out) ||
            write_names("silent", reporters, b, TREND_SILENT, out))
            return -ENOMEM;
        if (trend->compare && write_names("compare_active", reporters, b, TREND_BASE_ACTIVE, out)) return -ENOMEM;
        fputc('}', out);
    }
    fputs("]}\n", out);
    return 0;
}

int trends_json_write(const Trend *trend, FILE *out)
{
    char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    fprintf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"bucket\":\"%s\",\"compare\":", civil_format(trend->from, from),
            civil_format(civil_add_days(trend->to, -1), to), trend_bucket_name(trend->bucket));
    if (json_write_text(trend_compare_name(trend->compare), out)) return -ENOMEM;
    fputs(",\"rows\":[", out);
    for (size_t i = 0; i < trend->row_count; i++) {
        if (i) fputs(",\n", out);
        if (write_row(trend, &trend->rows[i], out)) return -ENOMEM;
    }
    if (write_completeness(trend, out)) return -ENOMEM;
    return ferror(out) ? -EIO : 0;
}

/* How many reporters have the flag in a bucket. */
static int64_t count_reporters(const TrendReporters *reporters, size_t bucket, unsigned flag)
{
    int64_t n = 0;
    for (size_t r = 0; r < reporters->count; r++)
        n += (reporters->states[r * reporters->buckets + bucket] & flag) != 0;
    return n;
}

/* A table has no room for their names, but a 0 from nobody must not look like one from somebody. All hours of the week
 * have the same, so there it would say nothing. */
static const TrendReporters *counted_reporters(const Trend *trend)
{
    return trend->bucket == TREND_HOUR_OF_WEEK ? NULL : trend->reporters;
}

static void write_csv_head(const Trend *trend, CsvRow *csv)
{
    static const char *const compared[] = {"compare", "difference", "change_pct", "z"};
    csv_row_text(csv, "bucket");
    for (int d = 0; d < TREND_DIMENSIONS; d++)
        if (trend->by[d]) csv_row_text(csv, trend_dimension_name(d));
    csv_row_text(csv, "count");
    for (int i = 0; trend->compare && i < 4; i++)
        csv_row_text(csv, compared[i]);
    if (counted_reporters(trend)) {
        csv_row_text(csv, "active");
        csv_row_text(csv, "silent");
        if (trend->compare) csv_row_text(csv, "compare_active");
    }
    csv_row_end(csv);
}

static void write_csv_row(const Trend *trend, size_t i, CsvRow *csv)
{
    const TrendRow *row = &trend->rows[i];
    if (trend->bucket == TREND_HOUR_OF_WEEK)
        csv_row_hour(csv, (int)(i % TREND_HOURS) / 24 + 1, (int)(i % 24));
    else
        csv_row_text(csv, row->bucket);
    for (int d = 0; d < TREND_DIMENSIONS; d++)
        if (trend->by[d]) csv_row_text(csv, row->group[d]);
    csv_row_integer(csv, row->count);
    if (!trend->compare) return;
    csv_row_integer(csv, row->base);
    csv_row_integer(csv, row->count - row->base);
    if (row->base)
        csv_row_decimal(csv, change_pct(row), 1);
    else
        csv_row_empty(csv);
    if (has_z(row))
        csv_row_decimal(csv, row_z(row), 2);
    else
        csv_row_empty(csv);
}

static void write_csv_reporters(const Trend *trend, size_t bucket, CsvRow *csv)
{
    const TrendReporters *reporters = counted_reporters(trend);
    if (!reporters) return;
    csv_row_integer(csv, count_reporters(reporters, bucket, TREND_ACTIVE));
    csv_row_integer(csv, count_reporters(reporters, bucket, TREND_SILENT));
    if (trend->compare) csv_row_integer(csv, count_reporters(reporters, bucket, TREND_BASE_ACTIVE));
}

int trends_csv_write(const Trend *trend, CsvDialect dialect, FILE *out)
{
    CsvRow csv = {.out = out, .dialect = dialect};
    csv_row_begin_file(&csv);
    write_csv_head(trend, &csv);
    for (size_t i = 0; i < trend->row_count; i++) {
        write_csv_row(trend, i, &csv);
        write_csv_reporters(trend, i % trend->span_count, &csv);
        csv_row_end(&csv);
    }
    return ferror(out) ? -EIO : 0;
}
