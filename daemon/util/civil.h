/*
 * Civil dates and ISO weeks, without time zones: what a Swedish report means by "den 14 mars" and "v 11".
 * Pure functions over the proleptic Gregorian calendar, years 1 to 9999.
 * Day arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013);
 * weeks after ISO 8601:2004, 4.1.4 (weeks start on Monday, week 1 holds the year's first Thursday).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CivilDate {
    int year;  /* 1 to 9999; 0 in a date that is not known */
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
} CivilDate;

bool civil_is_known(CivilDate date);
bool civil_is_valid(int year, int month, int day);

/* Days since 1970-01-01, negative before it; and back. */
int32_t civil_to_days(CivilDate date);
CivilDate civil_from_days(int32_t days);
CivilDate civil_add_days(CivilDate date, int days);

/* <0, 0, >0 as `a` is before, on or after `b`. */
int civil_compare(CivilDate a, CivilDate b);

/* 1 Monday … 7 Sunday. */
int civil_weekday(CivilDate date);

/* The ISO week of a date. `*iso_year` may differ from the calendar year around New Year. Returns 1 to 53. */
int civil_iso_week(CivilDate date, int *iso_year);

/* The Monday of a week, 53 or 52 being the last of `iso_year`. False when the year has no such week. */
bool civil_iso_monday(int iso_year, int week, CivilDate *monday);

/* Strict "YYYY-MM-DD", all of `text`; false otherwise. */
bool civil_parse(const char *text, size_t len, CivilDate *date);

enum { CIVIL_TEXT_SIZE = 16 };
/* Writes "YYYY-MM-DD" and returns `out`. */
char *civil_format(CivilDate date, char out[static CIVIL_TEXT_SIZE]);
