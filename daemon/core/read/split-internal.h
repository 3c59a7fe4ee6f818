/* What split.c, split_list.c, split_prose.c and split_timed.c share: the incident being built, and what begins and ends
 * one. */
#pragma once

#include "core/read/layout.h"
#include "core/read/split.h"

enum {
    SPLIT_NEXT = 3, /* the value of LEX_OWN: "nästa ärende" */
};

typedef struct Splitter {
    const Lexicon *words;
    const Text *text;
    Arena *arena;
    const LineInfo *lines;
    Segment *segments;
    uint32_t count;
    size_t capacity;
    Segment open;     /* the incident being built; open.span.end == 0 where there is none */
    Segment pending;  /* a heading that waits for its text: .span, with .area_context as the last line of it */
    Span area, day;   /* the headings that cover what follows */
    bool area_first;  /* areas head days, not the other way round */
    bool prose;       /* no lines but running text */
    bool body;        /* the line before is a heading with a clock, so this is its text */
    bool bare;        /* that heading is nothing but a clock */
    bool body_marked; /* that heading's clock is written with "kl" */
    int body_minute;  /* that heading's clock, in minutes of the day */
    bool form;        /* the incident open is a filled-in form, which blank lines do not end */
    bool headed;      /* the line before is a day's heading */
    bool wrapped;     /* lines break within sentences */
    bool list;        /* lines of a sentence each stand below each other */
    bool counts;      /* towns have been counted on lines of their own */
    Span counted;     /* what the towns on the lines above are counted of: "Bilinbrott:" over "Bro 4" */
} Splitter;

/* The bytes of the tokens [from, to); empty where there are none. */
Span split_span(const Text *text, uint32_t from, uint32_t to);

/* The segment has begun. */
bool split_is_open(const Segment *segment);

/* Begins an incident over the tokens [from, to), with the heading that waits, if any; ends the one before. Its own
 * heading is [from, heading_to), empty where that is `from`. Returns 0 or -ENOMEM, as those below. */
int split_open(Splitter *s, uint32_t from, uint32_t to, uint32_t heading_to);

/* Ends the incident being built, if there is one. */
int split_close(Splitter *s);

/* The incident being built, if there is one, goes on up to the token `to`. */
void split_extend(Splitter *s, uint32_t to);

/*
 * A sentence that lists where several alike things happened is one incident a place: a new one for each, but for the
 * first where `goes_on` says that the open one is that. `*listed` says whether it was such a sentence.
 */
int split_list(Splitter *s, uint32_t from, uint32_t end, bool goes_on, bool *listed);

/* "Cykelstölder: Bro 3, Kungsängen 2 och Brunna 1." True in `*listed` where the line was such a list. */
int split_towns(Splitter *s, uint32_t from, uint32_t end, bool *listed);

/* Towns on lines of their own below what they are counted of: one incident each, with that as its heading. */
int split_town_line(Splitter *s, const LineInfo *line, bool *listed);

/* Where the words before `at` begin that lead up to the time there: "sen kvart i tio", "och på natten 02.10". */
uint32_t split_lead_start(const Splitter *s, uint32_t from, uint32_t at);

/* "efter disco 21.05 stod några …": the verb follows the clock, as it does what begins a clause; where names have no
 * capitals that tells as much as a place. */
bool split_leads_clause(const Splitter *s, const Clock *clock, uint32_t end);

/* The verb behind a clock and its part of the day: "vid ett på natten gick". */
bool split_verb_after(const Splitter *s, const Clock *clock, uint32_t end, LexiconHit *verb);

/* "Därefter till Broskolan. Där låg 23.45 en krossad ruta …": the first sentence of [from, end) only says where, and
 * the second begins to tell. */
bool split_heads_paragraph(const Splitter *s, uint32_t from, uint32_t end);

/* Behind "En dryg timme senare, " at `at`; `at` where no such words stand there. */
uint32_t split_skip_later(const Splitter *s, uint32_t at, uint32_t end);

/* A timed line; where its line breaks are lost, several incidents stand in it, and its day is theirs. */
int split_timed_line(Splitter *s, const LineInfo *line);

/* Below a heading with a clock the line tells of the same: "22:30 Ekängen" / "Vid 22.30-tiden uppstod …". */
bool split_repeats_heading(const Splitter *s, const LineInfo *line);

/* Running text: the tokens [from, end) of one paragraph or line; `begins`: its first sentence begins an incident. */
int split_prose(Splitter *s, uint32_t from, uint32_t end, bool begins);

/* The first sentence of [from, end) only says something about the report or its writer. */
bool split_is_remark(const Splitter *s, uint32_t from, uint32_t end);

/* A clock or an event stands somewhere in [from, end). */
bool split_tells_something(const Splitter *s, uint32_t from, uint32_t end);

/* "Fredagen präglades av marknaden.": no incident, but the day of those that follow. */
void split_take_day(Splitter *s, uint32_t at, uint32_t end);
