/* The words on a day that begin at a token: "i går kväll", "natten mot lördag", "fre 13/3", "för tio min sen". */
#include "core/read/when-internal.h"

enum {
    DAYS_OF_WEEK = 7,
    NEXT_WEEKDAY = 10, /* what lexicon.h adds to a weekday to come */
    SHORT_DAY = 3,     /* letters of "fre" */
    NOW = 100,         /* what lexicon.h has for "nyss" */
    AGO_REACH = 5,     /* tokens between "för" and the "minuter" of "för … minuter sen" */
};

/* The weekday or date that a "natten mot" speaks of, from `at`. */
static bool match_morning(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, DayCue *cue)
{
    LexiconHit hit;
    for (uint32_t skip = 0; skip < 2 && at < end; skip++, at++) { /* "natten mot den 14 mars" */
        if (lexicon_match(words, text, at, end, LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT), &hit)) {
            cue->value = hit.value;
            cue->end = hit.end;
            return true;
        }
        if (lexicon_match(words, text, at, end, LEX(LEX_DAY), &hit) && hit.value == 0) {
            cue->role = LEX_DAY_PART;
            cue->value = LEX_NIGHT;
            cue->end = hit.end;
            return true;
        }
        if (date_match(words, text, at, end, &cue->date)) {
            cue->end = cue->date.end;
            return true;
        }
    }
    return false;
}

/* "natten tisdag till onsdag", "natt lör-sön": behind the night, a day and the one after it. */
static bool match_night_of(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, DayCue *cue)
{
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT);
    LexiconHit first, to, second;
    if (!lexicon_match(words, text, at, end, days, &first) || first.end >= end) return false;
    uint32_t next = first.end + 1;
    if (lexicon_match(words, text, first.end, end, LEX(LEX_RANGE), &to))
        next = to.end;
    else if (text->tokens[first.end].kind != TOKEN_PUNCT)
        return false;
    if (!lexicon_match(words, text, next, end, days, &second) ||
        second.value % DAYS_OF_WEEK != (first.value + 1) % DAYS_OF_WEEK)
        return false;
    cue->role = LEX_NIGHT_TO;
    cue->value = second.value;
    cue->end = second.end;
    return true;
}

/* "lör-sön": two short names of days with a dash between; one stands in [at, after). */
static bool is_beside_a_short_day(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t after,
                                  uint32_t end)
{
    LexiconHit hit;
    if (after + 1 < end && token_is(&text->tokens[after], "-") &&
        lexicon_match(words, text, after + 1, end, LEX(LEX_WEEKDAY_SHORT), &hit))
        return true;
    return at >= from + 2 && token_is(&text->tokens[at - 1], "-") &&
           lexicon_match(words, text, at - 2, at, LEX(LEX_WEEKDAY_SHORT), &hit);
}

/* "Fre. Ruta krossad …": a day's short name that is a line's first word, and set off. */
static bool heads_a_line(const Text *text, uint32_t at, uint32_t end)
{
    const Token *token = &text->tokens[at];
    return token->flags & TOKEN_LINE_START && token_is_capital(token) && token->norm_len >= SHORT_DAY && at + 1 < end &&
           token_is_sign(&text->tokens[at + 1], ".,");
}

/* "2300 fre", "21.50 fre": a clock's digits end at `at`. */
static bool ends_with_minutes(const Text *text, uint32_t from, uint32_t at)
{
    if (at <= from || text->tokens[at - 1].kind != TOKEN_NUMBER) return false;
    if (text->tokens[at - 1].norm_len == 4) return true;
    if (text->tokens[at].norm_len < SHORT_DAY) return false; /* "15.35 TO": an accident */
    return at >= from + 3 && text->tokens[at - 1].norm_len == 2 && token_is_sign(&text->tokens[at - 2], ".:") &&
           !(text->tokens[at - 1].flags & TOKEN_SPACE_BEFORE) && text->tokens[at - 3].kind == TOKEN_NUMBER;
}

static bool is_since_word(const Token *token)
{
    return token_is(token, "sen") || token_is(token, "sedan");
}

/* "… timmar sen" ends at the result, which begins among the tokens from `at`; 0 where none does. */
static uint32_t skip_hours_ago(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit unit;
    for (uint32_t next = at; next < end && next < at + AGO_REACH; next++) {
        bool decimal = next + 1 < end && text->tokens[next + 1].kind == TOKEN_NUMBER; /* "1,5 timmar" */
        if (text->tokens[next].kind == TOKEN_PUNCT && !decimal) return 0;
        if (!lexicon_match(words, text, next, end, LEX(LEX_HOURS), &unit)) continue;
        return unit.end < end && is_since_word(&text->tokens[unit.end]) ? unit.end + 1 : 0;
    }
    return 0;
}

/* "För tio min sen", "för inte ens en timme sedan", "3 timmar sedan", "sen en halvtimme", from `at`: it was told at
 * once. Where those words end, or 0. */
static uint32_t hours_ago_end(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit number, unit, later;
    if (token_is(&text->tokens[at], "f\xc3\xb6r")) return skip_hours_ago(words, text, at + 1, end);
    if (is_since_word(&text->tokens[at])) {
        bool since = at + 2 < end && lexicon_match(words, text, at + 2, end, LEX(LEX_HOURS), &unit) &&
                     !lexicon_match(words, text, unit.end, end, LEX(LEX_LATER) | LEX(LEX_PAST), &later);
        return since ? unit.end : 0;
    }
    if (at + 1 >= end || !lexicon_match(words, text, at + 1, end, LEX(LEX_HOURS), &unit) ||
        !(text->tokens[at].kind == TOKEN_NUMBER ||
          lexicon_match(words, text, at, end, LEX(LEX_NUMBER) | LEX(LEX_MINUTES), &number)))
        return 0;
    uint32_t stop = skip_hours_ago(words, text, at + 1, end);
    /* "tåget var tio minuter sen" */
    bool begins = text->tokens[at].flags & TOKEN_SENTENCE_START;
    return stop && (begins || token_is(&text->tokens[stop - 1], "sedan")) ? stop : 0;
}

bool when_match_day(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end, DayCue *cue)
{
    const uint64_t roles = LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) |
                           LEX(LEX_NIGHT_TO) | LEX(LEX_NIGHT_BETWEEN) | LEX(LEX_WEEKEND) | LEX(LEX_PART) |
                           LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM) | LEX(LEX_WEEKDAY_PAST);
    LexiconHit hit;
    *cue = (DayCue){.start = at};
    if (date_match(words, text, at, end, &cue->date)) {
        cue->role = LEX_MONTH;
        cue->end = cue->date.end;
        return true;
    }
    uint32_t ago = hours_ago_end(words, text, at, end);
    if (ago) {
        *cue = (DayCue){.start = at, .end = ago, .role = LEX_DAY, .value = NOW};
        return true;
    }
    if (!lexicon_match(words, text, at, end, roles, &hit)) return false;
    cue->role = (uint8_t)hit.role;
    cue->value = hit.value;
    cue->end = hit.end;
    LexiconHit second;
    switch (hit.role) {
    case LEX_WEEKDAY_PAST:
        cue->role = LEX_WEEKDAY;
        cue->past = hit.value <= DAYS_OF_WEEK;
        cue->next = !cue->past;
        cue->value = cue->next ? hit.value - NEXT_WEEKDAY : hit.value;
        return true;
    case LEX_DAY:
        cue->next = hit.value > 0 && hit.value != NOW;
        return true;
    case LEX_HOLIDAY:
        cue->role = LEX_MONTH;
        cue->value = 0;
        cue->date = (DateWords){.month = hit.value / 100, .day = hit.value % 100};
        if (hit.end < end && date_is_year(token_number(&text->tokens[hit.end]))) { /* "valborg 2026" */
            cue->date.year = token_number(&text->tokens[hit.end]);
            cue->end++;
        }
        return true;
    case LEX_NIGHT_TO:
        return match_morning(words, text, hit.end, end, cue);
    case LEX_NIGHT_BETWEEN: /* "natten mellan fredag och lördag" */
        cue->role = LEX_NIGHT_TO;
        return match_morning(words, text, hit.end, end, cue) &&
               lexicon_match(words, text, cue->end, end, LEX(LEX_RANGE) | LEX(LEX_AND), &second) &&
               match_morning(words, text, second.end, end, cue);
    case LEX_WEEKDAY_SHORT: {
        /* "mån 23.15", "2300 fre" */
        bool number =
            (hit.end < end && text->tokens[hit.end].kind == TOKEN_NUMBER) || ends_with_minutes(text, from, at) ||
            (hit.end + 1 < end && text->tokens[hit.end].kind == TOKEN_PUNCT &&
             text->tokens[hit.end + 1].kind == TOKEN_NUMBER) ||
            (hit.end < end && token_is(&text->tokens[hit.end], ":")) ||
            (hit.end < end &&
             lexicon_match(words, text, hit.end, end, LEX(LEX_CLOCK) | LEX(LEX_AT) | LEX(LEX_PART), &second)) ||
            is_beside_a_short_day(words, text, from, at, hit.end, end) || heads_a_line(text, at, end);
        cue->role = LEX_WEEKDAY;
        return number;
    }
    case LEX_WEEKDAY: /* "fredag/lördag": the night between them */
        if (hit.end + 1 < end && token_is(&text->tokens[hit.end], "/") &&
            lexicon_match(words, text, hit.end + 1, end, LEX(LEX_WEEKDAY), &second) &&
            second.value % DAYS_OF_WEEK == (hit.value + 1) % DAYS_OF_WEEK) {
            cue->role = LEX_NIGHT_TO;
            cue->value = second.value;
            cue->end = second.end;
        }
        return true;
    case LEX_PART:
        if (hit.value == LEX_NIGHT) match_night_of(words, text, hit.end, end, cue);
        return true;
    default:
        return true;
    }
}
