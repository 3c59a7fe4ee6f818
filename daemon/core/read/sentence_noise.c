/* What tells of no incident: workload, routine, advice, tallies, and what only goes on with another. */
#include "core/read/sentence.h"

enum {
    NOTHING_REACH = 7, /* "inget att rapportera" stands among so many of a sentence's first tokens */
    UPDATE_TOKENS = 6, /* what may follow "Polis på plats" for it to be no incident */
    ENDED_TOKENS = 5,  /* "dörren säkrad" has no more, with its full stop */
    TALLY_DIGITS = 3,
    PLACE_LABEL = 6,  /* tokens of "Läget i Kungsängens centrum:" */
    DENIALS = 3,      /* "inget bråk, inga bränder, inga raketer" */
    LEAD_TOKENS = 12, /* "Lördagen började med åska." has no more */
};

/* What a phrase of noise asks of its sentence: the values of LEX_NOISE and LEX_NOISE_ANY. */
enum {
    NOISE_ALWAYS,
    NOISE_OF_TALLY = 1,
    NOISE_OF_REMARK = 1,
    NOISE_WITHOUT_PLACE = 2,
    NOISE_NEVER = 3,
    NOISE_LEADS_UP = 4,
    NOISE_SET_OFF = 2,
};

bool sentence_finds_nothing(const Lexicon *words, const Text *text, uint32_t from, uint32_t near, uint32_t end)
{
    LexiconHit hit, lead;
    for (uint32_t at = from; at < near; at++) {
        if (!lexicon_match(words, text, at, end, LEX(LEX_NOTHING), &hit)) continue;
        /* "… hotades vid stängning av två": it only tells when. */
        if (at > from && lexicon_match(words, text, at - 1, at, LEX(LEX_PLACE_PREP) | LEX(LEX_ON) | LEX(LEX_AT), &lead))
            continue;
        /* "Brunna: inget.", "Inget, alla var på badet." */
        if (hit.value != 1 || hit.end >= end ||
            (text->tokens[hit.end].kind == TOKEN_PUNCT && (hit.end + 1 == end || at == from)))
            return true;
    }
    return false;
}

bool sentence_begins_with_noise(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    return lexicon_match(words, text, at, end, LEX(LEX_NOISE), &hit) && hit.value == NOISE_ALWAYS;
}

/* "i Umeå", and not "enligt LOB (Lagen om …)". */
static bool is_at_a_place(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    for (uint32_t at = from; at + 1 < end; at++)
        if (text->tokens[at].kind == TOKEN_WORD && sentence_place_after(words, text, at, end) < end) return true;
    return false;
}

bool sentence_has_noise(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    uint32_t sentence = from, stop = from;
    for (uint32_t at = from; lexicon_find(words, text, at, end, LEX(LEX_NOISE_ANY), &hit);
         at = hit.value == NOISE_NEVER ? hit.end : hit.start + 1) {
        if (hit.value == NOISE_ALWAYS) return true;
        if (hit.value != NOISE_WITHOUT_PLACE) continue;
        while (hit.start >= stop) {
            sentence = stop;
            stop = sentence_end(text, sentence, end);
        }
        if (!is_at_a_place(words, text, sentence, stop)) return true;
    }
    return false;
}

bool sentence_leads_up(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_PART) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_HOLIDAY) |
                          LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM) | LEX(LEX_ON);
    LexiconHit hit, day;
    Clock clock;
    if (end - from > LEAD_TOKENS) return false;
    bool dated = lexicon_match(words, text, from, end, days, &day);
    for (uint32_t at = from; lexicon_find(words, text, at, end, LEX(LEX_NOISE_ANY), &hit); at = hit.start + 1)
        if (hit.value == NOISE_LEADS_UP && (dated || hit.start == from))
            return !sentence_has_place(words, text, from, end) && !sentence_find_clock(words, text, from, end, &clock);
    return false;
}

bool sentence_is_remark(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    Clock clock;
    for (uint32_t at = from; lexicon_find(words, text, at, end, LEX(LEX_NOISE_ANY), &hit); at = hit.start + 1)
        if (hit.value == NOISE_OF_REMARK) return true;
    if (lexicon_match(words, text, from, end, LEX(LEX_NOISE), &hit) && hit.value == NOISE_SET_OFF &&
        !sentence_find_clock(words, text, from, end, &clock))
        return true;
    /* "Måste man anmäla sånt själv?" */
    return from < end && token_is_sign(&text->tokens[end - 1], "?") && !sentence_has_place(words, text, from, end);
}

/* A count at `at`: "3", "två", "inga"; its end, or `at`. */
static uint32_t skip_count(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (at >= end) return at;
    if (token_number(&text->tokens[at]) >= 0 && text->tokens[at].norm_len <= TALLY_DIGITS)
        at++;
    else if (lexicon_match(words, text, at, end, LEX(LEX_NUMBER) | LEX(LEX_NOTHING), &hit))
        at = hit.end;
    else
        return at;
    return lexicon_match(words, text, at, end, LEX(LEX_UNIT), &hit) && hit.value == 0 ? hit.end : at;
}

bool sentence_denies_events(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    const uint64_t parts = LEX(LEX_PART) | LEX(LEX_DAY_PART) | LEX(LEX_DAY) | LEX(LEX_WEEKEND);
    LexiconHit hit, day;
    if (!lexicon_match(words, text, from, end, LEX(LEX_NOISE), &hit) || hit.value != NOISE_SET_OFF) return false;
    bool event = lexicon_match(words, text, hit.end, end, LEX(LEX_EVENT), &hit);
    /* "Inga rån under kvällen.", "Inga brott i Bro eller Brunna." */
    if (event &&
        (lexicon_find(words, text, hit.end, end, parts, &day) || sentence_has_place(words, text, hit.end, end)))
        return true;
    uint32_t denials = 0;
    for (uint32_t at = from; at < end; at++)
        denials += lexicon_match(words, text, at, end, LEX(LEX_NOISE), &hit) && hit.value == NOISE_SET_OFF;
    return denials >= DENIALS;
}

/* Behind a remark in brackets at `at`. */
static uint32_t skip_brackets(const Text *text, uint32_t at, uint32_t end)
{
    if (at >= end || !token_is_sign(&text->tokens[at], "(")) return at;
    while (at < end && !token_is_sign(&text->tokens[at], ")"))
        at++;
    return at < end ? at + 1 : end;
}

/* Behind a word of anything and its count, which is none: "sprängning 0", "rån: 0"; `at` where there is no such. */
static uint32_t skip_zero(const Text *text, uint32_t at, uint32_t end)
{
    if (at >= end || text->tokens[at].kind != TOKEN_WORD) return at;
    uint32_t number = sentence_skip_signs(text, at + 1, end);
    return number < end && token_is(&text->tokens[number], "0") ? sentence_skip_signs(text, number + 1, end) : at;
}

/* "LOB: 3.", "Avvisn 8, LOB 2", "2 gripna (våld)": nothing but what is counted, with its counts. */
static bool is_tally(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    uint32_t at = from;
    while (at < end) {
        uint32_t zero = skip_zero(text, at, end);
        if (zero > at) {
            at = zero;
            continue;
        }
        uint32_t counted = skip_count(words, text, at, end);
        if (!lexicon_match(words, text, counted, end, LEX(LEX_NOISE), &hit) || hit.value != NOISE_OF_TALLY)
            return false;
        uint32_t label_end = sentence_skip_signs(text, hit.end, end);
        if (counted == at) {
            at = skip_count(words, text, label_end, end);
            if (at == label_end) return false;
        } else {
            at = hit.end;
        }
        at = sentence_skip_signs(text, skip_brackets(text, at, end), end);
    }
    return at > from;
}

/* "Pass fre 6/11 16-02, två man": how long the writers were at work, and nothing that happened. */
static bool tells_a_shift(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    Clock clock;
    for (uint32_t at = from; at < end; at++)
        if (text->tokens[at].kind == TOKEN_NUMBER &&
            clock_match(words, text, at, end, at == from || text->tokens[at].norm_len == 4, &clock))
            return sentence_round_use(words, text, from, &clock) == CLOCK_NO_START &&
                   !sentence_has_event(words, text, from, end);
    return false;
}

static bool says_nothing(const Lexicon *words, const Text *text, uint32_t from, uint32_t end);

/* "Läget i Bro: en kvinna rånades …": the words before the colon name a place, and behind it something happens. */
static bool labels_a_place(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end)
{
    return at - from <= PLACE_LABEL && sentence_has_place(words, text, from, at) && at < end &&
           text->tokens[at].kind == TOKEN_WORD && sentence_has_event(words, text, at, end) &&
           !says_nothing(words, text, at, end);
}

/* "Allt lugnt men 22.20 såg vi …", "Enda händelsen: klockan två brann det …": behind a colon or "men" a clock and its
 * verb begin to tell of something after all. */
static bool turns_to_tell(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    Clock clock;
    for (uint32_t at = from + 1; at < end; at++) {
        /* "… stilla till 23.30 när en granne …", "… till fyra i natt, då en bil …" */
        if (clock_match(words, text, at, end, true, &clock) && sentence_turns_behind(words, text, end, &clock, &hit) &&
            sentence_clock_use(words, text, from, end, &clock) == CLOCK_STARTS)
            return true;
        if (token_is_sign(&text->tokens[at - 1], ":") && labels_a_place(words, text, from, at, end)) return true;
        if (!token_is_sign(&text->tokens[at - 1], ":") && !token_is(&text->tokens[at - 1], "men")) continue;
        unsigned dates;
        uint32_t next = sentence_skip_dates(words, text, at, end, &dates);
        if (next < end && clock_match(words, text, next, end, true, &clock) &&
            lexicon_match(words, text, clock.end, end, LEX(LEX_VERB), &hit))
            return sentence_clock_use(words, text, at, end, &clock) == CLOCK_STARTS;
    }
    return false;
}

/* What its words say, as sentence_is_noise(), whatever it turns to. */
static bool says_nothing(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    uint32_t at = from;
    while (at < end && text->tokens[at].kind == TOKEN_PUNCT)
        at++;
    if (sentence_begins_with_noise(words, text, at, end) || sentence_has_noise(words, text, at, end)) return true;
    uint32_t near = at + NOTHING_REACH < end ? at + NOTHING_REACH : end;
    return sentence_finds_nothing(words, text, at, near, end) || sentence_denies_events(words, text, at, end) ||
           is_tally(words, text, at, end) || tells_a_shift(words, text, at, end);
}

bool sentence_is_noise(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    return says_nothing(words, text, from, end) && !turns_to_tell(words, text, from, end);
}

bool sentence_is_update(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    if (lexicon_match(words, text, from, end, LEX(LEX_UPDATE), &hit)) return end - hit.end <= UPDATE_TOKENS;
    if (end - from > ENDED_TOKENS || sentence_has_place(words, text, from, end)) return false;
    uint32_t last = end;
    while (last > from && text->tokens[last - 1].kind == TOKEN_PUNCT)
        last--;
    /* "snatteri, varan åter" tells what happened before how it ended; "brand släckt" only that. */
    bool told = lexicon_match(words, text, from, end, LEX(LEX_EVENT), &hit) && hit.end < last &&
                token_is_sign(&text->tokens[hit.end], ",");
    for (uint32_t at = from; at < last && !told; at++)
        if (lexicon_match(words, text, at, last, LEX(LEX_NO_START) | LEX(LEX_NO_START_NEXT), &hit) && hit.end == last)
            return true;
    return false;
}
