/* What layout.c and the files of its kinds of lines share: layout_shape.c (how a line looks),
 * layout_block.c, layout_clock.c, layout_day.c, layout_ends.c, layout_label.c, layout_list.c, layout_table.c and
 * layout_title.c. */
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
    unsigned tail_clocks;                          /* lines that end with one in brackets */
    unsigned named_clocks;                         /* lines that begin with names and four digits that are one */
    unsigned numbered_clocks;                      /* lines that begin with a number, and have a clock behind a comma */
    const char *counted_label; /* the word that begins several lines with a number behind it, or NULL */
    bool quoted;               /* ">" is a mail's sign before each line, and no bullet */
    bool unwrapped;            /* lines end where a small-letter writer ended them */
    bool told;                 /* a line before tells something, if only that all was quiet */
    const char *form_label;    /* the label that begins each form, or NULL */
} LayoutReader;

/* Fills in what a line is made of: its bullet, and its tokens behind it. */
void layout_cut_line(const LayoutReader *reader, uint32_t index, LineInfo *line);

/* It has no words and no clock: a ruled line, "1)", "***". */
bool layout_is_rule(const LayoutReader *reader, const LineInfo *line);

/* Short enough and written as a heading is. `timed`: it has a clock, and may then end with a full stop. */
bool layout_looks_like_heading(const LayoutReader *reader, const LineInfo *line, bool timed);
/* "kungsängen" over "2140 …": in a log a word or two of any letters between a blank line and one with a clock, or,
 * where somebody who writes small letters breaks no lines, any other. */
bool layout_is_small_heading(const LayoutReader *reader, uint32_t index);

/* "Bro: Två bilar …", "Kungsängens centrum: …": names, a colon, and text behind. */
bool layout_is_labelled(const LayoutReader *reader, const LineInfo *line);

/* "EFTERSÖKT PERSON, BRO": every word in capitals. */
bool layout_is_in_capitals(const LayoutReader *reader, const LineInfo *line);

/* "1.1 Misshandel …": an item of a numbered section. */
bool layout_is_in_section(const LayoutReader *reader, uint32_t index);

/* Makes a line an item of which the whole is one incident, as a bullet's is, and which is no other line's detail. */
void layout_make_entry(LineInfo *line);

/* "Brunna: -" */
bool layout_is_crossed_out(const Text *text, const LineInfo *line);

/* "+ 4 falsklarm": what else there was, counted. */
bool layout_adds_up(const LayoutReader *reader, uint32_t index);

/* "Ekhammarskolan, under kvällen – tre rutor …" between lines whose heads end so, and have a clock. */
bool layout_is_dashed(const LayoutReader *reader, uint32_t index);

/* Every word of the line has one of the roles, or is a date, a clock or a number; these are counted. */
bool layout_is_made_of(const LayoutReader *reader, const LineInfo *line, uint64_t roles, unsigned *dates,
                       unsigned *clocks);

/* A label and a colon at `at`: "Tid:". */
bool layout_match_label(const LayoutReader *reader, uint32_t at, uint32_t end, uint64_t roles, LexiconHit *hit);

/* "Bro: fyra cyklar." / "Kungsängen: sex, varav två elcyklar.": the line above or below is labelled as well. */
bool layout_is_beside_a_label(const LayoutReader *reader, const LineInfo *line);

/* "Bro: 4 cykelstölder" / "Brunna: 1 cykelstöld": as short as headings, but the next such line, or the one before,
 * stands right beside, so that nothing stands under them. */
bool layout_is_among_labels(const LayoutReader *reader, const LineInfo *line);

/* "Övrigt: …", "Råd: …"; a value of 1 is of what tells of nothing. */
bool layout_match_misc_label(const LayoutReader *reader, const LineInfo *line, LexiconHit *hit);

/* Tables: rows that have the same number of cells, and their head. Sets the kinds of their lines. */
void layout_find_rows(LayoutReader *reader);

/* Filled-in forms: "Tid: …", "Plats: …" on lines of their own, and the heads of mails. The first label begins each. */
void layout_find_forms(LayoutReader *reader);

/* Lines by their index or what is known of them: see layout_day.c for how each looks. */
bool layout_begins_with_day_and_clock(const LayoutReader *reader, uint32_t index);
bool layout_begins_with_day(const LayoutReader *reader, uint32_t index);
/* Several lines begin so, with a day and a clock. */
bool layout_lists_clocked_days(const LayoutReader *reader);
/* Several lines begin with a day, and tell something behind it. */
bool layout_lists_days(const LayoutReader *reader);
bool layout_is_dated(const LayoutReader *reader, const LineInfo *line);

/* Makes a line that begins with a day an item, or noise where nothing is told behind the day. False where it is
 * neither. */
bool layout_read_dated(const LayoutReader *reader, LineInfo *line);

/* "1930 bråk i köket", "ca kvart i tio såg vi", "vid 23 när vi stängde": its first words are a clock. */
bool layout_begins_with_clock(const LayoutReader *reader, uint32_t index);

/* "Objekt: Brohuset" over "Kl. 02.05. Man sov i entrén." */
bool layout_heads_clock(const LayoutReader *reader, uint32_t index);

/* "Brunna IP – slagsmål, en skadad (21.30)": the clock stands last, in brackets. */
bool layout_ends_with_clock(const LayoutReader *reader, uint32_t index);

/* "Bro 1420 inbrott …": names, and four digits that are a clock. */
bool layout_names_a_clock(const LayoutReader *reader, uint32_t index);

/* "119 mot Vällingby, 07.22. …", "117, 10.40, …": a bus's number, or a vehicle's, and behind a comma a clock. */
bool layout_numbers_a_clock(const LayoutReader *reader, uint32_t index);

/* The word that begins several lines with a number behind it, "Buss 12, 16.20. …"; NULL where there is none. */
const char *layout_find_counted_label(const LayoutReader *reader);

/* So many lines begin with a clock that every such line begins an incident. */
bool layout_is_log(const LayoutReader *reader);

/*
 * The clock at the head of a line, after dates, a field label, a place: "12/10, 15.33 Ringa stöld", "Säffle kl 05:24",
 * "Olaga intrång, Avesta kl. 00.45". `*strong` is false where a sentence leads up to it.
 */
bool layout_find_head_clock(const LayoutReader *reader, const LineInfo *line, Clock *clock, bool *strong);

/* What a line with such a clock is. */
void layout_read_clocked(LayoutReader *reader, LineInfo *line, const Clock *clock, bool strong);

/* "lördag 6 juni kl 07 – söndag 7 juni kl 07", "Må 04/05 18.00 till 05/05 06.00": what a report covers. */
bool layout_finds_period(const LayoutReader *reader, const LineInfo *line);

/* Behind a line's first sentence another tells of an incident: moves `from` there, of a line of text then. */
bool layout_skip_to_incident(const LayoutReader *reader, LineInfo *line);

/* "Säffle, rattfylleri." over "22.10: …": a place and a crime with a full stop behind. */
bool layout_is_stopped_heading(const LayoutReader *reader, uint32_t index);

/* "Sammanfattning av polisens arbete i samband med Bergmarknaden:": what is summed up below is one incident, … */
bool layout_heads_an_occasion(const LayoutReader *reader, const LineInfo *line);

/* … counts and routine as well: makes them the text of their heading. */
void layout_gather_occasions(LayoutReader *reader);

/* The report's last lines say who wrote it: a name on its own, and who that is, or how to reach him. */
void layout_read_signature(LayoutReader *reader);

/* Makes the untimed bullets below "Att tänka på" and "Några råd:" noise, but those with an event at a place. */
void layout_read_advice(LayoutReader *reader);

/* Makes bullets without a clock, further in than the one with a clock above them or of another sign, its text. */
void layout_find_details(LayoutReader *reader);

/* The first heading, set off by a blank line, is the report's title where it has more words than a place. */
bool layout_is_title(const LayoutReader *reader, uint32_t index);

/* "Extra information till ledningen, torsdag 3/12 kl 06.30": alone at the top, with a date and the clock at which it
 * was written, of no event and no place. */
bool layout_is_dated_title(const LayoutReader *reader, uint32_t index);

/* Makes lines of text entries that show by their form that they are: those that begin with a bracket as several entries
 * do, and lines below headings each of which tells of a place or time of its own. */
void layout_find_lists(const LayoutReader *reader);

/* Makes what stands above the first entry and names nothing noise, and sets `apart` of the lines of text behind the
 * last that, as the entries above are written, are none of its. */
void layout_find_ends(LayoutReader *reader);

/* The first sentence tells of no incident, and no later one has a clock or tells of somebody somewhere; where one does,
 * the line is weak. */
bool layout_is_routine(const LayoutReader *reader, LineInfo *line);
