/*
 * The words that splitting and dating go by: greetings, closings, field labels, weekdays, number words, "på plats".
 *
 * Data: time-words.csv and report-cues.csv in the knowledge directory, with the columns role, phrase and value
 * (schema/knowledge/README.md lists the roles). A phrase is one or more words as a report writes them; a word that
 * ends in * matches every word that begins so, and one that begins with * every word that ends so. Loaded once, then
 * read-only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/read/text.h"
#include "util/arena.h"
#include "util/error.h"

typedef struct Lexicon Lexicon;

/* What a phrase is, and what its value means. The name in the file stands in LEXICON_ROLES, in the same order. */
typedef enum LexiconRole {
    /* time-words.csv */
    LEX_WEEKDAY,       /* 1 Monday … 7 Sunday */
    LEX_WEEKDAY_SHORT, /* the same, but a word only beside a number ("mån 23.15") */
    LEX_WEEKDAY_PAST, /* "i måndags": the same, and on a Monday the one a week ago; ten more: "på måndag", to come */
    LEX_MONTH,        /* 1 … 12 */
    LEX_HOUR,         /* 1 … 23: "tre"; a hundred more: the half hour before it, "halvtre" */
    LEX_HOUR_ABOUT,   /* 1 … 12: "tretiden" */
    LEX_MINUTES,      /* minutes: "tjugo", "kvart" */
    LEX_NUMBER,       /* a number word */
    LEX_HALF,         /* "halv": the half hour before the hour named */
    LEX_PAST,         /* "över" */
    LEX_BEFORE,       /* "i" */
    LEX_CLOCK,        /* "kl", "klockan" */
    LEX_AT,           /* "vid" (1), "runt" (0): a number after it may be a clock, after 1 a bare hour too;
                       * "strax efter" (2): the same, whatever follows; "från" (3): as 1, and it may be when a round
                       * began; "ca" (4): as 0, and it may stand within a span */
    LEX_TIDEN,        /* "tiden" in "22-tiden"; 1: "och framåt", where the number counts nothing */
    LEX_NAMED_CLOCK,  /* minute of the day: "midnatt" */
    LEX_DAY,          /* days from the report's date: "igår" -1; 100: as it is told, \"nyss\" */
    LEX_PART,         /* LexiconPart; ten more: of the day of writing, "hela natten", "före lunch" */
    LEX_DAY_PART,     /* ten times the day plus the part: "i går kväll" is -10 + LEX_EVENING */
    LEX_NIGHT_TO,     /* "natten mot": the weekday or date that follows is the morning's */
    LEX_NIGHT_BETWEEN, /* "natten mellan": the second weekday that follows is the morning's */
    LEX_WEEKEND,       /* "under helgen": a period, no day */
    LEX_HABIT,    /* "varje dag": the clocks beside it are no event; value is the reach in tokens, 0 for a wide one */
    LEX_NO_START, /* "släckt", "på plats": the clock after it is no start; value is the reach in tokens, 0 for
                   * a longer phrase that says nothing of the kind ("fram och åter", "vi öppnade") */
    LEX_MAYBE_START,   /* "hittades", "började i": the same, where the incident has another clock; a hundred more:
                        * only of what the writers did ("Åkte", "vi gick") */
    LEX_THEN,          /* "då": after "lugnt till 21.40" something began */
    LEX_NO_START_NEXT, /* "slut" after the clock: the clock before it is no start */
    LEX_SINCE,         /* LexiconSince: "sedan": the date that follows is none of the event */
    LEX_UNIT,          /* 1: a measure, "kr", so that "22.18" is no clock; 0: "personer", so that "2218" is none */
    LEX_RANGE,         /* "till", "och": between two clocks of one span */
    LEX_BETWEEN,       /* "mellan": "mellan 13 och 15" */
    LEX_LATER,         /* "senare": a span of time after what came before */
    LEX_HOURS,         /* minutes in "timme", "halvtimme", "minuter" */
    LEX_ON,            /* "på", "under" before a day */
    LEX_HOLIDAY,       /* a day of the year, 100 times the month plus the day: "nyårsafton" */
    LEX_EASTER,        /* days from Easter Sunday: "långfredag" -2 */
    LEX_WEEKDAY_FROM,  /* 1000 times the month, 10 times the day, the weekday: the first such weekday from that day */
    LEX_VERB,          /* after "runt 23" it shows that 23 was a clock */
    LEX_SENT,          /* "skickat": the date and clock after it are when the report was sent */
    LEX_PART_HINT,     /* LexiconPart: "disco", "stängning": what tells of it when nothing better does */
    LEX_NUMBER_LABEL,  /* "dnr", "linje", "född": digits after it are no clock; 1: "de var", so that "ca 20" is none;
                        * 2: "*vägen", so that "12-14" is none; 3: "del", so that "1/3" is no date; 4: "kille", how old
                        */
    LEX_ROUND,         /* "nattvandrade": a span after it is how long the writers were out; 1: "pass", their shift */
    LEX_AFTER_CLOCK,   /* "för", "av": four digits before it may be a clock, as before a full stop */
    /* report-cues.csv */
    LEX_GREETING,  /* a line's start that greets */
    LEX_CLOSING,   /* a line's start that opens the signature */
    LEX_MAIL,      /* a label of a mail header */
    LEX_TITLE,     /* a word of a report's title; 1: of one about the day that it names as its own */
    LEX_INTRO,     /* a word of a line that announces the incidents */
    LEX_NOISE,     /* a sentence's start that tells of no incident; 1: where all of it are counts ("LOB: 2"), 2: where a
                    * blank line stands before it ("inga …") */
    LEX_NOISE_ANY, /* the same, anywhere in a sentence that has no heading or clock of its own; 1: in a paragraph of its
                    * own, 2: without a place, 3: never ("hände inget förrän"), 4: where the next has a clock ("dagen
                    * började med") */
    LEX_NOTHING,   /* "inget att rapportera": after an area or a clock no incident; 1: only as the last word */
    LEX_MISC,      /* "övrigt": a heading that is no area; 1: what follows it on the line is no incident */
    LEX_UPDATE,    /* "uppdatering": belongs to the incident before; 1: after a clock ("polis på plats") */
    LEX_FIELD,     /* a label of a form or a table head: "tid", "plats"; 1: of what happened ("händelse") */
    LEX_FIELD_TIME, /* the label of the event's time */
    LEX_EVENT,      /* a word that names a crime or an accident */
    LEX_OWN,        /* a sentence's start that opens an incident of its own: "under natten"; 1: a count, 2: only with a
                     * clock ("den andra"), 3: with an event or a place wherever it stands ("nästa ärende"), 4: a heading's
                     * words        before the name of an occasion ("polisens arbete i samband med"), 5: 3, on the next day
                     * ("dagen efter") */
    LEX_PLACE_PREP, /* "i", "på", "vid": a name after it is a place */
    LEX_REGION,     /* "län": the name before it is no place of an incident; 1: "kommun", it is one all the same */
    LEX_ROAD,       /* "riksväg": with the number after it a place */
    LEX_LIST,       /* "inträffade": the places that follow are one incident each */
    LEX_AND,        /* "samt": between two of them */
    LEX_CONTINUE,   /* a sentence's start that goes on with the same incident: "mannen", "hon" */
    LEX_SOMEONE,    /* a sentence's start that tells of somebody or something new: "en", "två", "någon" */
    LEX_SELF,       /* a sentence's start that tells of the writer: "vi", "jag" */
    LEX_ROLE_COUNT,
} LexiconRole;

/* What LEX_AT's words say of the number behind them. */
enum {
    LEX_AT_MAYBE,   /* "runt" */
    LEX_AT_HOUR,    /* "vid" */
    LEX_AT_CLOSELY, /* "strax efter" */
    LEX_AT_FROM,    /* "från" */
    LEX_AT_ABOUT,   /* "ca" */
};

/* What LEX_SINCE's words say of the day or hour behind them. */
enum {
    LEX_SINCE_NONE = -1,
    LEX_SINCE_DATE, /* "sedan": since when; a date is none of the event, another day gives way to one beside a clock */
    LEX_SINCE_TOLD, /* "anmäldes": when it was told, which gives way to any other day */
    LEX_SINCE_ALIKE, /* "samma", "värre": behind it, "som i måndags" and "än i går" name another day than the event's */
    LEX_SINCE_UNTIL,   /* "kvar till": right before a day, until when */
    LEX_SINCE_PERFECT, /* "har": behind it, "sen tio" is a clock */
    LEX_SINCE_AHEAD,   /* "saneras": right before a weekday, which is one to come */
};

enum { LEX_PART_NONE, LEX_MORNING, LEX_FORENOON, LEX_NOON, LEX_AFTERNOON, LEX_EVENING, LEX_NIGHT };

#define LEX(role) ((uint64_t)1 << (role))

typedef struct LexiconHit {
    LexiconRole role;
    int value;
    uint32_t start, end; /* token indices, end exclusive */
} LexiconHit;

/*
 * Loads both files under `directory` into `arena`, which must outlive the lexicon. Returns 0, or a negative errno with
 * the file, the line and the fault in `err`.
 */
int lexicon_load(Lexicon **out, Arena *arena, const char *directory, Error *err);

/* Those of `roles` that a phrase beginning with the token at `at` may have; none that it has is missing. Cheap: no
 * phrase is read. */
uint64_t lexicon_roles(const Lexicon *lexicon, const Text *text, uint32_t at, uint64_t roles);

/* Notes at each word which roles' phrases may begin there. The text is asked of hundreds of times, mostly in vain, and
 * is then answered from the word itself. Its words must not change afterwards. */
void lexicon_mark(const Lexicon *lexicon, Text *text);

/* As lexicon_match(), for a word at which a phrase may begin. */
bool lexicon_match_phrase(const Lexicon *lexicon, const Text *text, uint32_t at, uint32_t end, uint64_t roles,
                          LexiconHit *hit);

/* The longest phrase with one of `roles` (a set of LEX(…)) that begins at token `at` and ends by `end`. Most words
 * begin none, and are answered without a call. */
static inline bool lexicon_match(const Lexicon *lexicon, const Text *text, uint32_t at, uint32_t end, uint64_t roles,
                                 LexiconHit *hit)
{
    if (at >= end || (text->marked_by == lexicon && !(text->tokens[at].begins & roles))) return false;
    return lexicon_match_phrase(lexicon, text, at, end, roles, hit);
}

/* The first such phrase that begins in [from, end). */
bool lexicon_find(const Lexicon *lexicon, const Text *text, uint32_t from, uint32_t end, uint64_t roles,
                  LexiconHit *hit);
