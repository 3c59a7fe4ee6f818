#include "core/lagesbild/period.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/lagesbild/swedish.h"

/* A four-digit year and, after a hyphen, the rest; 0 where the text does not begin like that. */
static int read_year(const char *text)
{
    int year = 0;
    for (int i = 0; i < 4; i++) {
        if (!isdigit((unsigned char)text[i])) return 0;
        year = year * 10 + (text[i] - '0');
    }
    return year;
}

static int read_two_digits(const char *text)
{
    if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1])) return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

static int check_year(int year, Error *err)
{
    if (year >= PERIOD_YEAR_MIN && year <= PERIOD_YEAR_MAX) return 0;
    return error_set(err, -EINVAL, "Året ska vara %d till %d, inte %d.", PERIOD_YEAR_MIN, PERIOD_YEAR_MAX, year);
}

static int weeks_in_year(int iso_year)
{
    CivilDate monday;
    return civil_iso_monday(iso_year, 53, &monday) ? 53 : 52;
}

/* "2026-W11", exactly `len` bytes of `text`. */
static int read_week(const char *text, size_t len, CivilDate *monday, Error *err)
{
    int year = len == 8 ? read_year(text) : 0;
    int week = year && text[4] == '-' && (text[5] == 'W' || text[5] == 'w') ? read_two_digits(text + 6) : -1;
    if (week < 0) return error_set(err, -EINVAL, "En vecka skrivs som 2026-W11, inte ”%.*s”.", (int)len, text);
    int rc = check_year(year, err);
    if (rc) return rc;
    if (!civil_iso_monday(year, week, monday))
        return error_set(err, -EINVAL, "År %d har veckorna 01 till %d, inte %02d.", year, weeks_in_year(year), week);
    return 0;
}

static int read_weeks(Period *out, const char *text, const char *dots, Error *err)
{
    CivilDate first, last;
    size_t len = dots ? (size_t)(dots - text) : strlen(text);
    int rc = read_week(text, len, &first, err);
    if (rc) return rc;
    last = first;
    if (dots) rc = read_week(dots + 2, strlen(dots + 2), &last, err);
    if (rc) return rc;
    int weeks = (civil_to_days(last) - civil_to_days(first)) / 7 + 1;
    if (weeks < 1) return error_set(err, -EINVAL, "Veckorna slutar innan de börjar.");
    if (weeks > PERIOD_WEEKS_MAX)
        return error_set(err, -EINVAL, "Högst %d veckor kan tas i en följd, inte %d.", PERIOD_WEEKS_MAX, weeks);
    *out = (Period){.kind = PERIOD_WEEKS, .from = first, .to = civil_add_days(last, 7)};
    return 0;
}

static Period months(PeriodKind kind, int year, int month, int count)
{
    int end = (month - 1 + count) % 12 + 1, end_year = year + (month - 1 + count) / 12;
    return (Period){.kind = kind, .from = {year, month, 1}, .to = {end_year, end, 1}};
}

static int read_part_of_year(Period *out, int year, const char *part, Error *err)
{
    size_t len = strlen(part);
    if (len == 2 && (part[0] == 'T' || part[0] == 't')) {
        if (part[1] < '1' || part[1] > '3')
            return error_set(err, -EINVAL, "Ett år har tertialen T1, T2 och T3, inte ”%s”.", part);
        *out = months(PERIOD_TERTIAL, year, (part[1] - '1') * 4 + 1, 4);
        return 0;
    }
    if (strcasecmp(part, "VB") == 0) {
        *out = months(PERIOD_YEAR, year, 1, 12);
        return 0;
    }
    int month = len == 2 ? read_two_digits(part) : -1;
    if (month < 0) return 1;
    if (month < 1 || month > 12) return error_set(err, -EINVAL, "En månad är 01 till 12, inte %s.", part);
    *out = months(PERIOD_MONTH, year, month, 1);
    return 0;
}

int period_parse(Period *out, const char *text, Error *err)
{
    int year = read_year(text);
    const char *dots = strstr(text, "..");
    if (year && (dots || (text[4] == '-' && (text[5] == 'W' || text[5] == 'w'))))
        return read_weeks(out, text, dots, err);
    if (year) {
        int rc = check_year(year, err);
        if (rc) return rc;
        if (!text[4]) {
            *out = months(PERIOD_YEAR, year, 1, 12);
            return 0;
        }
        rc = text[4] == '-' ? read_part_of_year(out, year, text + 5, err) : 1;
        if (rc <= 0) return rc;
    }
    return error_set(err, -EINVAL,
                     "En period skrivs som 2026-W11, 2026-W10..2026-W11, 2026-03, 2026-T1 eller 2026, inte ”%.40s”.",
                     text);
}

char *period_code(const Period *period, char out[static PERIOD_CODE_SIZE])
{
    CivilDate last = civil_add_days(period->to, -1);
    int year, end_year, week = civil_iso_week(period->from, &year), end = civil_iso_week(last, &end_year);
    /* The remainders cannot change a valid date; they show the compiler that the text fits. */
    unsigned y = (unsigned)period->from.year % 10000u, m = (unsigned)period->from.month % 100u;
    switch (period->kind) {
    case PERIOD_WEEKS:
        if (period_days(period) == 7)
            snprintf(out, PERIOD_CODE_SIZE, "%04u-W%02u", (unsigned)year % 10000u, (unsigned)week % 100u);
        else
            snprintf(out, PERIOD_CODE_SIZE, "%04u-W%02u..%04u-W%02u", (unsigned)year % 10000u, (unsigned)week % 100u,
                     (unsigned)end_year % 10000u, (unsigned)end % 100u);
        break;
    case PERIOD_MONTH:
        snprintf(out, PERIOD_CODE_SIZE, "%04u-%02u", y, m);
        break;
    case PERIOD_TERTIAL:
        snprintf(out, PERIOD_CODE_SIZE, "%04u-T%u", y, (m - 1) / 4 + 1);
        break;
    case PERIOD_YEAR:
        snprintf(out, PERIOD_CODE_SIZE, "%04u", y);
        break;
    }
    return out;
}

/* "v. 11", "v. 10–11" or, over New Year, "v. 52 2025–v. 1 2026"; `with_year` adds the year to the first two. */
static void weeks_label(const Period *period, bool with_year, char *out, size_t size)
{
    CivilDate last = civil_add_days(period->to, -1);
    int year, end_year, week = civil_iso_week(period->from, &year), end = civil_iso_week(last, &end_year);
    char tail[16] = "";
    if (with_year) snprintf(tail, sizeof tail, " %d", year);
    if (year != end_year)
        snprintf(out, size, "v. %d %d–v. %d %d", week, year, end, end_year);
    else if (week == end)
        snprintf(out, size, "v. %d%s", week, tail);
    else
        snprintf(out, size, "v. %d–%d%s", week, end, tail);
}

char *period_short_label(const Period *period, char out[static PERIOD_LABEL_SIZE])
{
    const char *month = swedish_month(period->from.month);
    int year = period->from.year;
    switch (period->kind) {
    case PERIOD_WEEKS:
        weeks_label(period, false, out, PERIOD_LABEL_SIZE);
        break;
    case PERIOD_MONTH:
        snprintf(out, PERIOD_LABEL_SIZE, "%s %d", month, year);
        break;
    case PERIOD_TERTIAL:
        snprintf(out, PERIOD_LABEL_SIZE, "T%d %d", (period->from.month - 1) / 4 + 1, year);
        break;
    case PERIOD_YEAR:
        snprintf(out, PERIOD_LABEL_SIZE, "%d", year);
        break;
    }
    return out;
}

char *period_label(const Period *period, char out[static PERIOD_LABEL_SIZE])
{
    char weeks[40], dates[48];
    CivilDate last = civil_add_days(period->to, -1);
    int year = period->from.year;
    switch (period->kind) {
    case PERIOD_WEEKS:
        weeks_label(period, true, weeks, sizeof weeks);
        swedish_date_range(period->from, last, dates, sizeof dates);
        snprintf(out, PERIOD_LABEL_SIZE, "%s (%s)", weeks, dates);
        break;
    case PERIOD_MONTH:
        snprintf(out, PERIOD_LABEL_SIZE, "%s %d", swedish_month(period->from.month), year);
        break;
    case PERIOD_TERTIAL:
        snprintf(out, PERIOD_LABEL_SIZE, "T%d %d (%s–%s %d)", (period->from.month - 1) / 4 + 1, year,
                 swedish_month(period->from.month), swedish_month(last.month), year);
        break;
    case PERIOD_YEAR:
        snprintf(out, PERIOD_LABEL_SIZE, "år %d", year);
        break;
    }
    return out;
}

int period_days(const Period *period)
{
    return civil_to_days(period->to) - civil_to_days(period->from);
}

static Period months_before(const Period *period, int count, int length)
{
    int month = period->from.year * 12 + period->from.month - 1 - count;
    return months(period->kind, month / 12, month % 12 + 1, length);
}

Period period_previous(const Period *period)
{
    int days = period_days(period);
    switch (period->kind) {
    case PERIOD_MONTH:
        return months_before(period, 1, 1);
    case PERIOD_TERTIAL:
        return months_before(period, 4, 4);
    case PERIOD_YEAR:
        return months_before(period, 12, 12);
    case PERIOD_WEEKS:
        break;
    }
    return (Period){.kind = PERIOD_WEEKS, .from = civil_add_days(period->from, -days), .to = period->from};
}

Period period_year_ago(const Period *period)
{
    int days = period_days(period), year, week = civil_iso_week(period->from, &year);
    switch (period->kind) {
    case PERIOD_MONTH:
        return months_before(period, 12, 1);
    case PERIOD_TERTIAL:
        return months_before(period, 12, 4);
    case PERIOD_YEAR:
        return months_before(period, 12, 12);
    case PERIOD_WEEKS:
        break;
    }
    CivilDate monday;
    if (!civil_iso_monday(year - 1, week, &monday)) monday = civil_add_days(period->from, -52 * 7);
    return (Period){.kind = PERIOD_WEEKS, .from = monday, .to = civil_add_days(monday, days)};
}

const char *period_noun(const Period *period, bool plural)
{
    switch (period->kind) {
    case PERIOD_MONTH:
        return plural ? "månader" : "månad";
    case PERIOD_TERTIAL:
        return "tertial";
    case PERIOD_YEAR:
        return "år";
    case PERIOD_WEEKS:
        break;
    }
    if (period_days(period) == 7) return plural ? "veckor" : "vecka";
    return plural ? "lika långa perioder" : "lika lång period";
}

const char *period_noun_definite(const Period *period)
{
    switch (period->kind) {
    case PERIOD_MONTH:
        return "månaderna";
    case PERIOD_TERTIAL:
        return "tertialen";
    case PERIOD_YEAR:
        return "åren";
    case PERIOD_WEEKS:
        break;
    }
    return period_days(period) == 7 ? "veckorna" : "lika långa perioderna";
}

const char *period_one(const Period *period)
{
    return period->kind == PERIOD_TERTIAL || period->kind == PERIOD_YEAR ? "ett" : "en";
}
