#include "render/incidents.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "render/csv_row.h"
#include "util/json_build.h"

int incidents_json_write(const char *const *items, size_t count, const char *next_cursor, FILE *out)
{
    fputs("{\"items\":[", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? ",\n" : "", items[i]);
    if (next_cursor) /* base64url: nothing in it to escape */
        fprintf(out, "],\"next_cursor\":\"%s\"}\n", next_cursor);
    else
        fputs("],\"next_cursor\":null}\n", out);
    return ferror(out) ? -EIO : 0;
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* {type: Point, coordinates: [lon, lat]} or null, from {lat, lon} or null. */
static cJSON *geometry(const cJSON *position)
{
    const cJSON *lat = member(position, "lat"), *lon = member(position, "lon");
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon)) return cJSON_CreateNull();
    double place[2] = {lon->valuedouble, lat->valuedouble};
    cJSON *point = cJSON_CreateObject();
    if (json_add_text(point, "type", "Point") && json_add_item(point, "coordinates", cJSON_CreateDoubleArray(place, 2)))
        return point;
    cJSON_Delete(point);
    return NULL;
}

/* Takes over `incident`, which becomes the properties. */
static char *feature(cJSON *incident)
{
    cJSON *root = cJSON_CreateObject(), *id = cJSON_DetachItemFromObjectCaseSensitive(incident, "id");
    cJSON *position = cJSON_DetachItemFromObjectCaseSensitive(incident, "position");
    bool made = json_add_text(root, "type", "Feature");
    made = json_add_item(root, "id", id) && made;
    made = json_add_item(root, "geometry", geometry(position)) && made;
    made = json_add_item(root, "properties", incident) && made;
    char *text = made ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(position);
    cJSON_Delete(root);
    return text;
}

/* --- CSV --- */

static CsvRow begin_row(IncidentsForm form, FILE *out)
{
    return (CsvRow){.out = out, .dialect = form == INCIDENTS_EXCEL ? CSV_EXCEL_SV : CSV_PLAIN};
}

static void text_field(CsvRow *row, const cJSON *value)
{
    csv_row_text(row, cJSON_IsString(value) ? value->valuestring : NULL);
}

static void time_field(CsvRow *row, const cJSON *value)
{
    csv_row_time(row, cJSON_IsString(value) ? value->valuestring : NULL);
}

static void number_field(CsvRow *row, const cJSON *value, int decimals)
{
    if (cJSON_IsNumber(value))
        csv_row_decimal(row, value->valuedouble, decimals);
    else
        csv_row_empty(row);
}

/* Strings, or the strings named `name` of objects, with a space between. */
static int list_field(CsvRow *row, const cJSON *list, const char *name)
{
    char *text = NULL;
    size_t len;
    FILE *joined = open_memstream(&text, &len);
    if (!joined) return -ENOMEM;
    const cJSON *item;
    bool first = true;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *value = name ? member(item, name) : item;
        if (!cJSON_IsString(value)) continue;
        fprintf(joined, "%s%s", first ? "" : " ", value->valuestring);
        first = false;
    }
    bool failed = fclose(joined) != 0;
    if (!failed) csv_row_text(row, text);
    free(text);
    return failed ? -ENOMEM : 0;
}

static int incident_row(CsvRow *row, const cJSON *incident)
{
    static const char *const rest[] = {"title", "text"};
    static const char *const last[] = {"source", "organisation", "report_id", "status"};
    text_field(row, member(incident, "id"));
    text_field(row, member(incident, "municipality"));
    time_field(row, member(incident, "occurred_at"));
    text_field(row, member(incident, "precision"));
    if (list_field(row, member(incident, "areas"), "code")) return -ENOMEM;
    text_field(row, member(member(incident, "category"), "code"));
    text_field(row, member(incident, "place"));
    number_field(row, member(member(incident, "position"), "lat"), 6);
    number_field(row, member(member(incident, "position"), "lon"), 6);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        text_field(row, member(incident, rest[i]));
    if (list_field(row, member(incident, "flags"), NULL)) return -ENOMEM;
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        text_field(row, member(incident, last[i]));
    time_field(row, member(incident, "created_at"));
    csv_row_end(row);
    return 0;
}

static void csv_head(CsvRow row)
{
    static const char *const head[] = {"id",     "municipality", "occurred_at", "precision", "areas",     "category",
                                       "place",  "lat",          "lon",         "title",     "text",      "flags",
                                       "source", "organisation", "report_id",   "status",    "created_at"};
    csv_row_begin_file(&row);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        csv_row_text(&row, head[i]);
    csv_row_end(&row);
}

/* --- either --- */

void incidents_begin(IncidentsForm form, FILE *out)
{
    if (form != INCIDENTS_GEOJSON)
        csv_head(begin_row(form, out));
    else
        fputs("{\"type\":\"FeatureCollection\",\"features\":[", out);
}

int incidents_add(IncidentsForm form, const char *item, bool first, FILE *out)
{
    cJSON *incident = cJSON_Parse(item);
    if (!incident) return -EBADMSG;
    if (form != INCIDENTS_GEOJSON) {
        CsvRow row = begin_row(form, out);
        int rc = incident_row(&row, incident);
        cJSON_Delete(incident);
        return rc;
    }
    char *text = feature(incident);
    if (!text) return -ENOMEM;
    fprintf(out, "%s%s", first ? "" : ",\n", text);
    cJSON_free(text);
    return 0;
}

void incidents_end(IncidentsForm form, uint64_t count, FILE *out)
{
    CsvRow row = begin_row(form, out);
    if (form == INCIDENTS_GEOJSON) fprintf(out, "],\"numberReturned\":%" PRIu64 "}\n", count);
    if (form != INCIDENTS_EXCEL) return;
    csv_row_text(&row, "Antal rader");
    csv_row_integer(&row, (int64_t)count);
    csv_row_end(&row);
}
