/* Dates as they are written; clockwords.h tells what they are. */
#include "core/read/clockwords-internal.h"
#include "core/read/message_part.h"

enum {
    ON_THE = 1,     /* of LEX_ON: "den", before a day's number */
    PART_LABEL = 3, /* the value of "del", which numbers the parts of a message */
    WRITTEN_FROM =
        1900, /* of a year right behind a date, which minutes beyond 59 or "kl" behind it show to be one, … */
    WRITTEN_TO = 2199,
    RECENT_FROM = 2015, /* of a year of our time: "13/3 1800-1930" and "13/3 2005" are clocks */
    RECENT_TO = 2029,
    NAMED_FROM = 2000, /* … behind the name of a month: "den 1 juli 2012" is told of more often than its evening */
};

bool date_is_year(int value)
{
    return value >= RECENT_FROM && value <= RECENT_TO;
}

/* "2026-03-14", "26-03-14" */
static bool match_iso(const Text *text, uint32_t at, uint32_t end, DateWords *date)
{
    if (end - at < 5 || is_inside_number(text, at)) return false;
    const Token *t = &text->tokens[at];
    if ((t[0].norm_len != 4 && t[0].norm_len != 2) || t[2].norm_len != 2 || t[4].norm_len != 2) return false;
    for (uint32_t i = 1; i < 5; i++) {
        if (!is_glued(text, at + i, end)) return false;
    }
    if (!is_dash(text, at + 1, end) || !is_dash(text, at + 3, end)) return false;
    if (is_glued(text, at + 5, end) && is_dash(text, at + 5, end) && is_glued(text, at + 6, end)) return false;
    int year = token_number(&t[0]), month = token_number(&t[2]), day = token_number(&t[4]);
    if (year < 100) year += 2000;
    if (year < 1900 || !civil_is_valid(year, month, day)) return false;
    *date = (DateWords){.start = at, .end = at + 5, .year = year, .month = month, .day = day};
    return true;
}

/* "260312", "20260312", alone between spaces or signs. */
static bool match_compact(const Text *text, uint32_t at, uint32_t end, DateWords *date)
{
    const Token *token = &text->tokens[at];
    int value = token_number(token);
    if (token->norm_len != 6 && token->norm_len != 8) return false;
    if (value < 0 || !(token->flags & TOKEN_SPACE_BEFORE)) return false;
    if (is_glued(text, at + 1, end) && !(is_sign(text, at + 1, end, ",.:;") && !is_glued(text, at + 2, end)))
        return false;
    int year = value / 10000 + (token->norm_len == 6 ? 2000 : 0);
    if (year < 2000 || year > 2099 || !civil_is_valid(year, value / 100 % 100, value % 100)) return false;
    *date = (DateWords){
        .start = at, .end = at + 1, .year = year, .month = value / 100 % 100, .day = value % 100, .compact = true};
    return true;
}

/* "12 maj 1998", "12 december 2030 kl 21": four digits behind a date that are no clock. */
static bool is_year(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, int value)
{
    LexiconHit hit;
    if (value < WRITTEN_FROM || value > WRITTEN_TO) return false;
    bool named = text->tokens[at - 1].kind != TOKEN_NUMBER; /* "11/2" ends with one */
    return date_is_year(value) || (named && value >= NAMED_FROM && value < RECENT_FROM) || value % 100 > 59 ||
           lexicon_match(words, text, at + 1, end, LEX(LEX_CLOCK), &hit);
}

/* A year right after a date: " 2026", "/26", "/2026", ".2026". */
static uint32_t match_year(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, int *year)
{
    if (at >= end) return at;
    uint32_t next = at;
    bool sign = is_sign(text, at, end, "/.") && is_glued(text, at, end);
    if (sign && ++next >= end) return at;
    if (sign && !is_glued(text, next, end)) return at;
    int value = token_number(&text->tokens[next]);
    if (text->tokens[next].norm_len == 4 &&
        (sign ? value >= WRITTEN_FROM && value <= WRITTEN_TO : is_year(words, text, next, end, value))) {
        *year = value;
        return next + 1;
    }
    if (sign && text->tokens[next].norm_len == 2 && value >= 0) {
        *year = 2000 + value;
        return next + 1;
    }
    return at;
}

/* "(1/3)" at the beginning of a line, "Del 1/3": which piece of a message begins, where `at` is the first number. */
static bool is_part(const Lexicon *words, const Text *text, uint32_t at)
{
    LexiconHit hit;
    if (at == 0) return false;
    if (lexicon_match(words, text, at - 1, at, LEX(LEX_NUMBER_LABEL), &hit)) return hit.value == PART_LABEL;
    return text->tokens[at - 1].flags & TOKEN_LINE_START && message_part_skip(text, at - 1) > at;
}

bool date_match(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, DateWords *date)
{
    LexiconHit hit;
    int day = token_number(&text->tokens[at]);
    if (day < 1 || is_inside_number(text, at)) return false;
    if (match_iso(text, at, end, date) || match_compact(text, at, end, date)) return true;
    if (day > 31 || text->tokens[at].norm_len > 2) return false;
    *date = (DateWords){.start = at, .end = at + 1, .day = day};
    if (is_dash(text, at + 1, end) && at + 2 < end) {
        int last = token_number(&text->tokens[at + 2]);
        if (last >= 1 && last <= 31 && text->tokens[at + 2].norm_len <= 2) {
            date->first_day = day;
            date->day = day = last;
            date->end = at += 2;
            date->end++;
        }
    }
    uint32_t next = at + 1;
    bool slash = is_glued(text, next, end) && (is_sign(text, next, end, "/") || is_sign(text, next, end, ".")) &&
                 is_glued(text, next + 1, end);
    if (slash) {
        int month = token_number(&text->tokens[next + 1]);
        bool dot = is_sign(text, next, end, ".");
        if (!dot && day <= month && is_part(words, text, at)) return false;
        if (month < 1 || month > 12 || text->tokens[next + 1].norm_len > 2) return false;
        date->month = month;
        date->end = match_year(words, text, next + 2, end, &date->year);
        /* 13.03 is a clock; 13.03.2026 is a date, and so is 13.3 before one. */
        bool clocked = dot && text->tokens[next + 1].norm_len == 1 &&
                       lexicon_match(words, text, date->end, end, LEX(LEX_CLOCK), &hit);
        return (!dot || date->year || clocked) && civil_is_valid(date->year ? date->year : 2024, month, day);
    }
    bool ordinal = false;
    if (is_sign(text, next, end, ":") && is_glued(text, next + 1, end) && text->tokens[next + 1].kind == TOKEN_WORD &&
        text->tokens[next + 1].norm_len == 1) {
        ordinal = true;
        next += 2;
    }
    date->end = next;
    if (lexicon_match(words, text, next, end, LEX(LEX_MONTH), &hit)) {
        date->month = hit.value;
        date->end = hit.end;
        if (is_sign(text, date->end, end, ".") && is_glued(text, date->end, end) && hit.end - hit.start == 1 &&
            text->tokens[hit.start].norm_len == 3 && date->end + 1 < end &&
            text->tokens[date->end + 1].kind == TOKEN_NUMBER)
            date->end++;
        date->end = match_year(words, text, date->end, end, &date->year);
        return civil_is_valid(date->year ? date->year : 2024, date->month, day);
    }
    /* "den 3:e", "lördag 3:e", and not "på 2:a våningen" */
    const uint64_t before = LEX(LEX_ON) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT);
    return ordinal && !date->first_day && at > 0 && lexicon_match(words, text, at - 1, at, before, &hit) &&
           (hit.role != LEX_ON || hit.value == ON_THE);
}

CivilDate date_resolve(const DateWords *date, CivilDate latest)
{
    const CivilDate unknown = {0};
    if (date->year)
        return civil_is_valid(date->year, date->month, date->day) ? (CivilDate){date->year, date->month, date->day}
                                                                  : unknown;
    if (!civil_is_known(latest)) return unknown;
    /* A 29 February needs up to eight years (1896 to 1904). */
    for (int back = 0; back <= (date->month ? 8 : 12); back++) {
        int months = latest.year * 12 + latest.month - 1 - back;
        int year = date->month ? latest.year - back : months / 12;
        int month = date->month ? date->month : months % 12 + 1;
        if (year < 1 || !civil_is_valid(year, month, date->day)) continue;
        CivilDate day = {year, month, date->day};
        if (civil_compare(day, latest) <= 0) return day;
    }
    return unknown;
}
