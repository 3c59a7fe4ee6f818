#include "core/read/clockwords.h"
#include "core/read/sentence.h"
#include "core/read/split-internal.h"

enum {
    REMARK_TOKENS = 4, /* a remark has as many: "Lås bytta." goes on with the incident */
    HEADLINE_WORDS = 3,
    RUN_ON_TOKENS = 60, /* a sentence of more has lost its full stops */
    LEAD_TOKENS = 4,    /* from one clock to the next are more */
    NEXT_DAY = 5,       /* of LEX_OWN: "dagen efter" */
    ELSE = 2,           /* of LEX_MISC: "i övrigt" */
    LEAD_SENTENCE = 6,  /* "Därefter till Broskolan." has no more tokens, with its full stop */
    OPENING_TOKENS = 5, /* "Sent på lördagskvällen ringde", with which a sentence begins */
    AREA_LABEL = 3,     /* words of "Kungsängens centrum:" */
    LONG_NOUN = 7,      /* bytes of a noun that says what happened: "rattfylleri", and not "larm" */
    LATER_TOKENS = 4,   /* "en halvtimme" stands among so many of a sentence's first */
};

/* What a sentence of running text does. */
typedef enum Turn { TURN_NOISE, TURN_NEW, TURN_GOES_ON } Turn;

/* What a sentence says of itself. */
typedef struct Sentence {
    bool timed, event, place;
    bool at_head;  /* its clock stands among its first words */
    bool goes_on;  /* "polisen", "han": may go on with what came before */
    bool never;    /* "han", "föraren": never begins anything */
    bool opening;  /* "under natten", "på söndagen", "en viltolycka" */
    bool at_place; /* "I Brunna …" */
    bool someone;  /* "En man …", "Flera ungdomar …": nobody spoken of before */
    bool dated;    /* a day stands in it: "En man greps i fredags …" */
    bool later;    /* "En halvtimme senare …" */
    bool new_day;  /* "Natten mot onsdag …", "På fredagen …": a day of the week stands first */
    bool next;     /* "Dagen efter …", "Nästa ärende …": what is told there is another incident */
    bool presents; /* "… 20.40 stod tre killar utanför": after the clock somebody comes in who has not been told of */
    bool then;     /* "Strax därefter fick vi larm …": later, verb, and the writers or somebody new */
    bool noun;     /* "Rattfylleri Råbyvägen 22.40.": what happened stands first, and no verb behind it */
    bool turns;    /* "Det var lugnt till 22.10, då …" */
    bool self;     /* "Vi …", "Jag …": the writer's own doings */
    bool comes_in; /* "Framåt kvällen ringde en pojke …": behind an opening, verb and somebody new */
} Sentence;

/* "Under natten", "På söndagen", and not "den andra", which only a clock makes a beginning. */
static bool has_opening(const Splitter *s, uint32_t at, uint32_t end)
{
    const uint64_t days =
        LEX(LEX_DAY_PART) | LEX(LEX_DAY) | LEX(LEX_NIGHT_TO) | LEX(LEX_WEEKDAY) | LEX(LEX_HOLIDAY) | LEX(LEX_EASTER);
    LexiconHit hit, day;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_AND), &hit)) at = hit.end; /* "Och i går kom en …" */
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON), &hit) &&
        lexicon_match(s->words, s->text, hit.end, end, days, &day))
        return true;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_AT), &hit) && /* "Vid lunchtid", "Framåt kvällen" */
        lexicon_match(s->words, s->text, hit.end, end, LEX(LEX_PART), &day))
        return true;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_OWN) | days, &hit) &&
           !(hit.role == LEX_OWN && hit.value == 2);
}

/* "Natten mot onsdag", "På fredagen", "I går"; "I går morse" is a part of the day before. */
static bool names_a_day(const Splitter *s, uint32_t at, uint32_t end)
{
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_NIGHT_TO) | LEX(LEX_DAY) | LEX(LEX_DAY_PART);
    LexiconHit hit;
    if (!lexicon_match(s->words, s->text, at, end, days, &hit)) {
        if (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON), &hit)) at = hit.end;
        if (!lexicon_match(s->words, s->text, at, end, days, &hit)) return false;
    }
    return hit.role != LEX_DAY_PART || hit.value < 0;
}

bool split_leads_clause(const Splitter *s, const Clock *clock, uint32_t end)
{
    LexiconHit hit;
    return text_is_small(s->text) && lexicon_match(s->words, s->text, clock->end, end, LEX(LEX_VERB), &hit);
}

uint32_t split_skip_later(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    uint32_t near = at + LATER_TOKENS < end ? at + LATER_TOKENS : end;
    if (!lexicon_find(s->words, s->text, at, near, LEX(LEX_HOURS), &hit) ||
        !lexicon_match(s->words, s->text, hit.end, end, LEX(LEX_LATER), &hit))
        return at;
    return sentence_skip_signs(s->text, hit.end, end);
}

bool split_verb_after(const Splitter *s, const Clock *clock, uint32_t end, LexiconHit *verb)
{
    LexiconHit part;
    uint32_t at = clock->end;
    while (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON) | LEX(LEX_PART) | LEX(LEX_DAY_PART), &part))
        at = part.end;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_VERB), verb);
}

/* "… 20.40 stod tre killar utanför", "… halv ett såg vi en bil": clock, verb, and somebody new. */
static bool presents(const Splitter *s, const Clock *clock, uint32_t end)
{
    LexiconHit hit, who;
    if (clock->end < end && token_is_sign(&s->text->tokens[clock->end], ":")) /* "… larmades vi, 22.10: en kvinna …" */
        return lexicon_match(s->words, s->text, clock->end + 1, end, LEX(LEX_SOMEONE), &who);
    if (!split_verb_after(s, clock, end, &hit)) return false;
    uint32_t at = lexicon_match(s->words, s->text, hit.end, end, LEX(LEX_SELF), &who) ? who.end : hit.end;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_SOMEONE), &who);
}

/* "Däremot stod där vid stängning, ungefär kvart över fyra, en bil …", "På hemvägen, tio i tio, satt en pojke …":
 * behind a clock between commas. */
static bool presents_behind_comma(const Splitter *s, const Clock *clock, uint32_t end)
{
    LexiconHit verb, who;
    if (clock->start == 0 || clock->end >= end || !token_is_sign(&s->text->tokens[clock->start - 1], ",") ||
        !token_is_sign(&s->text->tokens[clock->end], ","))
        return false;
    uint32_t at = clock->end + 1;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_VERB), &verb)) at = verb.end;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_SOMEONE), &who);
}

/* "Framåt kvällen ringde en pojke …": a verb and somebody new among the first words. */
static bool comes_in(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit verb, who;
    uint32_t near = at + OPENING_TOKENS < end ? at + OPENING_TOKENS : end;
    return lexicon_find(s->words, s->text, at, near, LEX(LEX_VERB), &verb) &&
           lexicon_match(s->words, s->text, verb.end, end, LEX(LEX_SOMEONE) | LEX(LEX_NUMBER), &who);
}

/* "Strax därefter fick vi …", "Därefter ringde en …" */
static bool comes_then(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (!lexicon_match(s->words, s->text, at, end, LEX(LEX_LATER), &hit) &&
        (at + 1 >= end || !lexicon_match(s->words, s->text, at + 1, end, LEX(LEX_LATER), &hit)))
        return false;
    at = hit.end;
    while (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON) | LEX(LEX_PART) | LEX(LEX_DAY_PART), &hit))
        at = hit.end; /* "Senare på kvällen kom …" */
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_VERB), &hit) &&
           lexicon_match(s->words, s->text, hit.end, end, LEX(LEX_SELF) | LEX(LEX_SOMEONE), &hit);
}

/* Where a clause of its own begins in a sentence: "…, och kvart över åtta hade någon tagit en väska": behind a clock of
 * its own and a comma or "och" another, its verb and somebody new, or "det". `end` where there is none. */
static uint32_t clause_end(const Splitter *s, uint32_t from, uint32_t end)
{
    const Token *tokens = s->text->tokens;
    LexiconHit hit;
    Clock clock, before;
    for (uint32_t at = from + LEAD_TOKENS; at + LEAD_TOKENS < end; at++) {
        if (tokens[at - 2].kind == TOKEN_NUMBER) continue; /* "mellan 22 och 23" */
        if (!token_is_sign(&tokens[at - 1], ",;") && !lexicon_match(s->words, s->text, at - 1, at, LEX(LEX_AND), &hit))
            continue;
        if (!clock_match(s->words, s->text, at, end, false, &clock)) continue;
        bool comes = split_verb_after(s, &clock, end, &hit) && hit.end < end && token_is(&tokens[hit.end], "det");
        if ((comes || presents(s, &clock, end)) &&
            sentence_clock_use(s->words, s->text, at, end, &clock) == CLOCK_STARTS &&
            (sentence_find_clock(s->words, s->text, from, at - 1, &before) ||
             lexicon_find(s->words, s->text, from, at - 1, LEX(LEX_PART) | LEX(LEX_DAY_PART), &hit)))
            return tokens[at - 1].kind == TOKEN_WORD ? at - 1 : at;
    }
    return end;
}

/* "Upptäcktes 05.50 av vaktmästaren.": a verb in the passive comes first, and nobody behind it. */
static bool is_told_of_last(const Splitter *s, uint32_t at, uint32_t end)
{
    const Token *first = &s->text->tokens[at];
    LexiconHit verb, hit;
    return at < end && first->norm[first->norm_len - 1] == 's' &&
           lexicon_match(s->words, s->text, at, end, LEX(LEX_VERB), &verb) &&
           !lexicon_match(s->words, s->text, verb.end, end, LEX(LEX_SOMEONE) | LEX(LEX_NUMBER), &hit);
}

/* Behind "KUNGSÄNGEN: ", names and a colon that no form has; `at` where a sentence begins otherwise. */
static uint32_t skip_area_label(const Splitter *s, uint32_t at, uint32_t end)
{
    const uint64_t other = LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME) | LEX(LEX_MISC) | LEX(LEX_NOISE) | LEX(LEX_EVENT) |
                           LEX(LEX_UPDATE) | LEX(LEX_TITLE) | LEX(LEX_CONTINUE) | LEX(LEX_WEEKDAY) | LEX(LEX_MAIL) |
                           LEX(LEX_INTRO) | LEX(LEX_CLOSING);
    LexiconHit hit;
    uint32_t next = at;
    while (next < end && next < at + AREA_LABEL && token_is_capital(&s->text->tokens[next]))
        next++;
    return next > at && next + 1 < end && token_is(&s->text->tokens[next], ":") &&
                   !lexicon_find(s->words, s->text, at, next, other, &hit)
               ? next + 1
               : at;
}

static Sentence read_sentence(const Splitter *s, uint32_t at, uint32_t end)
{
    const Text *text = s->text;
    LexiconHit hit, own;
    Clock clock;
    Sentence sentence = {.opening = has_opening(s, at, end)};
    sentence.goes_on = lexicon_match(s->words, text, at, end, LEX(LEX_CONTINUE), &hit);
    /* "den" goes on, "den andra" need not. */
    if (sentence.goes_on && lexicon_match(s->words, text, at, end, LEX(LEX_OWN), &own) && own.end > hit.end)
        sentence.goes_on = false;
    sentence.next = lexicon_match(s->words, text, at, end, LEX(LEX_OWN), &own) &&
                    (own.value == SPLIT_NEXT || own.value == NEXT_DAY);
    sentence.never = sentence.goes_on && hit.value == 1;
    if (is_told_of_last(s, at, end)) sentence.goes_on = sentence.never = true;
    sentence.new_day = names_a_day(s, at, end);
    sentence.event = lexicon_find(s->words, text, at, end, LEX(LEX_EVENT), &hit);
    sentence.self = lexicon_match(s->words, text, at, end, LEX(LEX_SELF), &own);
    sentence.timed = sentence_find_clock(s->words, text, at, end, &clock);
    /* "Vi började klockan sju och höll på till ett." */
    if (sentence.self && sentence.timed && !sentence.event)
        sentence.timed = sentence_clock_use(s->words, text, at, end, &clock) == CLOCK_STARTS;
    sentence.at_head =
        sentence.timed && end - clock.end > 3 && (clock.start <= at + 3 || split_leads_clause(s, &clock, end));
    sentence.then = comes_then(s, at, end);
    sentence.noun = lexicon_match(s->words, text, at, end, LEX(LEX_EVENT), &hit) &&
                    text->tokens[at].norm_len >= LONG_NOUN &&
                    !lexicon_find(s->words, text, hit.end, end, LEX(LEX_VERB), &own);
    sentence.turns = sentence.timed && sentence_turns_at(s->words, text, at, end, &clock);
    sentence.presents = sentence.timed && (presents(s, &clock, end) || presents_behind_comma(s, &clock, end));
    sentence.place = sentence_has_place(s->words, text, at, end);
    /* "Grupp två" is the writers', "grupp" is not. */
    sentence.someone =
        lexicon_match(s->words, text, at, end, LEX(LEX_SOMEONE), &hit) && !(sentence.self && own.end > hit.end);
    sentence.dated = sentence.someone && lexicon_find(s->words, text, at, end, LEX(LEX_DAY) | LEX(LEX_WEEKDAY), &hit);
    sentence.comes_in = sentence.opening && comes_in(s, at, end);
    uint32_t behind = split_skip_later(s, at, end);
    sentence.later = behind > at;
    if (sentence.later) sentence.comes_in = comes_in(s, behind, end); /* "En halvtimme senare kom två män …" */
    sentence.at_place = sentence_place_after(s->words, text, at, end) < end || skip_area_label(s, at, end) > at;
    sentence.place |= sentence.at_place;
    return sentence;
}

static bool is_noise(const Splitter *s, uint32_t at, uint32_t end, bool goes_on)
{
    if (!sentence_is_noise(s->words, s->text, at, end)) return false;
    /* "Det finns inga rapporter om personskador" says nothing of the report. */
    if (!split_is_open(&s->open) || !goes_on) return true;
    return sentence_begins_with_noise(s->words, s->text, at, end) || sentence_has_noise(s->words, s->text, at, end) ||
           sentence_denies_events(s->words, s->text, at, end);
}

bool split_tells_something(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    return sentence_has_event(s->words, s->text, from, end) ||
           sentence_find_clock(s->words, s->text, from, end, &clock);
}

/*
 * A paragraph's first sentence with neither event nor clock, of nobody spoken of before and of no place, is a remark
 * about the report or its writer: "Bra samarbete med grannsamverkan hela dagen."
 */
static bool is_remark(const Sentence *sentence, uint32_t at, uint32_t end)
{
    if (sentence->timed || sentence->goes_on || sentence->opening) return false;
    return (sentence->self && !sentence->event) ||
           (!sentence->place && !sentence->someone && end - at >= REMARK_TOKENS);
}

/* With an incident open: the sentence begins another. `set_off`: a blank line stands before it; `untimed`: the
 * paragraph's has had no clock yet. */
static bool begins_another(const Splitter *s, const Sentence *sentence, bool place, bool first, bool tells,
                           bool set_off, bool untimed)
{
    if (sentence->turns || (sentence->noun && sentence->timed)) return true;
    /* "En kvinna i Bro blev uppringd … Samtalet kom kl 14.10." */
    if (untimed && sentence->timed && !sentence->place && !sentence->someone && !sentence->opening) return false;
    if ((sentence->timed && sentence->place) || (sentence->opening && sentence->event && place)) return true;
    if (sentence->presents) return true;
    if (sentence->then && (set_off || (sentence->event && sentence->place))) return true;
    /* "I Brunna tändes en brasa … Vid åtta …": a paragraph of another place */
    if (set_off && sentence->at_place && tells) return true;
    if (sentence->comes_in && (sentence->place || sentence->new_day)) return true;
    if (sentence->next && (sentence->event || sentence->place)) return true;
    if (s->prose && sentence->new_day && sentence->event && !sentence->goes_on) return true;
    if (sentence->goes_on) return false;
    if ((sentence->timed && sentence->event) || sentence->at_head || (sentence->at_place && sentence->event))
        return true;
    if (sentence->later && (sentence->event || sentence->comes_in)) return true;
    if (!s->prose || !first) return false;
    if (set_off && sentence->timed) return true;
    if (set_off && (tells || (sentence->opening && sentence->event))) return true;
    if (sentence->place && !set_off && !sentence->self && s->list) return true;
    return sentence->event && (sentence->place || (sentence->someone && sentence->dated));
}

/* "Lördag 23/5.", "Fredag kväll." head what follows; "I går.", "På lördagen." may tell when what comes before was. */
static bool is_only_a_day(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    return sentence_days_alone(s->words, s->text, at, end) &&
           !lexicon_match(s->words, s->text, at, end, LEX(LEX_ON) | LEX(LEX_DAY) | LEX(LEX_WEEKDAY_FROM), &hit);
}

/* "I Brunna tändes en brasa …", and not "I Bro har vi haft två saker." */
static bool tells_of_others(const Splitter *s, const Sentence *sentence, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    return sentence->at_place && !lexicon_find(s->words, s->text, at, end, LEX(LEX_SELF), &hit);
}

/* "Söndag" / "Källarinbrott upptäckt på Råbyvägen." / "17.20 …": what stands between a day and the first clock below
 * it. */
static bool heads_list(const Splitter *s, const LineInfo *line)
{
    return s->headed && line + 1 < s->lines + s->text->line_count && line[1].kind == LINE_TIMED;
}

/* `first`: the sentence begins a paragraph, which ends at `paragraph_end`. */
static Turn judge_sentence(const Splitter *s, uint32_t from, uint32_t end, uint32_t paragraph_end, bool first,
                           bool untimed)
{
    uint32_t at = from;
    while (at < end && s->text->tokens[at].kind == TOKEN_PUNCT)
        at++;
    if (is_only_a_day(s, at, end)) return TURN_NOISE;
    Sentence sentence = read_sentence(s, at, end);
    if (is_noise(s, at, end, sentence.goes_on)) return TURN_NOISE;
    if (first && s->lines[s->text->tokens[from].line].after_blank && sentence_is_remark(s->words, s->text, at, end))
        return TURN_NOISE;
    bool place = sentence.place || (first && sentence_has_place(s->words, s->text, at, paragraph_end));
    const LineInfo *line = &s->lines[s->text->tokens[from].line];
    bool set_off = first && line->after_blank;
    bool tells = set_off && (sentence.someone || tells_of_others(s, &sentence, at, end)) &&
                 (place || split_tells_something(s, at, paragraph_end)) && !sentence.self;
    if (!split_is_open(&s->open)) {
        if (sentence.timed && (sentence.event || sentence.place || sentence.at_head)) return TURN_NEW;
        if (s->prose && tells && !sentence.goes_on) return TURN_NEW;
        /* "Fredag" / "Fest i Brunna, ca 80 ungdomar.", and no clock behind it to begin with */
        Clock clock;
        if (s->headed && first && sentence.place && !sentence.self && !sentence.goes_on &&
            !sentence_find_clock(s->words, s->text, at, paragraph_end, &clock))
            return TURN_NEW;
        return sentence.event && (place || sentence.new_day || (first && (sentence.opening || heads_list(s, line))))
                   ? TURN_NEW
                   : TURN_NOISE;
    }
    if (sentence.never) return TURN_GOES_ON;
    if (begins_another(s, &sentence, place, first, tells, set_off, untimed)) return TURN_NEW;
    return set_off && s->prose && is_remark(&sentence, at, end) ? TURN_NOISE : TURN_GOES_ON;
}

void split_take_day(Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (is_only_a_day(s, at, end)) {
        s->day = split_span(s->text, at, end);
        return;
    }
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON), &hit)) at = hit.end;
    if (lexicon_match(s->words, s->text, at, end,
                      LEX(LEX_WEEKDAY) | LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM), &hit)) {
        uint32_t start = hit.start, stop = hit.end;
        if (lexicon_match(s->words, s->text, stop, end, LEX(LEX_PART), &hit)) stop = hit.end; /* "torsdags kväll" */
        s->day = split_span(s->text, start, stop);
    }
}

/* "Lördagen började med åska. Redan klockan 04.40 slog …": the sentence says no more than that more follows. */
static bool leads_up(const Splitter *s, uint32_t from, uint32_t stop, uint32_t end)
{
    Clock clock;
    return stop < end && sentence_leads_up(s->words, s->text, from, stop) &&
           sentence_find_clock(s->words, s->text, stop, sentence_end(s->text, stop, end), &clock);
}

/* "Det är mörkt nu. Redan 16.40 blev en kvinna …": what begins a paragraph says neither when, where nor of whom. */
static bool waits_for_clock(const Splitter *s, uint32_t from, uint32_t stop, uint32_t end)
{
    LexiconHit hit;
    Clock clock;
    return stop < end && !sentence_find_clock(s->words, s->text, from, stop, &clock) &&
           !sentence_has_place(s->words, s->text, from, stop) &&
           !lexicon_match(s->words, s->text, from, stop, LEX(LEX_SOMEONE), &hit) &&
           sentence_find_clock(s->words, s->text, stop, sentence_end(s->text, stop, end), &clock);
}

/* "I Brunna var det mest folk.": where, but neither when, what nor of whom. */
static bool only_names_a_place(const Splitter *s, uint32_t from, uint32_t stop)
{
    LexiconHit hit;
    return sentence_place_after(s->words, s->text, from, stop) < stop && !split_tells_something(s, from, stop) &&
           !lexicon_find(s->words, s->text, from, stop, LEX(LEX_SOMEONE), &hit);
}

bool split_heads_paragraph(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    uint32_t stop = sentence_end(s->text, from, end);
    if (stop >= end || stop - from > LEAD_SENTENCE || !token_is_sign(&s->text->tokens[stop - 1], ".")) return false;
    bool named = false;
    for (uint32_t at = from + 1; at < stop; at++)
        named |= token_is_capital(&s->text->tokens[at]);
    return named && !split_tells_something(s, from, stop) && !sentence_is_noise(s->words, s->text, from, stop) &&
           sentence_find_clock(s->words, s->text, stop, sentence_end(s->text, stop, end), &clock);
}

/* "Inbrott. I natt 02.10 gick larmet …": a paragraph's first sentence is a heading of a word or two, for what follows.
 */
static bool is_headline(const Splitter *s, uint32_t from, uint32_t stop, uint32_t end)
{
    LexiconHit hit;
    uint32_t words = stop - from - 1;
    return stop < end && words >= 1 && words <= HEADLINE_WORDS && token_is_sign(&s->text->tokens[stop - 1], ".") &&
           s->text->tokens[from].flags & TOKEN_LINE_START && token_is_capital(&s->text->tokens[from]) &&
           sentence_has_event(s->words, s->text, from, stop) &&
           !lexicon_find(s->words, s->text, from, stop, LEX(LEX_VERB), &hit);
}

/* Where the next clock begins, with the words that lead up to it, in a sentence of small letters that goes on and on,
 * as talk that is taken down does: "… en misshandel sen kvart i tio var det en moped … i övrigt lugnt …". */
static uint32_t run_on_end(const Splitter *s, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    Clock clock;
    for (uint32_t at = from; at < end; at++) {
        bool own = at < from + LEAD_TOKENS; /* a clock that begins here is this one's: "sen klockan tjugo över två" */
        if (!own && lexicon_match(s->words, s->text, at, end, LEX(LEX_MISC), &hit) && hit.value == ELSE) return at;
        if (!clock_match(s->words, s->text, at, end, false, &clock)) continue;
        if (!own && sentence_clock_use(s->words, s->text, from, end, &clock) != CLOCK_NO_START)
            return split_lead_start(s, from, clock.start);
        at = clock.end;
    }
    return end;
}

int split_prose(Splitter *s, uint32_t from, uint32_t end, bool begins)
{
    bool first = true, listed, untimed = false;
    Clock clock;
    uint32_t label;
    bool waits = false; /* the incident has only been announced: "I torsdags hade vi en större insats i Bro." */
    int r = 0;
    uint32_t day_end = begins && from < end ? sentence_end(s->text, from, end) : end;
    if (day_end < end && is_only_a_day(s, from, day_end)) { /* "Söndag. Två kanoter …" */
        r = split_close(s);
        split_take_day(s, from, day_end);
        from = day_end;
    }
    bool set_off = from < end && s->lines[s->text->tokens[from].line].after_blank;
    bool runs_on = false;
    uint32_t sentence = from;
    for (uint32_t at = from; r == 0 && at < end; first = false) {
        if (at >= sentence) {
            sentence = sentence_end(s->text, at, end);
            runs_on = sentence - at > RUN_ON_TOKENS && !token_is_capital(&s->text->tokens[at]);
        }
        uint32_t stop = runs_on ? run_on_end(s, at, sentence) : clause_end(s, at, sentence);
        Turn turn = first && begins ? TURN_NEW : judge_sentence(s, at, stop, first ? end : stop, first, untimed);
        if (leads_up(s, at, stop, end)) turn = TURN_NOISE;
        bool heads = first && set_off && split_heads_paragraph(s, at, end);
        if (heads) turn = TURN_NEW;
        if (waits && turn == TURN_NEW) turn = TURN_GOES_ON;
        if (turn != TURN_GOES_ON) untimed = turn == TURN_NEW;
        untimed = untimed && !sentence_find_clock(s->words, s->text, at, stop, &clock);
        waits = first && ((begins && !split_tells_something(s, at, stop)) || heads ||
                          (turn == TURN_NEW && only_names_a_place(s, at, stop)) ||
                          (turn == TURN_NEW && (is_headline(s, at, stop, end) || waits_for_clock(s, at, stop, end))));
        switch (turn) {
        case TURN_NOISE:
            r = split_close(s);
            split_take_day(s, at, stop);
            break;
        case TURN_NEW:
            r = split_list(s, at, stop, false, &listed);
            if (r == 0 && !listed) r = split_open(s, at, stop, at);
            label = skip_area_label(s, at, stop);
            if (label > at) s->area = split_span(s->text, at, label);
            if (names_a_day(s, at, stop)) s->day = (Span){0}; /* the day above is over */
            break;
        case TURN_GOES_ON:
            r = split_list(s, at, stop, true, &listed);
            if (r == 0 && !listed) split_extend(s, stop);
            break;
        }
        at = stop;
    }
    return r;
}
bool split_is_remark(const Splitter *s, uint32_t from, uint32_t end)
{
    Sentence sentence = read_sentence(s, from, sentence_end(s->text, from, end));
    return is_remark(&sentence, from, end);
}
