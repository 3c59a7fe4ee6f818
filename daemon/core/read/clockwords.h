/*
 * Swedish clock times and dates as they are written: "22.18", "kl 2130", "vid halv tio-tiden", "strax efter midnatt",
 * "13/3", "den 14 mars", "2026-03-14". What they mean for an incident is when.c's business.
 */
#pragma once

#include "core/read/lexicon.h"
#include "util/civil.h"

typedef struct Clock {
    uint32_t start, end; /* token indices; `start` includes "kl" and "vid", `end` a span's other clock */
    int minute;          /* local minute of the day, 0 to 1439 */
    int until;           /* the end of a span ("22.00-07.00"), or -1 */
    bool about;          /* only the hour is known: "22-tiden" */
    bool twelve;         /* said on a twelve-hour dial ("tre"): the part of the day decides */
    bool named;          /* "midnatt" */
    bool marked;         /* written with "kl", "vid" or the like */
    bool hour_follows;   /* written with "vid" or the like, after which a bare number is an hour */
} Clock;

/* A phrase with one of `roles` ends right before the token `at`: "i går kväll" before "20.15". */
bool clock_follows(const Lexicon *words, const Text *text, uint32_t at, uint64_t roles);

/*
 * The clock that begins at token `at`, before `end`. `head` says that this is where a timed line's clock stands, where
 * four digits are a clock without more. False where none begins there.
 */
bool clock_match(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool head, Clock *clock);

typedef struct DateWords {
    uint32_t start, end; /* token indices */
    int year;            /* 0 where not written */
    int month;           /* 0 where not written ("den 8:e") */
    int day;
    bool compact;  /* written as six or eight digits, which may be another number */
    int first_day; /* the first of "15-16/1", or 0 */
} DateWords;

/* The date that begins at token `at`, before `end`. Weekdays are in the lexicon. */
bool date_match(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, DateWords *date);

/* The day that `date` means, the latest that is not after `latest`; unknown where that cannot be said. */
CivilDate date_resolve(const DateWords *date, CivilDate latest);

/* 2015 to 2029: four digits that are more likely a year of our time than a clock. */
bool date_is_year(int value);

/* The value of a token of digits; -1 where it is none or has more than eight. */
int token_number(const Token *token);
