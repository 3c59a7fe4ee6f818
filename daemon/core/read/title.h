/*
 * What an incident is called in a list: a stretch of its own words that says what happened, and not only when.
 */
#pragma once

#include "core/read/lexicon.h"
#include "core/read/split.h"

/* A title has no more bytes than this; it ends where a word does, at a comma if it can. */
enum { TITLE_BYTES_MOST = 100 };

/* The words of a text that name where something happened. */
typedef struct Spans {
    const Span *items;
    uint32_t count;
} Spans;

/*
 * The incident's heading if it says more than a clock, a day, a label or, in the words `where`, a place. Else the
 * form's field or the table's cell that tells what happened; else its first clause with more in it, which keeps the
 * time at its head where it would begin with its verb otherwise ("Vid 17-tiden ringde flera"). Within the incident or
 * the heading that covers it, and never empty where the incident has words.
 */
Span title_read(const Text *text, const Lexicon *words, const Segment *segment, const Spans *where);
