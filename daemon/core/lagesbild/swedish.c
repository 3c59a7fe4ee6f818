#include "core/lagesbild/swedish.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NO_BREAK_SPACE "\u00a0"

const char *swedish_month(int month)
{
    static const char *const names[] = {"januari", "februari", "mars",      "april",   "maj",      "juni",
                                        "juli",    "augusti",  "september", "oktober", "november", "december"};
    return names[month - 1];
}

const char *swedish_weekday(int weekday)
{
    static const char *const names[] = {"måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"};
    return names[weekday - 1];
}

const char *swedish_weekday_short(int weekday)
{
    static const char *const names[] = {"mån", "tis", "ons", "tors", "fre", "lör", "sön"};
    return names[weekday - 1];
}

char *swedish_date(CivilDate date, char *out, size_t size)
{
    snprintf(out, size, "%d %s %d", date.day, swedish_month(date.month), date.year);
    return out;
}

char *swedish_date_range(CivilDate first, CivilDate last, char *out, size_t size)
{
    const char *month = swedish_month(first.month);
    char end[32];
    swedish_date(last, end, sizeof end);
    if (civil_compare(first, last) == 0)
        snprintf(out, size, "%s", end);
    else if (first.year != last.year)
        snprintf(out, size, "%d %s %d–%s", first.day, month, first.year, end);
    else if (first.month != last.month)
        snprintf(out, size, "%d %s–%s", first.day, month, end);
    else
        snprintf(out, size, "%d–%s", first.day, end);
    return out;
}

char *swedish_integer(int64_t value, char out[static SWEDISH_NUMBER_SIZE])
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, value);
    size_t at = 0;
    for (int i = 0; i < n; i++) {
        out[at++] = digits[i];
        int left = n - 1 - i;
        if (left && left % 3 == 0 && digits[i] != '-') {
            memcpy(out + at, NO_BREAK_SPACE, 2);
            at += 2;
        }
    }
    out[at] = '\0';
    return out;
}

char *swedish_decimal(double value, char out[static SWEDISH_NUMBER_SIZE])
{
    long long tenths = llround(value * 10);
    long long rest = tenths % 10;
    swedish_integer(tenths / 10, out);
    if (rest) {
        size_t n = strlen(out);
        snprintf(out + n, SWEDISH_NUMBER_SIZE - n, ",%lld", rest);
    }
    return out;
}

char *swedish_number_word(int64_t value, char out[static SWEDISH_NUMBER_SIZE])
{
    static const char *const words[] = {"noll", "en",   "två", "tre", "fyra", "fem", "sex",
                                        "sju",  "åtta", "nio", "tio", "elva", "tolv"};
    if (value < 0 || value > 12) return swedish_integer(value, out);
    snprintf(out, SWEDISH_NUMBER_SIZE, "%s", words[value]);
    return out;
}
