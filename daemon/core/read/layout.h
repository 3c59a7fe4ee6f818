/*
 * What each line of a report is: a heading, a timed line, a table row, a bullet, a greeting, running text.
 * The first half of splitting; split.c builds the incidents from it.
 */
#pragma once

#include "core/read/lexicon.h"

typedef enum LineKind {
    LINE_BLANK,   /* nothing, a ruled line, a lone number */
    LINE_NOISE,   /* belongs to no incident: greeting, title, workload, advice, signature, table head */
    LINE_DAY,     /* a weekday or date that heads what follows */
    LINE_HEADING, /* a short line that heads what follows: an area, a town, a crime */
    LINE_TIMED,   /* begins an incident: its clock stands at its head */
    LINE_ROW,     /* a table's row */
    LINE_FIELD,   /* begins a filled-in form: "Tid: 16:40" where that label comes first */
    LINE_ITEM,    /* begins an incident without a clock: a bullet, "Bro: …" */
    LINE_TEXT,    /* running text */
} LineKind;

typedef struct LineInfo {
    uint8_t kind;
    bool after_blank;     /* a blank line, or nothing, stands before it */
    bool bullet;          /* the line begins with one; `from` is after it */
    bool weak;            /* LINE_TEXT with a clock in its first words, not at its head */
    bool dated;           /* LINE_ITEM: a day and a sign begin it: "Söndag: …" */
    bool weak_head;       /* weak, and the clock stands at the very head: "Vid fyratiden …" */
    bool bare;            /* LINE_TIMED: nothing but a clock */
    bool section;         /* LINE_HEADING in capitals, one of several: what stands below is an incident */
    bool routine;         /* LINE_NOISE for what its sentence says, not for its form */
    bool introduced;      /* LINE_TEXT: an introduction stood before `from`, so an incident begins there */
    bool labelled;        /* LINE_TEXT: names and a colon begin it: "Tibble torg: …" */
    bool misc;            /* "Övrigt" stands at its head, which no area's heading covers */
    bool goes_on;         /* LINE_TEXT inside a form, or under a bullet: never an incident of its own */
    bool broken_off;      /* LINE_TEXT: the line above breaks off within a sentence, which this goes on with */
    bool paragraph;       /* LINE_TEXT: between entries that blank lines set off, as one of them */
    bool apart;           /* LINE_TEXT: behind the last entry, and no text of it as the entries are written */
    uint32_t from, to;    /* tokens of the content */
    bool marked;          /* LINE_TIMED: its clock is written with "kl" or the like */
    int16_t minute;       /* LINE_TIMED: its clock, in minutes of the day */
    uint32_t heading_end; /* LINE_TIMED: the token after the heading's words on this line */
} LineInfo;

/* A sign that lists begin their lines with. */
bool layout_is_bullet_sign(const Token *token);

/* Returns an array in `arena`, one for each line of the text, or NULL where memory is out. */
LineInfo *layout_read(const Lexicon *words, const Text *text, Arena *arena);
