#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_use_stockholm(void)
{
    if (setenv("TZ", "Europe/Stockholm", 1) < 0) return -errno;
    tzset();
    /* A zone that is not installed silently means UTC: in July Sweden is two hours ahead of it. */
    time_t july = 1751371200;
    struct tm tm;
    localtime_r(&july, &tm);
    return tm.tm_gmtoff == 7200 ? 0 : -ENOENT;
}

int64_t clock_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_steady_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_steady_ms(void)
{
    return clock_steady_us() / 1000;
}

/* Rounds towards the past, also before 1970. */
static time_t seconds_of(int64_t unix_ms)
{
    return (time_t)(unix_ms >= 0 ? unix_ms / 1000 : -((-unix_ms + 999) / 1000));
}

CivilDate clock_local(int64_t unix_ms, int *minute)
{
    time_t seconds = seconds_of(unix_ms);
    struct tm tm;
    localtime_r(&seconds, &tm);
    if (minute) *minute = tm.tm_hour * 60 + tm.tm_min;
    return (CivilDate){.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday};
}

typedef struct Cursor {
    const char *at, *end;
} Cursor;

/* `most` digits, at least `least`. */
static bool number(Cursor *c, int least, int most, int *out)
{
    int digits = 0, value = 0;
    while (digits < most && c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        value = value * 10 + (*c->at++ - '0');
        digits++;
    }
    *out = value;
    return digits >= least;
}

static bool byte(Cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static bool zone(Cursor *c, int *minutes)
{
    byte(c, ' ');
    if (byte(c, 'Z') || byte(c, 'z')) {
        *minutes = 0;
        return true;
    }
    int sign = byte(c, '+') ? 1 : byte(c, '-') ? -1 : 0, hours, rest;
    if (!sign || !number(c, 2, 2, &hours) || !byte(c, ':') || !number(c, 2, 2, &rest)) return false;
    *minutes = sign * (hours * 60 + rest);
    return hours < 24 && rest < 60;
}

bool clock_parse(const char *text, size_t len, int64_t *unix_ms)
{
    Cursor c = {text, text + len};
    int year, month, day, hour, minute, second, offset, fraction = 0;
    if (!number(&c, 4, 4, &year) || !byte(&c, '-') || !number(&c, 2, 2, &month) || !byte(&c, '-') ||
        !number(&c, 2, 2, &day))
        return false;
    bool space = byte(&c, ' ');
    if (!space && !byte(&c, 'T') && !byte(&c, 't')) return false;
    if (!number(&c, space ? 1 : 2, 2, &hour) || !byte(&c, ':') || !number(&c, 2, 2, &minute) || !byte(&c, ':') ||
        !number(&c, 2, 2, &second))
        return false;
    if (byte(&c, '.')) {
        int digits = 0;
        for (; c.at < c.end && *c.at >= '0' && *c.at <= '9'; c.at++)
            if (digits++ < 3) fraction = fraction * 10 + (*c.at - '0');
        if (digits == 0) return false;
        for (; digits < 3; digits++)
            fraction *= 10;
    }
    if (!zone(&c, &offset) || c.at != c.end) return false;
    if (!civil_is_valid(year, month, day) || hour > 23 || minute > 59 || second > 60) return false;
    int64_t days = civil_to_days((CivilDate){year, month, day});
    *unix_ms = ((days * 24 + hour) * 60 + minute - offset) * 60000 + second * 1000 + fraction;
    return true;
}

char *clock_format(int64_t unix_ms, char out[static CLOCK_TEXT_SIZE])
{
    time_t seconds = seconds_of(unix_ms);
    struct tm tm;
    localtime_r(&seconds, &tm);
    char date[20], offset[8];
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    strftime(offset, sizeof offset, "%z", &tm);
    snprintf(out, CLOCK_TEXT_SIZE, "%s%.3s:%.2s", date, offset, offset + 3);
    return out;
}
