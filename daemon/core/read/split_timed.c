/* Lines that begin with a clock, and what else begins within one. */
#include <stdlib.h>

#include "core/read/sentence.h"
#include "core/read/split-internal.h"

enum {
    DAY_MINUTES = 24 * 60,
    ROUNDED_APART = 10, /* minutes between a heading's clock and the full hour its text tells, "strax efter 23" */
    HEADING_APART = 30, /* minutes between a heading's clock and its text's, at most */
    DAY_LABEL = 10,     /* tokens of a label with a day, at most */
    ENTRY_TOKENS = 2,   /* an entry has as many, with its clock */
    ENTRY_APART = 6 * 60,
    ENTRY_REACH = 40, /* tokens behind its clock in which it tells of an event */
    PLACE_LEAD = 9,   /* tokens of "på vägen mot Råby", behind which its clock begins */
    LABEL_WORDS = 4,  /* of "Kungsängens centrum: 23.30" */
};

/* The sentence begins with a clock written as the line's own is: "20:15. Kungsängen, …", "Kungsängen: 20:15 …".
 * `*behind` is the token behind the clock and its sign. */
static bool begins_with_clock(const Splitter *s, uint32_t from, uint32_t end, const LineInfo *line, uint32_t *behind)
{
    bool four_digits = s->text->tokens[line->from].norm_len == 4; /* "2035 …. 2150 …." */
    Clock clock;
    uint32_t label = from;
    while (label < end && label < from + LABEL_WORDS && s->text->tokens[label].kind == TOKEN_WORD &&
           (label > from || s->text->tokens[label].flags & TOKEN_CAPITAL))
        label++;
    if (label > from && label + 1 < end && token_is(&s->text->tokens[label], ":")) from = label + 1;
    if (!clock_match(s->words, s->text, from, end, four_digits, &clock)) return false;
    *behind = sentence_skip_signs(s->text, clock.end, end);
    return !clock.about && !clock.twelve && (clock.marked == line->marked || line->marked) &&
           sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS;
}

/* "Övrigt: inget.", "I övrigt lugnt.", "Mvh Pelle"; in small letters the last may be "tar helg nu". */
static bool ends_the_report(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_CLOSING), &hit)) return true;
    if (sentence_denies_events(s->words, s->text, at, end)) return true;
    if (end == s->text->token_count && text_is_small(s->text) && sentence_begins_with_noise(s->words, s->text, at, end))
        return true;
    if (!lexicon_match(s->words, s->text, at, end, LEX(LEX_MISC), &hit)) return false;
    return (hit.end < end && token_is(&s->text->tokens[hit.end], ":")) || sentence_is_noise(s->words, s->text, at, end);
}

/* Behind the words that lead up to the time of something else: "Sedan i natt", "Lite senare, "; `at` without such. */
static uint32_t skip_lead(const Splitter *s, uint32_t at, uint32_t end)
{
    const uint64_t roles = LEX(LEX_AND) | LEX(LEX_THEN) | LEX(LEX_LATER) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) |
                           LEX(LEX_PART) | LEX(LEX_NIGHT_TO) | LEX(LEX_WEEKDAY) | LEX(LEX_ON) | LEX(LEX_OWN);
    LexiconHit hit;
    at = split_skip_later(s, at, end);
    while (at < end && lexicon_match(s->words, s->text, at, end, roles, &hit))
        at = sentence_skip_signs(s->text, hit.end, end);
    return at;
}

uint32_t split_lead_start(const Splitter *s, uint32_t from, uint32_t at)
{
    while (at > from + 1 && skip_lead(s, at - 1, at) == at)
        at--;
    return at;
}

/* "Det var lugnt till 22.10, då en bil på E18 …": what ends then begins something, at a place of its own. */
static bool ends_a_quiet(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    return sentence_find_clock(s->words, s->text, from, end, &clock) &&
           sentence_turns_at(s->words, s->text, from, end, &clock) &&
           sentence_has_place(s->words, s->text, clock.end, end);
}

/* "På vägen mot Råby runt tre mötte vi …": the place leads up to the clock, its verb and somebody new or the
 * writers. */
static bool comes_to_place(const Splitter *s, uint32_t from, uint32_t end)
{
    const uint64_t who = LEX(LEX_SOMEONE) | LEX(LEX_NUMBER) | LEX(LEX_SELF);
    LexiconHit hit;
    Clock clock;
    if (!lexicon_match(s->words, s->text, from, end, LEX(LEX_PLACE_PREP) | LEX(LEX_ON), &hit)) return false;
    uint32_t limit = from + PLACE_LEAD < end ? from + PLACE_LEAD : end;
    uint32_t at = hit.end;
    while (at < limit && !clock_match(s->words, s->text, at, end, false, &clock))
        at++;
    return at < limit && split_verb_after(s, &clock, end, &hit) &&
           lexicon_match(s->words, s->text, hit.end, end, who, &hit) &&
           (text_is_small(s->text) || sentence_has_place(s->words, s->text, from, at)) &&
           sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS;
}

/* "Sedan i natt 01.20 brann en bil vid …": within a timed line, told of another time, event and place. */
static bool tells_of_another(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    uint32_t at = skip_lead(s, from, end);
    LexiconHit hit;
    if (!clock_match(s->words, s->text, at, end, false, &clock))
        return ends_a_quiet(s, from, end) || comes_to_place(s, from, end);
    /* "20.10 misshandel på Köpmanvägen …" */
    if (at == from && !clock.about && s->text->tokens[at].kind == TOKEN_NUMBER &&
        lexicon_match(s->words, s->text, clock.end, end, LEX(LEX_EVENT), &hit) &&
        sentence_has_place(s->words, s->text, clock.end, end))
        return sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS;
    bool verb = split_verb_after(s, &clock, end, &hit);
    /* "Vid två gick en pojke …" */
    bool comes = verb && lexicon_match(s->words, s->text, hit.end, end, LEX(LEX_SOMEONE) | LEX(LEX_NUMBER), &hit);
    return (verb || (at > from && !clock.about)) &&
           sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS &&
           (split_leads_clause(s, &clock, end) || ((comes || sentence_has_event(s->words, s->text, from, end)) &&
                                                   sentence_has_place(s->words, s->text, clock.end, end)));
}

/* "Snatteri på Coop, 18.20." */
static bool ends_with_clock(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    return sentence_find_clock(s->words, s->text, from, end, &clock) && clock.end + 1 >= end;
}

/* "… ingen skadad 22.25 en moped stals …", "… när vi åkte 0210 stulen bil …": where a clock begins another entry in a
 * sentence that has lost its full stop, or `end`. */
static uint32_t next_entry(const Splitter *s, const LineInfo *line, uint32_t from, uint32_t end)
{
    const uint64_t leading = LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_ON) | LEX(LEX_PART) | LEX(LEX_PLACE_PREP) |
                             LEX(LEX_RANGE) | LEX(LEX_BETWEEN) | LEX(LEX_WEEKDAY) | LEX(LEX_AND) | LEX(LEX_DAY) |
                             LEX(LEX_NUMBER_LABEL) | LEX(LEX_EVENT) | LEX(LEX_ROAD);
    LexiconHit hit;
    Clock clock;
    bool led = lexicon_match(s->words, s->text, from, end, LEX(LEX_PLACE_PREP), &hit);
    for (uint32_t at = from + ENTRY_TOKENS; at < end; at++) {
        const Token *token = &s->text->tokens[at];
        if (token->kind != TOKEN_NUMBER || token[-1].kind != TOKEN_WORD || token->norm_len == 1) continue;
        if (led && at - from < PLACE_LEAD) continue; /* "Vid Bro station 22.10 greps …": the place is the clock's */
        if (!clock_match(s->words, s->text, at, end, token->norm_len == 4, &clock)) continue;
        int later = (clock.minute - line->minute + DAY_MINUTES) % DAY_MINUTES;
        if (!clock.about && !clock.marked && clock.until < 0 && later > 0 && later < ENTRY_APART &&
            !lexicon_match(s->words, s->text, at - 1, at, leading, &hit) &&
            lexicon_match(s->words, s->text, clock.end, end, LEX(LEX_SOMEONE) | LEX(LEX_EVENT), &hit) &&
            sentence_has_event(s->words, s->text, clock.end,
                               clock.end + ENTRY_REACH < end ? clock.end + ENTRY_REACH : end) &&
            sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS)
            return at;
    }
    return end;
}

/* Behind "Värdarna lördag 5/12: ", the head of what follows on the line; its beginning where it has none. */
static uint32_t skip_day_label(const Splitter *s, const LineInfo *line)
{
    bool dated = false;
    for (uint32_t at = line->from; at < line->to && at < line->from + DAY_LABEL; at++) {
        unsigned dates = 0;
        Clock clock;
        if (dated && token_is_sign(&s->text->tokens[at], ":") && at + 1 < line->to &&
            s->text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE)
            return at + 1;
        if (clock_match(s->words, s->text, at, line->to, at == line->from, &clock)) break;
        uint32_t next = sentence_skip_dates(s->words, s->text, at, line->to, &dates);
        dated |= dates > 0;
        if (dates && next < line->to && token_is_sign(&s->text->tokens[next - 1], ":")) return next;
        if (next > at) at = next - 1;
    }
    return line->from;
}

/* "Dygnet i tre punkter: 1. Klockan 11 …": a line's first sentence that names nothing. */
static bool leads_in(const Splitter *s, uint32_t from, uint32_t end)
{
    unsigned dates = 0;
    LexiconHit hit;
    if (lexicon_match(s->words, s->text, from, end, LEX(LEX_GREETING), &hit) && end - hit.end <= 1)
        return true; /* "Hej!" */
    if (sentence_skip_dates(s->words, s->text, from, end, &dates) > from) return false;
    for (uint32_t at = from + 1; at < end; at++)
        if (token_is_capital(&s->text->tokens[at])) return false;
    return end - from > LABEL_WORDS && !split_tells_something(s, from, end);
}

/* Where a timed line's first incident begins: behind a day's label, or a sentence that only leads in; `*stop` is the
 * end of its sentence. */
static uint32_t find_start(const Splitter *s, const LineInfo *line, uint32_t *stop)
{
    uint32_t from = skip_day_label(s, line), at = sentence_end(s->text, from, line->to);
    if (at < line->to && leads_in(s, from, at)) {
        from = at;
        at = sentence_end(s->text, from, line->to);
    }
    while (at < line->heading_end) /* "Fredag kväll. 17.40 snatteri på …" */
        at = sentence_end(s->text, at, line->to);
    *stop = at;
    return from;
}

/* "… 21.00 rast. …", "kl 1830 start. …" */
static bool is_quiet(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    if (clock_match(s->words, s->text, from, end, true, &clock)) from = sentence_skip_signs(s->text, clock.end, end);
    if (sentence_has_event(s->words, s->text, from, end)) return false;
    bool word =
        end - from == 2 && s->text->tokens[from].kind == TOKEN_WORD && !token_is_capital(&s->text->tokens[from]);
    return word || sentence_is_noise(s->words, s->text, from, end);
}

int split_timed_line(Splitter *s, const LineInfo *line)
{
    Span day = s->day;
    LexiconHit hit;
    Clock clock;
    uint32_t sentence, from = find_start(s, line, &sentence);
    if (skip_day_label(s, line) > line->from) s->day = split_span(s->text, line->from, from);
    uint32_t at = next_entry(s, line, from, sentence);
    if (at < line->heading_end) at = sentence;
    bool begins = at < sentence; /* another entry, within the sentence */
    bool timed = sentence_find_clock(s->words, s->text, from, at, &clock);
    bool last = ends_with_clock(s, from, at); /* "Bro: Snatteri, 18.20. Rattfylleri, 23.30." */
    bool tells = at >= line->to || !is_quiet(s, from, at);
    int r = tells ? split_open(s, from, at, line->heading_end) : split_close(s);
    split_take_day(s, line->from, line->to);
    while (r == 0 && at < line->to) {
        if (at >= sentence) sentence = sentence_end(s->text, at, line->to);
        uint32_t stop = next_entry(s, line, at, sentence), behind = at;
        bool clocked = begins || begins_with_clock(s, at, stop, line, &behind);
        begins = stop < sentence;
        if (clocked && sentence_is_update(s->words, s->text, behind, stop))
            split_extend(s, stop);
        else if (clocked && is_quiet(s, behind, stop))
            r = split_close(s);
        else if (clocked || (timed && tells_of_another(s, at, stop)) ||
                 (last && lexicon_match(s->words, s->text, at, stop, LEX(LEX_EVENT), &hit) &&
                  ends_with_clock(s, at, stop)))
            r = split_open(s, at, stop, at);
        else if (split_is_open(&s->open) && ends_the_report(s, at, stop))
            r = split_close(s);
        else
            split_extend(s, stop);
        timed = true;
        at = stop;
    }
    s->day = day;
    return r;
}

bool split_repeats_heading(const Splitter *s, const LineInfo *line)
{
    int apart = abs(line->minute - s->body_minute);
    if (apart > DAY_MINUTES / 2) apart = DAY_MINUTES - apart;
    /* "Kungsängen, kl 23.05" / "Strax efter 23 …" */
    bool rounded = line->marked && line->minute % 60 == 0 && apart <= ROUNDED_APART;
    return (line->marked && !s->body_marked && apart <= HEADING_APART) ||
           (line->heading_end < line->to && (apart == 0 || rounded));
}
