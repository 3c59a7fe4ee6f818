#include "core/read/clockwords-internal.h"

enum {
    DAY_MINUTES = 24 * 60,
    HALF_OF = 100, /* more in an hour's value: the half hour before it, "halvtio" */
};

int token_number(const Token *token)
{
    if (token->kind != TOKEN_NUMBER || token->norm_len > 8) return -1;
    int value = 0;
    for (uint32_t i = 0; i < token->norm_len; i++)
        value = value * 10 + (token->norm[i] - '0');
    return value;
}

/* "22.18", "22:18", "2:05", "22:18:30": two numbers with a sign between; `*end` moves behind them. */
static bool match_digits(const Text *text, uint32_t at, uint32_t end, int *minute, uint32_t *after)
{
    int hour = token_number(&text->tokens[at]);
    if (hour < 0 || hour > 24 || text->tokens[at].norm_len > 2) return false;
    if (!is_sign(text, at + 1, end, ".:") || !is_glued(text, at + 1, end) || !is_glued(text, at + 2, end)) return false;
    const Token *last = &text->tokens[at + 2];
    int minutes = token_number(last);
    if (last->norm_len != 2 || minutes < 0 || minutes > 59 || (hour == 24 && minutes)) return false;
    *after = at + 3;
    if (is_glued(text, *after, end) && is_sign(text, *after, end, ".:") && is_glued(text, *after + 1, end) &&
        text->tokens[*after + 1].kind == TOKEN_NUMBER) {
        /* Seconds, or a date such as 13.03.2026 and a version number. */
        if (!is_sign(text, *after, end, ":") || text->tokens[*after + 1].norm_len != 2) return false;
        *after += 2;
    }
    *minute = hour * 60 + minutes;
    return true;
}

/* "22,30", and behind "kl" "22 30" and "22 och 30": as match_digits(). */
static bool match_apart(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool spaced, bool between,
                        int *minute, uint32_t *after)
{
    LexiconHit hit;
    int hour = token_number(&text->tokens[at]);
    if (hour < 0 || hour > 23 || text->tokens[at].norm_len > 2) return false;
    uint32_t last = at + 1;
    if (is_sign(text, last, end, ",") && is_glued(text, last, end) && is_glued(text, last + 1, end))
        last++;
    else if (!spaced || text->tokens[at].norm_len != 2)
        return false;
    else if (!between && lexicon_match(words, text, last, end, LEX(LEX_AND), &hit)) {
        last = hit.end;
        if (lexicon_match(words, text, last + 1, end, LEX(LEX_UNIT), &hit)) return false; /* "kl 20 och 30 personer" */
    }
    if (last >= end || text->tokens[last].norm_len != 2) return false;
    if (is_glued(text, last + 1, end) && !clock_ends_clause(text, last + 1, end)) return false;
    if (last == at + 1 && lexicon_match(words, text, last + 1, end, LEX(LEX_UNIT), &hit)) return false;
    int minutes = token_number(&text->tokens[last]);
    if (minutes < 0 || minutes > 59) return false;
    *minute = hour * 60 + minutes;
    *after = last + 1;
    return true;
}

/* "2130" */
static bool match_four(const Text *text, uint32_t at, int *minute)
{
    const Token *token = &text->tokens[at];
    int value = token_number(token);
    if (token->norm_len != 4 || value < 0 || value / 100 > 24 || value % 100 > 59 || value > 2400) return false;
    *minute = value / 100 * 60 + value % 100;
    return true;
}

uint32_t clock_match_until(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool words_too,
                           int *until)
{
    LexiconHit hit;
    uint32_t next = at;
    while (is_dash(text, next, end))
        next++;
    if (next == at) {
        if (!words_too || !lexicon_match(words, text, at, end, LEX(LEX_RANGE), &hit)) return at;
        next = hit.end;
    }
    if (lexicon_match(words, text, next, end, LEX(LEX_CLOCK) | LEX(LEX_AT), &hit) &&
        (hit.role == LEX_CLOCK || hit.value == LEX_AT_ABOUT)) /* "-ca 22.30" */
        next = hit.end;
    while (is_sign(text, next, end, "."))
        next++;
    if (next >= end) return at;
    uint32_t after = next + 1;
    if (match_digits(text, next, end, until, &after) || match_four(text, next, until)) return after;
    int hour = token_number(&text->tokens[next]);
    if (hour < 0 || hour > 24 || text->tokens[next].norm_len > 2) return at;
    if (is_glued(text, next + 1, end) && is_glued(text, next + 2, end) && text->tokens[next + 2].kind == TOKEN_NUMBER &&
        (is_sign(text, next + 1, end, "/:,") || is_dash(text, next + 1, end)))
        return at;
    *until = hour * 60;
    return next + 1;
}

/* "nitton och trettio", "nitton noll fem": the minutes said behind an hour of twenty-four, from `at`. */
static uint32_t match_said_minutes(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, int *minutes)
{
    LexiconHit hit, unit;
    uint32_t next = lexicon_match(words, text, at, end, LEX(LEX_AND), &hit) ? hit.end : at;
    if (next < end && token_is(&text->tokens[next], "noll")) next++;
    const uint64_t numbers = LEX(LEX_MINUTES) | (next > at ? LEX(LEX_NUMBER) : 0);
    if (next >= end || text->tokens[next].kind != TOKEN_WORD || !lexicon_match(words, text, next, end, numbers, &hit) ||
        lexicon_match(words, text, hit.end, end, LEX(LEX_UNIT), &unit))
        return at;
    *minutes = hit.value;
    return hit.end;
}

/* "kvart i åtta", "tjugo över tre", "fem i halv två", "halv tio", "halvtio", "tre", "elvatiden" from `at`. */
static bool match_spoken(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, Clock *clock)
{
    LexiconHit hit, day;
    int shift = 0;
    if (lexicon_match(words, text, at, end, LEX(LEX_MINUTES), &hit)) {
        int minutes = hit.value;
        uint32_t next = hit.end;
        if (lexicon_match(words, text, next, end, LEX(LEX_PAST), &hit))
            shift = minutes;
        else if (lexicon_match(words, text, next, end, LEX(LEX_BEFORE), &hit) &&
                 !lexicon_match(words, text, next, end, LEX(LEX_DAY) | LEX(LEX_DAY_PART), &day)) /* "tio i kväll" */
            shift = -minutes;
        if (shift) at = hit.end;
    }
    bool half = lexicon_match(words, text, at, end, LEX(LEX_HALF), &hit);
    if (half) at = hit.end;
    int hour;
    bool about = false;
    if (lexicon_match(words, text, at, end, LEX(LEX_HOUR) | LEX(LEX_HOUR_ABOUT), &hit)) {
        hour = hit.value % HALF_OF;
        half |= hit.value > HALF_OF;
        about = hit.role == LEX_HOUR_ABOUT;
        at = hit.end;
    } else if ((half || shift) && at < end && (hour = token_number(&text->tokens[at])) >= 1 && hour <= 24) {
        at++;
    } else {
        return false;
    }
    uint32_t next = is_dash(text, at, end) ? at + 1 : at;
    if (lexicon_match(words, text, next, end, LEX(LEX_TIDEN), &hit)) {
        about = true;
        at = hit.end;
    }
    int said = 0;
    if (hour > 12 && !half && !shift) at = match_said_minutes(words, text, at, end, &said);
    clock->minute = ((hour * 60 + said + shift - (half ? 30 : 0)) + DAY_MINUTES) % DAY_MINUTES;
    clock->twelve = hour <= 12;
    clock->about = about && !half && !shift;
    clock->marked |= about || half || shift;
    clock->end = at;
    return true;
}

/* "10 i 9", "20 över elva": a spoken clock written with digits. */
static bool match_counted(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, Clock *clock)
{
    LexiconHit minutes, side, hour;
    if (!lexicon_match(words, text, at, end, LEX(LEX_MINUTES), &minutes) ||
        !lexicon_match(words, text, minutes.end, end, LEX(LEX_PAST) | LEX(LEX_BEFORE), &side) || side.end >= end)
        return false;
    int digits = token_number(&text->tokens[side.end]);
    bool dial = (digits >= 1 && digits <= 12 && text->tokens[side.end].norm_len <= 2) ||
                lexicon_match(words, text, side.end, end, LEX(LEX_HALF) | LEX(LEX_HOUR), &hour);
    return dial && !is_inside_number(text, at) && match_spoken(words, text, at, end, clock) &&
           !lexicon_match(words, text, clock->end, end, LEX(LEX_UNIT), &hour);
}

static bool match_number(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool strong, bool between,
                         bool head, Clock *clock)
{
    LexiconHit hit;
    /* "kl23.30" and "Kl.19:05" are clocks all the same. */
    if (!(strong && clock->start < at) && is_inside_number(text, at)) return false;
    int hour = token_number(&text->tokens[at]);
    uint32_t after = at + 1;
    bool minutes = true; /* "22.18", which only a measure makes something else than a clock */
    if (match_digits(text, at, end, &clock->minute, &after)) {
        uint32_t next = is_dash(text, after, end) ? after + 1 : after;
        if (lexicon_match(words, text, next, end, LEX(LEX_TIDEN), &hit)) {
            clock->end = hit.end;
            return true;
        }
    } else if ((strong || clock->marked) &&
               match_apart(words, text, at, end, strong, between, &clock->minute, &after)) {
        minutes = false; /* "22,30 kronor" */
    } else if (text->tokens[at].norm_len == 4) {
        minutes = false;
        if (!(strong || head || clock->marked) || !match_four(text, at, &clock->minute)) return false;
        if (is_glued(text, after, end) && !is_sign(text, after, end, ".,:;)|") && !is_dash(text, after, end))
            return false;
        /* "2026-03-14", "0701-23 45 67", but "1930-22 dans" */
        if (is_dash(text, after, end) && is_glued(text, after, end) && is_glued(text, after + 1, end) &&
            text->tokens[after + 1].kind == TOKEN_NUMBER && text->tokens[after + 1].norm_len != 4 &&
            !(after + 2 < end && text->tokens[after + 2].kind == TOKEN_WORD && !is_glued(text, after + 2, end) &&
              text->tokens[after + 1].norm_len == 2 && token_number(&text->tokens[after + 1]) <= 24))
            return false;
    } else {
        minutes = false;
        if (hour < 0 || hour > 24 || text->tokens[at].norm_len > 2) return false;
        uint32_t next = is_dash(text, after, end) ? after + 1 : after;
        if (lexicon_match(words, text, next, end, LEX(LEX_TIDEN), &hit) &&
            !(next == after && clock_is_age(words, text, at)) &&
            /* "19 och framåt", but not "åk 7 och framåt" */
            !(hit.value && (hour < EVENING_HOUR || clock_follows_a_count(words, text, at)))) {
            *clock = (Clock){.start = clock->start,
                             .end = hit.end,
                             .minute = hour % 24 * 60,
                             .until = -1,
                             .about = true,
                             .marked = true};
            return true;
        }
        if (!strong && !clock_is_bare_hour(words, text, at, end, clock)) return false;
        if (is_glued(text, after, end) && is_sign(text, after, end, "/:%,") && is_glued(text, after + 1, end) &&
            text->tokens[after + 1].kind == TOKEN_NUMBER)
            return false;
        clock->minute = hour * 60;
    }
    int until = -1;
    uint32_t span_end = clock_match_until(words, text, after, end, clock->marked, &until);
    if (span_end > after) {
        clock->until = until % DAY_MINUTES;
        after = span_end;
        uint32_t next = is_dash(text, after, end) ? after + 1 : after;
        if (lexicon_match(words, text, next, end, LEX(LEX_TIDEN), &hit)) after = hit.end;
    }
    /* "2140 m skadad …": at a line's head a letter is somebody, and no metre */
    bool heads_line =
        text->tokens[at].norm_len == 4 && text->tokens[at].flags & TOKEN_LINE_START && after + 1 < end &&
        text->tokens[after].norm_len == 1 &&
        (text->tokens[after + 1].kind == TOKEN_WORD || is_glued(text, after + 1, end)); /* "1230 H-holm" */
    if (!heads_line && lexicon_match(words, text, after, end, LEX(LEX_UNIT), &hit) &&
        (hit.value == 1 || !(minutes || strong)))
        return false;
    clock->minute %= DAY_MINUTES;
    clock->end = after;
    return true;
}

/* "mellan åtta och nio": behind the first hour. */
static bool match_second_hour(const Lexicon *words, const Text *text, uint32_t end, Clock *clock)
{
    LexiconHit hit;
    Clock second = *clock;
    if (!lexicon_match(words, text, clock->end, end, LEX(LEX_RANGE), &hit) || hit.end >= end) return false;
    if (!match_spoken(words, text, hit.end, end, &second)) return false;
    if (lexicon_match(words, text, second.end, end, LEX(LEX_UNIT), &hit)) return false;
    clock->end = second.end;
    clock->until = second.minute;
    return true;
}

/* "från två till framåt fem": behind an hour that "från" or "vid" marks, another that ends like a clock. */
static bool goes_until_hour(const Lexicon *words, const Text *text, uint32_t end, Clock *clock)
{
    LexiconHit hit;
    if (!lexicon_match(words, text, clock->end, end, LEX(LEX_RANGE), &hit)) return false;
    uint32_t at = hit.end;
    while (lexicon_match(words, text, at, end, LEX(LEX_AT), &hit))
        at = hit.end;
    Clock second = *clock;
    if (at >= end || !match_spoken(words, text, at, end, &second) || !clock_ends_like_one(words, text, second.end, end))
        return false;
    clock->end = second.end;
    clock->until = second.minute;
    return true;
}

/* "Kvart över midnatt", "en halvtimme efter midnatt", "10 i midnatt": so much before or after a clock with a name. */
static bool match_beside_named(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, Clock *clock)
{
    LexiconHit hit, unit, side, named;
    int minutes = 1;
    uint32_t next = at;
    if (lexicon_match(words, text, at, end, LEX(LEX_MINUTES), &hit)) {
        minutes = hit.value;
        next = hit.end;
    } else if (lexicon_match(words, text, at, end, LEX(LEX_NUMBER), &hit)) {
        minutes = hit.value;
        next = hit.end;
        if (!lexicon_match(words, text, next, end, LEX(LEX_HOURS), &unit)) return false;
    } else if (token_number(&text->tokens[at]) >= 1 && text->tokens[at].norm_len <= 2) {
        minutes = token_number(&text->tokens[at]);
        next = at + 1;
    }
    if (lexicon_match(words, text, next, end, LEX(LEX_HOURS), &unit)) {
        minutes *= unit.value;
        next = unit.end;
    }
    if (next == at || minutes >= DAY_MINUTES / 4 || next >= end) return false;
    bool past = lexicon_match(words, text, next, end, LEX(LEX_PAST), &side) || token_is(&text->tokens[next], "efter");
    if (!past && !lexicon_match(words, text, next, end, LEX(LEX_BEFORE), &side) &&
        !token_is(&text->tokens[next], "f\xc3\xb6re") && !token_is(&text->tokens[next], "innan"))
        return false;
    if (!lexicon_match(words, text, next + 1, end, LEX(LEX_NAMED_CLOCK), &named)) return false;
    clock->minute = (named.value + (past ? minutes : -minutes) + DAY_MINUTES) % DAY_MINUTES;
    clock->marked = true;
    clock->end = named.end;
    return true;
}

/* "18 igår och 7 idag": whole hours with the day of the first between them, behind "mellan". */
static bool match_over_days(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, Clock *clock)
{
    const uint64_t days = LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_PAST);
    LexiconHit hit;
    int until, hour = token_number(&text->tokens[at]);
    uint32_t day = lexicon_match(words, text, at + 1, end, LEX(LEX_ON), &hit) ? hit.end : at + 1;
    if (hour < 0 || hour > 24 || text->tokens[at].norm_len > 2) return false;
    if (!lexicon_match(words, text, day, end, days, &hit)) return false;
    if (clock_match_until(words, text, hit.end, end, true, &until) == hit.end) return false;
    clock->minute = hour * 60 % DAY_MINUTES;
    clock->until = until % DAY_MINUTES;
    clock->end = at + 1; /* the day is read by itself */
    return true;
}

bool clock_match(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, bool head, Clock *clock)
{
    const uint64_t marks = LEX(LEX_CLOCK) | LEX(LEX_AT) | LEX(LEX_BETWEEN);
    *clock = (Clock){.start = at, .until = -1};
    LexiconHit hit;
    bool strong = false, between = false, closely = false; /* "strax efter" */
    uint32_t next = at;
    while (lexicon_match(words, text, next, end, marks, &hit)) {
        between |= hit.role == LEX_BETWEEN;
        strong |= hit.role == LEX_CLOCK;
        clock->marked = true;
        clock->hour_follows |= hit.role == LEX_AT && hit.value && hit.value != LEX_AT_ABOUT;
        closely |= hit.role == LEX_AT && hit.value && hit.end - hit.start > 1;
        next = hit.end;
        while ((strong || between) && is_sign(text, next, end, ".:") && next < end) /* "mellan kl. 20 och 06" */
            next++;
    }
    if (next >= end) return false;
    int until; /* "mellan ca 9 och 11" */
    strong |= between && text->tokens[next].kind == TOKEN_NUMBER &&
              clock_match_until(words, text, next + 1, end, true, &until) > next + 1;
    if (text->tokens[next].kind == TOKEN_NUMBER)
        return (between && match_over_days(words, text, next, end, clock)) ||
               match_counted(words, text, next, end, clock) ||
               (!is_inside_number(text, next) && match_beside_named(words, text, next, end, clock)) ||
               match_number(words, text, next, end, strong, between, head, clock);
    if (text->tokens[next].kind != TOKEN_WORD) return false;
    if (lexicon_match(words, text, next, end, LEX(LEX_NAMED_CLOCK), &hit)) {
        clock->minute = hit.value % DAY_MINUTES;
        clock->named = clock->about = true;
        clock->end = hit.end;
        return true;
    }
    if (match_beside_named(words, text, next, end, clock)) return true;
    bool marked = clock->marked;
    if (!match_spoken(words, text, next, end, clock)) return false;
    bool bare = clock->end == next + 1 && !clock->about;                         /* an hour and nothing else */
    if (bare && !clock->twelve && !strong && !clock->hour_follows) return false; /* "runt tjugo kom" counts them */
    if (bare && between && match_second_hour(words, text, end, clock)) return true;
    if (bare && !marked &&
        (clock_is_hour_of_day(words, text, clock->end, end) || clock_is_since(words, text, at, clock->end, end)))
        return true;
    if (bare && clock->hour_follows && goes_until_hour(words, text, end, clock)) return true;
    bool dated = marked && clock_follows_a_day(words, text, clock->start); /* "idag runt nio och skrek" */
    if (bare && !strong &&
        !(marked && (clock_ends_like_one(words, text, clock->end, end) ||
                     lexicon_match(words, text, clock->end, end,
                                   LEX(LEX_VERB) | LEX(LEX_THEN) | (closely ? LEX(LEX_AND) : 0), &hit) ||
                     ((clock->hour_follows || dated) && clock_goes_on_with_verb(words, text, clock->end, end)))))
        return false;
    return strong || !lexicon_match(words, text, clock->end, end, LEX(LEX_UNIT), &hit);
}
