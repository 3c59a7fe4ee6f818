#include "flow/reading.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "core/pii/pii.h"
#include "util/clock.h"
#include "util/compose.h"
#include "util/json_build.h"
#include "util/uuid.h"

void reading_sha256(const char *bytes, size_t len, char out[static SHA256_HEX_SIZE])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)bytes, len);
    sodium_bin2hex(out, SHA256_HEX_SIZE, hash, sizeof hash);
}

int reading_make(MaskedReading *out, Arena *arena, const Knowledge *knowledge, const ReadInput *input)
{
    int r = read_text(&out->reading, arena, knowledge, input);
    if (r < 0) return r;
    uint32_t *moved = arena_calloc(arena, input->len + 1, sizeof *moved);
    if (!moved) return -ENOMEM;
    const Text received = {.bytes = input->text, .len = (uint32_t)input->len};
    out->moved = moved;
    const char *masked = pii_mask(&received, out->reading.pii, out->reading.pii_count, arena, &out->len, moved);
    out->text = masked ? compose_moved(arena, masked, &out->len, moved, input->len + 1) : NULL;
    return out->text ? 0 : -ENOMEM;
}

/* The masked words of a span, white space at its ends cut away. */
static const char *words(const MaskedReading *r, Span span, Arena *arena)
{
    uint32_t start = r->moved[span.start], end = r->moved[span.end];
    while (end > start && strchr(" \t\r\n", r->text[end - 1]))
        end--;
    while (start < end && strchr(" \t\r\n", r->text[start]))
        start++;
    return arena_strndup(arena, r->text + start, end - start);
}

/* "Köpmanvägen; Bro" */
static const char *evidence_words(const MaskedReading *r, const Evidence *evidence, Arena *arena)
{
    const char *all = "";
    for (uint8_t i = 0; all && i < evidence->span_count; i++) {
        const char *one = words(r, evidence->spans[i], arena);
        if (!one) return NULL;
        all = !*all ? one : arena_printf(arena, "%s; %s", all, one);
    }
    return all;
}

bool reading_add_area(cJSON *areas, const char *code, double confidence, const char *rule, const char *evidence)
{
    cJSON *area = cJSON_CreateObject();
    return json_append(areas, area) && json_add_text(area, "area", code) &&
           json_add_number(area, "confidence", confidence) && json_add_text(area, "rule", rule) &&
           json_add_text(area, "evidence", evidence);
}

bool reading_row_has_area(const cJSON *row)
{
    return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(row, "areas")) > 0;
}

static bool add_areas(cJSON *row, const MaskedReading *r, const ReadIncident *incident, const Knowledge *k,
                      const IncidentOrigin *origin, Arena *arena)
{
    cJSON *areas = cJSON_CreateArray();
    if (!json_add_item(row, "areas", areas)) return false;
    for (uint32_t i = 0; i < incident->area_count; i++) {
        const AreaTag *tag = &incident->areas[i];
        const Area *area = knowledge_area(k, tag->area);
        if (strcmp(knowledge_municipality(k, area->municipality)->code, origin->municipality) != 0) continue;
        const char *evidence = evidence_words(r, &tag->evidence, arena);
        if (!evidence || !reading_add_area(areas, area->code, tag->confidence, tag->evidence.rule, evidence))
            return false;
    }
    return true;
}

static bool add_category(cJSON *row, const MaskedReading *r, const CategoryTag *tag, const Knowledge *k, Arena *arena)
{
    const char *evidence = evidence_words(r, &tag->evidence, arena);
    return evidence && json_add_text(row, "category", knowledge_category(k, tag->category)->code) &&
           json_add_number(row, "category_confidence", tag->confidence) &&
           json_add_text(row, "category_rule", tag->evidence.rule) && json_add_text(row, "category_evidence", evidence);
}

bool reading_set_category(cJSON *row, const char *code, const char *rule, const char *evidence)
{
    static const char *const members[] = {"category", "category_confidence", "category_rule", "category_evidence"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(row, members[i]);
    return json_add_text(row, "category", code) && json_add_number(row, "category_confidence", 1) &&
           json_add_text(row, "category_rule", rule) && json_add_text(row, "category_evidence", evidence);
}

bool reading_set_local_time(cJSON *row, CivilDate date, int minute, const char *precision)
{
    char day[CIVIL_TEXT_SIZE], local[CIVIL_TEXT_SIZE + 8];
    int of_day = minute < 0 ? 0 : minute;
    snprintf(local, sizeof local, "%s %02d:%02d", civil_format(date, day), of_day / 60 % 24, of_day % 60);
    cJSON_DeleteItemFromObjectCaseSensitive(row, "occurred_local");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "occurred_at");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "precision");
    return json_add_text(row, "occurred_local", local) && json_add_text(row, "precision", precision);
}

static bool add_time(cJSON *row, const When *when, const IncidentOrigin *origin)
{
    switch (when->precision) {
    case WHEN_MINUTE:
        return reading_set_local_time(row, when->date, when->minute, "minute");
    case WHEN_HOUR:
        return reading_set_local_time(row, when->date, when->minute, "hour");
    case WHEN_DAY:
        return reading_set_local_time(row, when->date, -1, "day");
    case WHEN_PERIOD:
        return reading_set_local_time(row, when->date, -1, "period");
    case WHEN_UNKNOWN:
        break;
    }
    return reading_set_local_time(row, origin->date, -1, "period");
}

static bool add_flags(cJSON *row, uint32_t flags)
{
    cJSON *list = cJSON_CreateArray();
    bool ok = json_add_item(row, "flags", list);
    for (int i = 0; ok && i < FLAG_COUNT; i++)
        if (flags & 1u << i) ok = json_append_text(list, read_flag_code(i));
    return ok;
}

static bool add_review(cJSON *row, uint32_t review)
{
    static const struct {
        uint32_t bit;
        const char *code;
    } reasons[] = {{REVIEW_CATEGORY, "category"}, {REVIEW_AREA, "area"}, {REVIEW_PII, "pii"}};
    cJSON *list = json_add_text(row, "status", review ? "review" : "tagged") ? cJSON_CreateArray() : NULL;
    bool ok = json_add_item(row, "review", list);
    for (size_t i = 0; ok && i < sizeof reasons / sizeof *reasons; i++)
        if (review & reasons[i].bit) ok = json_append_text(list, reasons[i].code);
    return ok;
}

cJSON *reading_pii_json(const Reading *reading, const Span *within)
{
    cJSON *list = cJSON_CreateArray();
    if (!list) return NULL;
    for (uint32_t i = 0; i < reading->pii_count; i++) {
        const Pii *pii = &reading->pii[i];
        uint32_t from = within ? within->start : 0;
        if (within && (pii->span.start < within->start || pii->span.end > within->end)) continue;
        cJSON *one = cJSON_CreateObject();
        if (!json_append(list, one) || !json_add_number(one, "start", pii->span.start - from) ||
            !json_add_number(one, "end", pii->span.end - from) ||
            !json_add_text(one, "kind", read_pii_code(pii->kind))) {
            cJSON_Delete(list);
            return NULL;
        }
    }
    return list;
}

/* The place's proper name where it is known, else the words that name it. */
static const char *place_name(const MaskedReading *r, const ReadIncident *incident, const Knowledge *k, Arena *arena)
{
    if (incident->place != PLACE_NONE) return knowledge_place(k, incident->place)->name;
    if (incident->place_words.start == incident->place_words.end) return NULL;
    return words(r, incident->place_words, arena);
}

/* The title as a line of its own: it begins with a capital. NULL without memory. */
static const char *title_of(const MaskedReading *r, const ReadIncident *incident, Arena *arena)
{
    const char *title = words(r, incident->title, arena);
    utf8proc_int32_t first;
    utf8proc_uint8_t capital[4];
    utf8proc_ssize_t len = title ? utf8proc_iterate((const utf8proc_uint8_t *)title, -1, &first) : 0;
    if (len <= 0 || utf8proc_toupper(first) == first) return title;
    utf8proc_ssize_t capital_len = utf8proc_encode_char(utf8proc_toupper(first), capital);
    return arena_printf(arena, "%.*s%s", (int)capital_len, (const char *)capital, title + len);
}

static bool add_origin(cJSON *row, const IncidentOrigin *origin, uint32_t ordinal)
{
    char id[UUID_TEXT_SIZE], published[CLOCK_TEXT_SIZE];
    return json_add_text(row, "municipality", origin->municipality) &&
           json_add_text(row, "incident", uuid_new((uint64_t)origin->now_ms, id)) &&
           json_add_text(row, "report", origin->report) && json_add_number(row, "ordinal", ordinal) &&
           json_add_text(row, "source", origin->source) && json_add_text(row, "organisation", origin->organisation) &&
           json_add_text(row, "created_by", origin->created_by) &&
           json_add_text(row, "published_at",
                         origin->published_ms ? clock_format(origin->published_ms, published) : NULL);
}

cJSON *reading_incident_row(const MaskedReading *r, const ReadIncident *incident, const Knowledge *k,
                            const IncidentOrigin *origin, uint32_t ordinal, Arena *arena)
{
    cJSON *row = cJSON_CreateObject();
    const char *text = words(r, incident->span, arena), *title = title_of(r, incident, arena);
    if (row && text && title && add_origin(row, origin, ordinal) && add_time(row, &incident->when, origin) &&
        add_category(row, r, &incident->category, k, arena) && add_areas(row, r, incident, k, origin, arena) &&
        json_add_text(row, "place", place_name(r, incident, k, arena)) &&
        json_add_text(row, "title", *title ? title : text) && json_add_text(row, "text", text) &&
        add_flags(row, incident->flags) && add_review(row, incident->review) &&
        json_add_item(row, "pii", reading_pii_json(&r->reading, &incident->span)))
        return row;
    cJSON_Delete(row);
    return NULL;
}
