#include "dates.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

/* A clock a little ahead of ours is now, not yesterday; the server takes as much (OBSERVATION_AHEAD_MS). */
enum { AHEAD_MS = 10 * 60 * 1000 };

char *dates_today(char out[static CIVIL_TEXT_SIZE])
{
    return civil_format(clock_local(clock_now_ms(), NULL), out);
}

bool dates_is_day(const char *text)
{
    CivilDate date;
    return civil_parse(text, strlen(text), &date);
}

/* "21:30" or "21.30", all of `text`. */
static bool parse_minute(const char *text, int *hour, int *minute)
{
    if (strlen(text) != 5 || (text[2] != ':' && text[2] != '.')) return false;
    for (int i = 0; i < 5; i++)
        if (i != 2 && !isdigit((unsigned char)text[i])) return false;
    *hour = (text[0] - '0') * 10 + text[1] - '0';
    *minute = (text[3] - '0') * 10 + text[4] - '0';
    return *hour < 24 && *minute < 60;
}

bool dates_is_clock(const char *text)
{
    int hour, minute;
    return parse_minute(text, &hour, &minute);
}

static bool instant_of(CivilDate date, int hour, int minute, int64_t *out)
{
    struct tm local = {.tm_year = date.year - 1900,
                       .tm_mon = date.month - 1,
                       .tm_mday = date.day,
                       .tm_hour = hour,
                       .tm_min = minute,
                       .tm_isdst = -1};
    time_t seconds = mktime(&local);
    *out = (int64_t)seconds * 1000;
    return seconds != (time_t)-1;
}

bool dates_instant(const char *text, char out[static CLOCK_TEXT_SIZE])
{
    int64_t instant;
    size_t len = strlen(text);
    if (clock_parse(text, len, &instant)) {
        clock_format(instant, out);
        return true;
    }
    const int64_t now = clock_now_ms();
    CivilDate date = clock_local(now, NULL);
    const bool has_day = len > 11 && (text[10] == ' ' || text[10] == 'T');
    if (has_day) {
        if (!civil_parse(text, 10, &date)) return false;
        text += 11;
    }
    int hour, minute;
    if (!parse_minute(text, &hour, &minute) || !instant_of(date, hour, minute, &instant)) return false;
    if (!has_day && instant > now + AHEAD_MS && !instant_of(civil_add_days(date, -1), hour, minute, &instant))
        return false;
    clock_format(instant, out);
    return true;
}
