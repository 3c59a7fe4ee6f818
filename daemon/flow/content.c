#include "flow/content.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/clock.h"
#include "util/compose.h"
#include "util/json_build.h"

/* The source of everything that comes from the Police's public feed. */
static const char feed_source[] = "polisen";

void content_deinit(Content *content)
{
    cJSON_Delete(content->pii);
    cJSON_Delete(content->warnings);
    cJSON_Delete(content->incidents);
    content->pii = content->warnings = content->incidents = NULL;
}

static int start(Content *content, int64_t now_ms)
{
    uuid_new((uint64_t)now_ms, content->report);
    content->pii = cJSON_CreateArray();
    content->warnings = cJSON_CreateArray();
    content->incidents = cJSON_CreateArray();
    if (content->pii && content->warnings && content->incidents) return 0;
    content_deinit(content);
    return -ENOMEM;
}

static IncidentOrigin origin_of(const Content *content, int64_t now_ms)
{
    return (IncidentOrigin){.municipality = content->municipality,
                            .report = content->report,
                            .source = content->source,
                            .organisation = content->organisation,
                            .created_by = content->created_by,
                            .published_ms = content->published_ms,
                            .date = content->report_date,
                            .now_ms = now_ms};
}

/* --- a daily report --- */

/* The municipality that most of the text's areas belong to when it is read without knowing the sender. */
static int municipality_of_text(MunicipalityId *out, Arena *arena, const Knowledge *k, const ReadInput *input,
                                MunicipalityId otherwise)
{
    Reading reading;
    int r = read_text(&reading, arena, k, input);
    if (r < 0) return r;
    size_t count = knowledge_municipality_count(k), most = 0;
    uint32_t *votes = arena_calloc(arena, count, sizeof *votes);
    if (!votes) return -ENOMEM;
    *out = otherwise;
    for (uint32_t i = 0; i < reading.incident_count; i++)
        for (uint32_t j = 0; j < reading.incidents[i].area_count; j++)
            votes[knowledge_area(k, reading.incidents[i].areas[j].area)->municipality]++;
    for (size_t i = 0; i < count; i++) {
        if (votes[i] <= most) continue;
        most = votes[i];
        *out = (MunicipalityId)i;
    }
    return 0;
}

static int add_incidents(Content *content, const Knowledge *k, Arena *arena, int64_t now_ms)
{
    IncidentOrigin origin = origin_of(content, now_ms);
    const Reading *reading = &content->reading.reading;
    for (uint32_t i = 0; i < reading->incident_count; i++)
        if (!json_append(content->incidents,
                         reading_incident_row(&content->reading, &reading->incidents[i], k, &origin, i, arena)))
            return -ENOMEM;
    return 0;
}

static int fill_report(Content *content, Arena *arena, const Knowledge *k, const ReportSubmission *s, int64_t now_ms)
{
    char date[CIVIL_TEXT_SIZE];
    content->key = arena_printf(arena, "text:%s:%s", civil_format(content->report_date, date), content->reading.sha256);
    if (s->idempotency_key) {
        content->idempotency_key = arena_printf(arena, "idempotency:%s", s->idempotency_key);
        if (!content->idempotency_key) return -ENOMEM;
    }
    if (!content->key) return -ENOMEM;
    content->text = content->reading.text;
    cJSON_Delete(content->pii);
    content->pii = reading_pii_json(&content->reading.reading, NULL);
    if (!content->pii) return -ENOMEM;
    int r = add_incidents(content, k, arena, now_ms);
    if (r == 0 && content->reading.reading.incident_count == 0 &&
        !json_append_text(content->warnings, "Ingen händelse hittades i texten."))
        r = -ENOMEM;
    return r;
}

int content_from_report(Content *content, Arena *arena, const Knowledge *k, const ReportSubmission *s, int64_t now_ms)
{
    int minute;
    CivilDate today = clock_local(now_ms, &minute);
    ReadInput input = {.text = s->text,
                       .len = s->len,
                       .kind = READ_REPORT,
                       .municipality = s->municipality,
                       .date = s->report_date,
                       /* A report handed in on its own day cannot tell of what is still to come. */
                       .sent_minute = civil_compare(today, s->report_date) == 0 ? minute : -1};
    int r = 0;
    if (input.municipality == MUNICIPALITY_NONE)
        r = municipality_of_text(&input.municipality, arena, k, &input, s->otherwise);
    /* Who sent it is compared byte for byte. */
    const char *source = compose_name(arena, s->source);
    const char *organisation = s->organisation ? compose_name(arena, s->organisation) : NULL;
    if (!source || (s->organisation && !organisation)) return -ENOMEM;
    *content = (Content){.municipality = knowledge_municipality(k, input.municipality)->code,
                         .source = source,
                         .kind = "report",
                         .organisation = organisation,
                         .created_by = s->created_by,
                         .report_date = s->report_date};
    if (r == 0) r = reading_make(&content->reading, arena, k, &input);
    if (r == 0) reading_sha256(input.text, input.len, content->reading.sha256);
    if (r == 0) r = start(content, now_ms);
    if (r < 0) return r;
    r = fill_report(content, arena, k, s, now_ms);
    if (r < 0) content_deinit(content);
    return r;
}

/* --- a notice --- */

/* Whose the incident is: the first area's, unless the notice itself names another municipality. */
static MunicipalityId owner_of(const ReadIncident *incident, const Knowledge *k, MunicipalityId home)
{
    if (incident->area_count == 0) return home;
    MunicipalityId told = knowledge_area(k, incident->areas[0].area)->municipality;
    bool home_is_municipality = strcmp(knowledge_municipality(k, home)->kind, "municipality") == 0;
    return home_is_municipality ? home : told;
}

/* Where the notice's own text starts in what was read: after the title and its line end, which only a notice of one
 * incident is read with. */
static Span own_text(const Notice *notice)
{
    uint32_t start = notice->is_digest ? 0 : (uint32_t)strlen(notice->name) + 1;
    return (Span){.start = start, .end = start + (uint32_t)strlen(notice->text)};
}

/* The same place in the masked text. */
static size_t own_text_start(const MaskedReading *reading, const Notice *notice)
{
    return reading->moved[own_text(notice).start];
}

/* What the feed says about its own notice is certain; the text only adds to it. */
static bool apply_notice(cJSON *row, const Notice *notice, const MaskedReading *reading, const Knowledge *k,
                         Arena *arena)
{
    if (notice->is_digest) return true;
    CategoryId category;
    if (knowledge_look_up_police_type(k, arena, notice->type, &category) < 0) return false;
    bool ok = category == CATEGORY_NONE ||
              reading_set_category(row, knowledge_category(k, category)->code, "police-type", notice->type);
    if (ok && notice->has_event_time)
        ok = reading_set_local_time(row, notice->event_date, notice->event_minute, "minute");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "title");
    cJSON_DeleteItemFromObjectCaseSensitive(row, "text");
    bool empty = reading->len == own_text_start(reading, notice);
    return ok && json_add_text(row, "title", notice->name) &&
           json_add_text(row, "text", empty ? notice->name : reading->text + own_text_start(reading, notice));
}

/* Without a nearer place, a notice from a municipality is known to be somewhere in it. */
static bool add_home_area(cJSON *row, const Notice *notice, const Municipality *home)
{
    if (strcmp(home->kind, "municipality") != 0 || reading_row_has_area(row)) return true;
    return reading_add_area(cJSON_GetObjectItemCaseSensitive(row, "areas"), home->code, 1, "feed-location",
                            notice->location);
}

/* The area is the feed's word and the category the type's: only what is left for a person stays marked. */
static bool settle_review(cJSON *row, const Notice *notice)
{
    cJSON *review = cJSON_GetObjectItemCaseSensitive(row, "review");
    for (int i = cJSON_GetArraySize(review) - 1; i >= 0; i--) {
        const char *reason = cJSON_GetArrayItem(review, i)->valuestring;
        bool settled = (strcmp(reason, "category") == 0 && !notice->is_digest) ||
                       (strcmp(reason, "area") == 0 && reading_row_has_area(row));
        if (settled) cJSON_DeleteItemFromArray(review, i);
    }
    if (cJSON_GetArraySize(review) > 0) return true;
    cJSON_DeleteItemFromObjectCaseSensitive(row, "status");
    return json_add_text(row, "status", "tagged");
}

static int start_notice(Content *content, Arena *arena, const Notice *notice, MunicipalityId municipality,
                        const Knowledge *k, const MaskedReading *reading, const char *created_by, int64_t now_ms)
{
    *content =
        (Content){.municipality = knowledge_municipality(k, municipality)->code,
                  .source = feed_source,
                  .kind = "notice",
                  .organisation = "Polisen",
                  .created_by = created_by,
                  .title = notice->name,
                  .url = notice->url,
                  .published_ms = notice->published_ms,
                  .reading = *reading,
                  .report_date = notice->has_event_time ? notice->event_date : clock_local(notice->published_ms, NULL)};
    content->key = arena_printf(arena, "id:%" PRId64, notice->id);
    if (!content->key) return -ENOMEM;
    int r = start(content, now_ms);
    if (r < 0) return r;
    content->text = reading->text + own_text_start(reading, notice);
    const Span own = own_text(notice);
    cJSON_Delete(content->pii);
    content->pii = reading_pii_json(&reading->reading, &own);
    if (content->pii) return 0;
    content_deinit(content);
    return -ENOMEM;
}

/* The content of a municipality, made when it is not there yet. */
static Content *content_of(Content *contents, size_t *count, Arena *arena, const Notice *notice,
                           MunicipalityId municipality, const Knowledge *k, const char *created_by, int64_t now_ms)
{
    const char *code = knowledge_municipality(k, municipality)->code;
    for (size_t i = 0; i < *count; i++)
        if (strcmp(contents[i].municipality, code) == 0) return &contents[i];
    Content *made = &contents[*count];
    if (start_notice(made, arena, notice, municipality, k, &contents[0].reading, created_by, now_ms) < 0) return NULL;
    (*count)++;
    return made;
}

static int add_notice_incidents(Content *contents, size_t *count, Arena *arena, const Knowledge *k,
                                const Notice *notice, MunicipalityId home, const char *created_by, int64_t now_ms)
{
    const Reading *reading = &contents[0].reading.reading;
    for (uint32_t i = 0; i < reading->incident_count; i++) {
        const ReadIncident *incident = &reading->incidents[i];
        MunicipalityId owner = owner_of(incident, k, home);
        Content *content = content_of(contents, count, arena, notice, owner, k, created_by, now_ms);
        if (!content) return -ENOMEM;
        IncidentOrigin origin = origin_of(content, now_ms);
        cJSON *row = reading_incident_row(&content->reading, incident, k, &origin, i, arena);
        if (!json_append(content->incidents, row) || !apply_notice(row, notice, &content->reading, k, arena) ||
            !add_home_area(row, notice, knowledge_municipality(k, owner)) || !settle_review(row, notice))
            return -ENOMEM;
    }
    return 0;
}

/* A notice of one incident is read with its title as the first line, because the title carries the place. */
static int read_notice(MaskedReading *reading, Arena *arena, const Knowledge *k, const Notice *notice)
{
    CivilDate published = clock_local(notice->published_ms, NULL);
    const char *text = notice->is_digest ? notice->text : arena_printf(arena, "%s\n%s", notice->name, notice->text);
    if (!text) return -ENOMEM;
    ReadInput input = {.text = text,
                       .len = strlen(text),
                       .kind = notice->is_digest ? READ_REPORT : READ_OBSERVATION,
                       .municipality = MUNICIPALITY_NONE,
                       .date = notice->is_digest && notice->has_event_time ? notice->event_date : published,
                       .sent_minute = notice->is_digest && notice->has_event_time ? notice->event_minute : -1};
    int r = reading_make(reading, arena, k, &input);
    if (r < 0) return r;
    const char *whole = notice->is_digest ? arena_printf(arena, "%s\n%s", notice->name, notice->text) : text;
    if (!whole) return -ENOMEM;
    reading_sha256(whole, strlen(whole), reading->sha256); /* a corrected title is a correction too */
    return 0;
}

int content_from_notice(Content **out, size_t *count, Arena *arena, const Knowledge *k, const Notice *notice,
                        const char *created_by, int64_t now_ms)
{
    MaskedReading reading;
    *count = 0;
    int r = read_notice(&reading, arena, k, notice);
    if (r < 0) return r;
    MunicipalityId home = notice->municipality != MUNICIPALITY_NONE ? notice->municipality : knowledge_country(k);
    if (home == MUNICIPALITY_NONE) return -EINVAL;
    Content *contents = arena_calloc(arena, reading.reading.incident_count + 1, sizeof *contents);
    if (!contents) return -ENOMEM;
    r = start_notice(&contents[0], arena, notice, home, k, &reading, created_by, now_ms);
    if (r < 0) return r;
    *count = 1;
    r = add_notice_incidents(contents, count, arena, k, notice, home, created_by, now_ms);
    if (r < 0) {
        for (size_t i = 0; i < *count; i++)
            content_deinit(&contents[i]);
        *count = 0;
        return r;
    }
    *out = contents;
    return 0;
}

/* --- rows --- */

static bool add_key(cJSON *keys, const char *source, const char *key)
{
    cJSON *one = cJSON_CreateObject();
    return json_append(keys, one) && json_add_text(one, "source", source) && json_add_text(one, "key", key);
}

static bool add_keys(cJSON *row, const Content *content)
{
    cJSON *keys = cJSON_CreateArray();
    return json_add_item(row, "keys", keys) && add_key(keys, content->source, content->key) &&
           (!content->idempotency_key || add_key(keys, "", content->idempotency_key));
}

cJSON *content_report_row(const Content *c)
{
    char date[CIVIL_TEXT_SIZE], published[CLOCK_TEXT_SIZE];
    cJSON *row = cJSON_CreateObject();
    if (row && json_add_text(row, "municipality", c->municipality) && json_add_text(row, "report", c->report) &&
        json_add_text(row, "kind", c->kind) && json_add_text(row, "source", c->source) &&
        json_add_text(row, "organisation", c->organisation) &&
        json_add_text(row, "report_date", civil_format(c->report_date, date)) &&
        json_add_text(row, "published_at", c->published_ms ? clock_format(c->published_ms, published) : NULL) &&
        json_add_text(row, "created_by", c->created_by) && add_keys(row, c) && json_add_text(row, "title", c->title) &&
        json_add_text(row, "url", c->url) && json_add_text(row, "text", c->text) &&
        json_add_text(row, "sha256", c->reading.sha256) && json_add_item(row, "pii", cJSON_Duplicate(c->pii, true)) &&
        json_add_item(row, "warnings", cJSON_Duplicate(c->warnings, true)))
        return row;
    cJSON_Delete(row);
    return NULL;
}
