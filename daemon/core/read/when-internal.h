/* What when.c and the files of its steps share, when_cues.c, when_day.c, when_resolve.c and when_survey.c: the words on
 * days in a stretch of text, and what they mean. */
#pragma once

#include "core/read/clockwords.h"
#include "core/read/when.h"

enum { CUES = 24 };

/* Minutes of the day. */
enum {
    DAY_MINUTES = 24 * 60,
    MORNING_START = 6 * 60,
    DAY_BREAK = 7 * 60,   /* under a day's heading, the night that follows it lasts until then */
    MORNING_END = 8 * 60, /* a daily report that does not say when it was sent was sent by then */
    NOON = 12 * 60,
    EVENING = 17 * 60,
    LATE_NIGHT = 23 * 60 + 20, /* no report has been written of it before midnight: forty minutes are what that takes */
    LATE_SEEN = 23 * 60 + 30,  /* … and nobody has written of what they saw themselves half an hour before it */
};

/* A word on which day it was. */
typedef struct DayCue {
    uint32_t start, end; /* tokens */
    uint8_t role; /* LEX_DAY, LEX_DAY_PART, LEX_WEEKDAY, LEX_NIGHT_TO, LEX_WEEKEND, LEX_PART, LEX_MONTH (a date) */
    int value;    /* as in the lexicon; of LEX_NIGHT_TO and LEX_MONTH the weekday, or 0 */
    bool past;    /* LEX_WEEKDAY: before the report's own day */
    bool told;    /* "anmäldes i går": when it was told, which is the event's day where no other is named */
    bool beside; /* "sen i måndags", "kvar till idag": since or until when, which is not the day of the event's clock */
    bool relative;  /* "bilen som i går …": the day of what is told of it, and of no clock before */
    bool next;      /* "på fredag", where no clock says that it has been one to come, and "i morgon" */
    DateWords date; /* LEX_MONTH, and LEX_NIGHT_TO with a date */
} DayCue;

typedef struct Found {
    DayCue days[CUES];
    uint32_t day_count;
    Clock clock;
    bool has_clock;
    bool evening; /* another clock, which says nothing of the start, is an evening's */
} Found;

/* The word on a day that begins at token `at`; `from` and `end` bound what may be looked at. */
bool when_match_day(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end, DayCue *cue);

/* One pass over an incident: its words on days, and the clock that says when it began. */
void when_find_cues(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Found *found);

/* "Hela natten", "före lunch": the part of the day, which without another day is the report's own. */
bool when_is_whole_part(const DayCue *cue);

/* It tells the part of the day and no day. */
bool when_is_part_only(const DayCue *cue);

/* "Nyss": of its own day in an observation; in a report of whatever day is told of. */
bool when_is_now(const DayCue *cue);

/* The part of the day that a cue tells, or LEX_PART_NONE; and days from the report's, of LEX_DAY_PART. */
int when_part_of(const DayCue *cue);
int when_days_of(const DayCue *cue);

/* The cue that speaks of the clock's day, or with `parts` of its part of the day; NULL where none does. */
const DayCue *when_day_for_clock(const Text *text, const Found *found, uint32_t from, uint32_t end, bool parts);

/* The day a cue means for an event at `minute` (or -1). Unknown where the report's date is. */
CivilDate when_resolve(const DayCue *cue, CivilDate report, int minute);
