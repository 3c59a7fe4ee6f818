#include "render/effect.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "render/json_write.h"
#include "util/json_build.h"
#include "util/memstream.h"

static bool add_number_or_null(cJSON *object, const char *name, double number, bool known)
{
    return known && isfinite(number) ? json_add_number(object, name, number)
                                     : json_add_item(object, name, cJSON_CreateNull());
}

/* What it says in words; to be freed. NULL without memory. */
static char *words(const Effect *effect)
{
    char *text = NULL;
    size_t len;
    FILE *out = memstream_open(&text, &len);
    if (!out) return NULL;
    bool good = effect_words(effect, out) == 0;
    good &= memstream_close(out);
    if (good) return text;
    free(text);
    return NULL;
}

static bool add_text(cJSON *object, const Effect *effect)
{
    char *text = words(effect);
    bool good = text && json_add_text(object, "text", text);
    free(text);
    return good;
}

static bool add_date(cJSON *object, const char *name, CivilDate date)
{
    char text[CIVIL_TEXT_SIZE];
    return json_add_text(object, name, civil_format(date, text));
}

static bool add_time(cJSON *object, const char *name, const EffectSpan *span, int64_t count)
{
    cJSON *time = cJSON_CreateObject();
    bool good = time && add_date(time, "from", span->from) && add_date(time, "to", civil_add_days(span->to, -1)) &&
                add_number_or_null(time, "count", (double)count, count != EFFECT_UNKNOWN);
    if (good) return json_add_item(object, name, time);
    cJSON_Delete(time);
    return false;
}

static bool add_ratio(cJSON *object, const char *name, const EffectRatio *r)
{
    if (!r->known) return json_add_item(object, name, cJSON_CreateNull());
    cJSON *ratio = cJSON_CreateObject();
    bool good = ratio && add_number_or_null(ratio, "ratio", r->ratio, r->has_ratio) &&
                json_add_number(ratio, "low", r->low) && add_number_or_null(ratio, "high", r->high, true) &&
                json_add_number(ratio, "p_value", r->p_value);
    if (good) return json_add_item(object, name, ratio);
    cJSON_Delete(ratio);
    return false;
}

static bool add_comparison(cJSON *object, const Effect *e)
{
    if (!e->compare_name) return json_add_item(object, "comparison", cJSON_CreateNull());
    const int64_t *n = e->compare_counts;
    cJSON *other = cJSON_CreateObject();
    bool good = other && json_add_text(other, "name", e->compare_name) &&
                add_number_or_null(other, "before", (double)n[EFFECT_BEFORE], n[EFFECT_BEFORE] != EFFECT_UNKNOWN) &&
                add_number_or_null(other, "after", (double)n[EFFECT_AFTER], n[EFFECT_AFTER] != EFFECT_UNKNOWN) &&
                add_number_or_null(other, "year_ago", (double)n[EFFECT_YEAR_AGO], n[EFFECT_YEAR_AGO] != EFFECT_UNKNOWN);
    if (good) return json_add_item(object, "comparison", other);
    cJSON_Delete(other);
    return false;
}

static bool add_all(cJSON *o, const Effect *e)
{
    return json_add_text(o, "area", e->area_name) && json_add_text(o, "category", e->what) &&
           json_add_text(o, "place", e->place) && add_date(o, "date", e->date) &&
           json_add_number(o, "days", civil_to_days(e->spans[EFFECT_AFTER].to) - civil_to_days(e->date)) &&
           json_add_bool(o, "complete", e->complete) &&
           add_time(o, "before", &e->spans[EFFECT_BEFORE], e->counts[EFFECT_BEFORE]) &&
           add_time(o, "after", &e->spans[EFFECT_AFTER], e->counts[EFFECT_AFTER]) &&
           add_time(o, "year_ago", &e->spans[EFFECT_YEAR_AGO], e->counts[EFFECT_YEAR_AGO]) && add_comparison(o, e) &&
           add_ratio(o, "change", &e->change) && add_ratio(o, "season", &e->season) &&
           add_ratio(o, "adjusted", &e->adjusted) && json_add_text(o, "verdict", effect_verdict_name(e->verdict)) &&
           add_text(o, e);
}

int effect_json_write(const Effect *effect, FILE *out)
{
    cJSON *object = cJSON_CreateObject();
    return json_write_line(object, object && add_all(object, effect), out);
}

/* --- CSV --- */

static void empty_fields(CsvRow *row, int fields)
{
    for (int i = 0; i < fields; i++)
        csv_row_empty(row);
}

static void decimal_or_empty(CsvRow *row, double value, bool known, int decimals)
{
    if (known && isfinite(value))
        csv_row_decimal(row, value, decimals);
    else
        csv_row_empty(row);
}

static void write_count(CsvRow *row, const char *section, const char *name, const EffectSpan *span, int64_t count)
{
    char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    csv_row_text(row, section);
    csv_row_text(row, name);
    csv_row_text(row, civil_format(span->from, from));
    csv_row_text(row, civil_format(civil_add_days(span->to, -1), to));
    if (count == EFFECT_UNKNOWN)
        csv_row_empty(row);
    else
        csv_row_integer(row, count);
    empty_fields(row, 5);
    csv_row_end(row);
}

static void write_ratio(CsvRow *row, const char *name, const EffectRatio *r)
{
    csv_row_text(row, "ratio");
    csv_row_text(row, name);
    empty_fields(row, 3);
    decimal_or_empty(row, r->ratio, r->known && r->has_ratio, 4);
    decimal_or_empty(row, r->low, r->known, 4);
    decimal_or_empty(row, r->high, r->known, 4);
    decimal_or_empty(row, r->p_value, r->known, 6);
    csv_row_empty(row);
    csv_row_end(row);
}

int effect_csv_write(const Effect *e, CsvDialect dialect, FILE *out)
{
    static const char *const head[] = {"section", "name", "from", "to",      "count",
                                       "ratio",   "low",  "high", "p_value", "text"};
    static const char *const times[EFFECT_TIMES] = {"before", "after", "year_ago"};
    char *text = words(e);
    if (!text) return -ENOMEM;
    CsvRow row = {.out = out, .dialect = dialect};
    csv_row_begin_file(&row);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        csv_row_text(&row, head[i]);
    csv_row_end(&row);
    for (int t = 0; t < EFFECT_TIMES; t++)
        write_count(&row, "count", times[t], &e->spans[t], e->counts[t]);
    for (int t = 0; e->compare_name && t < EFFECT_TIMES; t++)
        write_count(&row, "comparison", times[t], &e->spans[t], e->compare_counts[t]);
    write_ratio(&row, "change", &e->change);
    write_ratio(&row, "season", &e->season);
    if (e->compare_name) write_ratio(&row, "adjusted", &e->adjusted);
    csv_row_text(&row, "verdict");
    csv_row_text(&row, effect_verdict_name(e->verdict));
    empty_fields(&row, 7);
    csv_row_text(&row, text);
    csv_row_end(&row);
    free(text);
    return ferror(out) ? -EIO : 0;
}
