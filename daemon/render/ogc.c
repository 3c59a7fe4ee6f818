#include "render/ogc.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/json_write.h"
#include "util/json_build.h"
#include "util/memstream.h"

#define CRS84 "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

static const char json_type[] = "application/json", geojson_type[] = "application/geo+json";

static const struct {
    const char *name, *title, *description;
} collections[] = {
    [OGC_INCIDENTS] = {"incidents", "Händelser",
                       "Händelser ur rapporter och iakttagelser, utan personuppgifter. En händelse utan känd punkt har "
                       "ingen geometri."},
    [OGC_INCIDENT_POINTS] = {"incident-points", "Händelser med känd punkt",
                             "De av händelserna som har en punkt, så att kartprogram kan rita dem."},
    [OGC_AREAS] = {"areas", "Områden", "Kommunernas områden. Ett område vars gräns inte är inlagd har ingen geometri."},
};

const char *ogc_collection_name(OgcCollection collection)
{
    return collections[collection].name;
}

/* --- links --- */

/* `path` is put after `base`. */
static bool add_link(cJSON *links, const char *rel, const char *type, const char *title, const char *base,
                     const char *path)
{
    char *href = NULL;
    if (asprintf(&href, "%s%s", base, path) < 0) return false;
    cJSON *link = cJSON_CreateObject();
    bool made = json_add_text(link, "href", href) && json_add_text(link, "rel", rel) &&
                json_add_text(link, "type", type) && json_add_text(link, "title", title);
    free(href);
    return json_append(links, link) && made;
}

static bool add_collection_link(cJSON *links, const char *rel, OgcCollection collection, const char *base, bool items)
{
    char path[64];
    snprintf(path, sizeof path, "/collections/%s%s", collections[collection].name, items ? "/items" : "");
    return add_link(links, rel, items ? geojson_type : json_type, collections[collection].title, base, path);
}

/* --- what there is --- */

int ogc_landing_write(const char *base, FILE *out)
{
    /* The description lies beside us, at the service's root. */
    const char *slash = strrchr(base, '/');
    char *root = strndup(base, slash ? (size_t)(slash - base) : 0);
    if (!root) return -ENOMEM;
    cJSON *page = cJSON_CreateObject(), *links = cJSON_CreateArray();
    bool made = json_add_text(page, "title", "Lägesbild") &&
                json_add_text(page, "description", "Händelser och områden för QGIS och andra kartprogram.");
    made = json_add_item(page, "links", links) && made &&
           add_link(links, "self", json_type, "Den här sidan", base, "/") &&
           add_link(links, "service-desc", "application/vnd.oai.openapi+json;version=3.1", "Gränssnittets beskrivning",
                    root, "/openapi.json") &&
           add_link(links, "conformance", json_type, "Vad tjänsten följer", base, "/conformance") &&
           add_link(links, "data", json_type, "Samlingarna", base, "/collections");
    free(root);
    return json_write_line(page, made, out);
}

int ogc_conformance_write(FILE *out)
{
    static const char *const classes[] = {
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    };
    cJSON *page = cJSON_CreateObject(), *list = cJSON_CreateArray();
    bool made = json_add_item(page, "conformsTo", list);
    for (size_t i = 0; made && i < sizeof classes / sizeof *classes; i++)
        made = json_append_text(list, classes[i]);
    return json_write_line(page, made, out);
}

static bool add_box(cJSON *extent, const double box[static 4])
{
    cJSON *spatial = cJSON_CreateObject(), *boxes = cJSON_CreateArray();
    bool made = json_append(boxes, cJSON_CreateDoubleArray(box, 4));
    made = json_add_item(spatial, "bbox", boxes) && made && json_add_text(spatial, "crs", CRS84);
    return json_add_item(extent, "spatial", spatial) && made;
}

/* Since then, and still. */
static bool add_interval(cJSON *extent, const char *since)
{
    cJSON *temporal = cJSON_CreateObject(), *intervals = cJSON_CreateArray(), *interval = cJSON_CreateArray();
    bool made = json_append_text(interval, since) && json_append(interval, cJSON_CreateNull());
    made = json_append(intervals, interval) && made;
    made = json_add_item(temporal, "interval", intervals) && made &&
           json_add_text(temporal, "trs", "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian");
    return json_add_item(extent, "temporal", temporal) && made;
}

static cJSON *describe(const char *base, OgcCollection collection, const OgcExtent *extent)
{
    cJSON *page = cJSON_CreateObject(), *links = cJSON_CreateArray(), *crs = cJSON_CreateArray();
    bool made = json_add_text(page, "id", collections[collection].name) &&
                json_add_text(page, "title", collections[collection].title) &&
                json_add_text(page, "description", collections[collection].description) &&
                json_add_text(page, "itemType", "feature");
    if (extent->has_box || extent->since) {
        cJSON *known = cJSON_CreateObject();
        made = made && (!extent->has_box || add_box(known, extent->box)) &&
               (!extent->since || add_interval(known, extent->since));
        made = json_add_item(page, "extent", known) && made;
    }
    made = json_append_text(crs, CRS84) && made;
    made = json_add_item(page, "crs", crs) && made;
    made = json_add_item(page, "links", links) && made && add_collection_link(links, "self", collection, base, false) &&
           add_collection_link(links, "items", collection, base, true);
    if (made) return page;
    cJSON_Delete(page);
    return NULL;
}

int ogc_collections_write(const char *base, const OgcExtent extents[static OGC_COLLECTIONS], FILE *out)
{
    cJSON *page = cJSON_CreateObject(), *links = cJSON_CreateArray(), *list = cJSON_CreateArray();
    bool made =
        json_add_item(page, "links", links) && add_link(links, "self", json_type, "Samlingarna", base, "/collections");
    made = json_add_item(page, "collections", list) && made;
    for (int c = 0; made && c < OGC_COLLECTIONS; c++)
        made = json_append(list, describe(base, (OgcCollection)c, &extents[c]));
    return json_write_line(page, made, out);
}

int ogc_collection_write(const char *base, OgcCollection collection, const OgcExtent *extent, FILE *out)
{
    cJSON *page = describe(base, collection, extent);
    return json_write_line(page, page != NULL, out);
}

/* --- features --- */

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* As it is; what is absent becomes null. */
static bool take(cJSON *to, const char *as, const cJSON *value)
{
    return json_add_item(to, as, value ? cJSON_Duplicate(value, true) : cJSON_CreateNull());
}

/* A number that always has decimals: GDAL takes a column whose first ten are whole for one of integers, and cuts the
 * others. */
static bool take_real(cJSON *to, const char *as, const cJSON *value)
{
    char text[32];
    if (!cJSON_IsNumber(value)) return take(to, as, value);
    snprintf(text, sizeof text, "%.3f", value->valuedouble);
    return json_add_item(to, as, cJSON_CreateRaw(text));
}

/* Strings, or the codes of objects, with commas between; null for none. */
static bool take_list(cJSON *to, const char *as, const cJSON *list)
{
    char *text = NULL;
    size_t len = 0;
    const cJSON *item;
    bool first = true;
    FILE *joined = memstream_open(&text, &len);
    if (!joined) return false;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *value = cJSON_IsObject(item) ? member(item, "code") : item;
        if (!cJSON_IsString(value)) continue;
        fprintf(joined, "%s%s", first ? "" : ",", value->valuestring);
        first = false;
    }
    bool made = memstream_close(joined);
    made = made && json_add_text(to, as, first ? NULL : text);
    free(text);
    return made;
}

static bool take_category(cJSON *to, const cJSON *category, const Knowledge *knowledge)
{
    const cJSON *code = member(category, "code");
    CategoryId found =
        cJSON_IsString(code) ? knowledge_find_category(knowledge, code->valuestring) : (CategoryId)CATEGORY_NONE;
    return take(to, "category", code) &&
           json_add_text(to, "category_name",
                         found == CATEGORY_NONE ? NULL : knowledge_category(knowledge, found)->name) &&
           take_real(to, "category_confidence", member(category, "confidence"));
}

static cJSON *properties(const cJSON *incident, const Knowledge *knowledge)
{
    static const char *const last[] = {"source", "organisation", "report_id", "status", "created_at"};
    cJSON *to = cJSON_CreateObject();
    const cJSON *areas = member(incident, "areas");
    bool made = take(to, "municipality", member(incident, "municipality")) &&
                take(to, "occurred_at", member(incident, "occurred_at")) &&
                take(to, "precision", member(incident, "precision")) &&
                take(to, "area", member(cJSON_GetArrayItem(areas, 0), "code")) && take_list(to, "areas", areas) &&
                take_category(to, member(incident, "category"), knowledge) &&
                take(to, "place", member(incident, "place")) && take(to, "title", member(incident, "title")) &&
                take(to, "text", member(incident, "text")) && take_list(to, "flags", member(incident, "flags"));
    for (size_t i = 0; made && i < sizeof last / sizeof *last; i++)
        made = take(to, last[i], member(incident, last[i]));
    if (made) return to;
    cJSON_Delete(to);
    return NULL;
}

static cJSON *point(const cJSON *position)
{
    const cJSON *lat = member(position, "lat"), *lon = member(position, "lon");
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon)) return cJSON_CreateNull();
    const double place[2] = {lon->valuedouble, lat->valuedouble};
    cJSON *made = cJSON_CreateObject();
    if (json_add_text(made, "type", "Point") && json_add_item(made, "coordinates", cJSON_CreateDoubleArray(place, 2)))
        return made;
    cJSON_Delete(made);
    return NULL;
}

/* NULL without memory. */
static cJSON *incident_feature(const cJSON *incident, const Knowledge *knowledge)
{
    cJSON *feature = cJSON_CreateObject();
    bool made = json_add_text(feature, "type", "Feature") && take(feature, "id", member(incident, "id"));
    made = json_add_item(feature, "geometry", point(member(incident, "position"))) && made;
    made = json_add_item(feature, "properties", properties(incident, knowledge)) && made;
    if (made) return feature;
    cJSON_Delete(feature);
    return NULL;
}

static cJSON *area_feature(const Feature *area)
{
    cJSON *feature = cJSON_CreateObject();
    bool made = json_add_text(feature, "type", "Feature") && json_add_text(feature, "id", area->id);
    made = json_add_item(feature, "geometry", cJSON_CreateRaw(area->geometry ? area->geometry : "null")) && made;
    made = json_add_item(feature, "properties", cJSON_CreateRaw(area->json)) && made;
    if (made) return feature;
    cJSON_Delete(feature);
    return NULL;
}

/* --- pages --- */

static void begin(FILE *out)
{
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", out);
}

static int add(cJSON *feature, bool first, FILE *out)
{
    if (!first) fputs(",\n", out);
    return json_write_line(feature, feature != NULL, out);
}

static int end(const OgcPage *page, size_t count, FILE *out)
{
    cJSON *links = cJSON_CreateArray();
    bool made = add_link(links, "self", geojson_type, "Den här sidan", page->self, "") &&
                (!page->next || add_link(links, "next", geojson_type, "Nästa sida", page->next, "")) &&
                add_collection_link(links, "collection", page->collection, page->base, false);
    fputs("],\"links\":", out);
    int rc = json_write_line(links, made, out);
    fprintf(out, ",\"timeStamp\":\"%s\",\"numberReturned\":%zu}\n", page->time, count);
    return rc;
}

int ogc_incidents_write(const OgcPage *page, const char *const *items, size_t count, const Knowledge *knowledge,
                        FILE *out)
{
    begin(out);
    for (size_t i = 0; i < count; i++) {
        cJSON *incident = cJSON_Parse(items[i]);
        if (!incident) return -EBADMSG;
        int rc = add(incident_feature(incident, knowledge), i == 0, out);
        cJSON_Delete(incident);
        if (rc) return rc;
    }
    return end(page, count, out);
}

int ogc_areas_write(const OgcPage *page, const Feature *areas, size_t count, FILE *out)
{
    begin(out);
    for (size_t i = 0; i < count; i++) {
        int rc = add(area_feature(&areas[i]), i == 0, out);
        if (rc) return rc;
    }
    return end(page, count, out);
}

/* --- one --- */

static int write_one(const char *base, const char *self, OgcCollection collection, cJSON *feature, FILE *out)
{
    cJSON *links = cJSON_CreateArray();
    bool made = feature && add_link(links, "self", geojson_type, "Den här", self, "") &&
                add_collection_link(links, "collection", collection, base, false);
    if (!feature) {
        cJSON_Delete(links);
        return -ENOMEM;
    }
    made = json_add_item(feature, "links", links) && made;
    return json_write_line(feature, made, out);
}

int ogc_incident_write(const char *base, const char *self, OgcCollection collection, const char *item,
                       const Knowledge *knowledge, FILE *out)
{
    cJSON *incident = cJSON_Parse(item);
    if (!incident) return -EBADMSG;
    const bool in_it = collection == OGC_INCIDENTS || cJSON_IsObject(member(incident, "position"));
    int rc = in_it ? write_one(base, self, collection, incident_feature(incident, knowledge), out) : -ENOENT;
    cJSON_Delete(incident);
    return rc;
}

int ogc_area_write(const char *base, const char *self, const Feature *area, FILE *out)
{
    return write_one(base, self, OGC_AREAS, area_feature(area), out);
}
