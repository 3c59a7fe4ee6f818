#include "core/read/when.h"

#include "core/read/sentence.h"
#include "core/read/when-internal.h"

enum {
    SHIFT = 1,            /* of LEX_ROUND */
    HABIT_NEAR = 8,       /* tokens between a part of the day and "varje" */
    HINTED_FROM = 5 * 60, /* no morning that is only hinted at begins before */
    /* Without any word on the part of the day, "halv tre" is between half past nine and half past nine: "kvart över
     * nio" is told of evenings, but "klockan nio" is when things open. */
    DIAL_FROM = 9 * 60 + 30,
    DIAL_OPENS = 9 * 60,
};

/* What names a day by itself, whatever the report's: later incidents without one are of the same. */
static const uint64_t DAYS_NAMED = LEX(LEX_MONTH) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_FROM);

/* What the twelve-hour dial means: by the part of the day, else by what came before on the same day, else by day. */
static int on_the_dial(int minute, int part, bool another_day, bool another_area, const WhenContext *context)
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
    if (context->kind == READ_REPORT && context->previous.minute >= 0 && !another_day) {
        /* An area's list begins anew, when the report's did at the earliest. */
        int before = another_area ? context->first_minute : context->previous.minute;
        int wait = (half - before + DAY_MINUTES) % DAY_MINUTES;
        return wait < DAY_MINUTES / 2 ? half : half + DAY_MINUTES / 2;
    }
    /* What has just been seen is the latest that can be meant. */
    if (half >= DIAL_OPENS && context->kind == READ_OBSERVATION && context->sent_minute >= half + DAY_MINUTES / 2)
        return half + DAY_MINUTES / 2;
    return half < DIAL_FROM && half != DIAL_OPENS ? half + DAY_MINUTES / 2 : half;
}

/* The last minute of the report's own day on which something in it can have happened. */
static int last_minute(const WhenContext *context)
{
    if (context->sent_minute >= 0) return context->sent_minute;
    if (context->kind == READ_OBSERVATION) return context->past_midnight ? EVENING - 1 : LATE_SEEN - 1;
    return MORNING_END;
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
        when_find_cues(words, text, from, end, &found);
        for (uint32_t i = 0; i < found.day_count; i++) {
            CivilDate date = when_resolve(&found.days[i], context->report_date, minute);
            if (!civil_is_known(date)) continue;
            if (found.days[i].role == LEX_NIGHT_TO) return date;
            if (is_week_ago(text, segment, words, context, &found.days[i], date)) date = civil_add_days(date, -7);
            bool same = segment->date_context.start == context->previous_day.start;
            if (segment->date_context.start == context->begun_under.start && civil_is_known(context->begun) &&
                civil_compare(context->begun, date) > 0)
                date = context->begun;
            int part = i + 1 < found.day_count ? when_part_of(&found.days[i + 1]) : LEX_PART_NONE;
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
    return segment->date_context.end && cue->role == LEX_DAY_PART && when_days_of(cue) == 0 &&
           when_part_of(cue) == LEX_NIGHT;
}

/* The part of the day in the heading that covers the segment: "Torsdag kväll", which goes on into the night. */
static int part_of_heading(const Text *text, const Segment *segment, const Lexicon *words, int minute)
{
    LexiconHit hit;
    uint32_t from = text_token_at(text, segment->date_context.start),
             end = text_token_at(text, segment->date_context.end);
    if (!segment->date_context.end || !lexicon_find(words, text, from, end, LEX(LEX_PART), &hit)) return LEX_PART_NONE;
    int part = hit.value % 10;
    return part == LEX_EVENING && minute % (DAY_MINUTES / 2) < 5 * 60 ? LEX_NIGHT : part;
}

/* The cue tells of the evening or the afternoon, beside the clock. */
static bool tells_late_beside(const DayCue *cue, const Clock *clock)
{
    if (!cue || (when_part_of(cue) != LEX_EVENING && when_part_of(cue) != LEX_AFTERNOON)) return false;
    return cue->start >= clock->end ? cue->start - clock->end <= 2 : clock->start - cue->end <= 2;
}

/* "Kl 10 på kvällen", "i måndags kväll runt klockan 9", "9.30 igår kväll": digits on the dial of twelve hours, with the
 * part of the day beside them. */
static bool is_said_in_digits(const Text *text, const Clock *clock, const DayCue *day, const DayCue *part)
{
    if (clock->minute == 0 || clock->minute > NOON) return false;
    uint32_t digits = clock->start;
    while (digits < clock->end && text->tokens[digits].kind != TOKEN_NUMBER)
        digits++;
    bool padded = digits < clock->end && (text->tokens[digits].norm[0] == '0' || text->tokens[digits].norm_len > 2);
    if (clock->minute % 60 && !padded) return tells_late_beside(day, clock) || tells_late_beside(part, clock);
    if (!clock->marked || clock->minute % 60) return false;
    if (tells_late_beside(day, clock)) return true;
    if (part && part->start >= clock->end) return part->start - clock->end <= 2;
    const DayCue *before =
        day && when_part_of(day) != LEX_PART_NONE && (!part || day->start > part->start) ? day : part;
    if (!before || before->end > clock->start || clock->start - before->end > 2) return false;
    return when_part_of(before) == LEX_EVENING || when_part_of(before) == LEX_AFTERNOON;
}

/* What is told happens at that part of the day: "disco", "stängning". A school's two o'clock is in the afternoon. */
static int part_hinted(const Text *text, const Lexicon *words, uint32_t from, uint32_t end, int minute)
{
    LexiconHit hit;
    if (!lexicon_find(words, text, from, end, LEX(LEX_PART_HINT), &hit)) return LEX_PART_NONE;
    return hit.value == LEX_MORNING && minute % (DAY_MINUTES / 2) < HINTED_FROM ? LEX_AFTERNOON : hit.value;
}

/* "… tio i elva. Annars … hela kvällen": the part of the day of which all is told elsewhere. */
static int part_of_whole(const Found *found)
{
    for (uint32_t i = 0; i < found->day_count; i++)
        if (when_is_whole_part(&found->days[i])) return when_part_of(&found->days[i]);
    return LEX_PART_NONE;
}

/* "Dagen därpå 13.15 …": the day after that of the incident before; unknown where those words do not begin it. */
static CivilDate day_after(const Text *text, const Lexicon *words, const WhenContext *context, uint32_t from,
                           uint32_t end)
{
    enum { NEXT_DAY = 5 }; /* of LEX_OWN */
    LexiconHit hit;
    bool told = context->kind == READ_REPORT && civil_is_known(context->previous.date) && from < end &&
                lexicon_match(words, text, from, end, LEX(LEX_OWN), &hit) && hit.value == NEXT_DAY;
    return told ? civil_add_days(context->previous.date, 1) : (CivilDate){0};
}

/* The cue beside the clock does not tell its day: "… nyss hade gått" in a report, "07.30 – nedklottrat under natten".
 */
static bool is_of_another_time(const WhenContext *context, const DayCue *day, int minute)
{
    if (when_is_now(day)) return context->kind == READ_REPORT;
    bool by_day = minute >= DAY_BREAK && minute < EVENING;
    return by_day && day->role == LEX_DAY_PART && when_part_of(day) == LEX_NIGHT && when_days_of(day) == 0;
}

/* The event has a clock: its day, and which half of the dial. True where it is announced, and still to come. */
static bool read_clock(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                       const Found *found, uint32_t from, uint32_t end, When *when)
{
    bool announced = false;
    const Clock *clock = &found->clock;
    const DayCue *day = when_day_for_clock(text, found, from, end, false);
    const DayCue *part = when_day_for_clock(text, found, from, end, true);
    int minute = clock->minute;
    int dial_part = part ? when_part_of(part) : LEX_PART_NONE;
    if (day && when_part_of(day) != LEX_PART_NONE && (!part || part->start > clock->end + 4))
        dial_part = when_part_of(day);
    if (dial_part == LEX_PART_NONE) dial_part = part_of_heading(text, segment, words, minute);
    /* In a report the order says more. */
    bool follows = context->kind == READ_REPORT && context->previous.minute >= 0;
    if (clock->twelve && dial_part == LEX_PART_NONE && !follows)
        dial_part = part_hinted(text, words, from, end, minute);
    if (clock->twelve && dial_part == LEX_PART_NONE && found->evening) dial_part = LEX_EVENING;
    if (clock->twelve && dial_part == LEX_PART_NONE && !follows && context->one_night) dial_part = LEX_NIGHT;
    if (clock->twelve && dial_part == LEX_PART_NONE && context->kind == READ_OBSERVATION)
        dial_part = part_of_whole(found);
    /* "På söndagen tio i fyra …" after Saturday evening's: nothing of the Sunday has been told yet. */
    bool another_day = day && civil_is_known(context->previous.date) &&
                       civil_compare(when_resolve(day, context->report_date, NOON), context->previous.date) != 0;
    if (clock->twelve || is_said_in_digits(text, clock, day, part))
        minute = on_the_dial(minute, dial_part, another_day,
                             segment->area_context.start != context->previous_area.start, context);
    when->minute = minute;
    when->precision = clock->about ? WHEN_HOUR : WHEN_MINUTE;
    when->evidence = cue_span(text, clock->start, clock->end);
    if (day && day->role != LEX_WEEKEND && !is_night_under_heading(segment, day) &&
        !is_of_another_time(context, day, minute)) {
        when->date = when_resolve(day, context->report_date, minute);
        announced = is_ahead(day, when->date, context->report_date);
        /* "fredag kväll … 00.40" */
        bool night = part && (when_part_of(part) == LEX_EVENING || when_part_of(part) == LEX_NIGHT) &&
                     part->start >= day->end && part->start - day->end <= 2;
        /* "Pass fre 13/3 kl 18-01. 00.15 …" */
        bool into_night = minute < context->round_until && day->end <= clock->start && when_part_of(day) != LEX_NIGHT;
        if (((day->role == LEX_WEEKDAY && night && minute < 6 * 60) || into_night) && civil_is_known(when->date))
            when->date = civil_add_days(when->date, 1);
    }
    if (!civil_is_known(when->date)) when->date = day_after(text, words, context, from, end);
    if (!civil_is_known(when->date)) when->date = context_day(text, segment, words, context, minute);
    if (!civil_is_known(when->date) && context->previous_named && context->previous.precision >= WHEN_DAY &&
        context->kind == READ_REPORT) {
        when->date = into_the_night(context->previous.date, minute, &context->previous);
        if (minute < context->previous.minute - EVENING + DAY_BREAK)
            when->date = civil_add_days(context->previous.date, 1);
        /* The one before was of the report's morning: so late on that day nothing has been told. */
        int last = last_minute(context);
        if (civil_compare(when->date, context->report_date) == 0 && minute > last && context->previous.minute <= last)
            when->date = civil_add_days(when->date, -1);
    }
    if (!civil_is_known(when->date)) when->date = default_day(context, minute);
    /* "15.10 …" / "04.15 …" of a title's one day: the list has gone on into the night. */
    if (context->one_day && civil_compare(when->date, context->from_date) == 0 &&
        (context->previous.minute >= NOON || civil_compare(context->previous.date, context->from_date) > 0) &&
        segment->area_context.start == context->previous_area.start)
        when->date = into_the_night(when->date, minute, &context->previous);
    return announced;
}

/* "Under förmiddagen har …", "de har under kvällen …": of the part of the day that the writer is in. */
static bool is_part_so_far(const Text *text, const DayCue *cue, uint32_t from, uint32_t end)
{
    if (!when_is_part_only(cue)) return false;
    uint32_t at = cue->start; /* "under kvällen" may be one phrase */
    if (!token_is(&text->tokens[at], "under")) {
        if (at == from || !token_is(&text->tokens[at - 1], "under")) return false;
        at--;
    }
    return (cue->end < end && token_is(&text->tokens[cue->end], "har")) ||
           (at > from && token_is(&text->tokens[at - 1], "har"));
}

/* No clock and no day, but an observation of its own day: "Lugn kväll i …", "… hela natten", "Nattrond: …". */
static bool is_of_own_day(const Text *text, const Lexicon *words, const Found *found, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    if (from < end && token_is(&text->tokens[from], "nu")) return true; /* "nu eldar de igen" */
    for (uint32_t i = 0; i < found->day_count; i++) {
        const DayCue *cue = &found->days[i];
        uint32_t low = cue->start > from + HABIT_NEAR ? cue->start - HABIT_NEAR : from;
        uint32_t high = cue->end + HABIT_NEAR < end ? cue->end + HABIT_NEAR : end;
        if (lexicon_find(words, text, low, high, LEX(LEX_HABIT), &hit)) continue; /* "varje helg, hela natten" */
        if (when_is_whole_part(cue) || is_part_so_far(text, cue, from, end)) return true;
        /* not "en kväll", "på morgonen" */
        const uint64_t others = LEX(LEX_SOMEONE) | LEX(LEX_ON);
        if (when_is_part_only(cue) && cue->start <= from + 1 &&
            !lexicon_match(words, text, from, cue->end, others, &hit))
            return true;
    }
    return from < end && lexicon_match(words, text, from, end, LEX(LEX_ROUND), &hit) && hit.value == SHIFT;
}

/* No clock: the day alone, the first that is no more than when it was told of, else the first. True as of
 * read_clock(). */
static bool read_day(const Text *text, const Segment *segment, const Lexicon *words, const WhenContext *context,
                     const Found *found, uint32_t from, uint32_t end, When *when)
{
    const DayCue *weekend = NULL, *told = NULL;
    bool announced = false;
    for (uint32_t i = 0; i < found->day_count; i++) {
        const DayCue *cue = &found->days[i];
        if (when_is_part_only(cue) || cue->next) continue; /* what may come "på fredag" has not happened */
        if (cue->role == LEX_WEEKEND) { /* "… i helgen, sågs natten till lördag": unless a day of it is named */
            if (!weekend && !told) weekend = cue;
            continue;
        }
        bool named = cue->role == LEX_WEEKDAY || cue->role == LEX_NIGHT_TO || cue->role == LEX_MONTH;
        if (is_night_under_heading(segment, cue) || (weekend && !named) || (told && cue->told)) continue;
        CivilDate date = when_resolve(cue, context->report_date, -1);
        bool ahead = is_ahead(cue, date, context->report_date);
        if (!civil_is_known(date) ||
            (civil_is_known(context->report_date) && !ahead && civil_compare(date, context->report_date) > 0))
            continue;
        *when = (When){WHEN_DAY, date, -1, cue_span(text, cue->start, cue->end)};
        announced = ahead;
        if (!cue->told) return announced;
        told = cue;
    }
    if (told) return announced;
    if (weekend) {
        *when = (When){WHEN_PERIOD, context->report_date, -1, cue_span(text, weekend->start, weekend->end)};
        return false;
    }
    when->date = context_day(text, segment, words, context, -1);
    if (civil_is_known(when->date)) {
        when->precision = WHEN_DAY;
        when->evidence = segment->date_context;
    } else if (context->kind == READ_REPORT && civil_is_known(context->report_date)) {
        when->precision = context->one_day ? WHEN_DAY : WHEN_PERIOD;
        when->date = context->one_day ? context->from_date : context->report_date;
    } else if (is_of_own_day(text, words, found, from, end)) {
        when->precision = WHEN_DAY;
        when->date = context->report_date;
    }
    return false;
}

/* The incident's first words, but for "på", name a weekday. */
static bool begins_with_weekday(const Found *found, uint32_t from)
{
    return found->day_count && found->days[0].role == LEX_WEEKDAY && found->days[0].start <= from + 1;
}

When when_read(const Text *text, const Segment *segment, const Lexicon *words, WhenContext *context)
{
    When when = {.precision = WHEN_UNKNOWN, .minute = -1};
    uint32_t from = text_token_at(text, segment->span.start);
    uint32_t end = text_token_at(text, segment->span.end);
    if (from < context->body) from = context->body;
    Found found;
    when_find_cues(words, text, from, end, &found);
    if (context->log.end)
        found.has_clock = clock_match(words, text, text_token_at(text, context->log.start), end, true, &found.clock);
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
        announced = read_day(text, segment, words, context, &found, from, end, &when);
    }
    never_later(&when, context, announced);
    bool begins = begins_with_weekday(&found, from);
    if (begins && when.precision >= WHEN_DAY) {
        context->begun = when.date;
        context->begun_under = segment->date_context;
    }
    if (!civil_is_known(when.date) && when.minute < 0) when.precision = WHEN_UNKNOWN;
    if (when.minute >= 0) {
        bool named = false;
        for (uint32_t i = 0; i < found.day_count; i++)
            named |= (LEX(found.days[i].role) & DAYS_NAMED) != 0;
        context->previous_named = named || (context->previous_named && !segment->date_context.end);
        context->previous = when;
        context->previous_day = segment->date_context;
        context->previous_area = segment->area_context;
        if (context->first_minute < 0) context->first_minute = when.minute;
    } else if (begins && when.precision == WHEN_DAY) {
        context->previous_named = true; /* "Söndag. Två kanoter stals. 18.25 …" */
        context->previous = when;
        context->previous_day = segment->date_context;
    }
    return when;
}
