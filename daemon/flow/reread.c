#include "flow/reread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow/content.h"
#include "flow/observation.h"
#include "util/json_build.h"
#include "util/json_strict.h"

void reread_deinit(RereadReport *report)
{
    cJSON_Delete(report->rows);
    *report = (RereadReport){0};
}

static bool is(const char *text, const char *other)
{
    return text && strcmp(text, other) == 0;
}

static const char *text_of(const cJSON *row, const char *name)
{
    return cJSON_GetStringValue(json_member(row, name));
}

/* Whether a JSON array of texts holds one. */
static bool holds(const cJSON *array, const char *text)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (is(cJSON_GetStringValue(item), text)) return true;
    }
    return false;
}

static bool has_rule(const cJSON *areas, const char *rule)
{
    const cJSON *area;
    cJSON_ArrayForEach(area, areas)
    {
        if (is(text_of(area, "rule"), rule)) return true;
    }
    return false;
}

static bool has_area(const cJSON *areas, const char *code)
{
    const cJSON *area;
    cJSON_ArrayForEach(area, areas)
    {
        if (is(text_of(area, "area"), code)) return true;
    }
    return false;
}

static bool same_areas(const cJSON *some, const cJSON *others)
{
    const cJSON *area;
    cJSON_ArrayForEach(area, some)
    {
        if (!has_area(others, text_of(area, "area"))) return false;
    }
    return cJSON_GetArraySize(some) == cJSON_GetArraySize(others);
}

/* --- reading again --- */

static bool add_position(cJSON *json, const StoredIncident *s)
{
    if (!s->lat || !s->lon) return true;
    cJSON *position = cJSON_CreateObject();
    return json_add_item(json, "position", position) && json_add_number(position, "lat", strtod(s->lat, NULL)) &&
           json_add_number(position, "lon", strtod(s->lon, NULL));
}

/* The row of an observation, `place` as its sender named it or NULL. `*row` stays NULL where it cannot be read. */
static int read_observation(cJSON **row, Arena *arena, const Knowledge *k, MunicipalityId municipality,
                            const StoredIncident *s, const char *place)
{
    const ObservationContext context = {.knowledge = k,
                                        .municipality = municipality,
                                        .otherwise = municipality,
                                        .source = s->source,
                                        .now_ms = s->occurred_ms};
    Faults faults = {.arena = arena}, personal = {.arena = arena};
    *row = NULL;
    cJSON *json = cJSON_CreateObject();
    int r = json && json_add_text(json, "text", s->text) && (!place || json_add_text(json, "place", place)) &&
                    (!is(s->category_rule, "sender") || json_add_text(json, "category", s->category)) &&
                    add_position(json, s)
                ? observation_read(row, &personal, arena, json, NULL, &context, &faults)
                : -ENOMEM;
    cJSON_Delete(json);
    return r == -ENOMEM ? r : 0;
}

/* True where the row lies in some area of the municipality, not only in that. */
static bool is_placed(const cJSON *row, const Knowledge *k, MunicipalityId municipality)
{
    const cJSON *areas = json_member(row, "areas");
    int count = cJSON_GetArraySize(areas);
    return count > 0 && !has_area(areas, knowledge_municipality(k, municipality)->code);
}

/* What is stored does not tell whether the sender or the text named the place: it is asked where the text says nothing,
 * and where it decided the last time. */
static int reread_observation(cJSON **row, Arena *arena, const Knowledge *k, MunicipalityId municipality,
                              const StoredIncident *s, const cJSON *areas)
{
    bool by_sender = s->place && has_rule(areas, "sender-place");
    int r = read_observation(row, arena, k, municipality, s, by_sender ? s->place : NULL);
    if (r < 0 || !*row || by_sender || !s->place || is_placed(*row, k, municipality)) return r;
    cJSON *placed;
    r = read_observation(&placed, arena, k, municipality, s, s->place);
    if (r < 0 || !placed || !is_placed(placed, k, municipality)) {
        cJSON_Delete(placed);
        return r;
    }
    cJSON_Delete(*row);
    *row = placed;
    return 0;
}

static int rows_of_report(cJSON **rows, Arena *arena, const Knowledge *k, MunicipalityId municipality,
                          const StoredIncident *s, const char *text)
{
    const ReportSubmission submission = {.text = text,
                                         .len = strlen(text),
                                         .source = s->report_source,
                                         .municipality = municipality,
                                         .otherwise = municipality};
    ReportSubmission dated = submission;
    if (s->report_date) civil_parse(s->report_date, strlen(s->report_date), &dated.report_date);
    Content content;
    int r = content_from_report(&content, arena, k, &dated, s->occurred_ms);
    if (r < 0) return r;
    *rows = content.incidents;
    content.incidents = NULL;
    content_deinit(&content);
    return 0;
}

/* A notice's own text, one incident with its title as the first line, or a digest. */
static int rows_of_notice(cJSON **rows, Arena *arena, const Knowledge *k, MunicipalityId municipality,
                          const StoredIncident *s, const char *text)
{
    bool digest = !s->report_title || strcmp(s->report_title, s->title) != 0;
    MaskedReading masked;
    ReadInput input = {.text = digest ? text : arena_printf(arena, "%s\n%s", s->report_title, text),
                       .kind = digest ? READ_REPORT : READ_OBSERVATION,
                       .municipality = MUNICIPALITY_NONE,
                       .sent_minute = -1};
    if (!input.text) return -ENOMEM;
    input.len = strlen(input.text);
    if (s->report_date) civil_parse(s->report_date, strlen(s->report_date), &input.date);
    int r = reading_make(&masked, arena, k, &input);
    if (r < 0) return r;
    const IncidentOrigin origin = {.municipality = knowledge_municipality(k, municipality)->code,
                                   .report = s->report,
                                   .source = s->source,
                                   .date = input.date,
                                   .now_ms = s->occurred_ms};
    *rows = cJSON_CreateArray();
    for (uint32_t i = 0; *rows && i < masked.reading.incident_count; i++)
        if (!json_append(*rows, reading_incident_row(&masked, &masked.reading.incidents[i], k, &origin, i, arena))) {
            cJSON_Delete(*rows);
            *rows = NULL;
        }
    return *rows ? 0 : -ENOMEM;
}

static int read_report(RereadReport *report, Arena *arena, const Knowledge *k, MunicipalityId municipality,
                       const StoredIncident *s)
{
    cJSON_Delete(report->rows);
    *report = (RereadReport){.report = s->report, .text = s->report_text};
    int r = is(s->kind, "notice") ? rows_of_notice(&report->rows, arena, k, municipality, s, s->report_text)
                                  : rows_of_report(&report->rows, arena, k, municipality, s, s->report_text);
    return r == -ENOMEM ? r : 0;
}

/* The incident in its report's reading: the one with its text, where several have, the one in its place. */
static const cJSON *find_row(const RereadReport *report, const StoredIncident *s)
{
    bool lone_notice = is(s->kind, "notice") && is(s->report_title, s->title);
    if (lone_notice) return cJSON_GetArrayItem(report->rows, 0);
    const cJSON *row, *found = NULL;
    cJSON_ArrayForEach(row, report->rows)
    {
        if (!is(text_of(row, "text"), s->text)) continue;
        bool in_place = json_member(row, "ordinal")->valuedouble == s->ordinal;
        if (!found || in_place) found = row;
    }
    return found;
}

/* --- what differs --- */

typedef struct Comparison {
    const StoredIncident *stored;
    cJSON *areas, *decided, *review; /* what is stored */
    const cJSON *row;                /* what is read now */
    cJSON *change;
    bool differs;
} Comparison;

static bool copy(Comparison *c, const char *name)
{
    return json_add_item(c->change, name, cJSON_Duplicate(json_member(c->row, name), true));
}

static bool compare_category(Comparison *c)
{
    const char *rule = c->stored->category_rule, *now = text_of(c->row, "category");
    if (holds(c->decided, "category") || is(rule, "sender") || is(rule, "police-type") || is(now, c->stored->category))
        return true;
    c->differs = true;
    return copy(c, "category") && copy(c, "category_confidence") && copy(c, "category_rule") &&
           copy(c, "category_evidence");
}

static bool compare_areas(Comparison *c)
{
    const cJSON *now = json_member(c->row, "areas");
    bool feed_knew = cJSON_GetArraySize(now) == 0 && has_rule(c->areas, "feed-location");
    if (holds(c->decided, "areas") || feed_knew || same_areas(c->areas, now)) return true;
    c->differs = true;
    return copy(c, "areas");
}

/* An observation's place may be its sender's own word, and stays. */
static bool compare_place(Comparison *c)
{
    const char *now = text_of(c->row, "place");
    bool by_sender = !c->stored->report && c->stored->place;
    if (holds(c->decided, "place") || by_sender || !now || is(c->stored->place, now)) return true;
    c->differs = true;
    return copy(c, "place");
}

/* What is still for a person: as read now, but for what the feed or the sender knew; and the personal data that was
 * found before it was masked. */
static bool settle_review(Comparison *c)
{
    if (holds(c->decided, "status")) return true;
    const char *rule = c->stored->category_rule;
    bool known = is(rule, "sender") || is(rule, "police-type");
    bool placed = is(c->stored->kind, "notice") || has_rule(json_member(c->row, "areas"), "position");
    cJSON *review = cJSON_CreateArray();
    const cJSON *reason;
    bool ok = json_add_item(c->change, "review", review);
    cJSON_ArrayForEach(reason, json_member(c->row, "review"))
    {
        const char *code = cJSON_GetStringValue(reason);
        if (is(code, "pii") || (known && is(code, "category")) || (placed && is(code, "area"))) continue;
        ok = ok && json_append_text(review, code);
    }
    if (holds(c->review, "pii")) ok = ok && json_append_text(review, "pii");
    const char *status = cJSON_GetArraySize(review) ? "review" : "tagged";
    return ok && (is(c->stored->status, status) || json_add_text(c->change, "status", status));
}

static int compare(Comparison *c, const char *municipality)
{
    c->areas = cJSON_Parse(c->stored->areas);
    c->decided = cJSON_Parse(c->stored->decided);
    c->review = cJSON_Parse(c->stored->review);
    c->change = cJSON_CreateObject();
    bool ok = c->areas && c->decided && c->review && json_add_text(c->change, "incident", c->stored->incident) &&
              json_add_text(c->change, "municipality", municipality) && compare_category(c) && compare_areas(c) &&
              compare_place(c) && (!c->differs || settle_review(c));
    cJSON_Delete(c->areas);
    cJSON_Delete(c->decided);
    cJSON_Delete(c->review);
    return ok ? 0 : -ENOMEM;
}

int reread(cJSON **change, RereadReport *report, Arena *arena, const Knowledge *knowledge, MunicipalityId municipality,
           const StoredIncident *s)
{
    Comparison c = {.stored = s};
    cJSON *own = NULL;
    int r = 0;
    *change = NULL;
    if (!s->report) {
        cJSON *areas = cJSON_Parse(s->areas);
        r = areas ? reread_observation(&own, arena, knowledge, municipality, s, areas) : -ENOMEM;
        cJSON_Delete(areas);
        c.row = own;
    } else {
        if (s->report_text) r = read_report(report, arena, knowledge, municipality, s);
        if (r == 0 && is(report->report, s->report)) c.row = find_row(report, s);
    }
    if (r == 0 && c.row) r = compare(&c, knowledge_municipality(knowledge, municipality)->code);
    cJSON_Delete(own);
    if (r == 0 && c.differs)
        *change = c.change;
    else
        cJSON_Delete(c.change);
    return r;
}

/* --- telling --- */

static cJSON *codes_of(const cJSON *areas)
{
    cJSON *codes = cJSON_CreateArray();
    const cJSON *area;
    cJSON_ArrayForEach(area, areas)
    {
        if (json_append_text(codes, text_of(area, "area"))) continue;
        cJSON_Delete(codes);
        return NULL;
    }
    return codes;
}

static cJSON *before(const char *field, const StoredIncident *s)
{
    if (is(field, "areas")) {
        cJSON *areas = cJSON_Parse(s->areas), *codes = codes_of(areas);
        cJSON_Delete(areas);
        return codes;
    }
    const char *text = is(field, "category") ? s->category : is(field, "place") ? s->place : s->status;
    return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

const char *reread_lines(const cJSON *change, const StoredIncident *s, Arena *arena)
{
    static const char *const fields[] = {"areas", "category", "place", "status"};
    const char *lines = "";
    for (size_t i = 0; lines && i < sizeof fields / sizeof *fields; i++) {
        const cJSON *after = json_member(change, fields[i]);
        if (!after) continue;
        cJSON *line = cJSON_CreateObject();
        bool ok = line && json_add_text(line, "incident", s->incident) &&
                  json_add_text(line, "municipality", text_of(change, "municipality")) &&
                  json_add_text(line, "field", fields[i]) && json_add_item(line, "before", before(fields[i], s)) &&
                  json_add_item(line, "after", i == 0 ? codes_of(after) : cJSON_Duplicate(after, true));
        char *text = ok ? cJSON_PrintUnformatted(line) : NULL;
        lines = text ? arena_printf(arena, "%s%s\n", lines, text) : NULL;
        cJSON_free(text);
        cJSON_Delete(line);
    }
    return lines;
}
