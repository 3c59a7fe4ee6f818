/* Hours without minutes, which only the words beside them show: "vid 22", "har suttit sedan 13", "disco 18-21". */
#include "core/read/clockwords-internal.h"

enum {
    PHRASE_REACH = 3, /* tokens of what ends right before an hour */
    SINCE_REACH = 10, /* … between "har" and "sen tio" */
    PLACE_REACH = 4,  /* … between a preposition and the comma in "på bussen, runt 18." */
    ROUND_REACH = 4,  /* … between a round and its hours */
    OF_SOMEBODY = 4,  /* of LEX_NUMBER_LABEL: the number is how old */
    FIRST_HOUR = 7,
    /* A span of hours is this long, in hours: shorter or longer ones are ages, scores and house numbers. */
    HOURS_LEAST = 1,
    HOURS_MOST = 12,
};

bool clock_ends_clause(const Text *text, uint32_t at, uint32_t end)
{
    return at >= end || text->tokens[at].flags & TOKEN_LINE_START || is_sign(text, at, end, ")") ||
           (is_sign(text, at, end, ".,:!?") && is_glued(text, at, end) && !is_glued(text, at + 1, end));
}

bool clock_ends_like_one(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    const uint64_t days =
        LEX(LEX_PART) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_NIGHT_TO) | LEX(LEX_AT);
    LexiconHit hit;
    if (lexicon_match(words, text, at, end, LEX(LEX_ON), &hit)) {
        if (lexicon_match(words, text, at, end, days, &hit)) return true; /* "i dag" */
        at = hit.end;
    }
    return at >= end || text->tokens[at].kind == TOKEN_PUNCT || text->tokens[at].flags & TOKEN_LINE_START ||
           lexicon_match(words, text, at, end, days, &hit);
}

bool clock_goes_on_with_verb(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit and, verb;
    return lexicon_match(words, text, at, end, LEX(LEX_AND), &and) &&
           lexicon_match(words, text, and.end, end, LEX(LEX_VERB), &verb);
}

bool clock_follows(const Lexicon *words, const Text *text, uint32_t at, uint64_t roles)
{
    LexiconHit hit;
    for (uint32_t back = 1; back <= PHRASE_REACH && back <= at; back++)
        if (lexicon_match(words, text, at - back, at, roles, &hit) && hit.end == at) return true;
    return false;
}

bool clock_follows_a_day(const Lexicon *words, const Text *text, uint32_t at)
{
    return clock_follows(words, text, at,
                         LEX(LEX_PART) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT));
}

bool clock_follows_a_count(const Lexicon *words, const Text *text, uint32_t at)
{
    return clock_follows(words, text, at, LEX(LEX_UNIT) | LEX(LEX_NUMBER_LABEL));
}

bool clock_is_age(const Lexicon *words, const Text *text, uint32_t at)
{
    LexiconHit hit;
    if (at > 1 && token_is(&text->tokens[at - 1], "p\xc3\xa5")) at--;
    return at > 0 && !(text->tokens[at].flags & TOKEN_LINE_START) &&
           lexicon_match(words, text, at - 1, at, LEX(LEX_NUMBER_LABEL), &hit) && hit.value == OF_SOMEBODY;
}

/* "Tid: ca 19.": the label of a form's clock stands before `at`. */
static bool follows_a_label(const Lexicon *words, const Text *text, uint32_t at)
{
    LexiconHit hit;
    return at > 1 && token_is_sign(&text->tokens[at - 1], ":") &&
           lexicon_match(words, text, at - 2, at, LEX(LEX_FIELD_TIME) | LEX(LEX_AT), &hit);
}

/* From the hour to the minute `until` it is as long as what is told of. */
static bool is_likely_long(int hour, int until)
{
    int hours = (until / 60 - hour + 24) % 24;
    return hours >= HOURS_LEAST && hours <= HOURS_MOST;
}

/* "lör;12-16;Bro": [at, after) fills a table's cell. */
static bool is_cell(const Text *text, uint32_t at, uint32_t after)
{
    return token_is_sign(&text->tokens[at - 1], ";|") && text->tokens[after].norm[0] == text->tokens[at - 1].norm[0];
}

/* A day or a date ends right before `at`: "9/5", "lör". */
static bool follows_a_date(const Lexicon *words, const Text *text, uint32_t at)
{
    return clock_follows_a_day(words, text, at) ||
           (at > 2 && text->tokens[at - 1].kind == TOKEN_NUMBER && token_is_sign(&text->tokens[at - 2], "/") &&
            text->tokens[at - 3].kind == TOKEN_NUMBER);
}

/* "Skolrond Bro 19-22 utan anmärkning": a round stands shortly before the hours. */
static bool follows_a_round(const Lexicon *words, const Text *text, uint32_t at)
{
    LexiconHit hit;
    for (uint32_t back = 1; back <= ROUND_REACH && back <= at; back++) {
        if (text->tokens[at - back].kind == TOKEN_PUNCT) return false;
        if (lexicon_match(words, text, at - back, at, LEX(LEX_ROUND), &hit)) return true;
        if (text->tokens[at - back].flags & TOKEN_LINE_START) return false;
    }
    return false;
}

/* "Disco 18-21.30", "bokad styrka, 18-01.", "igår 21-00": whole hours with a dash between, of which nothing else is
 * counted. */
static bool is_hour_span(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    int hour = token_number(&text->tokens[at]), until;
    if (at == 0 || hour < 0 || hour > 24 || !is_dash(text, at + 1, end) || !is_glued(text, at + 1, end) ||
        at + 2 >= end || !is_glued(text, at + 2, end) || text->tokens[at - 1].line != text->tokens[at].line)
        return false;
    bool about =
        lexicon_match(words, text, at + 2, end, LEX(LEX_AT), &hit) && hit.value == LEX_AT_ABOUT; /* "21-ca 22" */
    if (!(about || text->tokens[at + 2].kind == TOKEN_NUMBER) || text->tokens[at - 1].kind == TOKEN_NUMBER)
        return false;
    /* "lördag ca 16-17 stod tre …", "Tid: ca 16-17" */
    bool shown = clock_follows_a_day(words, text, clock->start) || follows_a_label(words, text, clock->start);
    uint32_t start = shown ? clock->start : at;
    if (clock_follows_a_count(words, text, start)) return false;
    uint32_t after = clock_match_until(words, text, at + 1, end, false, &until);
    if (after <= at + 1 || lexicon_match(words, text, after, end, LEX(LEX_UNIT), &hit)) return false;
    if (after > at + 3) return true; /* a whole clock ends it */
    if (lexicon_match(words, text, is_dash(text, after, end) ? after + 1 : after, end, LEX(LEX_TIDEN), &hit))
        return true;
    if (text->tokens[at + 2].norm_len != 2 || hour < FIRST_HOUR) return false;
    if (!is_likely_long(hour, until)) return false;
    if (after >= end || text->tokens[after].flags & TOKEN_LINE_START) return true;
    if (is_cell(text, at, after)) return follows_a_date(words, text, at - 1);
    if (text->tokens[after].kind == TOKEN_PUNCT)
        return is_glued(text, after, end) ? is_sign(text, after, end, ".,:;)!?") && !is_glued(text, after + 1, end)
                                          : clock_follows_a_day(words, text, start) || /* "ikväll 17-21 (ca 80 unga)" */
                                                lexicon_match(words, text, at - 1, at, LEX(LEX_MONTH), &hit);
    const uint64_t days = LEX(LEX_PART) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT);
    /* "i går 14-18 tillsammans med …", "• 13-15 Bro C, …", but not "fredag 18-19 mars" */
    return lexicon_match(words, text, after, end, days | LEX(LEX_VERB) | LEX(LEX_ON) | LEX(LEX_NOTHING), &hit) ||
           (text->tokens[after].kind == TOKEN_WORD &&
            (clock_follows_a_day(words, text, start) || follows_a_round(words, text, at) ||
             (text->tokens[at - 1].flags & TOKEN_LINE_START && token_is_capital(&text->tokens[after]))) &&
            !lexicon_match(words, text, after, end, LEX(LEX_MONTH), &hit));
}

bool clock_is_hour_of_day(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit on, part;
    return lexicon_match(words, text, at, end, LEX(LEX_PART) | LEX(LEX_DAY_PART) | LEX(LEX_NIGHT_TO), &part) ||
           (lexicon_match(words, text, at, end, LEX(LEX_ON), &on) &&
            lexicon_match(words, text, on.end, end, LEX(LEX_PART) | LEX(LEX_NIGHT_TO), &part));
}

bool clock_is_since(const Lexicon *words, const Text *text, uint32_t at, uint32_t after, uint32_t end)
{
    LexiconHit hit;
    if (at < 2 || text->tokens[at].flags & TOKEN_SENTENCE_START ||
        !(token_is(&text->tokens[at - 1], "sen") || token_is(&text->tokens[at - 1], "sedan")) ||
        !clock_ends_like_one(words, text, after, end))
        return false;
    for (uint32_t back = at - 1; back-- > 0 && at - back <= SINCE_REACH;) {
        if (lexicon_match(words, text, back, at, LEX(LEX_SINCE), &hit) && hit.value == LEX_SINCE_PERFECT) return true;
        if (text->tokens[back].flags & TOKEN_SENTENCE_START) break;
    }
    return false;
}

/* "Mellan i går 17 och i dag 07": an hour behind a day, and a span's end on another. */
static bool spans_days(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    const uint64_t days = LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_PAST);
    LexiconHit to, day;
    return clock_follows_a_day(words, text, at) && lexicon_match(words, text, at + 1, end, LEX(LEX_RANGE), &to) &&
           lexicon_match(words, text, to.end, end, days, &day) && day.end < end &&
           token_number(&text->tokens[day.end]) >= 0;
}

/* "Rutan var hel 07 i morse", "det small 02 i natt": as hours are written, and nothing is counted so. */
static bool is_hour_this_morning(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    int hour = token_number(&text->tokens[at]);
    if (text->tokens[at].norm_len != 2 || hour >= 12 || clock_follows_a_count(words, text, at) ||
        !lexicon_match(words, text, at + 1, end, LEX(LEX_DAY_PART), &hit))
        return false;
    return text->tokens[at].norm[0] == '0' || hit.value == LEX_MORNING;
}

/* "… på bussen, runt 18.": behind the comma at `comma`, which ends where something was, and not how many or who. */
static bool follows_a_place(const Lexicon *words, const Text *text, uint32_t comma)
{
    LexiconHit hit;
    if (!is_sign(text, comma, comma + 1, ",") || clock_follows_a_count(words, text, comma)) return false;
    for (uint32_t back = 2; back <= PLACE_REACH && back <= comma; back++) {
        if (lexicon_match(words, text, comma - back, comma, LEX(LEX_PLACE_PREP), &hit)) return true;
        if (text->tokens[comma - back].kind == TOKEN_PUNCT) break;
    }
    return false;
}

/* "Strax före 19 ville …", "från 17 till sent": a word behind the number at `at` that the words before it
 * show to count nothing. */
static bool is_hour_by_mark(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, const Clock *clock)
{
    LexiconHit mark, hit;
    int hour = token_number(&text->tokens[at]);
    if (hour < FIRST_HOUR || at + 1 >= end || text->tokens[at + 1].kind != TOKEN_WORD ||
        !lexicon_match(words, text, clock->start, at, LEX(LEX_AT), &mark) || mark.end != at)
        return false;
    if (mark.value == LEX_AT_CLOSELY) return true;
    return mark.value == LEX_AT_FROM && lexicon_match(words, text, at + 1, end, LEX(LEX_RANGE), &hit) &&
           hit.end < end && !token_is(&text->tokens[at + 1], "och") && text->tokens[hit.end].kind == TOKEN_WORD &&
           !lexicon_match(words, text, hit.end, end, LEX(LEX_NUMBER), &mark);
}

/* "Värdarna: ca 18 ett gäng …", "tis 3/6 ca 21 Skolan ringde …": behind a sign or a date, and what follows
 * the number at `next` - 1 begins to tell. */
static bool heads_a_sentence(const Lexicon *words, const Text *text, uint32_t next, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    if (next >= end || clock->start == 0) return false;
    const Token *before = &text->tokens[clock->start - 1];
    return (before->kind == TOKEN_NUMBER || is_sign(text, clock->start - 1, end, ":")) &&
           (token_is_capital(&text->tokens[next]) ||
            (lexicon_match(words, text, next, end, LEX(LEX_SOMEONE), &hit) &&
             lexicon_match(words, text, next, next + 1, LEX(LEX_NUMBER), &hit)));
}

bool clock_is_bare_hour(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    const Token *token = &text->tokens[at];
    int hour = token_number(token);
    if (is_hour_span(words, text, at, end, clock)) return true;
    if (!clock->marked) {
        if (clock_is_since(words, text, at, at + 1, end) || spans_days(words, text, at, end) ||
            is_hour_this_morning(words, text, at, end))
            return true;
        return clock_follows(words, text, at, LEX(LEX_DAY) | LEX(LEX_DAY_PART)) && clock_ends_clause(text, at + 1, end);
    }
    if (!clock->hour_follows && clock_is_age(words, text, clock->start)) return false; /* "man ca 40 föll" */
    if (lexicon_match(words, text, at + 1, end, LEX(LEX_UNIT), &hit)) return false;
    if (token->norm_len == 2 && token->norm[0] == '0') return true; /* "runt 02" */
    /* "ca 18 – gäng på …" */
    if (text->tokens[clock->start].flags & TOKEN_LINE_START && is_dash(text, at + 1, end) &&
        !is_glued(text, at + 1, end))
        return true;
    if (clock_ends_like_one(words, text, at + 1, end)) {
        if (clock_is_hour_of_day(words, text, at + 1, end)) return true; /* "ca 2 på natten" */
        if (clock->hour_follows) return !(is_glued(text, at + 1, end) && is_sign(text, at + 1, end, "-%/"));
        /* "Ca 16: bråk …", "Lördag eftermiddag ca 16: …" */
        if (hour >= EVENING_HOUR && is_sign(text, at + 1, end, ":") && clock_ends_clause(text, at + 1, end) &&
            (text->tokens[clock->start].flags & TOKEN_LINE_START || clock_follows_a_day(words, text, clock->start)))
            return true;
        if (hour >= EVENING_HOUR && clock->start > 0 && clock_ends_clause(text, at + 1, end))
            return is_sign(text, clock->start - 1, end, "(") ||
                   /* "På kvällen, runt 21, …" */
                   (is_sign(text, clock->start - 1, end, ",") && clock_follows_a_day(words, text, clock->start - 1)) ||
                   (is_sign(text, at + 1, end, ".") && follows_a_place(words, text, clock->start - 1)) ||
                   follows_a_label(words, text, clock->start) ||
                   (text->tokens[clock->start - 1].kind == TOKEN_WORD &&
                    !clock_follows_a_count(words, text, clock->start));
        return false;
    }
    if (clock->hour_follows && (lexicon_match(words, text, at + 1, end, LEX(LEX_THEN), &hit) ||
                                clock_goes_on_with_verb(words, text, at + 1, end)))
        return true;
    if (is_hour_by_mark(words, text, at, end, clock)) return true;
    int until; /* "från 20 till 22 stod de" */
    uint32_t after = clock->hour_follows ? clock_match_until(words, text, at + 1, end, true, &until) : at + 1;
    if (after > at + 1 && is_likely_long(hour, until) && lexicon_match(words, text, after, end, LEX(LEX_VERB), &hit))
        return true;
    if (hour <= 12) return false;
    return lexicon_match(words, text, at + 1, end, LEX(LEX_VERB), &hit) ||
           clock_follows_a_day(words, text, clock->start) || heads_a_sentence(words, text, at + 1, end, clock);
}
