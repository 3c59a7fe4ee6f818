#include "flow/observation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/arrival/personal.h"
#include "core/place/locate.h"
#include "flow/reading.h"
#include "util/clock.h"
#include "util/compose.h"
#include "util/json_build.h"
#include "util/uuid.h"

/* Sweden with its economic zone, WGS 84; a position outside is a mistake, most often latitude and longitude swapped. */
static const double lat_min = 54.5, lat_max = 69.5, lon_min = 10.0, lon_max = 24.5;

/* What was sent, checked. */
typedef struct Observation {
    const char *text, *place, *source, *organisation, *key;
    bool has_observed_at, has_position;
    int64_t observed_ms;
    CategoryId category;
    MunicipalityId municipality;
    double lat, lon;
} Observation;

static const char *text_member(const cJSON *json, const char *name, size_t max, Faults *faults)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!value || cJSON_IsNull(value)) return NULL;
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/%s", name);
    if (!cJSON_IsString(value)) {
        faults_add(faults, pointer, "ska vara en sträng");
        return NULL;
    }
    size_t len = strlen(value->valuestring);
    if (len == 0) faults_add(faults, pointer, "får inte vara tom");
    if (len > max) faults_add(faults, pointer, "är längre än %zu byte", max);
    return value->valuestring;
}

/* A member that names somebody: there must be something in it. */
static const char *name_member(const cJSON *json, const char *name, size_t max, Faults *faults)
{
    const char *text = text_member(json, name, max, faults);
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/%s", name);
    if (text && *text && !text[strspn(text, " \t\r\n")]) faults_add(faults, pointer, "får inte vara tom");
    return text;
}

static void read_observed_at(Observation *o, const cJSON *json, int64_t now_ms, Faults *faults)
{
    const char *time = text_member(json, "observed_at", 40, faults);
    if (!time) return;
    if (!clock_parse(time, strlen(time), &o->observed_ms))
        faults_add(faults, "/observed_at", "ska vara en tid med tidszon, som 2026-03-14T22:05:00+01:00");
    else if (o->observed_ms > now_ms + OBSERVATION_AHEAD_MS)
        faults_add(faults, "/observed_at", "ligger i framtiden");
    else
        o->has_observed_at = true;
}

bool observation_is_in_sweden(double lat, double lon)
{
    return lat >= lat_min && lat <= lat_max && lon >= lon_min && lon <= lon_max;
}

static void read_position(Observation *o, const cJSON *json, Faults *faults)
{
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(json, "position");
    if (!position || cJSON_IsNull(position)) return;
    const cJSON *lat = cJSON_GetObjectItemCaseSensitive(position, "lat");
    const cJSON *lon = cJSON_GetObjectItemCaseSensitive(position, "lon");
    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon)) {
        faults_add(faults, "/position", "ska vara ett objekt med talen lat och lon");
        return;
    }
    o->lat = lat->valuedouble;
    o->lon = lon->valuedouble;
    o->has_position = observation_is_in_sweden(o->lat, o->lon);
    if (o->has_position) return;
    bool swapped = observation_is_in_sweden(o->lon, o->lat);
    faults_add(faults, "/position", swapped ? "lat och lon verkar vara omkastade" : "ligger utanför Sverige");
}

/* What an observation may hold. */
static const char *const members[] = {"text",   "observed_at",  "category",     "place",           "position",
                                      "source", "organisation", "municipality", "idempotency_key", NULL};

static void read_names(Observation *o, const cJSON *json, const ObservationContext *c, Faults *faults)
{
    const char *category = text_member(json, "category", 60, faults);
    o->category = category ? knowledge_find_category(c->knowledge, category) : CATEGORY_NONE;
    if (category && o->category == CATEGORY_NONE)
        faults_add(faults, "/category", "är ingen kategori; GET /v1/categories räknar upp dem");
    const char *municipality = text_member(json, "municipality", 80, faults);
    o->municipality = municipality ? knowledge_find_municipality(c->knowledge, municipality) : c->municipality;
    if (municipality && o->municipality == MUNICIPALITY_NONE)
        faults_add(faults, "/municipality", "är ingen känd kommun");
    else if (municipality && c->municipality != MUNICIPALITY_NONE && o->municipality != c->municipality)
        faults_add(faults, "/municipality", "nyckeln gäller en annan kommun");
}

static int read_members(Observation *o, const cJSON *json, const char *key, const ObservationContext *c, Faults *faults)
{
    *o = (Observation){0};
    if (!cJSON_IsObject(json)) {
        faults_add(faults, "", "ska vara ett objekt");
        return -EINVAL;
    }
    faults_unknown_members(faults, json, members, "hör inte till en observation");
    o->text = text_member(json, "text", OBSERVATION_TEXT_MAX, faults);
    if (!o->text && !cJSON_GetObjectItemCaseSensitive(json, "text")) faults_add(faults, "/text", "saknas");
    if (o->text && *o->text && strspn(o->text, " \t\r\n") == strlen(o->text))
        faults_add(faults, "/text", "får inte vara tom");
    if (cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "text"))) faults_add(faults, "/text", "får inte vara null");
    o->place = text_member(json, "place", 200, faults);
    const char *source = name_member(json, "source", 60, faults);
    o->source = source ? source : c->source;
    const char *organisation = name_member(json, "organisation", 200, faults);
    o->organisation = organisation ? organisation : c->organisation;
    const char *own_key = text_member(json, "idempotency_key", 255, faults);
    o->key = own_key ? own_key : key;
    read_observed_at(o, json, c->now_ms, faults);
    read_position(o, json, faults);
    read_names(o, json, c, faults);
    return faults->count ? -EINVAL : 0;
}

static int read_words(MaskedReading *reading, Arena *arena, const Observation *o, const char *text,
                      MunicipalityId municipality, const ObservationContext *c)
{
    int minute;
    CivilDate date = clock_local(o->has_observed_at ? o->observed_ms : c->now_ms, &minute);
    ReadInput input = {.text = text,
                       .len = strlen(text),
                       .kind = READ_OBSERVATION,
                       .municipality = municipality,
                       .date = date,
                       .sent_minute = minute};
    return reading_make(reading, arena, c->knowledge, &input);
}

/* The municipality a text without a known sender tells of. */
static MunicipalityId told(const MaskedReading *reading, const ObservationContext *c)
{
    const ReadIncident *incident = &reading->reading.incidents[0];
    if (incident->area_count == 0) return c->otherwise;
    return knowledge_area(c->knowledge, incident->areas[0].area)->municipality;
}

/* When the text has no clock of its own, it was seen when the sender says it was, or sometime on the day it came. */
static bool settle_time(cJSON *row, const When *when, const Observation *o, CivilDate seen)
{
    if (when->precision == WHEN_MINUTE || when->precision == WHEN_HOUR) return true;
    bool other_day = when->precision == WHEN_DAY && civil_compare(when->date, seen) != 0;
    if (!o->has_observed_at || other_day)
        return when->precision == WHEN_DAY || when->precision == WHEN_PERIOD ||
               reading_set_local_time(row, seen, -1, "day");
    char time[CLOCK_TEXT_SIZE];
    cJSON_DeleteItemFromObjectCaseSensitive(row, "occurred_local");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "precision");
    return json_add_text(row, "occurred_at", clock_format(o->observed_ms, time)) &&
           json_add_text(row, "precision", "minute");
}

/* True when `area` is `other` or lies somewhere in it. */
static bool is_within(const Knowledge *k, AreaId area, AreaId other)
{
    for (; area != AREA_NONE; area = knowledge_area(k, area)->parent)
        if (area == other) return true;
    return false;
}

static bool replace_areas(cJSON *row, const Area *area, const char *rule, const char *evidence)
{
    cJSON *areas = cJSON_CreateArray();
    cJSON_DeleteItemFromObjectCaseSensitive(row, "areas");
    return json_add_item(row, "areas", areas) && reading_add_area(areas, area->code, 1, rule, evidence);
}

/* A position decides the area, unless the words name a nearer one inside it. */
static bool apply_position(cJSON *row, const ReadIncident *incident, const Observation *o, MunicipalityId municipality,
                           const Knowledge *k)
{
    if (!o->has_position) return true;
    if (!json_add_number(row, "lat", o->lat) || !json_add_number(row, "lon", o->lon)) return false;
    AreaId area = locate_point(k, o->lat, o->lon);
    if (area == AREA_NONE || knowledge_area(k, area)->municipality != municipality) return true;
    for (uint32_t i = 0; i < incident->area_count; i++)
        if (is_within(k, incident->areas[i].area, area)) return true;
    char evidence[48];
    snprintf(evidence, sizeof evidence, "%.5f, %.5f", o->lat, o->lon);
    return replace_areas(row, knowledge_area(k, area), "position", evidence);
}

/* The place that the sender named decides over what the words say. */
static int apply_place(cJSON *row, Faults *personal, Arena *arena, const Observation *o, MunicipalityId municipality,
                       const ObservationContext *c)
{
    if (!o->place) return 0;
    MaskedReading named;
    int r = read_words(&named, arena, o, o->place, municipality, c);
    if (r < 0) return r;
    personal_tell(personal, "/place", named.reading.pii, named.reading.pii_count);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "place");
    if (!json_add_bytes(row, "place", named.text, named.len)) return -ENOMEM;
    const ReadIncident *place = &named.reading.incidents[0];
    if (place->area_count == 0) return 0;
    const Area *area = knowledge_area(c->knowledge, place->areas[0].area);
    if (area->municipality != municipality) return 0;
    char *evidence = arena_strndup(arena, named.text, named.len);
    return evidence && replace_areas(row, area, "sender-place", evidence) ? 0 : -ENOMEM;
}

/* What the sender has said is not in doubt. */
static bool settle_review(cJSON *row, const Observation *o)
{
    cJSON *review = cJSON_GetObjectItemCaseSensitive(row, "review");
    for (int i = cJSON_GetArraySize(review) - 1; i >= 0; i--) {
        const char *reason = cJSON_GetArrayItem(review, i)->valuestring;
        bool settled = (strcmp(reason, "category") == 0 && o->category != CATEGORY_NONE) ||
                       (strcmp(reason, "area") == 0 && (o->place || o->has_position) && reading_row_has_area(row));
        if (settled) cJSON_DeleteItemFromArray(review, i);
    }
    if (cJSON_GetArraySize(review) > 0) return true;
    cJSON_DeleteItemFromObjectCaseSensitive(row, "status");
    return json_add_text(row, "status", "tagged");
}

/* The id that a key always gives, within the municipality. */
static bool apply_key(cJSON *row, Arena *arena, const Observation *o, const char *municipality)
{
    if (!o->key) return true;
    char id[UUID_TEXT_SIZE];
    const char *name = arena_printf(arena, "observation:%s:%s", municipality, o->key);
    if (!name) return false;
    cJSON_DeleteItemFromObjectCaseSensitive(row, "incident");
    return json_add_text(row, "incident", uuid_from_name(name, strlen(name), id));
}

static int settle(cJSON *row, Faults *personal, Arena *arena, const MaskedReading *reading, const Observation *o,
                  MunicipalityId municipality, const ObservationContext *c, CivilDate seen)
{
    const ReadIncident *incident = &reading->reading.incidents[0];
    if (!settle_time(row, &incident->when, o, seen) || !apply_position(row, incident, o, municipality, c->knowledge) ||
        !apply_key(row, arena, o, knowledge_municipality(c->knowledge, municipality)->code))
        return -ENOMEM;
    int r = apply_place(row, personal, arena, o, municipality, c);
    if (r < 0) return r;
    if (o->category != CATEGORY_NONE &&
        !reading_set_category(row, knowledge_category(c->knowledge, o->category)->code, "sender", ""))
        return -ENOMEM;
    return settle_review(row, o) ? 0 : -ENOMEM;
}

/* Who sent it is compared byte for byte. */
static bool compose_names(Observation *o, Arena *arena)
{
    o->source = compose_name(arena, o->source);
    if (!o->source || !o->organisation) return o->source;
    o->organisation = compose_name(arena, o->organisation);
    return o->organisation;
}

int observation_read(cJSON **out, Faults *personal, Arena *arena, const cJSON *json, const char *key,
                     const ObservationContext *c, Faults *faults)
{
    Observation o;
    int r = read_members(&o, json, key, c, faults);
    if (r < 0) return r;
    if (!compose_names(&o, arena)) return -ENOMEM;
    MaskedReading reading;
    MunicipalityId municipality = o.municipality;
    r = read_words(&reading, arena, &o, o.text, municipality, c);
    if (r == 0 && municipality == MUNICIPALITY_NONE) {
        municipality = told(&reading, c);
        r = read_words(&reading, arena, &o, o.text, municipality, c);
    }
    if (r < 0) return r;
    personal_tell(personal, "/text", reading.reading.pii, reading.reading.pii_count);
    CivilDate seen = clock_local(o.has_observed_at ? o.observed_ms : c->now_ms, NULL);
    IncidentOrigin origin = {.municipality = knowledge_municipality(c->knowledge, municipality)->code,
                             .source = o.source,
                             .organisation = o.organisation,
                             .created_by = c->created_by,
                             .date = seen,
                             .now_ms = c->now_ms};
    cJSON *row = reading_incident_row(&reading, &reading.reading.incidents[0], c->knowledge, &origin, 0, arena);
    if (!row) return -ENOMEM;
    r = settle(row, personal, arena, &reading, &o, municipality, c, seen);
    if (r < 0)
        cJSON_Delete(row);
    else
        *out = row;
    return r;
}
