/*
 * What a stretch of running text says, as far as splitting and dating ask: where it ends, whether it names a place, an
 * event, a beginning, or nothing that an incident is made of. All take the tokens [from, end).
 */
#pragma once

#include "core/read/clockwords.h"
#include "core/read/lexicon.h"

/* The end of the sentence that begins at `from`. */
uint32_t sentence_end(const Text *text, uint32_t from, uint32_t end);

/* It tells of no incident: workload, routine, advice, a tally, a shift's hours, "inget att rapportera". */
bool sentence_is_noise(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* Its first words, or any of its words, say that it tells of none: "tänk på", "rutinärenden". */
bool sentence_begins_with_noise(const Lexicon *words, const Text *text, uint32_t at, uint32_t end);
bool sentence_has_noise(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* "Lördagen började med åska.": it only leads up to what is told next. */
bool sentence_leads_up(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* In a paragraph of its own it is about the report or what comes of it, or a question: "Utredningen av skottlossningen
 * fortsätter.", "Kan vi få besked?" */
bool sentence_is_remark(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* Behind a clock, it only tells how the incident before went on: "polis på plats", "dörren säkrad." */
bool sentence_is_update(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* "Inga rån under kvällen.", "inget bråk, inga bränder, inga raketer": of the whole time, or of so many kinds, it says
 * that they did not happen; "Inga skador." is told of an incident. */
bool sentence_denies_events(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* "Inget att rapportera" begins in [from, near); "inget" counts only where nothing follows it before `end`. */
bool sentence_finds_nothing(const Lexicon *words, const Text *text, uint32_t from, uint32_t near, uint32_t end);

/* A word that names a crime, an accident or what was done about one. */
bool sentence_has_event(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* "i Luleå", "på E4", "vid riksväg 90": a name after a preposition; not "i Hallands län". */
bool sentence_has_place(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* The name that such a place has, where the preposition begins at `at`; `end` where there is none. */
uint32_t sentence_place_after(const Lexicon *words, const Text *text, uint32_t at, uint32_t end);

/* The first clock that says when something began. */
bool sentence_find_clock(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Clock *clock);

/* How much a clock of a sentence says of when something began. */
typedef enum ClockUse {
    CLOCK_STARTS,
    CLOCK_MAY_START, /* if there is no other: "hittades 19.45" */
    CLOCK_NO_START,  /* "släckt 03.10", "till 04:00", "varje dag vid sex" */
} ClockUse;

ClockUse sentence_clock_use(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock);

/* The same of a span of hours behind "nattvandrade", "pass": the writers' own. */
ClockUse sentence_round_use(const Lexicon *words, const Text *text, uint32_t from, const Clock *clock);

/* Behind the clock, the part of the day and a sign: "då", "när". */
bool sentence_turns_behind(const Lexicon *words, const Text *text, uint32_t end, const Clock *clock, LexiconHit *hit);

/* "Lugnt fram till 21.40 då …": where a clock that begins nothing ends the quiet, something begins after all. */
bool sentence_turns_at(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock);

/* Four digits within a sentence that stand as a clock does: "i Bro 2145.", and not "dnr 2145", "2145 kronor". */
bool sentence_has_four_digits(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end);

/* Behind punctuation, but for "~", which a clock may begin with. */
uint32_t sentence_skip_signs(const Text *text, uint32_t at, uint32_t end);

/* Behind the days, dates and parts of the day at `at`, which are counted ("söndagen den 22 mars" is one); `at` where
 * there are none. */
uint32_t sentence_skip_dates(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, unsigned *dates);

/* How many days are named in what heads others with a day and says nothing else: "fre 11/12", "Lördag kväll.". 0 where
 * it says anything else. */
unsigned sentence_days_alone(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);
