/* What a report as a whole says about time, before its incidents are read: when it was sent, and what it covers. */
#include <string.h>

#include "core/read/sentence.h"
#include "core/read/when-internal.h"

enum {
    LAST_ROUND = 23 * 60 + 20, /* who was on a round, or tells of the night, wrote when it was over */
    LAST_TOLD = 23 * 60 + 40,  /* nobody has written before midnight of how something ended so late */
    LAST_SPAN = 23 * 60 + 30,  /* … nor of a span that ended then: "22.15-23.30" */
    LATE_DIAL = 11 * 60 + 30,  /* of what is said on the dial of twelve hours behind an evening: "halv tolv", … */
    NIGHT_DIAL = 4 * 60,       /* … or of the night, which is over by four */
    EARLY_MORNING = 4 * 60,    /* "fyra på morgonen" */
    TITLE_TOKENS = 16,
    LOG_LINES = 3,
    LOG_APART = 30,    /* minutes */
    QUIET_TOKENS = 3,  /* "tomt" stands among so many behind a line's clock; fewer tell nothing: "samling" */
    ROUND_TOKENS = 40, /* of an observation, in which it tells when the writers were out */
    MAIL_HEAD_LINES = 16,
    SUBJECT_LINES = 3, /* before a mail's head */
    HEAD_TOKENS = 600, /* of a report's head are read */
    OWN_DAY = 1,       /* of LEX_TITLE */
    NIGHT_REACH = 3,   /* tokens between a day and "natten" behind "och" */
};

/* Behind the lines "Från: …", "Skickat: …" that an observation passed on by mail begins with, and what stands before
 * them ("VB: Buskörning"): they tell when it was written. `from` where there are none. */
static uint32_t skip_mail_head(const Text *text, const Lexicon *words, uint32_t from, uint32_t end)
{
    uint32_t behind = from, lines = 0;
    bool found = false, mail = false;
    for (uint32_t at = from; at < end && lines < MAIL_HEAD_LINES; lines++) {
        LexiconHit hit;
        uint32_t to = text->lines[text->tokens[at].line].token_end;
        if (lexicon_match(words, text, at, to, LEX(LEX_MAIL), &hit)) {
            /* "Datum:" begins a form as well. */
            mail |= !lexicon_match(words, text, at, to, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), &hit);
            found = true;
            behind = to;
        } else if (found || lines >= SUBJECT_LINES) {
            break;
        }
        at = to;
    }
    return mail && behind < end ? behind : from;
}

/* A day of the head that all of it is about: not "sedan i går morse", "natten till fredag" or "fredagsnatten". */
static bool is_whole_day(const Text *text, const Lexicon *words, uint32_t from, const DayCue *cue)
{
    LexiconHit hit;
    if (cue->start > from && lexicon_match(words, text, cue->start - 1, cue->start, LEX(LEX_SINCE), &hit) &&
        hit.value <= LEX_SINCE_TOLD)
        return false;
    bool part = lexicon_match(words, text, cue->start, cue->end, LEX(LEX_PART), &hit);
    return when_part_of(cue) != LEX_NIGHT && !(part && hit.value == LEX_NIGHT);
}

/* "Så såg tisdagen ut.": the day that is told of, and not a Tuesday ("på tisdag", "trevlig tisdag"). */
static bool is_the_day(const Text *text, const DayCue *cue)
{
    static const char DEFINITE[] = "dagen";
    const Token *word = &text->tokens[cue->end - 1];
    uint32_t len = sizeof DEFINITE - 1;
    return cue->role == LEX_WEEKDAY && word->norm_len > len &&
           memcmp(word->norm + word->norm_len - len, DEFINITE, len) == 0;
}

/* "Måndagen och natten mot tisdag": the night at `at` stands beside the day whose words end at `day_end`. */
static bool is_its_night(const Text *text, const Lexicon *words, uint32_t day_end, uint32_t at)
{
    LexiconHit hit;
    return day_end && at - day_end <= NIGHT_REACH && lexicon_find(words, text, day_end, at, LEX(LEX_AND), &hit);
}

/* "Måndagen och natten mot tisdag": from the morning of the one to that of the other. */
static bool survey_day_and_night(WhenContext *context, CivilDate whole, CivilDate morning)
{
    if (civil_is_known(context->from_date) || !civil_is_known(whole) || !civil_is_known(morning) ||
        civil_compare(civil_add_days(whole, 1), morning) != 0)
        return false;
    context->from_date = whole;
    context->from_minute = MORNING_START;
    return true;
}

/* One line of the head: two dates, or a date and a span of clocks, are the period it covers. */
static void survey_line(WhenContext *context, const Text *text, const Lexicon *words, uint32_t from, uint32_t end)
{
    CivilDate dates[2] = {{0}};
    int clocks[2] = {-1, -1}, date_count = 0, clock_count = 0;
    CivilDate morning = {0};    /* of a night that the line names */
    CivilDate whole = {0};      /* the last day of which it names more than a night, … */
    uint32_t whole_end = 0;     /* … where its words end */
    CivilDate with_night = {0}; /* … and such a day together with its night */
    LexiconHit hit;
    bool sent = false, dated = false, whole_day = true, the_day = false;
    bool of_own_day = false; /* all that has named a day is "kvällens" */
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
        } else if (when_match_day(words, text, from, at, end, &cue)) {
            CivilDate date = when_resolve(&cue, context->report_date, NOON);
            /* "fredag 13/3" is one day */
            bool known = civil_is_known(date) && cue.role != LEX_WEEKEND && cue.role != LEX_PART;
            if (known && cue.role == LEX_MONTH && of_own_day) date_count = 0; /* "kvällens pass 22 maj" */
            of_own_day = cue.role == LEX_DAY_PART && when_days_of(&cue) == 0 && date_count == 0;
            if (known && date_count < 2 && (!date_count || civil_compare(dates[date_count - 1], date) != 0))
                dates[date_count++] = date;
            dated |= known && cue.role == LEX_MONTH;
            whole_day &= is_whole_day(text, words, from, &cue);
            the_day |= is_the_day(text, &cue);
            if (known && when_part_of(&cue) == LEX_NIGHT) {
                morning = when_resolve(&cue, context->report_date, -1);
                if (is_its_night(text, words, whole_end, at)) with_night = whole;
            } else if (known && when_part_of(&cue) == LEX_PART_NONE) {
                whole = date;
                whole_end = cue.end;
            }
            if (known && cue.date.first_day && date_count < 2) dates[date_count++] = civil_add_days(date, 1);
            at = cue.end;
        } else {
            at++;
        }
    }
    if (sent && date_count && clock_count == 1) {
        /* What is passed on by mail was written when the mail was, not when it came here. */
        int days = civil_to_days(context->report_date) - civil_to_days(dates[0]);
        if (context->kind == READ_OBSERVATION && days > 0 && days <= WHEN_PASSED_ON_MOST) {
            context->report_date = dates[0];
            context->sent_minute = -1;
        }
        if (context->sent_minute < 0 && civil_compare(dates[0], context->report_date) == 0)
            context->sent_minute = clocks[0];
        return;
    }
    if (!clock_count && survey_day_and_night(context, with_night, morning)) return;
    /* A title with one day, earlier than the report's own: that day and the night after it. What leads up to the day
     * before ("Här kommer en sammanfattning av torsdagen, den 12 mars, …") is about all of it. */
    bool leads_up = date_count == 1 && whole_day &&
                    civil_to_days(context->report_date) - civil_to_days(dates[0]) == 1 &&
                    (the_day || lexicon_find(words, text, from, end, LEX(LEX_INTRO) | LEX(LEX_TITLE), &hit));
    bool title = dated && end - from <= TITLE_TOKENS;
    if (date_count == 1 && !clock_count && (leads_up || title) && civil_compare(dates[0], context->report_date) < 0 &&
        !civil_is_known(context->from_date)) {
        context->from_date = dates[0];
        context->from_minute = title ? DAY_BREAK : EARLY_MORNING;
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
    /* "Ordningsvakternas rapport, natten mellan lördag och söndag." */
    if (civil_is_known(morning) && !clock_count && !civil_is_known(context->from_date) &&
        civil_compare(morning, context->report_date) < 0) {
        context->from_date = civil_add_days(morning, -1);
        context->from_minute = NOON;
        return;
    }
    bool period = (date_count == 2 && clock_count == 2 && civil_compare(civil_add_days(dates[0], 1), dates[1]) == 0) ||
                  (date_count == 1 && clock_count == 2);
    if (!period || civil_is_known(context->from_date)) return;
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
        when_find_cues(words, text, text_token_at(text, segments[i].span.start),
                       text_token_at(text, segments[i].span.end), &found);
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

/* The report of one day begins before daybreak and goes on into the forenoon: with that day's own night. */
static void survey_one_day(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments,
                           uint32_t count)
{
    int first = -1, before = -1;
    for (uint32_t i = 0; i < count && segments[i].area_context.start == segments[0].area_context.start; i++) {
        Found found;
        when_find_cues(words, text, text_token_at(text, segments[i].span.start),
                       text_token_at(text, segments[i].span.end), &found);
        int minute = found.has_clock && !found.clock.twelve ? found.clock.minute : -1;
        if (minute < before || minute < 0 || (i == 0 && minute >= DAY_BREAK)) return;
        if (i == 0) first = minute;
        before = minute;
        if (minute <= MORNING_END) continue;
        if (minute < EVENING) context->from_minute = first; /* else the night's, in no order */
        return;
    }
}

/* "Pass 22-06", "nattvandrade mellan 21 och 01": written when the night was over, so that its evening is the day
 * before's. */
static void survey_round(WhenContext *context, const Text *text, const Lexicon *words)
{
    uint32_t end = text->token_count < ROUND_TOKENS ? text->token_count : ROUND_TOKENS;
    uint32_t at = 0, sentence = 0;
    while (at < end) {
        Clock clock;
        if (text->tokens[at].flags & TOKEN_SENTENCE_START) sentence = at;
        if (!clock_match(words, text, at, end, at == sentence, &clock)) {
            at++;
            continue;
        }
        LexiconHit hit;
        bool over_midnight = clock.until >= 0 && clock.minute >= EVENING && clock.until < NOON;
        if (over_midnight && lexicon_find(words, text, sentence, clock.start, LEX(LEX_ROUND), &hit)) {
            context->from_date = civil_add_days(context->report_date, -1);
            context->from_minute = clock.minute;
            context->round_until = clock.until;
            return;
        }
        at = clock.end;
    }
}

/* What a clock begins with where it is said: "halv tolv", "kvart över tolv", "midnatt". */
static const uint64_t SAID =
    LEX(LEX_MINUTES) | LEX(LEX_HALF) | LEX(LEX_HOUR) | LEX(LEX_HOUR_ABOUT) | LEX(LEX_NAMED_CLOCK);

/* Words of a round or of the night: what was written when that was over. */
static bool tells_of_night(const Text *text, const Lexicon *words, uint32_t from)
{
    LexiconHit hit;
    const uint64_t roles = LEX(LEX_ROUND) | LEX(LEX_PART) | LEX(LEX_DAY_PART);
    for (uint32_t at = from; lexicon_find(words, text, at, text->token_count, roles, &hit); at = hit.end)
        if (hit.role == LEX_ROUND || (hit.value % 10 + 10) % 10 == LEX_NIGHT) return true;
    return false;
}

/* "… 22.55. Bärgad 23.50.", "… 22.50, tyst först 00.20", "… 19.30. Gick hem halv tolv.": an observation that tells of
 * its day's last half hour, or of an evening and then of the night, was written after midnight. */
static bool is_past_midnight(const Text *text, const Lexicon *words, uint32_t from)
{
    bool evening = false;
    for (uint32_t at = from; at < text->token_count;) {
        Clock clock;
        LexiconHit hit;
        bool between = false, number = text->tokens[at].kind == TOKEN_NUMBER;
        bool head = text->tokens[at].flags & TOKEN_SENTENCE_START ||
                    (number && sentence_has_four_digits(words, text, from, at, text->token_count));
        uint32_t start = at;
        for (uint32_t back = 1; number && !between && back <= 2 && at >= from + back; back++) {
            between = lexicon_match(words, text, at - back, at, LEX(LEX_BETWEEN), &hit);
            if (between) start = at - back; /* "mellan kl 23 och 05" */
        }
        if (!(number || (evening && lexicon_roles(words, text, at, SAID))) ||
            !clock_match(words, text, start, text->token_count, head, &clock)) {
            at++;
            continue;
        }
        at = clock.end;
        if (clock.named || clock.twelve) {
            int half = clock.minute % NOON;
            if (evening && (clock.named || clock.marked) && (half >= LATE_DIAL || half < NIGHT_DIAL)) return true;
            continue;
        }
        if (between && clock.until >= 0 && clock.until < clock.minute && clock.minute >= EVENING) return true;
        if (clock.about) continue;
        if (clock.until > clock.minute && clock.until >= LAST_SPAN) return true;
        if (clock.minute >= LAST_TOLD || (clock.minute >= LAST_ROUND && tells_of_night(text, words, from)) ||
            (evening && clock.minute < MORNING_START))
            return true;
        evening |= clock.minute >= EVENING;
    }
    return false;
}

/* "18.00 Bro C, tomt", "19.15 Råby, …": three lines or more with a clock each, of which the first two lie farther apart
 * than what goes on in one event, are the log of a round. It is about the first line with an event, else the longest.
 */
static void survey_log(WhenContext *context, const Text *text, const Lexicon *words)
{
    int minutes[2] = {0};
    uint32_t count = 0, longest = 0;
    bool event = false;
    Span log = {0};
    for (uint32_t i = 0; i < text->line_count; i++) {
        Clock clock;
        uint32_t from = text->lines[i].first_token, end = text->lines[i].token_end;
        if (from < context->body || from >= end) continue;
        /* Said in words a round's clocks are not. */
        if (text->tokens[from].kind != TOKEN_NUMBER && !lexicon_roles(words, text, from, LEX(LEX_CLOCK) | LEX(LEX_AT)))
            continue;
        if (!clock_match(words, text, from, end, true, &clock)) continue;
        if (count < 2) minutes[count] = clock.minute;
        count++;
        uint32_t near = clock.end + QUIET_TOKENS < end ? clock.end + QUIET_TOKENS : end;
        bool tells = end - clock.end >= QUIET_TOKENS && sentence_has_event(words, text, clock.end, end) &&
                     !sentence_finds_nothing(words, text, clock.end, near, end);
        if (event || (!tells && end - from <= longest)) continue;
        event = tells;
        longest = end - from;
        log = (Span){text->tokens[from].start, text->tokens[end - 1].end};
    }
    int apart = (minutes[1] - minutes[0] + 2 * NOON) % (2 * NOON);
    if (count >= LOG_LINES && apart >= LOG_APART) context->log = log;
}

/* "God morgon! I natt …": of the words on a day before `end`, but for those of a greeting and of a mail's head, all are
 * of a night. */
static bool tells_of_night_alone(const Text *text, const Lexicon *words, uint32_t end)
{
    LexiconHit hit;
    DayCue cue;
    bool night = false;
    for (uint32_t at = 0; at < end; at++) {
        bool line = text->tokens[at].flags & TOKEN_LINE_START;
        if (line && lexicon_match(words, text, at, end, LEX(LEX_MAIL) | LEX(LEX_GREETING), &hit)) {
            at = (hit.role == LEX_MAIL ? text->lines[text->tokens[at].line].token_end : hit.end) - 1;
        } else if (when_match_day(words, text, 0, at, end, &cue)) {
            if (when_part_of(&cue) != LEX_NIGHT) return false;
            night = true;
            at = cue.end - 1;
        }
    }
    return night;
}

/* The head says that it was written when the day was over: "Kvällens rapport", or "Fältrapport lördag 14/3" on that
 * Saturday. */
static bool tells_own_day(const WhenContext *context, const Text *text, const Lexicon *words, uint32_t end)
{
    LexiconHit hit, title = {0};
    DayCue cue;
    bool own = false;
    while (!own && lexicon_find(words, text, title.end, end, LEX(LEX_TITLE), &title))
        own = title.value == OWN_DAY;
    for (uint32_t at = 0; at < end; at++) {
        if (lexicon_match(words, text, at, end, LEX(LEX_DAY_PART), &hit) && hit.value == LEX_EVENING) return true;
        if (!own || !when_match_day(words, text, 0, at, end, &cue) || when_part_of(&cue) != LEX_PART_NONE) continue;
        if (civil_compare(when_resolve(&cue, context->report_date, NOON), context->report_date) == 0) return true;
        own = false; /* it is of another day, and was written on this one */
    }
    return false;
}

/* What tells of its own day was written when that was over, unless something in it is of the night. */
static void survey_own_day(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments,
                           uint32_t count, uint32_t end)
{
    if (!civil_is_known(context->report_date) || !tells_own_day(context, text, words, end)) return;
    for (uint32_t i = 0; i < count; i++) {
        Found found;
        when_find_cues(words, text, text_token_at(text, segments[i].span.start),
                       text_token_at(text, segments[i].span.end), &found);
        if (found.has_clock && !found.clock.twelve &&
            (found.clock.minute < DAY_BREAK || found.clock.minute >= LATE_NIGHT))
            return;
    }
    context->sent_minute = 2 * NOON - 1;
}

void when_survey(WhenContext *context, const Text *text, const Lexicon *words, const Segment *segments, uint32_t count,
                 const ReadInput *input)
{
    *context = (WhenContext){.kind = input->kind,
                             .report_date = input->date,
                             .sent_minute = input->sent_minute,
                             .from_minute = -1,
                             .first_minute = -1,
                             .previous = {.minute = -1}};
    if (input->kind == READ_OBSERVATION) {
        if (text->token_count) context->body = skip_mail_head(text, words, 0, text->token_count);
        for (uint32_t at = 0; at < context->body; at = text->lines[text->tokens[at].line].token_end) {
            LexiconHit hit;
            uint32_t to = text->lines[text->tokens[at].line].token_end;
            if (lexicon_match(words, text, at, to, LEX(LEX_SENT), &hit)) survey_line(context, text, words, at, to);
        }
        if (civil_is_known(context->report_date)) survey_round(context, text, words);
        if (text->line_count >= LOG_LINES) survey_log(context, text, words);
        context->past_midnight = is_past_midnight(text, words, context->body);
        return;
    }
    if (count) context->last_day = segments[count - 1].date_context;
    uint32_t end = count ? text_token_at(text, segments[0].span.start) : text->token_count;
    if (end > HEAD_TOKENS) end = HEAD_TOKENS;
    for (uint32_t line = 0; line < text->line_count && text->lines[line].first_token < end; line++) {
        uint32_t to = text->lines[line].token_end < end ? text->lines[line].token_end : end;
        survey_line(context, text, words, text->lines[line].first_token, to);
    }
    context->one_night = tells_of_night_alone(text, words, end);
    if (context->one_day) survey_one_day(context, text, words, segments, count);
    if (!civil_is_known(context->from_date) && context->sent_minute < 0)
        survey_own_day(context, text, words, segments, count, end);
    bool told = civil_is_known(context->from_date) || context->sent_minute >= 0;
    if (!told && civil_is_known(context->report_date)) survey_order(context, text, words, segments, count);
}
