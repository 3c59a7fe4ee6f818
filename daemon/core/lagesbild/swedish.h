/*
 * Numbers, dates and counts as Swedish prose writes them (Språkrådet, Svenska skrivregler, 2017): decimal comma,
 * a no-break space between thousands, numbers up to twelve in letters in running text, en dash in ranges.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "util/civil.h"

/* "januari" … "december", for 1 to 12. */
const char *swedish_month(int month);

/* "måndag" … "söndag", for 1 to 7; and "mån" … "sön". */
const char *swedish_weekday(int weekday);
const char *swedish_weekday_short(int weekday);

/* "15 mars 2026". Returns `out`. */
char *swedish_date(CivilDate date, char *out, size_t size);

/* Both days included: "2–15 mars 2026", "28 mars–3 april 2026", "29 december 2025–4 januari 2026". Returns `out`. */
char *swedish_date_range(CivilDate first, CivilDate last, char *out, size_t size);

enum { SWEDISH_NUMBER_SIZE = 48 };

/* "1 234", "-3". Returns `out`. */
char *swedish_integer(int64_t value, char out[static SWEDISH_NUMBER_SIZE]);

/* One decimal, left out where it is 0: "4,3", "12", "1 234,5". `value` is not negative. Returns `out`. */
char *swedish_decimal(double value, char out[static SWEDISH_NUMBER_SIZE]);

/* In running text: "noll", "en" … "tolv", then digits. Returns `out`. */
char *swedish_number_word(int64_t value, char out[static SWEDISH_NUMBER_SIZE]);
