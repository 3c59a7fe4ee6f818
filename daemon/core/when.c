#include "core/when.h"

#include "core/clockwords.h"
#include "core/sentence.h"

enum {
    DAY_MINUTES = 24 * 60,
    MORNING_END = 8 * 60, /* a daily report that does not say when it was sent was sent by then */
    MORNING_START = 6 * 60,
    LATE_NIGHT = 23 * 60 + 30, /* nobody has written of it before midnight: half an hour is what writing takes */
    DAY_BREAK = 7 * 60,        /* under a day's heading, the night that follows it lasts until then */
    EVENING = 17 * 60,
    NOON = 12 * 60,
    AHEAD = 14,         /* days in which something told without its year is still to come */
    DIAL_FROM = 9 * 60, /* without any word on the part of the day, "halv tre" is between nine and nine */
    CUES = 24,
    TITLE_TOKENS = 16,
    HEAD_TOKENS = 600, /* of a report's head are read */
};

/* A word on which day it was. */
typedef struct DayCue {
    uint32_t start, end; /* tokens */
    uint8_t role;   /* LEX_DAY, LEX_DAY_PART, LEX_WEEKDAY, LEX_NIGHT_TO, LEX_WEEKEND, LEX_PART, LEX_MONTH (a date) */
    int value;      /* as in the lexicon; of LEX_NIGHT_TO and LEX_MONTH the weekday, or 0 */
    bool past;      /* LEX_WEEKDAY: before the report's own day */
    DateWords date; /* LEX_MONTH, and LEX_NIGHT_TO with a date */
} DayCue;

typedef struct Found {
    DayCue days[CUES];
    uint32_t day_count;
    Clock clock;
    bool has_clock;
} Found;

static bool is_after_since(const Lexicon *words, const Text *text, uint32_t from, uint32_t at)
{
    LexiconHit hit;
    for (uint32_t back = at > from + 3 ? at - 3 : from; back < at; back++) {
        if (lexicon_match(words, text, back, at, LEX(LEX_SINCE), &hit)) return true;
    }
    return false;
}

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

static bool match_day(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end, DayCue *cue)
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
    if (!lexicon_match(words, text, at, end, roles, &hit)) return false;
    cue->role = (uint8_t)hit.role;
    cue->value = hit.value;
    cue->end = hit.end;
    LexiconHit second;
    switch (hit.role) {
    case LEX_WEEKDAY_PAST:
        cue->role = LEX_WEEKDAY;
        cue->past = true;
        return true;
    case LEX_HOLIDAY:
        cue->role = LEX_MONTH;
        cue->value = 0;
        cue->date = (DateWords){.month = hit.value / 100, .day = hit.value % 100};
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
        bool number = (hit.end < end && text->tokens[hit.end].kind == TOKEN_NUMBER) ||
                      (at > from && text->tokens[at - 1].kind == TOKEN_NUMBER && text->tokens[at - 1].norm_len == 4) ||
                      (hit.end + 1 < end && text->tokens[hit.end].kind == TOKEN_PUNCT &&
                       text->tokens[hit.end + 1].kind == TOKEN_NUMBER) ||
                      (hit.end < end && token_is(&text->tokens[hit.end], ":")) ||
                      (hit.end < end && lexicon_match(words, text, hit.end, end,
                                                      LEX(LEX_CLOCK) | LEX(LEX_AT) | LEX(LEX_PART), &second)) ||
                      is_beside_a_short_day(words, text, from, at, hit.end, end);
        cue->role = LEX_WEEKDAY;
        return number;
    }
    default:
        return true;
    }
}

/* The first token on its line but for a bullet, a label or a date: where four digits are a clock. */
static bool is_head(const Text *text, uint32_t at, uint32_t last_cue_end)
{
    const Token *token = &text->tokens[at];
    if (token->flags & TOKEN_LINE_START || at == last_cue_end) return true;
    uint32_t line_first = text->lines[token->line].first_token;
    return at - line_first <= 4 && text->tokens[at - 1].kind == TOKEN_PUNCT && token->flags & TOKEN_SPACE_BEFORE;
}

/* Known to the hour at best. */
static bool is_vague(const Clock *clock)
{
    return clock->named || clock->about || clock->twelve || clock->minute % 60 == 0;
}

/* Within the hour, on a clock of twelve or twenty-four hours. */
static bool is_near(int a, int b)
{
    int apart = (a - b + DAY_MINUTES) % (DAY_MINUTES / 2);
    return apart <= 60 || apart >= DAY_MINUTES / 2 - 60;
}

/* What a clock or a day begins with, where it does not begin with digits. */
static const uint64_t CUE_ROLES = LEX(LEX_CLOCK) | LEX(LEX_AT) | LEX(LEX_BETWEEN) | LEX(LEX_NAMED_CLOCK) |
                                  LEX(LEX_MINUTES) | LEX(LEX_HALF) | LEX(LEX_HOUR) | LEX(LEX_HOUR_ABOUT) |
                                  LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) |
                                  LEX(LEX_NIGHT_TO) | LEX(LEX_NIGHT_BETWEEN) | LEX(LEX_WEEKEND) | LEX(LEX_PART) |
                                  LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM) | LEX(LEX_WEEKDAY_PAST);

/* "Måndag 14/9" is one day, and the date says which. */
static void add_day(Found *found, const DayCue *cue)
{
    DayCue *last = found->day_count ? &found->days[found->day_count - 1] : NULL;
    if (last && last->role == LEX_WEEKDAY && cue->role == LEX_MONTH && cue->start - last->end <= 2) {
        uint32_t start = last->start;
        int weekday = last->value;
        *last = *cue;
        last->start = start;
        last->value = weekday;
    } else if (found->day_count < CUES) {
        found->days[found->day_count++] = *cue;
    }
}

/* One pass over an incident: its day cues, and the clock that says when it began. */
static void find_cues(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Found *found)
{
    *found = (Found){0};
    uint32_t last_cue = UINT32_MAX, sentence = from, stop = from;
    bool maybe = false; /* the clock found gives way to a better one */
    for (uint32_t at = from; at < end;) {
        const Token *token = &text->tokens[at];
        if (token->kind != TOKEN_NUMBER && !lexicon_roles(words, token, CUE_ROLES)) {
            at++;
            continue;
        }
        while (at >= stop) {
            sentence = stop;
            stop = sentence_end(text, sentence, end);
        }
        DayCue cue;
        Clock clock;
        bool head =
            is_head(text, at, last_cue) || at == sentence || sentence_has_four_digits(words, text, sentence, at, stop);
        if (clock_match(words, text, at, end, head, &clock)) {
            bool better = !found->has_clock || maybe ||
                          /* "Strax före midnatt, 23.50", "strax efter 14 (14.05)" */
                          (is_vague(&found->clock) && !is_vague(&clock) && clock.start - found->clock.end < 8 &&
                           is_near(found->clock.minute, clock.minute));
            ClockUse use = better ? sentence_clock_use(words, text, sentence, stop, &clock) : CLOCK_NO_START;
            if (use == CLOCK_STARTS || (use == CLOCK_MAY_START && !found->has_clock)) {
                found->clock = clock;
                found->has_clock = true;
                maybe = use == CLOCK_MAY_START;
            }
            at = clock.end;
            last_cue = clock.end;
        } else if (match_day(words, text, from, at, end, &cue)) {
            bool since = cue.role == LEX_MONTH && is_after_since(words, text, from, at);
            if (!since) add_day(found, &cue);
            at = last_cue = cue.end;
            if (at < end && text->tokens[at].kind == TOKEN_PUNCT) last_cue++;
        } else {
            at++;
        }
    }
}

static bool is_part_only(const DayCue *cue)
{
    return cue->role == LEX_PART;
}

/* The part of the day that a cue tells, or LEX_PART_NONE. */
static int part_of(const DayCue *cue)
{
    if (cue->role == LEX_PART) return cue->value;
    if (cue->role == LEX_NIGHT_TO) return LEX_NIGHT;
    if (cue->role != LEX_DAY_PART) return LEX_PART_NONE;
    return ((cue->value % 10) + 10) % 10;
}

static int days_of(const DayCue *cue)
{
    return (cue->value - part_of(cue)) / 10;
}

/* The cue that speaks of the clock's day: the nearest in its sentence, else the last before it. */
static const DayCue *day_for_clock(const Text *text, const Found *found, uint32_t from, uint32_t end, bool parts)
{
    const DayCue *best = NULL, *before = NULL;
    uint32_t distance = UINT32_MAX;
    uint32_t stop = sentence_end(text, found->clock.end > from ? found->clock.end - 1 : from, end);
    for (uint32_t i = 0; i < found->day_count; i++) {
        const DayCue *cue = &found->days[i];
        if (is_part_only(cue) != parts) continue;
        bool is_before = cue->end <= found->clock.start;
        uint32_t d = is_before ? found->clock.start - cue->end : cue->start - found->clock.end;
        if (is_before) before = cue;
        if (!is_before && cue->start >= stop) continue;
        /* A full stop between them makes a cue before the clock a far one. */
        if (d < distance &&
            (!is_before || sentence_end(text, cue->start, found->clock.start + 1) >= found->clock.start)) {
            distance = d;
            best = cue;
        }
    }
    return best ? best : before;
}

static CivilDate latest_weekday(CivilDate report, int weekday)
{
    if (!civil_is_known(report)) return report;
    return civil_add_days(report, -((civil_weekday(report) - weekday + 7) % 7));
}

/* Easter Sunday, Gregorian: the "Anonymous" algorithm of Meeus, Jones and Butcher (Meeus, Astronomical Algorithms). */
static CivilDate easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;
    return (CivilDate){year, n / 31, n % 31 + 1};
}

/* A movable feast in a year: by Easter, or as midsummer the first weekday from a date (`value` as in the lexicon). */
static CivilDate feast(const DayCue *cue, int year)
{
    if (cue->role == LEX_EASTER) return civil_add_days(easter(year), cue->value);
    CivilDate from = {year, cue->value / 1000, cue->value / 10 % 100};
    if (!civil_is_valid(from.year, from.month, from.day)) return (CivilDate){0};
    return civil_add_days(from, (cue->value % 10 - civil_weekday(from) + 7) % 7);
}

/* The latest one that is not after the report. */
static CivilDate latest_feast(const DayCue *cue, CivilDate report)
{
    if (!civil_is_known(report)) return report;
    CivilDate day = feast(cue, report.year);
    return civil_compare(day, report) <= 0 || report.year == 1 ? day : feast(cue, report.year - 1);
}

static CivilDate next_year(CivilDate date)
{
    return (CivilDate){date.year + 1, date.month, date.day};
}

/*
 * The date, a year ago at its latest, is one still to come: its weekday says so ("lördag 6 juni" on a 4 June that is a
 * Thursday), or without one it is few days ahead, of which people write sooner than of a year ago.
 */
static bool is_announced(const DayCue *cue, CivilDate date, CivilDate report)
{
    if (cue->date.year || !cue->date.month || !civil_is_known(date) || !civil_is_known(report)) return false;
    CivilDate next = next_year(date);
    if (!civil_is_valid(next.year, next.month, next.day) || civil_compare(next, report) <= 0) return false;
    if (civil_compare(next, civil_add_days(report, cue->value ? WHEN_AHEAD_MOST : AHEAD)) > 0) return false;
    return !cue->value || civil_weekday(next) == cue->value;
}

/* The day a cue means for an event at `minute` (or -1). Unknown where the report's date is. */
static CivilDate resolve_cue(const DayCue *cue, CivilDate report, int minute)
{
    const CivilDate unknown = {0};
    CivilDate date = unknown;
    int part = part_of(cue);
    switch (cue->role) {
    case LEX_MONTH:
        date = date_resolve(&cue->date, report);
        if (is_announced(cue, date, report)) return next_year(date);
        if (cue->date.first_day && minute >= NOON && civil_is_known(date)) {
            DateWords first = cue->date;
            first.day = first.first_day;
            first.first_day = 0;
            date = date_resolve(&first, date);
        }
        return date;
    case LEX_NIGHT_TO:
        date = cue->value ? latest_weekday(report, cue->value) : date_resolve(&cue->date, report);
        return civil_is_known(date) && minute >= NOON ? civil_add_days(date, -1) : date;
    case LEX_WEEKDAY:
        date = latest_weekday(report, cue->value);
        return cue->past && civil_is_known(date) && civil_compare(date, report) == 0 ? civil_add_days(date, -7) : date;
    case LEX_EASTER:
    case LEX_WEEKDAY_FROM:
        return latest_feast(cue, report);
    case LEX_DAY:
        return civil_is_known(report) ? civil_add_days(report, cue->value) : unknown;
    case LEX_DAY_PART:
        if (!civil_is_known(report)) return unknown;
        date = civil_add_days(report, days_of(cue));
        if (part == LEX_NIGHT && days_of(cue) == 0 && minute >= EVENING) return civil_add_days(date, -1);
        if (part == LEX_EVENING && minute >= 0 && minute < 5 * 60 && days_of(cue) < 0) return civil_add_days(date, 1);
        return date;
    default:
        return unknown;
    }
}

/* What the twelve-hour dial means: by the part of the day, else by what came before, else by day. */
static int on_the_dial(int minute, int part, const WhenContext *context)
{
    int half = minute % (DAY_MINUTES / 2);
    switch (part) {
    case LEX_NIGHT:
        return half >= 8 * 60 ? half + DAY_MINUTES / 2 : half;
    case LEX_MORNING:
    case LEX_FORENOON:
        return half;
    case LEX_NOON:
        return half < 6 * 60 ? half + DAY_MINUTES / 2 : half;
    case LEX_AFTERNOON:
    case LEX_EVENING:
        /* "tolv på kvällen" is midnight */
        return part == LEX_EVENING && half < 60 ? half : half + DAY_MINUTES / 2;
    default:
        break;
    }
    if (context->kind == READ_REPORT && context->previous.minute >= 0) {
        int wait = (half - context->previous.minute + DAY_MINUTES) % DAY_MINUTES;
        return wait < DAY_MINUTES / 2 ? half : half + DAY_MINUTES / 2;
    }
    /* What has just been seen is the latest that can be meant. */
    if (half >= DIAL_FROM && context->kind == READ_OBSERVATION && context->sent_minute >= half + DAY_MINUTES / 2)
        return half + DAY_MINUTES / 2;
    return half < DIAL_FROM ? half + DAY_MINUTES / 2 : half;
}

/* The last minute of the report's own day on which something in it can have happened. */
static int last_minute(const WhenContext *context)
{
    if (context->sent_minute >= 0) return context->sent_minute;
    return context->kind == READ_OBSERVATION ? LATE_NIGHT - 1 : MORNING_END;
}

/* A heading's or an earlier incident's day goes on into the night after it. */
static CivilDate into_the_night(CivilDate day, int minute, const When *previous)
{
    if (minute < 0 || minute >= DAY_BREAK || previous->minute < 0 || !civil_is_known(day)) return day;
    CivilDate next = civil_add_days(day, 1);
    bool was_evening = civil_compare(previous->date, day) == 0 && previous->minute > minute;
    bool was_night = civil_compare(previous->date, next) == 0;
    return was_evening || was_night ? next : day;
}

/* The day of a clock without any word on its day. */
static CivilDate default_day(const WhenContext *context, int minute)
{
    if (!civil_is_known(context->report_date) || minute < 0) return context->report_date;
    if (civil_is_known(context->from_date) && context->from_minute >= 0)
        return minute >= context->from_minute ? context->from_date : civil_add_days(context->from_date, 1);
    return minute > last_minute(context) ? civil_add_days(context->report_date, -1) : context->report_date;
}

/*
 * A week's report of a Monday that begins with "Måndag" begins with the Monday before: the heading names the report's
 * own weekday, and days with other names come after it.
 */
static bool is_week_ago(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                        const DayCue *cue, CivilDate date)
{
    LexiconHit last;
    if (cue->role != LEX_WEEKDAY || civil_compare(date, context->report_date) != 0) return false;
    if (context->last_day.start <= segment->date_context.start) return false;
    uint32_t from = text_token_at(text, context->last_day.start), end = text_token_at(text, context->last_day.end);
    return lexicon_find(words, text, from, end, LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT), &last) &&
           last.value != cue->value;
}

/* The day that covers the segment: its day heading, or the day the incident before named. */
static CivilDate context_day(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                             int minute)
{
    const CivilDate unknown = {0};
    if (segment->date_context.end) {
        Found found;
        uint32_t from = text_token_at(text, segment->date_context.start);
        uint32_t end = text_token_at(text, segment->date_context.end);
        find_cues(words, text, from, end, &found);
        for (uint32_t i = 0; i < found.day_count; i++) {
            CivilDate date = resolve_cue(&found.days[i], context->report_date, minute);
            if (!civil_is_known(date)) continue;
            if (found.days[i].role == LEX_NIGHT_TO) return date;
            if (is_week_ago(text, segment, words, context, &found.days[i], date)) date = civil_add_days(date, -7);
            bool same = segment->date_context.start == context->previous_day.start;
            int part = i + 1 < found.day_count ? part_of(&found.days[i + 1]) : LEX_PART_NONE;
            if ((part == LEX_EVENING || part == LEX_NIGHT) && minute >= 0 && minute < DAY_BREAK)
                return civil_add_days(date, 1);
            return same ? into_the_night(date, minute, &context->previous) : date;
        }
    }
    return unknown;
}

/* A date in the text, and not one reckoned from a heading, lies after the report. */
static bool is_ahead(const DayCue *cue, CivilDate date, CivilDate report)
{
    return cue->role == LEX_MONTH && civil_is_known(date) && civil_is_known(report) && civil_compare(date, report) > 0;
}

static Span cue_span(const Text *text, uint32_t start, uint32_t end)
{
    return start < end ? (Span){text->tokens[start].start, text->tokens[end - 1].end} : (Span){0};
}

/* But for what is announced, nothing is. */
static void never_later(When *when, const WhenContext *context, bool announced)
{
    if (announced) return;
    if (!civil_is_known(when->date) || !civil_is_known(context->report_date)) return;
    if (civil_compare(when->date, context->report_date) > 0) when->date = context->report_date;
    if (context->sent_minute >= 0 && when->minute > context->sent_minute &&
        civil_compare(when->date, context->report_date) == 0)
        when->date = civil_add_days(when->date, -1);
}

/* "Två timmar senare": the minutes after the incident before, or -1. */
static int find_later(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Span *span)
{
    LexiconHit number, unit, later;
    for (uint32_t at = from; at + 2 < end; at++) {
        int count = token_number(&text->tokens[at]);
        uint32_t next = at + 1;
        if (count < 0) {
            if (!lexicon_match(words, text, at, end, LEX(LEX_NUMBER), &number)) continue;
            count = number.value;
            next = number.end;
        }
        if (count > 24 * 60 || !lexicon_match(words, text, next, end, LEX(LEX_HOURS), &unit)) continue;
        if (!lexicon_match(words, text, unit.end, end, LEX(LEX_LATER), &later)) continue;
        *span = cue_span(text, at, later.end);
        return count * unit.value < DAY_MINUTES ? count * unit.value : -1;
    }
    return -1;
}

/* "Under natten" below a day's heading means that day's night, not the report's. */
static bool is_night_under_heading(const Segment *segment, const DayCue *cue)
{
    return segment->date_context.end && cue->role == LEX_DAY_PART && days_of(cue) == 0 && part_of(cue) == LEX_NIGHT;
}

/* The part of the day in the heading that covers the segment: "Torsdag kväll", which goes on into the night. */
static int part_of_heading(const Text *text, const Segment *segment, const Lexicon *words, int minute)
{
    LexiconHit hit;
    uint32_t from = text_token_at(text, segment->date_context.start),
             end = text_token_at(text, segment->date_context.end);
    if (!segment->date_context.end || !lexicon_find(words, text, from, end, LEX(LEX_PART), &hit)) return LEX_PART_NONE;
    return hit.value == LEX_EVENING && minute % (DAY_MINUTES / 2) < 5 * 60 ? LEX_NIGHT : hit.value;
}

/* "Kl 10 på kvällen", "i måndags kväll runt klockan 9": whole hours in digits, with the part of the day beside them. */
static bool is_said_in_digits(const Clock *clock, const DayCue *day, const DayCue *part)
{
    if (!clock->marked || clock->minute == 0 || clock->minute > NOON || clock->minute % 60) return false;
    if (part && part->start >= clock->end) return part->start - clock->end <= 2;
    const DayCue *before = day && part_of(day) != LEX_PART_NONE && (!part || day->start > part->start) ? day : part;
    if (!before || before->end > clock->start || clock->start - before->end > 2) return false;
    return part_of(before) == LEX_EVENING || part_of(before) == LEX_AFTERNOON;
}

/* What is told happens at that part of the day: "disco", "stängning". */
static int part_hinted(const Text *text, const Lexicon *words, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    return lexicon_find(words, text, from, end, LEX(LEX_PART_HINT), &hit) ? hit.value : LEX_PART_NONE;
}

/* The event has a clock: its day, and which half of the dial. True where it is announced, and still to come. */
static bool read_clock(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                       const Found *found, uint32_t from, uint32_t end, When *when)
{
    bool announced = false;
    const Clock *clock = &found->clock;
    const DayCue *day = day_for_clock(text, found, from, end, false);
    const DayCue *part = day_for_clock(text, found, from, end, true);
    int minute = clock->minute;
    int dial_part = part ? part_of(part) : LEX_PART_NONE;
    if (day && part_of(day) != LEX_PART_NONE && (!part || part->start > clock->end + 4)) dial_part = part_of(day);
    if (dial_part == LEX_PART_NONE) dial_part = part_of_heading(text, segment, words, minute);
    if (clock->twelve && dial_part == LEX_PART_NONE) dial_part = part_hinted(text, words, from, end);
    if (clock->twelve || is_said_in_digits(clock, day, part)) minute = on_the_dial(minute, dial_part, context);
    when->minute = minute;
    when->precision = clock->about ? WHEN_HOUR : WHEN_MINUTE;
    when->evidence = cue_span(text, clock->start, clock->end);
    if (day && day->role != LEX_WEEKEND && !is_night_under_heading(segment, day)) {
        when->date = resolve_cue(day, context->report_date, minute);
        announced = is_ahead(day, when->date, context->report_date);
        /* "fredag kväll … 00.40" */
        bool night = part && (part_of(part) == LEX_EVENING || part_of(part) == LEX_NIGHT) && part->start >= day->end &&
                     part->start - day->end <= 2;
        if (day->role == LEX_WEEKDAY && night && minute < 6 * 60 && civil_is_known(when->date))
            when->date = civil_add_days(when->date, 1);
    }
    if (!civil_is_known(when->date)) when->date = context_day(text, segment, words, context, minute);
    if (!civil_is_known(when->date) && context->previous_named && context->previous.precision >= WHEN_DAY &&
        context->kind == READ_REPORT) {
        when->date = into_the_night(context->previous.date, minute, &context->previous);
        if (minute < context->previous.minute - EVENING + DAY_BREAK)
            when->date = civil_add_days(context->previous.date, 1);
    }
    if (!civil_is_known(when->date)) when->date = default_day(context, minute);
    return announced;
}

/* No clock: the day alone. True as of read_clock(). */
static bool read_day(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                     const Found *found, When *when)
{
    for (uint32_t i = 0; i < found->day_count; i++) {
        const DayCue *cue = &found->days[i];
        if (is_part_only(cue)) continue;
        if (cue->role == LEX_WEEKEND) {
            *when = (When){WHEN_PERIOD, context->report_date, -1, cue_span(text, cue->start, cue->end)};
            return false;
        }
        if (is_night_under_heading(segment, cue)) continue;
        CivilDate date = resolve_cue(cue, context->report_date, -1);
        bool announced = is_ahead(cue, date, context->report_date);
        if (!civil_is_known(date) ||
            (civil_is_known(context->report_date) && !announced && civil_compare(date, context->report_date) > 0))
            continue;
        *when = (When){WHEN_DAY, date, -1, cue_span(text, cue->start, cue->end)};
        return announced;
    }
    when->date = context_day(text, segment, words, context, -1);
    if (civil_is_known(when->date)) {
        when->precision = WHEN_DAY;
        when->evidence = segment->date_context;
    } else if (context->kind == READ_REPORT && civil_is_known(context->report_date)) {
        when->precision = context->one_day ? WHEN_DAY : WHEN_PERIOD;
        when->date = context->one_day ? context->from_date : context->report_date;
    }
    return false;
}

When when_read(const Text *text, const Segment *segment, const Lexicon *words, WhenContext *context)
{
    When when = {.precision = WHEN_UNKNOWN, .minute = -1};
    uint32_t from = text_token_at(text, segment->span.start);
    uint32_t end = text_token_at(text, segment->span.end);
    Found found;
    find_cues(words, text, from, end, &found);
    Span later_span;
    int later = -1;
    bool announced = false;
    if (!found.has_clock && context->previous.minute >= 0)
        later = find_later(words, text, from, sentence_end(text, from, end), &later_span);
    if (found.has_clock) {
        announced = read_clock(text, segment, words, context, &found, from, end, &when);
    } else if (later >= 0) {
        int minute = context->previous.minute + later;
        when.precision = WHEN_HOUR;
        when.minute = minute % DAY_MINUTES;
        when.date = context->previous.date;
        when.evidence = later_span;
        if (minute >= DAY_MINUTES && civil_is_known(when.date)) when.date = civil_add_days(when.date, 1);
    } else {
        announced = read_day(text, segment, words, context, &found, &when);
    }
    never_later(&when, context, announced);
    if (!civil_is_known(when.date) && when.minute < 0) when.precision = WHEN_UNKNOWN;
    if (when.minute >= 0) {
        bool named = false;
        for (uint32_t i = 0; i < found.day_count; i++)
            named |= found.days[i].role == LEX_MONTH || found.days[i].role == LEX_WEEKDAY;
        context->previous_named = named || (context->previous_named && !segment->date_context.end);
        context->previous = when;
        context->previous_day = segment->date_context;
    }
    return when;
}

/* One line of the head: two dates, or a date and a span of clocks, are the period it covers. */
static void survey_line(WhenContext *context, const Text *text, const Lexicon *words, uint32_t from, uint32_t end)
{
    CivilDate dates[2] = {{0}};
    int clocks[2] = {-1, -1}, date_count = 0, clock_count = 0;
    LexiconHit hit;
    bool sent = false, dated = false;
    for (uint32_t at = from; at < end;) {
        Clock clock;
        DayCue cue;
        if (lexicon_match(words, text, at, end, LEX(LEX_SENT), &hit)) {
            sent = true;
            at = hit.end;
        } else if (clock_match(words, text, at, end, at > from && date_count > 0, &clock)) {
            if (clock_count < 2) clocks[clock_count++] = clock.minute;
            if (clock_count < 2 && clock.until >= 0) clocks[clock_count++] = clock.until;
            at = clock.end;
        } else if (match_day(words, text, from, at, end, &cue)) {
            CivilDate date = resolve_cue(&cue, context->report_date, NOON);
            /* "fredag 13/3" is one day */
            bool known = civil_is_known(date) && cue.role != LEX_WEEKEND && cue.role != LEX_PART;
            if (known && date_count < 2 && (!date_count || civil_compare(dates[date_count - 1], date) != 0))
                dates[date_count++] = date;
            dated |= known && cue.role == LEX_MONTH;
            if (known && cue.date.first_day && date_count < 2) dates[date_count++] = civil_add_days(date, 1);
            at = cue.end;
        } else {
            at++;
        }
    }
    if (sent && date_count && clock_count == 1) {
        if (context->sent_minute < 0 && civil_compare(dates[0], context->report_date) == 0)
            context->sent_minute = clocks[0];
        return;
    }
    /* A title with one day, earlier than the report's own: that day and the night after it. */
    if (date_count == 1 && dated && !clock_count && end - from <= TITLE_TOKENS &&
        civil_compare(dates[0], context->report_date) < 0 && !civil_is_known(context->from_date)) {
        context->from_date = dates[0];
        context->from_minute = DAY_BREAK;
        context->one_day = true;
        return;
    }
    /* "Natt lör-sön" in a report of the Monday. */
    if (date_count == 2 && !clock_count && end - from <= TITLE_TOKENS && !civil_is_known(context->from_date) &&
        civil_compare(civil_add_days(dates[0], 1), dates[1]) == 0 &&
        civil_compare(dates[1], context->report_date) < 0) {
        context->from_date = dates[0];
        context->from_minute = DAY_BREAK;
        return;
    }
    bool whole = (date_count == 2 && clock_count == 2 && civil_compare(civil_add_days(dates[0], 1), dates[1]) == 0) ||
                 (date_count == 1 && clock_count == 2);
    if (!whole || civil_is_known(context->from_date)) return;
    context->from_date = dates[0];
    context->from_minute = clocks[0];
}

/*
 * A report that says neither when it was sent nor what it covers: a list that begins between six and eight and goes on
 * through the day began on the day before.
 */
static void survey_order(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments,
                         uint32_t count)
{
    int before = -1;
    uint32_t area = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        Found found;
        find_cues(words, text, text_token_at(text, segments[i].span.start), text_token_at(text, segments[i].span.end),
                  &found);
        int minute = found.has_clock && !found.clock.twelve ? found.clock.minute : -1;
        bool same = segments[i].area_context.start == area;
        if (same && before >= MORNING_START && before <= MORNING_END && minute > MORNING_END) {
            context->from_date = civil_add_days(context->report_date, -1);
            context->from_minute = before;
            return;
        }
        before = same || area == UINT32_MAX ? minute : -1;
        area = segments[i].area_context.start;
    }
}

void when_survey(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments, uint32_t count,
                 const ReadInput *input)
{
    *context = (WhenContext){.kind = input->kind,
                             .report_date = input->date,
                             .sent_minute = input->sent_minute,
                             .from_minute = -1,
                             .previous = {.minute = -1}};
    if (input->kind == READ_OBSERVATION) return;
    if (count) context->last_day = segments[count - 1].date_context;
    uint32_t end = count ? text_token_at(text, segments[0].span.start) : text->token_count;
    if (end > HEAD_TOKENS) end = HEAD_TOKENS;
    for (uint32_t line = 0; line < text->line_count && text->lines[line].first_token < end; line++) {
        uint32_t to = text->lines[line].token_end < end ? text->lines[line].token_end : end;
        survey_line(context, text, words, text->lines[line].first_token, to);
    }
    bool told = civil_is_known(context->from_date) || context->sent_minute >= 0;
    if (!told && civil_is_known(context->report_date)) survey_order(context, text, words, segments, count);
}
