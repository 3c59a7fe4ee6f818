#include "dates.h"

#include <ctype.h>
#include <string.h>
#include <time.h>

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

bool dates_instant(const char *text, char out[static CLOCK_TEXT_SIZE])
{
    int64_t instant;
    size_t len = strlen(text);
    if (clock_parse(text, len, &instant)) {
        clock_format(instant, out);
        return true;
    }
    CivilDate date = clock_local(clock_now_ms(), NULL);
    if (len > 11 && (text[10] == ' ' || text[10] == 'T')) {
        if (!civil_parse(text, 10, &date)) return false;
        text += 11;
    }
    int hour, minute;
    if (!parse_minute(text, &hour, &minute)) return false;
    struct tm local = {.tm_year = date.year - 1900,
                       .tm_mon = date.month - 1,
                       .tm_mday = date.day,
                       .tm_hour = hour,
                       .tm_min = minute,
                       .tm_isdst = -1};
    time_t seconds = mktime(&local);
    if (seconds == (time_t)-1) return false;
    clock_format((int64_t)seconds * 1000, out);
    return true;
}
