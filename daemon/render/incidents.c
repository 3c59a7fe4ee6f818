#include "render/incidents.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "render/csv_row.h"
#include "util/json_build.h"
#include "util/memstream.h"

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

/* The columns, in the file's order. */
enum {
    FIELD_ID,
    FIELD_MUNICIPALITY,
    FIELD_OCCURRED_AT,
    FIELD_PRECISION,
    FIELD_AREAS,
    FIELD_CATEGORY,
    FIELD_PLACE,
    FIELD_LAT,
    FIELD_LON,
    FIELD_TITLE,
    FIELD_TEXT,
    FIELD_FLAGS,
    FIELD_SOURCE,
    FIELD_ORGANISATION,
    FIELD_REPORT_ID,
    FIELD_STATUS,
    FIELD_CREATED_AT,
};
_Static_assert(FIELD_CREATED_AT + 1 == INCIDENT_FIELDS, "a column without a name, or a name without a column");

enum { DECIMALS = 6 }; /* of a degree: a decimetre */

static void degrees(CsvRow *row, const char *text)
{
    if (text)
        csv_row_decimal(row, strtod(text, NULL), DECIMALS);
    else
        csv_row_empty(row);
}

void incidents_add_fields(IncidentsForm form, const char *const fields[static INCIDENT_FIELDS], FILE *out)
{
    CsvRow row = begin_row(form, out);
    for (int f = 0; f < INCIDENT_FIELDS; f++) {
        if (f == FIELD_LAT || f == FIELD_LON)
            degrees(&row, fields[f]);
        else if (f == FIELD_OCCURRED_AT || f == FIELD_CREATED_AT)
            csv_row_time(&row, fields[f]);
        else
            csv_row_text(&row, fields[f]);
    }
    csv_row_end(&row);
}

static const char *text_of(const cJSON *value)
{
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

/* Strings, or the strings named `name` of objects, with a space between; to be freed. NULL without memory. */
static char *list_of(const cJSON *list, const char *name)
{
    char *text = NULL;
    size_t len;
    FILE *joined = memstream_open(&text, &len);
    if (!joined) return NULL;
    const cJSON *item;
    bool first = true;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *value = name ? member(item, name) : item;
        if (!cJSON_IsString(value)) continue;
        fprintf(joined, "%s%s", first ? "" : " ", value->valuestring);
        first = false;
    }
    if (memstream_close(joined)) return text;
    free(text);
    return NULL;
}

/* A coordinate with all its digits, or NULL where there is none. */
static const char *digits_of(const cJSON *value, char *text, size_t size)
{
    if (!cJSON_IsNumber(value)) return NULL;
    snprintf(text, size, "%.17g", value->valuedouble);
    return text;
}

static int incident_row(IncidentsForm form, const cJSON *incident, FILE *out)
{
    static const char *const plain[INCIDENT_FIELDS] = {
        [FIELD_ID] = "id",
        [FIELD_MUNICIPALITY] = "municipality",
        [FIELD_OCCURRED_AT] = "occurred_at",
        [FIELD_PRECISION] = "precision",
        [FIELD_PLACE] = "place",
        [FIELD_TITLE] = "title",
        [FIELD_TEXT] = "text",
        [FIELD_SOURCE] = "source",
        [FIELD_ORGANISATION] = "organisation",
        [FIELD_REPORT_ID] = "report_id",
        [FIELD_STATUS] = "status",
        [FIELD_CREATED_AT] = "created_at",
    };
    const char *fields[INCIDENT_FIELDS] = {0};
    char lat[32], lon[32], *areas = list_of(member(incident, "areas"), "code");
    char *flags = list_of(member(incident, "flags"), NULL);
    for (int f = 0; f < INCIDENT_FIELDS; f++)
        if (plain[f]) fields[f] = text_of(member(incident, plain[f]));
    fields[FIELD_AREAS] = areas;
    fields[FIELD_CATEGORY] = text_of(member(member(incident, "category"), "code"));
    fields[FIELD_LAT] = digits_of(member(member(incident, "position"), "lat"), lat, sizeof lat);
    fields[FIELD_LON] = digits_of(member(member(incident, "position"), "lon"), lon, sizeof lon);
    fields[FIELD_FLAGS] = flags;
    if (areas && flags) incidents_add_fields(form, fields, out);
    free(areas);
    free(flags);
    return areas && flags ? 0 : -ENOMEM;
}

static void csv_head(CsvRow row)
{
    static const char *const head[INCIDENT_FIELDS] = {
        "id",    "municipality", "occurred_at", "precision", "areas",        "category",  "place",  "lat",       "lon",
        "title", "text",         "flags",       "source",    "organisation", "report_id", "status", "created_at"};
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
        int rc = incident_row(form, incident, out);
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
