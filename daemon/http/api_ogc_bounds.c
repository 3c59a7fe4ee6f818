#include "http/api_ogc_bounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/api_read.h"
#include "util/clock.h"

static bool is_degree(const char *text, double most, double *value)
{
    char *end;
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) return false;
    *value = strtod(text, &end);
    return !*end && isfinite(*value) && fabs(*value) <= most;
}

/* Four numbers, or six with heights, which say nothing about what lies on the ground. */
bool api_ogc_bounds_box(Request *request, ApiOgcBox *box)
{
    const char *const *n;
    double x, south, north;
    size_t count = 0;
    if (!api_read_list(request, "bbox", &n)) return false;
    if (!n) return true;
    while (n[count])
        count++;
    if (count == 4 || count == 6) {
        size_t upper = count / 2;
        *box = (ApiOgcBox){n[0], n[1], n[upper], n[upper + 1]};
        bool heights = count == 4 || (is_degree(n[2], HUGE_VAL, &x) && is_degree(n[5], HUGE_VAL, &x));
        if (heights && is_degree(box->west, 180, &x) && is_degree(box->east, 180, &x) &&
            is_degree(box->south, 90, &south) && is_degree(box->north, 90, &north) && south <= north)
            return true;
    }
    api_read_bad_query(request, "bbox", "Ska vara fyra tal: väst,syd,öst,nord, longitud före latitud.");
    return false;
}

/* The length of a day that GDAL's driver has made of a filter like "occurred_at >= '2026-03-01'": "2026-03-01T". */
static size_t without_lonely_t(const char *text)
{
    const size_t len = strlen(text);
    return len == strlen("2026-03-01T") && text[len - 1] == 'T' ? len - 1 : len;
}

/* An instant as PostgreSQL reads it, or the midnight a Swedish day begins; `after`: the first that is not included.
 * NULL where it is none or without memory. */
static const char *instant(Arena *arena, const char *text, bool after)
{
    CivilDate date;
    int64_t at;
    char written[CLOCK_TEXT_SIZE];
    if (civil_parse(text, without_lonely_t(text), &date) && date.year >= 1000) {
        civil_format(after && date.year < 9999 ? civil_add_days(date, 1) : date, written);
        return arena_printf(arena, "%s 00:00 Europe/Stockholm", written);
    }
    if (!clock_parse(text, strlen(text), &at)) return NULL;
    at += after; /* what is stored is no finer than a second */
    clock_format(at, written);
    return arena_printf(arena, "%.19s.%03d%s", written, (int)((at % 1000 + 1000) % 1000), written + 19);
}

/* One end of an interval; "" and ".." are open. */
static bool read_end(Arena *arena, const char *text, bool after, const char **out)
{
    *out = NULL;
    if (!*text || strcmp(text, "..") == 0) return true;
    *out = instant(arena, text, after);
    return *out != NULL;
}

bool api_ogc_bounds_datetime(Request *request, const char **from, const char **before)
{
    Arena *arena = request_arena(request);
    const char *text = request_query(request, "datetime");
    *from = *before = NULL;
    if (!text) return true;
    char *first = arena_strdup(arena, text), *last = first ? strchr(first, '/') : NULL;
    if (last) *last++ = '\0';
    bool read = first && (last ? read_end(arena, first, false, from) && read_end(arena, last, true, before)
                               : *first && read_end(arena, first, false, from) &&
                                     read_end(arena, first, true, before) && *from != NULL);
    if (read && last && !*from && !*before && *first == '\0' && *last == '\0') read = false; /* "/" alone */
    if (!read)
        api_read_bad_query(
            request, "datetime",
            "Ska vara en tid med tidszon (2026-03-14T08:00:00Z), ett datum, eller två med / emellan, där "
            ".. är en öppen ände.");
    return read;
}
