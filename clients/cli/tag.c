#include "tag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/read/read.h"
#include "util/arena.h"
#include "util/json_strict.h"

typedef struct Tagger {
    FILE *out;
    const Knowledge *knowledge;
    Arena *arena; /* reset for each line */
    bool confidence;
    Error *err;
    unsigned long line;
} Tagger;

/* One line's members. */
typedef struct TagInput {
    const cJSON *id;
    ReadInput read;
} TagInput;

static int fault(Tagger *tagger, const char *text)
{
    return error_set(tagger->err, -EBADMSG, "rad %lu: %s", tagger->line, text);
}

/* A string member, or NULL where it is absent or null; `*wrong` where it is something else. */
static const char *string_member(const cJSON *object, const char *name, bool *wrong)
{
    const cJSON *member = json_member(object, name);
    *wrong = member && !cJSON_IsNull(member) && !cJSON_IsString(member);
    return member && cJSON_IsString(member) ? member->valuestring : NULL;
}

static int read_kind(Tagger *tagger, const cJSON *object, ReadInput *input)
{
    bool wrong;
    const char *kind = string_member(object, "kind", &wrong);
    if (kind && strcmp(kind, "report") == 0)
        input->kind = READ_REPORT;
    else if (kind && strcmp(kind, "observation") == 0)
        input->kind = READ_OBSERVATION;
    else
        return fault(tagger, "\"kind\" ska vara \"report\" eller \"observation\"");
    return 0;
}

static int read_members(Tagger *tagger, const cJSON *object, TagInput *input)
{
    bool wrong;
    ReadInput *read = &input->read;
    *read = (ReadInput){.municipality = MUNICIPALITY_NONE, .sent_minute = -1};
    input->id = json_member(object, "id");
    if (!input->id || !(cJSON_IsString(input->id) || cJSON_IsNumber(input->id)))
        return fault(tagger, "\"id\" saknas, eller är varken text eller tal");
    int r = read_kind(tagger, object, read);
    if (r < 0) return r;
    read->text = string_member(object, "text", &wrong);
    if (!read->text) return fault(tagger, "\"text\" saknas eller är ingen text");
    read->len = strlen(read->text);
    const char *municipality = string_member(object, "municipality", &wrong);
    if (wrong) return fault(tagger, "\"municipality\" ska vara en kommunkod eller null");
    if (municipality) {
        read->municipality = knowledge_find_municipality(tagger->knowledge, municipality);
        if (read->municipality == MUNICIPALITY_NONE)
            return error_set(tagger->err, -EBADMSG, "rad %lu: kommunen \"%s\" finns inte bland kommunerna",
                             tagger->line, municipality);
    }
    const char *date = string_member(object, "date", &wrong);
    if (wrong || (date && !civil_parse(date, strlen(date), &read->date)))
        return fault(tagger, "\"date\" ska vara ett datum som 2026-03-14, eller null");
    return 0;
}

/* Digits without printf, which would be a good part of the time for a short line. */
static void put_number(FILE *out, uint32_t value)
{
    char digits[12], *at = digits + sizeof digits;
    do
        *--at = (char)('0' + value % 10);
    while (value /= 10);
    fwrite_unlocked(at, 1, (size_t)(digits + sizeof digits - at), out);
}

/* What the line came with. A whole number, which nearly every id is, needs no printf either. */
static int put_id(Tagger *tagger, const cJSON *id)
{
    FILE *out = tagger->out;
    if (cJSON_IsNumber(id) && id->valuedouble >= 0 && id->valuedouble == (double)(uint32_t)id->valueint) {
        put_number(out, (uint32_t)id->valueint);
        return 0;
    }
    char *text = cJSON_PrintUnformatted(id);
    if (!text) return error_set(tagger->err, -ENOMEM, "minnet tog slut");
    fputs_unlocked(text, out);
    cJSON_free(text);
    return 0;
}

static void put_span(FILE *out, Span span)
{
    fputs_unlocked("{\"start\":", out);
    put_number(out, span.start);
    fputs_unlocked(",\"end\":", out);
    put_number(out, span.end);
}

static void put_when(FILE *out, const When *when)
{
    char date[CIVIL_TEXT_SIZE];
    if (!civil_is_known(when->date) || when->precision < WHEN_DAY) {
        fputs_unlocked("null", out);
        return;
    }
    putc_unlocked('"', out);
    fputs_unlocked(civil_format(when->date, date), out);
    if (when->minute >= 0) {
        char clock[] = {'T', (char)('0' + when->minute / 600),     (char)('0' + when->minute / 60 % 10),
                        ':', (char)('0' + when->minute % 60 / 10), (char)('0' + when->minute % 10)};
        fwrite_unlocked(clock, 1, sizeof clock, out);
    }
    putc_unlocked('"', out);
}

static void put_confidence(FILE *out, const ReadIncident *incident)
{
    fprintf(out, ",\"category_confidence\":%.3f,\"area_confidences\":[", (double)incident->category.confidence);
    for (uint32_t i = 0; i < incident->area_count; i++)
        fprintf(out, i ? ",%.3f" : "%.3f", (double)incident->areas[i].confidence);
    putc_unlocked(']', out);
}

static void put_incident(Tagger *tagger, const ReadIncident *incident)
{
    FILE *out = tagger->out;
    put_span(out, incident->span);
    fputs_unlocked(",\"areas\":[", out);
    for (uint32_t i = 0; i < incident->area_count; i++) {
        /* Codes of areas and categories are [a-z0-9-] by the knowledge's own check, so they need no escaping. */
        fputs_unlocked(i ? ",\"" : "\"", out);
        fputs_unlocked(knowledge_area(tagger->knowledge, incident->areas[i].area)->code, out);
        putc_unlocked('"', out);
    }
    fputs_unlocked("],\"category\":\"", out);
    fputs_unlocked(knowledge_category(tagger->knowledge, incident->category.category)->code, out);
    fputs_unlocked("\",\"occurred_at\":", out);
    put_when(out, &incident->when);
    if (tagger->confidence) put_confidence(out, incident);
    fputs_unlocked(",\"review\":", out);
    fputs_unlocked(incident->review & (REVIEW_CATEGORY | REVIEW_AREA) ? "true}" : "false}", out);
}

static int put_reading(Tagger *tagger, const cJSON *id, const Reading *reading)
{
    FILE *out = tagger->out;
    fputs_unlocked("{\"id\":", out);
    int r = put_id(tagger, id);
    if (r < 0) return r;
    fputs_unlocked(",\"incidents\":[", out);
    for (uint32_t i = 0; i < reading->incident_count; i++) {
        if (i) putc_unlocked(',', out);
        put_incident(tagger, &reading->incidents[i]);
    }
    fputs_unlocked("],\"pii\":[", out);
    for (uint32_t i = 0; i < reading->pii_count; i++) {
        if (i) putc_unlocked(',', out);
        put_span(out, reading->pii[i].span);
        fputs_unlocked(",\"kind\":\"", out);
        fputs_unlocked(read_pii_code(reading->pii[i].kind), out);
        fputs_unlocked("\"}", out);
    }
    fputs_unlocked("]}\n", out);
    return ferror(out) ? error_set(tagger->err, -EIO, "svaret kunde inte skrivas") : 0;
}

static int tag_object(Tagger *tagger, const cJSON *object)
{
    TagInput input;
    if (!cJSON_IsObject(object)) return fault(tagger, "raden är inget JSON-objekt");
    int r = read_members(tagger, object, &input);
    if (r < 0) return r;
    Reading reading;
    r = read_text(&reading, tagger->arena, tagger->knowledge, &input.read);
    if (r == -E2BIG) return fault(tagger, "texten är för lång");
    if (r == -ENOMEM) return error_set(tagger->err, r, "rad %lu: minnet tog slut", tagger->line);
    if (r < 0) return error_set(tagger->err, r, "rad %lu: texten gick inte att läsa", tagger->line);
    return put_reading(tagger, input.id, &reading);
}

static int tag_line(Tagger *tagger, const char *line, size_t len)
{
    cJSON *object = NULL;
    JsonFault json;
    int r = json_strict_parse(&object, line, len, &json);
    if (r == -EBADMSG)
        return error_set(tagger->err, r, "rad %lu: raden är inte JSON: %s (tecken %zu)", tagger->line, json.text,
                         json.offset + 1);
    if (r < 0) return error_set(tagger->err, r, "rad %lu: minnet tog slut", tagger->line);
    arena_reset(tagger->arena);
    r = tag_object(tagger, object);
    cJSON_Delete(object);
    return r;
}

static bool is_blank(const char *line, size_t len)
{
    while (len && strchr(" \t\r\n", line[len - 1]))
        len--;
    return len == 0;
}

int tag_stream(FILE *in, FILE *out, const Knowledge *knowledge, bool confidence, Error *err)
{
    _arena_free_ Arena *arena = arena_new();
    if (!arena) return error_set(err, -ENOMEM, "minnet tog slut");
    Tagger tagger = {.out = out, .knowledge = knowledge, .arena = arena, .confidence = confidence, .err = err};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    int r = 0;
    while (r == 0 && (len = getline(&line, &capacity, in)) >= 0) {
        tagger.line++;
        if (!is_blank(line, (size_t)len)) r = tag_line(&tagger, line, (size_t)len);
    }
    if (r == 0 && !feof(in)) r = error_set(err, -EIO, "indata kunde inte läsas: %s", strerror(errno));
    free(line);
    return r;
}
