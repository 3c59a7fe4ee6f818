#include "render/hotspots.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>

#include "render/json_write.h"

static void write_days(const char *name, CivilDate from, CivilDate to, FILE *out)
{
    char first[CIVIL_TEXT_SIZE], last[CIVIL_TEXT_SIZE];
    fprintf(out, "\"%s\":{\"from\":\"%s\",\"to\":\"%s\"", name, civil_format(from, first),
            civil_format(civil_add_days(to, -1), last));
}

int hotspots_json_write(const Hotspots *h, FILE *out)
{
    int days = civil_to_days(h->to) - civil_to_days(h->from);
    fputs("{\"area\":", out);
    if (json_write_text(h->area, out)) return -ENOMEM;
    fputc(',', out);
    write_days("period", h->from, h->to, out);
    fputs("},", out);
    write_days("previous", civil_add_days(h->from, -days), h->from, out);
    fprintf(out,
            ",\"known\":%s},\"distance_m\":%d,\"days\":%d,\"places\":%s,\"clusters\":%s,\"near_repeats\":%s,"
            "\"positions\":%s,\"positions_of_places\":%s,\"without_position\":%s}\n",
            h->previous_known ? "true" : "false", h->distance, h->days, h->places, h->clusters, h->near_repeats,
            h->positions, h->positions_of_places, h->without_position);
    return ferror(out) ? -EIO : 0;
}

/* --- CSV --- */

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static void text_field(CsvRow *row, const cJSON *value)
{
    csv_row_text(row, cJSON_IsString(value) ? value->valuestring : NULL);
}

static void number_field(CsvRow *row, const cJSON *value, int decimals)
{
    if (!cJSON_IsNumber(value))
        csv_row_empty(row);
    else
        csv_row_decimal(row, value->valuedouble, decimals);
}

/* A place, a cluster or the near-repeats: what it has not is an empty field. */
static void write_row(CsvRow *row, const char *section, const cJSON *item, const char *name, const char *count)
{
    const cJSON *is_new = member(item, "new"), *position = member(item, "position");
    csv_row_text(row, section);
    text_field(row, member(item, name));
    number_field(row, member(item, count), 0);
    number_field(row, member(item, "previous"), 0);
    csv_row_text(row, cJSON_IsBool(is_new) ? (cJSON_IsTrue(is_new) ? "true" : "false") : NULL);
    text_field(row, member(item, "top_category"));
    number_field(row, member(position, "lat"), 6);
    number_field(row, member(position, "lon"), 6);
    number_field(row, member(item, "radius_m"), 0);
    number_field(row, member(item, "expected"), 1);
    csv_row_end(row);
}

static int write_list(CsvRow *row, const char *section, const char *json, const char *name)
{
    cJSON *list = cJSON_Parse(json);
    if (!cJSON_IsArray(list)) {
        cJSON_Delete(list);
        return -EBADMSG;
    }
    const cJSON *item;
    cJSON_ArrayForEach(item, list) write_row(row, section, item, name, "count");
    cJSON_Delete(list);
    return 0;
}

static void write_count(CsvRow *row, const char *section, const char *count)
{
    csv_row_text(row, section);
    csv_row_empty(row);
    csv_row_integer(row, strtoll(count, NULL, 10));
    for (int i = 0; i < 7; i++)
        csv_row_empty(row);
    csv_row_end(row);
}

int hotspots_csv_write(const Hotspots *h, CsvDialect dialect, FILE *out)
{
    static const char *const head[] = {"section",      "name", "count", "previous", "new",
                                       "top_category", "lat",  "lon",   "radius_m", "expected"};
    CsvRow row = {.out = out, .dialect = dialect};
    csv_row_begin_file(&row);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        csv_row_text(&row, head[i]);
    csv_row_end(&row);
    cJSON *near = cJSON_Parse(h->near_repeats);
    int rc = near ? write_list(&row, "place", h->places, "name") : -EBADMSG;
    if (!rc) rc = write_list(&row, "cluster", h->clusters, "place");
    if (!rc) {
        write_row(&row, "near_repeats", near, "name", "pairs");
        write_count(&row, "positions", h->positions);
        write_count(&row, "positions_of_places", h->positions_of_places);
        write_count(&row, "without_position", h->without_position);
    }
    cJSON_Delete(near);
    return rc ? rc : ferror(out) ? -EIO : 0;
}
