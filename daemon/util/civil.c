#include "util/civil.h"

#include <stdio.h>

bool civil_is_known(CivilDate date)
{
    return date.year != 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool civil_is_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

int32_t civil_to_days(CivilDate date)
{
    int y = date.month <= 2 ? date.year - 1 : date.year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

CivilDate civil_from_days(int32_t days)
{
    days += 719468;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = days - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    return (CivilDate){.year = year_of_era + era * 400 + (month <= 2),
                       .month = month,
                       .day = day_of_year - (153 * shifted + 2) / 5 + 1};
}

CivilDate civil_add_days(CivilDate date, int days)
{
    return civil_from_days(civil_to_days(date) + days);
}

int civil_compare(CivilDate a, CivilDate b)
{
    int32_t x = civil_to_days(a), y = civil_to_days(b);
    return (x > y) - (x < y);
}

int civil_weekday(CivilDate date)
{
    int days = civil_to_days(date) + 3; /* 1970-01-01 was a Thursday */
    return (days % 7 + 7) % 7 + 1;
}

int civil_iso_week(CivilDate date, int *iso_year)
{
    CivilDate thursday = civil_add_days(date, 4 - civil_weekday(date));
    *iso_year = thursday.year;
    CivilDate first = {.year = thursday.year, .month = 1, .day = 1};
    return (civil_to_days(thursday) - civil_to_days(first)) / 7 + 1;
}

bool civil_iso_monday(int iso_year, int week, CivilDate *monday)
{
    if (iso_year < 1 || iso_year > 9998 || week < 1 || week > 53) return false;
    CivilDate fourth = {.year = iso_year, .month = 1, .day = 4}; /* always in week 1 */
    CivilDate found = civil_add_days(fourth, 1 - civil_weekday(fourth) + 7 * (week - 1));
    int year;
    if (civil_iso_week(found, &year) != week || year != iso_year) return false;
    *monday = found;
    return true;
}

bool civil_parse(const char *text, size_t len, CivilDate *date)
{
    if (len != 10 || text[4] != '-' || text[7] != '-') return false;
    int part[3] = {0, 0, 0}, which = 0;
    for (size_t i = 0; i < len; i++) {
        if (i == 4 || i == 7) {
            which++;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return false;
        part[which] = part[which] * 10 + (text[i] - '0');
    }
    if (!civil_is_valid(part[0], part[1], part[2])) return false;
    *date = (CivilDate){.year = part[0], .month = part[1], .day = part[2]};
    return true;
}

char *civil_format(CivilDate date, char out[static CIVIL_TEXT_SIZE])
{
    snprintf(out, CIVIL_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)date.year % 10000u, (unsigned)date.month % 100u,
             (unsigned)date.day % 100u);
    return out;
}
