/* One pass over an incident: its words on days, and which of its clocks says when it began. */
#include "core/read/sentence.h"
#include "core/read/when-internal.h"

enum {
    BESIDE_REACH = 2,  /* tokens between a clock and the day since when, "sedan i går kväll kl 20" */
    NEXT_REACH = 3,    /* tokens between a clock and the day to come that it is a clock of */
    HEAD_REACH = 4,    /* tokens of a line before what still stands at its head, behind a sign */
    CELLS_REACH = 12,  /* … behind a slash */
    QUIET_BEHIND = 3,  /* "lugnt" begins among so many behind the clock */
    QUIET_TOKENS = 3,  /* "lugnt" stands among so many of a sentence's first */
    QUIET_TAIL = 5,    /* … or it ends one that has no more behind the clock */
    LABEL_REACH = 7,   /* tokens between "Händelsetid" and its clock, behind a day */
    CLAUSE_REACH = 5,  /* … between "som" and the day */
    ALIKE_REACH = 8,   /* tokens between "samma" and the day behind "som" */
    TOLD_WITHIN = 90,  /* minutes from what happened to the message that tells of it */
    WRITER_TOKENS = 6, /* tokens of who wrote it: "Väktare natt (Bro)" */
    HABIT_BESIDE = 2,  /* of LEX_HABIT: "på rad", right beside what happens so */
    SPAN_REACH = 4,    /* tokens between the days of a span, of a clock: "kl. 22.00" */
};

/* "Sedan den 3 mars", "anmäldes i går", "kvar till i dag": what the words before a day say of it, of which the first
 * decides, but for "anmält, saneras onsdag"; LEX_SINCE_NONE where they say nothing. */
static int after_since(const Lexicon *words, const Text *text, uint32_t from, uint32_t at)
{
    LexiconHit hit;
    int first = LEX_SINCE_NONE;
    for (uint32_t back = at > from + 3 ? at - 3 : from; back < at; back++) {
        if (!lexicon_match(words, text, back, at, LEX(LEX_SINCE), &hit)) continue;
        /* "under sen tisdagskväll" */
        LexiconHit part;
        if (token_is(&text->tokens[back], "sen") && lexicon_match(words, text, back + 1, at + 1, LEX(LEX_PART), &part))
            continue;
        if (hit.value == LEX_SINCE_AHEAD && hit.end == at) return hit.value;
        bool says = hit.value <= LEX_SINCE_TOLD || (hit.value == LEX_SINCE_UNTIL && hit.end == at);
        if (says && first == LEX_SINCE_NONE) first = hit.value;
    }
    return first;
}

/* "Samma man som i onsdags", "värre än i går", "samma som i går och i måndags": another day than the event's. `before`
 * is where the last such day ended. */
static bool is_likened(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t before)
{
    LexiconHit hit;
    if (before && at == before + 1 && lexicon_match(words, text, before, at, LEX(LEX_AND), &hit)) return true;
    uint32_t as = at; /* "samma gäng som var här i onsdags": what is behind "som" is told of the other day */
    while (as > from && at - as < CLAUSE_REACH && text->tokens[as - 1].kind == TOKEN_WORD &&
           !token_is(&text->tokens[as - 1], "som"))
        as--;
    if (as == from || !token_is(&text->tokens[as - 1], "som")) {
        as = at;
        if (at == from || !token_is(&text->tokens[at - 1], "\xc3\xa4n")) return false;
    }
    for (uint32_t back = as - 1; back > from && as - back <= ALIKE_REACH; back--)
        if (lexicon_match(words, text, back - 1, as - 1, LEX(LEX_SINCE), &hit) && hit.value == LEX_SINCE_ALIKE)
            return true;
    return false;
}

/* The first token on its line but for a bullet, a label or a date: where four digits are a clock. */
static bool is_head(const Text *text, uint32_t at, uint32_t last_cue_end)
{
    const Token *token = &text->tokens[at];
    if (token->flags & TOKEN_LINE_START || at == last_cue_end) return true;
    uint32_t line_first = text->lines[token->line].first_token;
    uint32_t reach =
        token_is_sign(&text->tokens[at - 1], "/") ? CELLS_REACH : HEAD_REACH; /* "OLAGA HOT / BRO / 0025" */
    return at - line_first <= reach && text->tokens[at - 1].kind == TOKEN_PUNCT && token->flags & TOKEN_SPACE_BEFORE;
}

/* Known to the hour at best. */
static bool is_vague(const Clock *clock)
{
    return clock->named || clock->about || clock->twelve || clock->minute % 60 == 0;
}

/* "0112;2026-03-13;09:15": the four digits number the row whose clock, behind its date, is another. */
static bool numbers_row(const Text *text, const Found *found, const Clock *clock)
{
    const Clock *first = &found->clock;
    const DayCue *day = found->day_count ? &found->days[found->day_count - 1] : NULL;
    return !first->marked && first->end - first->start == 1 && text->tokens[first->start].norm_len == 4 && day &&
           day->role == LEX_MONTH && day->start >= first->end && day->start - first->end <= 1 &&
           clock->start >= day->end && clock->start - day->end <= 1;
}

/* "Larmrapport 2213", and farther down "Kl: 04.05": four digits within a line, and a line's own clock. */
static bool yields_to_line(const Text *text, const Clock *first, const Clock *clock)
{
    const Token *digits = &text->tokens[first->start];
    return !first->marked && first->end - first->start == 1 && digits->norm_len == 4 &&
           !(digits->flags & TOKEN_LINE_START) && clock->marked && text->tokens[clock->start].flags & TOKEN_LINE_START;
}

/* "Bea, värd 21:40", and below it "Började ca 21.15 …": when a message was sent, which names nobody but its writer, and
 * shortly before then what it tells of. */
static bool yields_to_told(const Lexicon *words, const Text *text, uint32_t from, const Clock *first,
                           const Clock *clock)
{
    LexiconHit hit;
    uint32_t line = text->tokens[first->start].line;
    int before = (first->minute - clock->minute + DAY_MINUTES) % (clock->twelve ? DAY_MINUTES / 2 : DAY_MINUTES);
    return first->start > from && first->start - from <= WRITER_TOKENS && text->tokens[from].line == line &&
           text->lines[line].token_end == first->end && !first->marked && clock->start >= first->end &&
           before <= TOLD_WITHIN && !lexicon_find(words, text, from, first->start, LEX(LEX_EVENT), &hit);
}

/* Within the hour, on a clock of twelve or twenty-four hours. */
static bool is_near(int a, int b)
{
    int apart = (a - b + DAY_MINUTES) % (DAY_MINUTES / 2);
    return apart <= 60 || apart >= DAY_MINUTES / 2 - 60;
}

/* "Efter midnatt, tjugo i ett": the half of the dial that a clock with a name tells. */
static void settle_half(Clock *clock, int named)
{
    if (!clock->twelve || !is_near(clock->minute, named)) return;
    int apart = (clock->minute - named + DAY_MINUTES) % DAY_MINUTES;
    if (apart > 60 && apart < DAY_MINUTES - 60) clock->minute = (clock->minute + DAY_MINUTES / 2) % DAY_MINUTES;
    clock->twelve = false;
}

/* What a clock or a day begins with, where it does not begin with digits. */
static const uint64_t CUE_ROLES = LEX(LEX_CLOCK) | LEX(LEX_AT) | LEX(LEX_BETWEEN) | LEX(LEX_NAMED_CLOCK) |
                                  LEX(LEX_MINUTES) | LEX(LEX_HALF) | LEX(LEX_HOUR) | LEX(LEX_HOUR_ABOUT) |
                                  LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) |
                                  LEX(LEX_NIGHT_TO) | LEX(LEX_NIGHT_BETWEEN) | LEX(LEX_WEEKEND) | LEX(LEX_PART) |
                                  LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM) | LEX(LEX_WEEKDAY_PAST);

/* "Måndag 14/9" is one day, and the date says which; "i går, annandagen" is the day before. */
static void add_day(Found *found, const DayCue *cue)
{
    DayCue *last = found->day_count ? &found->days[found->day_count - 1] : NULL;
    bool feast = last && (last->role == LEX_EASTER || last->role == LEX_WEEKDAY_FROM); /* "Annandag 6/4" */
    if (last && (last->role == LEX_WEEKDAY || feast) && cue->role == LEX_MONTH && cue->start - last->end <= 2) {
        uint32_t start = last->start;
        int weekday = feast ? 0 : last->value;
        *last = *cue;
        last->start = start;
        last->value = weekday;
    } else if (last && last->role == LEX_DAY && !last->told && last->value < 0 && cue->role == LEX_MONTH &&
               cue->start - last->end <= 1) {
        last->end = cue->end;
    } else if (found->day_count < CUES) {
        found->days[found->day_count++] = *cue;
    }
}

/* "Det hände 02.13", "Händelsetid: igår 02.13": the words before the clock say that it is when it began. */
static bool is_told_start(const Lexicon *words, const Text *text, uint32_t from, const Clock *clock)
{
    LexiconHit hit;
    for (uint32_t back = 2; back <= LABEL_REACH && clock->start >= from + back; back++)
        if (token_is(&text->tokens[clock->start - back + 1], ":") &&
            lexicon_match(words, text, clock->start - back, clock->start, LEX(LEX_FIELD_TIME), &hit))
            return true;
    for (uint32_t back = 0; back <= 3 && clock->start >= from + back; back++) /* 0: it may mark the clock as well */
        if (lexicon_match(words, text, clock->start - back, clock->end, LEX(LEX_LIST), &hit) &&
            hit.end + 1 >= clock->start)
            return true;
    return false;
}

/* "… kl 17 inget särskilt, några hundägare": right behind the clock, and set off from what follows. */
static bool is_called_quiet(const Lexicon *words, const Text *text, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    for (uint32_t at = clock->end; at < end && at < clock->end + QUIET_BEHIND; at++)
        if (lexicon_match(words, text, at, end, LEX(LEX_NOTHING), &hit) && hit.value != 1)
            return hit.end >= end || token_is_sign(&text->tokens[hit.end], ",.!(");
    return false;
}

/* "Lugnt vid kyrkan när vi passerade vid 20.": the clock of a sentence in which nothing happens. */
static bool is_quiet(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    Clock next;
    if (lexicon_match(words, text, clock->end, end, LEX(LEX_NOTHING), &hit) && hit.end < end &&
        clock_match(words, text, hit.end, end, false, &next))
        return true; /* "Rond Råby 22.10 u.a. 22:50 …" */
    uint32_t near = from + QUIET_TOKENS < end ? from + QUIET_TOKENS : end;
    bool told = lexicon_match(words, text, clock->end, end, LEX(LEX_VERB), &hit); /* "Rond Bro C 21.05 stod två …" */
    bool nothing = (!told && sentence_finds_nothing(words, text, from, near, end)) ||
                   is_called_quiet(words, text, end, clock) ||
                   /* "Uppdrag 1: 18.30 Bro C lugnt." */
                   (clock->end + QUIET_TAIL >= end && sentence_finds_nothing(words, text, clock->end, end, end));
    return nothing && !sentence_has_event(words, text, from, end) &&
           !lexicon_match(words, text, clock->end, end, LEX(LEX_THEN), &hit);
}

/* "Från fredag kl 22 till lördag": the day at `at` ends a span that begins on the one before. */
static bool ends_span(const Text *text, const Found *found, uint32_t at)
{
    const DayCue *first = found->day_count ? &found->days[found->day_count - 1] : NULL;
    return first && token_is(&text->tokens[at], "till") && first->role == LEX_WEEKDAY && at - first->end <= SPAN_REACH;
}

/* "Samtal i morgon 09.15", "bokat 10.30 i morgon": the clock of a day to come starts nothing. "Vi ses på tisdag kl 18":
 * nor does that of a weekday, where there is another; for it may yet have been the past one's. "Bråket i går anmäldes i
 * dag 09.15": nor that of when it was told, behind the event's day. */
static ClockUse use_beside_day(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Found *found,
                               const Clock *clock)
{
    DayCue behind;
    if (clock->end < end && lexicon_roles(words, text, clock->end, LEX(LEX_DAY)) &&
        when_match_day(words, text, from, clock->end, end, &behind) && behind.next && behind.role == LEX_DAY)
        return CLOCK_NO_START;
    const DayCue *day = found->day_count ? &found->days[found->day_count - 1] : NULL;
    if (!day || clock->start < day->end || clock->start - day->end > 1) return CLOCK_STARTS;
    if (day->told && found->day_count > 1 && !day[-1].told && !day[-1].next && !when_is_part_only(&day[-1]))
        return CLOCK_NO_START;
    if (!day->next) return CLOCK_STARTS;
    bool sure = day->role == LEX_DAY || after_since(words, text, from, day->start) == LEX_SINCE_AHEAD;
    return sure ? CLOCK_NO_START : CLOCK_MAY_START;
}

/* One pass over an incident: its day cues, and the clock that says when it began. */
void when_find_cues(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Found *found)
{
    *found = (Found){0};
    uint32_t last_cue = UINT32_MAX, sentence = from, stop = from;
    uint32_t likened = 0;     /* where a day that the event's is likened to ended */
    bool maybe = false;       /* the clock found gives way to a better one */
    bool told_before = false; /* … and to none */
    for (uint32_t at = from; at < end;) {
        const Token *token = &text->tokens[at];
        if (token->kind != TOKEN_NUMBER && !lexicon_roles(words, text, at, CUE_ROLES)) {
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
            bool better = !found->has_clock || maybe || numbers_row(text, found, &clock) ||
                          yields_to_line(text, &found->clock, &clock) ||
                          yields_to_told(words, text, from, &found->clock, &clock) ||
                          /* "Strax före midnatt, 23.50", "strax efter 14 (14.05)" */
                          (is_vague(&found->clock) && (!is_vague(&clock) || (found->clock.named && !clock.named)) &&
                           found->clock.start >= sentence && clock.start - found->clock.end < 8 &&
                           is_near(found->clock.minute, clock.minute));
            /* "Upptäckt 06.30. På kameran syns att det hände 02.13." */
            bool told = !told_before && is_told_start(words, text, sentence, &clock);
            better |= told;
            ClockUse use = better ? sentence_clock_use(words, text, sentence, stop, &clock) : CLOCK_NO_START;
            if (use == CLOCK_STARTS && is_quiet(words, text, sentence, stop, &clock)) use = CLOCK_MAY_START;
            if (use == CLOCK_STARTS) use = use_beside_day(words, text, from, end, found, &clock);
            if (use == CLOCK_STARTS || (use == CLOCK_MAY_START && !found->has_clock)) {
                if (found->has_clock && found->clock.named) settle_half(&clock, found->clock.minute);
                if (found->has_clock) found->evening |= !found->clock.twelve && found->clock.minute >= EVENING;
                found->clock = clock;
                found->has_clock = true;
                maybe = use == CLOCK_MAY_START;
                told_before = told;
            } else {
                found->evening |= !clock.twelve && clock.minute >= EVENING;
            }
            at = clock.end;
            last_cue = clock.end;
        } else if (when_match_day(words, text, from, at, end, &cue)) {
            int since = after_since(words, text, from, at);
            cue.told = since == LEX_SINCE_TOLD;
            cue.next =
                (cue.next && !ends_span(text, found, at)) || (since == LEX_SINCE_AHEAD && cue.role == LEX_WEEKDAY);
            cue.relative = at > sentence && token_is(&text->tokens[at - 1], "som");
            cue.beside = since == LEX_SINCE_DATE || since == LEX_SINCE_UNTIL;
            LexiconHit habit;
            bool often =
                cue.role == LEX_WEEKDAY && /* "varje fredag", "tredje fredagen på rad" */
                ((at > from && lexicon_match(words, text, at - 1, at, LEX(LEX_HABIT), &habit) && !habit.value) ||
                 (cue.end < end && lexicon_match(words, text, cue.end, end, LEX(LEX_HABIT), &habit) &&
                  habit.value == HABIT_BESIDE));
            if (is_likened(words, text, sentence, at, likened))
                likened = cue.end;
            else if (!often && (since != LEX_SINCE_DATE || cue.role != LEX_MONTH))
                add_day(found, &cue);
            LexiconHit part;
            /* "fredagskvällen" */
            if (cue.role == LEX_WEEKDAY && cue.end == at + 1 &&
                lexicon_match(words, text, at, at + 1, LEX(LEX_PART), &part))
                add_day(found, &(DayCue){.start = at, .end = at + 1, .role = LEX_PART, .value = part.value});
            at = last_cue = cue.end;
            if (at < end && text->tokens[at].kind == TOKEN_PUNCT) last_cue++;
        } else {
            at++;
        }
    }
}

/* The cue that speaks of the clock's day: the nearest in its sentence, else the last before it. */
const DayCue *when_day_for_clock(const Text *text, const Found *found, uint32_t from, uint32_t end, bool parts)
{
    const DayCue *best = NULL, *before = NULL;
    uint32_t distance = UINT32_MAX;
    uint32_t stop = sentence_end(text, found->clock.end > from ? found->clock.end - 1 : from, end);
    for (uint32_t i = 0; i < found->day_count; i++) {
        const DayCue *cue = &found->days[i];
        if (when_is_part_only(cue) != parts || (cue->next && cue->role == LEX_DAY)) continue;
        bool is_before = cue->end <= found->clock.start;
        uint32_t d = is_before ? found->clock.start - cue->end : cue->start - found->clock.end;
        if (cue->next && d > NEXT_REACH) continue; /* "… 20.30 … de möts på måndag", "vi ses på måndag. 20.30 …" */
        if (is_before && !cue->beside && !cue->next) before = cue;
        if (!is_before && cue->start >= stop) continue;
        if (cue->relative && !is_before) continue;
        bool own = is_before ? d <= BESIDE_REACH : d == 0; /* "sedan fem i morse" */
        if (cue->beside && !own) continue;
        /* A full stop between them makes a cue before the clock a far one. */
        if (d < distance &&
            (!is_before || sentence_end(text, cue->start, found->clock.start + 1) >= found->clock.start)) {
            distance = d;
            best = cue;
        }
    }
    return best ? best : before;
}
