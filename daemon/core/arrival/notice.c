#include "core/arrival/notice.h"

#include <errno.h>
#include <string.h>

#include "util/clock.h"

/* The months as the feed writes them in titles; part of its format, not of what we know about the world. */
static const char *const month_names[] = {"januari", "februari", "mars",      "april",   "maj",      "juni",
                                          "juli",    "augusti",  "september", "oktober", "november", "december"};

/* What the feed's type of several incidents in one text starts with. */
static const char digest_type[] = "Sammanfattning";

CivilDate notice_year(int month, int day, CivilDate published)
{
    CivilDate latest = civil_add_days(published, 1);
    for (int year = latest.year; year > latest.year - 9; year--) { /* 29 February may be eight years back */
        if (!civil_is_valid(year, month, day)) continue;
        CivilDate date = {.year = year, .month = month, .day = day};
        if (civil_compare(date, latest) <= 0) return date;
    }
    return (CivilDate){0};
}

/* Digits at `*at`; -1 where there are none. */
static int digits(const char **at, int most)
{
    int value = -1;
    for (int i = 0; i < most && **at >= '0' && **at <= '9'; i++, (*at)++)
        value = (value < 0 ? 0 : value * 10) + (**at - '0');
    return value;
}

/* "11 oktober 00:51, …" */
static void read_event_time(Notice *notice, CivilDate published)
{
    const char *at = notice->name;
    int day = digits(&at, 2), month = 0;
    if (day < 1 || *at++ != ' ') return;
    for (int i = 0; i < 12; i++) {
        size_t len = strlen(month_names[i]);
        if (strncmp(at, month_names[i], len) == 0 && at[len] == ' ') {
            month = i + 1;
            at += len + 1;
            break;
        }
    }
    if (month == 0) return;
    int hour = digits(&at, 2);
    if (hour < 0 || hour > 23 || (*at != ':' && *at != '.')) return;
    at++;
    int minute = digits(&at, 2);
    CivilDate date = notice_year(month, day, published);
    if (minute < 0 || minute > 59 || !civil_is_known(date)) return;
    notice->has_event_time = true;
    notice->event_date = date;
    notice->event_minute = hour * 60 + minute;
}

/* A string member; "" where it is absent or null and not required. NULL with `err` where it is wrong. */
static const char *member(Arena *arena, const cJSON *json, const char *name, bool required, Error *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, name);
    if (!required && (!value || cJSON_IsNull(value))) return "";
    if (!cJSON_IsString(value)) {
        error_set(err, -EINVAL, "/%s: %s", name, value ? "ska vara en sträng" : "saknas");
        return NULL;
    }
    const char *copy = arena_strdup(arena, value->valuestring);
    if (!copy) error_set(err, -ENOMEM, "out of memory");
    return copy;
}

static int read_id(Notice *notice, const cJSON *json, Error *err)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    /* Doubles hold whole numbers exactly up to 2^53. */
    if (!cJSON_IsNumber(id) || id->valuedouble < 1 || id->valuedouble > 9007199254740991.0 ||
        id->valuedouble != (double)(int64_t)id->valuedouble)
        return error_set(err, -EINVAL, "/id: ska vara ett heltal över 0");
    notice->id = (int64_t)id->valuedouble;
    return 0;
}

static int read_strings(Notice *notice, Arena *arena, const cJSON *json, Error *err)
{
    const cJSON *location = cJSON_GetObjectItemCaseSensitive(json, "location");
    if (!cJSON_IsObject(location)) return error_set(err, -EINVAL, "/location: ska vara ett objekt med ett namn");
    const char *summary = NULL, *body = NULL;
    if (!(notice->name = member(arena, json, "name", true, err)) ||
        !(notice->type = member(arena, json, "type", true, err)) ||
        !(notice->url = member(arena, json, "url", false, err)) ||
        !(summary = member(arena, json, "summary", false, err)) || !(body = member(arena, json, "body", false, err)))
        return -EINVAL;
    if (!(notice->location = member(arena, location, "name", true, err))) {
        error_prefix(err, "/location");
        return -EINVAL;
    }
    if (!*notice->url) notice->url = NULL;
    notice->text = !*body ? summary : !*summary ? body : arena_printf(arena, "%s\n%s", summary, body);
    return notice->text ? 0 : error_set(err, -ENOMEM, "out of memory");
}

int notice_read(Notice *notice, Arena *arena, const cJSON *json, const Knowledge *knowledge, Error *err)
{
    *notice = (Notice){0};
    if (!cJSON_IsObject(json)) return error_set(err, -EINVAL, "ska vara ett objekt");
    int r = read_id(notice, json, err);
    if (r == 0) r = read_strings(notice, arena, json, err);
    if (r < 0) return r;
    const char *datetime = member(arena, json, "datetime", true, err);
    if (!datetime) return -EINVAL;
    if (!clock_parse(datetime, strlen(datetime), &notice->published_ms))
        return error_set(err, -EINVAL, "/datetime: ska vara en tid med tidszon, som 2026-04-29 14:28:38 +02:00");
    read_event_time(notice, clock_local(notice->published_ms, NULL));
    notice->is_digest = strncmp(notice->type, digest_type, strlen(digest_type)) == 0;
    r = knowledge_look_up_municipality(knowledge, arena, notice->location, &notice->municipality);
    return r == 0 ? 0 : error_set(err, r, "out of memory");
}
