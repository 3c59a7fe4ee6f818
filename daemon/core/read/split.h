/*
 * Where in a report each incident stands: headings with their text, timed lines, bullets, tables, prose.
 * Greetings, workload counts, advice, "inget att rapportera" and signatures are in no incident.
 */
#pragma once

#include "core/read/lexicon.h"
#include "core/read/read.h"

typedef struct Segment {
    Span span;         /* the incident, its heading included */
    Span heading;      /* the heading that belongs to it ("22:18, Göteborg, grov misshandel"), or empty */
    Span area_context; /* an area or town heading that covers it, in or before `span`, or empty */
    Span date_context; /* a weekday or date heading that covers it, before `span`, or empty */
} Segment;

/* Returns 0 with `*segments` (in `arena`, text order) and `*count`, or -ENOMEM. */
int split_report(const Text *text, const Knowledge *knowledge, Arena *arena, Segment **segments, uint32_t *count);

/* The same with the words alone, for whoever has no whole knowledge. */
int split_text(const Text *text, const Lexicon *words, Arena *arena, Segment **segments, uint32_t *count);
