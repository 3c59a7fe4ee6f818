/* What layout.c and layout_table.c share. */
#pragma once

#include "core/read/clockwords.h"
#include "core/read/layout.h"

typedef struct LayoutReader {
    const Lexicon *words;
    const Text *text;
    LineInfo *lines;
    unsigned timed, timed_bullets, rows, labelled; /* how the report is built */
    unsigned day_clocks;                           /* lines that begin with a weekday and a clock */
    unsigned dated;                                /* lines that begin with a day, and tell something behind it */
    unsigned head_clocks;                          /* lines that begin with a clock */
    const char *form_label;                        /* the label that begins each form, or NULL */
} LayoutReader;

/* Moves behind punctuation, but for "~", which a clock may begin with. */
uint32_t layout_skip_signs(const Text *text, uint32_t at, uint32_t end);

/* Every word of the line has one of the roles, or is a date, a clock or a number; these are counted. */
bool layout_is_made_of(const LayoutReader *reader, const LineInfo *line, uint64_t roles, unsigned *dates,
                       unsigned *clocks);

/* A label and a colon at `at`: "Tid:". */
bool layout_match_label(const LayoutReader *reader, uint32_t at, uint32_t end, uint64_t roles, LexiconHit *hit);

/* Tables: rows that have the same number of cells, and their head. Sets the kinds of their lines. */
void layout_find_rows(LayoutReader *reader);

/* Filled-in forms: "Tid: …", "Plats: …" on lines of their own, and the heads of mails. The first label begins each. */
void layout_find_forms(LayoutReader *reader);
