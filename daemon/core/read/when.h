/*
 * When it happened: Swedish clock times and dates in an incident's words, resolved against the report's date.
 *
 * Rules (the labelled sets' own): the event's start; a span gives its first clock; habits ("varje dag vid sex"),
 * arrival, end and hand-over clocks give none. Dates from any cue, against the report's date; "i natt" and "natten mot
 * lördag" without a clock is the morning's date; a clock later than the report belongs to the day before; "under
 * helgen" gives no day.
 */
#pragma once

#include "core/read/lexicon.h"
#include "core/read/read.h"
#include "core/read/split.h"

/* Days after the report that something announced can lie ("lördag 6 juni kl 15"). Nothing else lies after it. */
enum { WHEN_AHEAD_MOST = 120 };

/* Days: a mail that is passed on later is answered rather than reported, and a day in its head is one in the text. */
enum { WHEN_PASSED_ON_MOST = 31 };

/* What the report as a whole says about time. when_survey() fills it; then each incident moves it on. */
typedef struct WhenContext {
    ReadKind kind;
    CivilDate report_date; /* may be unknown */
    int sent_minute;       /* as in ReadInput, or as the report's head says ("Skickat: … 08:14") */
    /* The period it covers, where its head says so: "måndag 2/3 kl 06 till tisdag 3/3 kl 06". */
    CivilDate from_date; /* unknown where it does not */
    int from_minute;     /* or -1 */
    int round_until;     /* the minute of the next day at which the writers' round ended, or 0 */
    bool past_midnight;  /* an observation tells of so late an hour that it was written the day after */
    Span log;            /* of an observation that is a round's log: the line that tells of an event, or empty */
    uint32_t body;       /* the token behind the head of a mail that an observation was passed on by, or 0 */
    bool one_day;        /* its title names `from_date` as its only day */
    bool one_night;      /* its head tells of a night and nothing else */
    When previous;       /* the incident before, WHEN_UNKNOWN before the first */
    Span previous_area;  /* its area_context */
    int first_minute;    /* of the report's first incident that has one, or -1 */
    Span previous_day;   /* its date_context */
    CivilDate begun;     /* a later day than the heading's, with which an incident under it began: "Lördagen …" */
    Span begun_under;    /* that heading */
    Span last_day;       /* the date_context of the last incident */
    bool previous_named; /* a date or a weekday of its own stood in it, or in one before it */
} WhenContext;

/* Reads the head of the report: the lines before the first incident. */
void when_survey(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments, uint32_t count,
                 const ReadInput *input);

/* The event's start. Never later than the report was sent, unless it is announced. Call in text order; `context`
 * remembers the one before. */
When when_read(const Text *text, const Segment *segment, const Lexicon *words, WhenContext *context);
