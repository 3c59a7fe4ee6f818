/*
 * When it happened: Swedish clock times and dates in an incident's words, resolved against the report's date.
 */
#pragma once

#include "core/read.h"
#include "core/split.h"

/*
 * What the report as a whole says about time. `previous` lets "två timmar senare" and prose resolve; the caller
 * passes the incident before, or NULL.
 */
typedef struct WhenContext {
    CivilDate report_date; /* may be unknown */
    int sent_minute;       /* as in ReadInput */
    const When *previous;
} WhenContext;

/* The event's start. Never later than the report was sent. */
When when_read(const Text *text, const Segment *segment, const WhenContext *context);
