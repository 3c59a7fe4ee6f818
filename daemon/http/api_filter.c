#include "http/api_filter.h"

#include <stdlib.h>
#include <string.h>

#include "flow/observation.h"
#include "http/api_read.h"
#include "http/cursor.h"
#include "util/clock.h"
#include "util/uuid.h"

/* --- cursors: two or three keys, the last an id --- */

const char *api_filter_encode(Arena *arena, const IncidentCursor *cursor)
{
    const char *const keys[INCIDENT_KEYS] = {cursor->keys[0], cursor->keys[1], cursor->keys[2]};
    return cursor_encode(arena, keys, keys[2] ? 3 : 2);
}

static bool is_number_or_time(const char *text)
{
    return *text && strspn(text, "0123456789 :.+-e") == strlen(text);
}

/* False for one that did not come from api_filter_encode(); its keys are then never sent to the database. */
static bool decode_cursor(Arena *arena, const char *text, int keys, IncidentCursor *cursor)
{
    if (!cursor_decode(arena, text, cursor->keys, keys)) return false;
    for (int k = 0; k < keys; k++)
        if (k + 1 < keys ? !is_number_or_time(cursor->keys[k]) : !uuid_is_valid(cursor->keys[k])) return false;
    return true;
}

bool api_filter_cursor(Request *request, int keys, IncidentCursor *cursor)
{
    const char *text = request_query(request, "cursor");
    *cursor = (IncidentCursor){0};
    if (!text || decode_cursor(request_arena(request), text, keys, cursor)) return true;
    api_read_bad_query(request, "cursor", "Ska vara en cursor som tjänsten har lämnat.");
    return false;
}

/* --- filters --- */

/* A time of the query as PostgreSQL reads it: an instant, or a day, which begins (or, with `end`, ends) at midnight. */
static bool read_time(Request *request, const char *name, bool end, const char **out)
{
    const char *text = request_query(request, name);
    CivilDate date;
    int64_t instant;
    char written[CLOCK_TEXT_SIZE];
    *out = NULL;
    if (!text) return true;
    if (api_read_is_day(text, &date)) {
        civil_format(end ? civil_add_days(date, 1) : date, written);
        *out = arena_printf(request_arena(request), "%s 00:00 Europe/Stockholm", written);
    } else if (clock_parse(text, strlen(text), &instant)) {
        *out = arena_strdup(request_arena(request), clock_format(instant, written));
    } else {
        api_read_bad_query(request, name,
                           "Ska vara ett datum (2026-03-14) eller en tid med tidszon (2026-03-14T08:00:00+01:00).");
        return false;
    }
    if (!*out) request_out_of_memory(request);
    return *out;
}

/* The Swedish day of a time that read_time() has taken. */
static CivilDate day_of(const char *text)
{
    CivilDate date;
    int64_t instant;
    if (civil_parse(text, strlen(text), &date)) return date;
    return clock_parse(text, strlen(text), &instant) ? clock_local(instant, NULL) : (CivilDate){0};
}

static bool read_times(Request *request, IncidentFilter *filter)
{
    const char *from = request_query(request, "from"), *to = request_query(request, "to");
    if (!read_time(request, "from", false, &filter->from) || !read_time(request, "to", true, &filter->before))
        return false;
    if (!from || !to || civil_compare(day_of(from), day_of(to)) <= 0) return true;
    api_read_bad_query(request, "to", "Slutet ligger före början.");
    return false;
}

/* west,south,east,north in degrees (OGC API Features). Latitude and longitude swapped is the usual mistake. */
static bool read_bbox(Request *request, IncidentFilter *filter)
{
    const char *const *corners;
    if (!api_read_list(request, "bbox", &corners)) return false;
    if (!corners) return true;
    const char *wrong = "Ska vara fyra tal: väst,syd,öst,nord, longitud före latitud.";
    double value[4];
    size_t n = 0;
    for (; n < 4 && corners[n]; n++) {
        char *end;
        value[n] = strtod(corners[n], &end);
        if (*end || strspn(corners[n], "0123456789.-") != strlen(corners[n])) break;
    }
    if (n != 4 || corners[4] || value[0] < -180 || value[2] > 180 || value[1] < -90 || value[3] > 90 ||
        value[0] > value[2] || value[1] > value[3]) {
        api_read_bad_query(request, "bbox", wrong);
        return false;
    }
    /* No incident lies there, so an empty answer would look as if nothing had happened. */
    if (observation_is_in_sweden(value[0], value[1]) && observation_is_in_sweden(value[2], value[3])) {
        api_read_bad_query(request, "bbox", "Latitud och longitud verkar vara omkastade: väst,syd,öst,nord.");
        return false;
    }
    filter->west = corners[0];
    filter->south = corners[1];
    filter->east = corners[2];
    filter->north = corners[3];
    return true;
}

static bool read_statuses(Request *request, const char *const **out)
{
    static const char *const statuses[] = {"tagged", "review", "confirmed", "rejected", NULL};
    if (!api_read_list(request, "status", out)) return false;
    for (const char *const *status = *out; status && *status; status++) {
        size_t i = 0;
        while (statuses[i] && strcmp(*status, statuses[i]) != 0)
            i++;
        if (statuses[i]) continue;
        api_read_bad_query(request, "status",
                           arena_printf(request_arena(request), "Det finns inget sådant värde: ”%.64s”.", *status));
        return false;
    }
    return true;
}

bool api_filter_common(Request *request, const Knowledge *knowledge, IncidentFilter *filter)
{
    const char *const *areas;
    if (!api_read_list(request, "area", &areas) || !api_read_categories(request, knowledge, &filter->categories) ||
        !api_read_list(request, "source", &filter->sources) || !read_statuses(request, &filter->statuses))
        return false;
    filter->place = request_query(request, "place");
    filter->words = request_query(request, "q");
    return api_read_scope(request, &filter->scope, knowledge, areas);
}

bool api_filter_incidents(Request *request, const Knowledge *knowledge, IncidentFilter *filter)
{
    return read_times(request, filter) && read_bbox(request, filter) && api_filter_common(request, knowledge, filter);
}
