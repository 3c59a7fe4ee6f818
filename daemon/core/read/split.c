#include "core/read/split.h"

#include <errno.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/read/layout.h"
#include "core/read/sentence.h"

enum {
    REMARK_TOKENS = 4, /* a remark has as many: "Lås bytta." goes on with the incident */
    LATER_TOKENS = 4,  /* "en halvtimme" stands among so many of a sentence's first */
    BLANKS_MOST = 3,   /* between a heading's text and the next heading */
    LABEL_WORDS = 4,   /* of "Kungsängens centrum: 23.30" */
};

typedef struct Splitter {
    const Lexicon *words;
    const Text *text;
    Arena *arena;
    const LineInfo *lines;
    Segment *segments;
    uint32_t count;
    size_t capacity;
    Segment open;     /* the incident being built; open.span.end == 0 where there is none */
    Segment pending;  /* a heading that waits for its text: .span, with .area_context as the last line of it */
    Span area, day;   /* the headings that cover what follows */
    bool area_first;  /* areas head days, not the other way round */
    bool prose;       /* no lines but running text */
    bool body;        /* the line before is a heading with a clock, so this is its text */
    bool bare;        /* that heading is nothing but a clock */
    bool body_marked; /* that heading's clock is written with "kl" */
    bool form;        /* the incident open is a filled-in form, which blank lines do not end */
    bool headed;      /* the line before is a day's heading */
    bool wrapped;     /* lines break within sentences */
    Span counted;     /* what the towns on the lines above are counted of: "Bilinbrott:" over "Bro 4" */
} Splitter;

static Span words_span(const Text *text, uint32_t from, uint32_t to)
{
    return from < to ? (Span){text->tokens[from].start, text->tokens[to - 1].end} : (Span){0};
}

static bool is_open(const Segment *segment)
{
    return segment->span.end != 0;
}

static int close_open(Splitter *s)
{
    if (!is_open(&s->open)) return 0;
    Segment *segments = arena_grow(s->arena, s->segments, s->count, &s->capacity, sizeof *segments);
    if (!segments) return -ENOMEM;
    s->segments = segments;
    segments[s->count++] = s->open;
    s->open = (Segment){0};
    return 0;
}

/* Begins an incident over the tokens [from, to), with the heading that waits, if any. */
static int open_new(Splitter *s, uint32_t from, uint32_t to, uint32_t heading_to)
{
    int r = close_open(s);
    if (r < 0) return r;
    Span span = words_span(s->text, from, to);
    s->open = (Segment){.span = span, .date_context = s->day, .area_context = s->area};
    if (heading_to > from) s->open.heading = words_span(s->text, from, heading_to);
    if (is_open(&s->pending)) {
        /* "Misshandel i Norrköping" / "Vid 01:10 larmar …": the crime on its own line says more than the clock. */
        if (s->pending.heading.end)
            s->open.heading = s->pending.heading;
        else if (!s->open.heading.end)
            s->open.heading = s->pending.area_context;
        s->open.span.start = s->pending.span.start;
    }
    s->pending = (Segment){0};
    return 0;
}

static void extend(Splitter *s, uint32_t to)
{
    if (is_open(&s->open)) s->open.span.end = s->text->tokens[to - 1].end;
}

/* "… på E12 Marieberg, Umeå, på E4 Grimsmark samt på Sillviksvägen": the end of the first place, or `end`. */
static uint32_t next_listed(const Splitter *s, uint32_t from, uint32_t end, uint32_t *next)
{
    LexiconHit hit;
    for (uint32_t at = from; at + 2 < end; at++) {
        if (!lexicon_match(s->words, s->text, at, end, LEX(LEX_AND), &hit)) continue;
        if (sentence_place_after(s->words, s->text, hit.end, end) == end) continue;
        *next = hit.end;
        return at;
    }
    *next = end;
    return end;
}

/*
 * A sentence that lists where several alike things happened is one incident a place: a new one for each, but for the
 * first where `goes_on` says that the open one is that. `*listed` says whether it was such a sentence.
 */
static int split_list(Splitter *s, uint32_t from, uint32_t end, bool goes_on, bool *listed)
{
    LexiconHit hit;
    *listed = false;
    if (!lexicon_find(s->words, s->text, from, end, LEX(LEX_LIST), &hit)) return 0;
    uint32_t next, stop = next_listed(s, hit.end, end, &next);
    if (stop == end || !sentence_has_place(s->words, s->text, hit.end, stop)) return 0;
    *listed = true;
    int r = 0;
    if (goes_on)
        extend(s, stop);
    else
        r = open_new(s, from, stop, from);
    while (r == 0 && next < end) {
        uint32_t start = next;
        stop = next_listed(s, start, end, &next);
        r = open_new(s, start, stop, start);
    }
    return r;
}

/* "Bro 3, Kungsängen 2", "Bro (3)", "3 i Bro": the end of one town with its count, or `at`. */
static uint32_t match_town(const Splitter *s, uint32_t at, uint32_t end)
{
    const Text *text = s->text;
    LexiconHit hit, prep;
    uint32_t start = at;
    bool count_first =
        token_number(&text->tokens[at]) >= 0 || lexicon_match(s->words, text, at, end, LEX(LEX_NUMBER), &hit);
    if (count_first) {
        at = token_number(&text->tokens[at]) >= 0 ? at + 1 : hit.end;
        if (!lexicon_match(s->words, text, at, end, LEX(LEX_PLACE_PREP), &prep)) return start;
        at = prep.end;
    }
    uint32_t names = at;
    while (at < end && at < names + 3 && text->tokens[at].kind == TOKEN_WORD && text->tokens[at].flags & TOKEN_CAPITAL)
        at++;
    if (at == names) return start;
    if (count_first) return at;
    Clock clock;
    while (at < end && at < names + 6 && text->tokens[at].kind == TOKEN_PUNCT && !token_is(&text->tokens[at], ",") &&
           !token_is(&text->tokens[at], "."))
        at++;
    if (at >= end || token_number(&text->tokens[at]) < 0 || token_number(&text->tokens[at]) > 99 ||
        clock_match(s->words, text, at, end, false, &clock))
        return start;
    at++;
    if (lexicon_match(s->words, text, at, end, LEX(LEX_UNIT), &hit)) at = hit.end;
    if (at < end && token_is(&text->tokens[at], ")")) at++;
    return at;
}

/* "Cykelstölder: Bro 3, Kungsängen 2 och Brunna 1." True in `*listed` where the line was such a list. */
static int split_towns(Splitter *s, uint32_t from, uint32_t end, bool *listed)
{
    enum { TOWNS = 32 };
    uint32_t starts[TOWNS], ends[TOWNS], count = 0;
    LexiconHit hit;
    *listed = false;
    if (end - from > 200) return 0;
    for (uint32_t at = from; at < end && count < TOWNS;) {
        uint32_t after = match_town(s, at, end);
        if (after == at) {
            at++;
            continue;
        }
        /* The towns follow each other with nothing but "," and "och" between them. */
        uint32_t gap = count ? ends[count - 1] : at;
        while (count && gap < at && lexicon_match(s->words, s->text, gap, at, LEX(LEX_AND), &hit))
            gap = hit.end;
        if (gap < at) count = 0;
        starts[count] = at;
        ends[count++] = at = after;
    }
    if (count < 2 || lexicon_find(s->words, s->text, from, starts[0], LEX(LEX_NOISE) | LEX(LEX_NOISE_ANY), &hit))
        return 0;
    if (!lexicon_find(s->words, s->text, from, end, LEX(LEX_EVENT), &hit)) return 0;
    /* A sentence of its own follows the list where there is more to say. */
    if (end - ends[count - 1] > 4) return 0;
    *listed = true;
    for (uint32_t i = 0; i < count; i++) {
        int r = open_new(s, i ? starts[i] : from, i + 1 < count ? ends[i] : end, 0);
        if (r < 0) return r;
    }
    return close_open(s);
}

/* "Bro 4", "- Kungsängen: 2": nothing but a town and its count. */
static bool is_town_line(const Splitter *s, const LineInfo *line)
{
    enum { TOKENS_MOST = 10 };
    if (line->kind == LINE_BLANK || line->from >= line->to || line->to - line->from > TOKENS_MOST) return false;
    if (sentence_has_event(s->words, s->text, line->from, line->to)) return false; /* "Avvisade: 12" */
    uint32_t after = match_town(s, line->from, line->to);
    return after > line->from &&
           (after == line->to || (after + 1 == line->to && token_is(&s->text->tokens[after], ".")));
}

/* What the towns on the lines from `line` on are counted of: the heading or the announcement above; else empty. */
static Span find_counted(const Splitter *s, const LineInfo *line)
{
    if (is_open(&s->pending)) return s->pending.heading;
    const LineInfo *before = line;
    while (before > s->lines && (before == line || before->kind == LINE_BLANK))
        before--;
    if (before == line || before->from >= before->to || !token_is(&s->text->tokens[before->to - 1], ":") ||
        !sentence_has_event(s->words, s->text, before->from, before->to))
        return (Span){0};
    return words_span(s->text, before->from, before->to);
}

/* Towns on lines of their own below what they are counted of: one incident each, with that as its heading. */
static int read_town_line(Splitter *s, const LineInfo *line, bool *listed)
{
    *listed = false;
    bool town = is_town_line(s, line);
    if (town && !s->counted.end) {
        const LineInfo *next = line + 1;
        if (next < s->lines + s->text->line_count && is_town_line(s, next)) s->counted = find_counted(s, line);
    }
    if (!town) s->counted = (Span){0};
    if (!s->counted.end) return 0;
    *listed = true;
    s->pending = (Segment){0};
    int r = open_new(s, line->from, line->to, line->from);
    if (r < 0) return r;
    s->open.heading = s->counted;
    return close_open(s);
}

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
    bool self;     /* "Vi …", "Jag …": the writer's own doings */
} Sentence;

/* "Under natten", "På söndagen", and not "den andra", which only a clock makes a beginning. */
static bool has_opening(const Splitter *s, uint32_t at, uint32_t end)
{
    const uint64_t days = LEX(LEX_DAY_PART) | LEX(LEX_DAY) | LEX(LEX_NIGHT_TO) | LEX(LEX_WEEKDAY) | LEX(LEX_HOLIDAY);
    LexiconHit hit, day;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON), &hit) &&
        lexicon_match(s->words, s->text, hit.end, end, days, &day))
        return true;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_OWN) | days, &hit) &&
           !(hit.role == LEX_OWN && hit.value == 2);
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
    sentence.never = sentence.goes_on && hit.value == 1;
    sentence.timed = sentence_find_clock(s->words, text, at, end, &clock);
    sentence.at_head = sentence.timed && clock.start <= at + 3 && end - clock.end > 3;
    sentence.event = lexicon_find(s->words, text, at, end, LEX(LEX_EVENT), &hit);
    sentence.place = sentence_has_place(s->words, text, at, end);
    sentence.someone = lexicon_match(s->words, text, at, end, LEX(LEX_SOMEONE), &hit);
    sentence.dated = sentence.someone && lexicon_find(s->words, text, at, end, LEX(LEX_DAY) | LEX(LEX_WEEKDAY), &hit);
    sentence.later =
        lexicon_find(s->words, text, at, at + LATER_TOKENS < end ? at + LATER_TOKENS : end, LEX(LEX_HOURS), &hit) &&
        lexicon_match(s->words, text, hit.end, end, LEX(LEX_LATER), &hit);
    sentence.self = lexicon_match(s->words, text, at, end, LEX(LEX_SELF), &hit);
    sentence.at_place = sentence_place_after(s->words, text, at, end) < end;
    return sentence;
}

static bool is_noise(const Splitter *s, uint32_t at, uint32_t end, bool goes_on)
{
    LexiconHit hit;
    if (!sentence_is_noise(s->words, s->text, at, end)) return false;
    /* "Det finns inga rapporter om personskador" says nothing of the report. */
    if (!is_open(&s->open) || !goes_on) return true;
    return lexicon_match(s->words, s->text, at, end, LEX(LEX_NOISE), &hit) ||
           lexicon_find(s->words, s->text, at, end, LEX(LEX_NOISE_ANY), &hit);
}

/* A clock or an event stands somewhere in [from, end). */
static bool tells_something(const Splitter *s, uint32_t from, uint32_t end)
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
    if (sentence->event || sentence->timed || sentence->goes_on || sentence->opening) return false;
    return sentence->self || (!sentence->place && !sentence->someone && end - at >= REMARK_TOKENS);
}

/* With an incident open: the sentence begins another. `set_off`: a blank line stands before it; `untimed`: the
 * paragraph's has had no clock yet. */
static bool begins_another(const Splitter *s, const Sentence *sentence, bool place, bool first, bool tells,
                           bool set_off, bool untimed)
{
    /* "En kvinna i Bro blev uppringd … Samtalet kom kl 14.10." */
    if (untimed && sentence->timed && !sentence->place && !sentence->someone && !sentence->opening) return false;
    if ((sentence->timed && sentence->place) || (sentence->opening && sentence->event && place)) return true;
    if (sentence->goes_on) return false;
    if ((sentence->timed && sentence->event) || sentence->at_head || (sentence->at_place && sentence->event))
        return true;
    if (sentence->later && sentence->event) return true;
    if (!s->prose || !first) return false;
    if (set_off && (tells || (sentence->opening && sentence->event))) return true;
    return sentence->event && (sentence->place || (sentence->someone && sentence->dated));
}

/* `first`: the sentence begins a paragraph, which ends at `paragraph_end`. */
static Turn judge_sentence(const Splitter *s, uint32_t from, uint32_t end, uint32_t paragraph_end, bool first,
                           bool untimed)
{
    uint32_t at = from;
    while (at < end && s->text->tokens[at].kind == TOKEN_PUNCT)
        at++;
    Sentence sentence = read_sentence(s, at, end);
    if (is_noise(s, at, end, sentence.goes_on)) return TURN_NOISE;
    bool place = sentence.place || (first && sentence_has_place(s->words, s->text, at, paragraph_end));
    const LineInfo *line = &s->lines[s->text->tokens[from].line];
    bool set_off = first && line->after_blank;
    bool tells = set_off && sentence.someone && (place || tells_something(s, at, paragraph_end));
    if (!is_open(&s->open)) {
        if (sentence.timed && (sentence.event || sentence.place || sentence.at_head)) return TURN_NEW;
        if (s->prose && tells && !sentence.goes_on) return TURN_NEW;
        return sentence.event && (place || (sentence.opening && first)) ? TURN_NEW : TURN_NOISE;
    }
    if (sentence.never) return TURN_GOES_ON;
    if (begins_another(s, &sentence, place, first, tells, set_off, untimed)) return TURN_NEW;
    return set_off && s->prose && is_remark(&sentence, at, end) ? TURN_NOISE : TURN_GOES_ON;
}

/* "Fredagen präglades av marknaden.": no incident, but the day of those that follow. */
static void take_day(Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (lexicon_match(s->words, s->text, at, end, LEX(LEX_ON), &hit)) at = hit.end;
    if (lexicon_match(s->words, s->text, at, end,
                      LEX(LEX_WEEKDAY) | LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM), &hit)) {
        uint32_t start = hit.start, stop = hit.end;
        if (lexicon_match(s->words, s->text, stop, end, LEX(LEX_PART), &hit)) stop = hit.end; /* "torsdags kväll" */
        s->day = words_span(s->text, start, stop);
    }
}

/* A sentence with neither event nor clock. */
static bool is_announcement(const Splitter *s, uint32_t from, uint32_t end)
{
    Clock clock;
    return !sentence_has_event(s->words, s->text, from, end) &&
           !sentence_find_clock(s->words, s->text, from, end, &clock);
}

/* Running text: the tokens [from, end) of one paragraph or line; `begins`: its first sentence begins an incident. */
static int split_prose(Splitter *s, uint32_t from, uint32_t end, bool begins)
{
    bool first = true, listed, untimed = false;
    Clock clock;
    bool waits = false; /* the incident has only been announced: "I torsdags hade vi en större insats i Bro." */
    int r = 0;
    for (uint32_t at = from; r == 0 && at < end; first = false) {
        uint32_t stop = sentence_end(s->text, at, end);
        Turn turn = first && begins ? TURN_NEW : judge_sentence(s, at, stop, first ? end : stop, first, untimed);
        if (waits && turn == TURN_NEW) turn = TURN_GOES_ON;
        if (turn != TURN_GOES_ON) untimed = turn == TURN_NEW;
        untimed = untimed && !sentence_find_clock(s->words, s->text, at, stop, &clock);
        waits = first && begins && is_announcement(s, at, stop);
        switch (turn) {
        case TURN_NOISE:
            r = close_open(s);
            take_day(s, at, stop);
            break;
        case TURN_NEW:
            r = split_list(s, at, stop, false, &listed);
            if (r == 0 && !listed) r = open_new(s, at, stop, at);
            break;
        case TURN_GOES_ON:
            r = split_list(s, at, stop, true, &listed);
            if (r == 0 && !listed) extend(s, stop);
            break;
        }
        at = stop;
    }
    return r;
}

/* An area or a town, rather than a crime: it covers what follows. */
static bool is_area_heading(const Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    return !lexicon_find(s->words, s->text, line->from, line->to, LEX(LEX_EVENT), &hit);
}

/* Names alone, below an area's heading already read: "Bro" / "19:15 – …" / "Kungsängen" / "21:05 – …" */
static bool is_another_area(const Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    if (!s->area.end || line->to - line->from > LABEL_WORDS) return false;
    for (uint32_t at = line->from; at < line->to; at++) {
        const Token *token = &s->text->tokens[at];
        if (token->kind == TOKEN_WORD && !(token->flags & TOKEN_CAPITAL) &&
            !lexicon_match(s->words, s->text, at, line->to, LEX(LEX_AND), &hit))
            return false;
    }
    return is_area_heading(s, line);
}

/* Between two headings with clocks a short line is the first one's text. */
static bool is_body(const Splitter *s, const LineInfo *line)
{
    const LineInfo *next = line + 1, *end = s->lines + s->text->line_count;
    if (line->after_blank || !s->body || (!s->bare && is_another_area(s, line))) return false;
    while (next < end && next->kind == LINE_BLANK && next - line <= BLANKS_MOST)
        next++;
    return s->bare || next == end || (next->kind == LINE_TIMED && next->heading_end == next->to);
}

static int read_heading(Splitter *s, const LineInfo *line)
{
    if (is_body(s, line)) {
        extend(s, line->to); /* "Kl 14:20" / "Ormängsgatan" / "Försök till inbrott …" */
        return 0;
    }
    int r = close_open(s);
    Span span = words_span(s->text, line->from, line->to);
    if (is_open(&s->pending) && !line->after_blank)
        s->pending.span.end = span.end;
    else if (!is_open(&s->pending) || !is_area_heading(s, line))
        s->pending.span = is_open(&s->pending) ? (Span){s->pending.span.start, span.end} : span;
    else
        s->pending.span = span;
    s->pending.area_context = span;
    if (!is_area_heading(s, line)) {
        s->pending.heading = span;
    } else {
        s->area = span;
        if (!s->day.end) s->area_first = true;
    }
    return r;
}

/* The line ends a sentence where lines break for that alone. */
static bool ends_deliberately(const Splitter *s, uint32_t line)
{
    const LineInfo *info = &s->lines[line];
    const Token *next = &s->text->tokens[s->lines[line + 1].from];
    return !s->wrapped && info->from < info->to && token_is(&s->text->tokens[info->to - 1], ".") &&
           next->flags & TOKEN_CAPITAL;
}

/* Lines break off within sentences, as mail programs break them. */
static bool is_wrapped(const Text *text, const LineInfo *lines)
{
    for (uint32_t i = 1; i < text->line_count; i++) {
        const LineInfo *line = &lines[i], *before = &lines[i - 1];
        if (line->kind != LINE_TEXT || before->kind == LINE_BLANK || before->from >= before->to || line->bullet)
            continue;
        const Token *first = &text->tokens[line->from], *last = &text->tokens[before->to - 1];
        if (first->kind == TOKEN_WORD && !(first->flags & TOKEN_CAPITAL) && last->kind != TOKEN_PUNCT) return true;
    }
    return false;
}

/* The last line of the paragraph that begins at `line`: lines of text without a blank between. */
static uint32_t paragraph_end(const Splitter *s, uint32_t line)
{
    while (line + 1 < s->text->line_count && s->lines[line + 1].kind == LINE_TEXT && !s->lines[line + 1].after_blank &&
           !s->lines[line + 1].goes_on && !s->lines[line + 1].weak && !ends_deliberately(s, line))
        line++;
    return line;
}

/* A word in [from, end) that is a name: capital, and not the sentence's first. */
static bool has_name(const Splitter *s, uint32_t from, uint32_t end)
{
    for (uint32_t at = from + 1; at < end; at++) {
        const Token *token = &s->text->tokens[at];
        if (token->kind == TOKEN_WORD &&
            (token->flags & (TOKEN_CAPITAL | TOKEN_UPPER | TOKEN_SENTENCE_START)) == TOKEN_CAPITAL)
            return true;
    }
    return false;
}

/*
 * Among lines that begin incidents by their form, a line of text goes on with the one above, unless it has a time or
 * an opening of its own ("Under natten har polisen gripit …"), or a blank line and an event set it off.
 */
static bool begins_its_own(const Splitter *s, const LineInfo *line)
{
    const uint64_t openings = LEX(LEX_OWN) | LEX(LEX_DAY_PART) | LEX(LEX_NIGHT_TO) | LEX(LEX_DAY) | LEX(LEX_WEEKDAY);
    LexiconHit hit;
    uint32_t sentence = sentence_end(s->text, line->from, line->to);
    bool goes_on = lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_CONTINUE), &hit);
    bool never = goes_on && hit.value == 1;
    bool event = lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_EVENT), &hit);
    bool place = sentence_has_place(s->words, s->text, line->from, line->to);
    if (line->weak && !never && (place || line->after_blank || (line->weak_head && event && !goes_on))) return true;
    if (lexicon_match(s->words, s->text, line->from, line->to, openings, &hit))
        return line->after_blank ? event || place : event && place && hit.role != LEX_DAY && hit.role != LEX_WEEKDAY;
    if (!is_open(&s->open)) {
        /* "En man i Piteå kommun har under natten gripits …" */
        const uint64_t parts = LEX(LEX_PART) | LEX(LEX_DAY_PART);
        return event && !never && lexicon_find(s->words, s->text, line->from, sentence, parts, &hit) &&
               sentence_has_place(s->words, s->text, line->from, sentence);
    }
    bool someone = lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_SOMEONE), &hit);
    /* "Fyra bilinbrott har anmälts …." / "En man greps i fredags …." */
    if (!line->after_blank && someone && event && !goes_on && line > s->lines &&
        ends_deliberately(s, (uint32_t)(line - s->lines) - 1) &&
        lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_DAY) | LEX(LEX_WEEKDAY), &hit))
        return true;
    return line->after_blank && !goes_on && event && (place || someone || has_name(s, line->from, sentence));
}

static int read_loose_line(Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    bool own = begins_its_own(s, line);
    Clock clock;
    bool told =
        !is_open(&s->open) && (s->headed || sentence_find_clock(s->words, s->text, line->from, line->to, &clock));
    if (own || told) {
        int r = close_open(s);
        return r < 0 ? r : split_prose(s, line->from, line->to, own && !line->weak);
    }
    Sentence sentence = read_sentence(s, line->from, sentence_end(s->text, line->from, line->to));
    if (line->after_blank && is_remark(&sentence, line->from, line->to)) return close_open(s);
    /* "Sju viltolyckor har anmälts": without a place a count, and no incident's text. */
    if (lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_OWN), &hit) && hit.value == 1)
        return close_open(s);
    extend(s, line->to);
    return 0;
}

/* One line, or in prose one paragraph, of running text. `*line` moves to the last line read. */
static int read_text_lines(Splitter *s, uint32_t *line)
{
    const LineInfo *info = &s->lines[*line];
    if (info->goes_on || s->body || s->form) {
        extend(s, info->to);
        return 0;
    }
    if (is_open(&s->pending)) return open_new(s, info->from, info->to, info->from);
    if (!s->prose) return read_loose_line(s, info);
    uint32_t last = paragraph_end(s, *line);
    *line = last;
    bool begins =
        s->headed && tells_something(s, info->from, s->lines[last].to) &&
        !sentence_is_noise(s->words, s->text, info->from, sentence_end(s->text, info->from, s->lines[last].to));
    return split_prose(s, info->from, s->lines[last].to, begins);
}

/* "Söndag: …" and "Bro: …": a heading on the line of its text, which may hold several incidents. */
static int read_labelled_line(Splitter *s, const LineInfo *line)
{
    uint32_t text_from = line->from;
    while (text_from < line->to && !token_is(&s->text->tokens[text_from], ":"))
        text_from++;
    int r = close_open(s);
    if (r < 0 || text_from >= line->to) return r < 0 ? r : open_new(s, line->from, line->to, line->from);
    text_from++;
    Span label = words_span(s->text, line->from, text_from);
    if (line->dated) {
        uint32_t first = sentence_end(s->text, text_from, line->to);
        s->day = label;
        bool begins = sentence_has_event(s->words, s->text, text_from, first) &&
                      !sentence_is_noise(s->words, s->text, text_from, first);
        return split_prose(s, text_from, line->to, begins);
    }
    uint32_t stop = sentence_end(s->text, text_from, line->to);
    bool noise = sentence_is_noise(s->words, s->text, text_from, stop);
    s->area = label;
    if (!noise) r = open_new(s, line->from, stop, line->from);
    return r < 0 ? r : split_prose(s, noise ? text_from : stop, line->to, false);
}

/* The sentence begins with a clock written as the line's own is: "20:15. Kungsängen, …", "Kungsängen: 20:15 …". */
static bool begins_with_clock(const Splitter *s, uint32_t from, uint32_t end, const LineInfo *line)
{
    bool four_digits = s->text->tokens[line->from].norm_len == 4; /* "2035 …. 2150 …." */
    Clock clock;
    uint32_t label = from;
    while (label < end && label < from + LABEL_WORDS && s->text->tokens[label].kind == TOKEN_WORD &&
           (label > from || s->text->tokens[label].flags & TOKEN_CAPITAL))
        label++;
    if (label > from && label + 1 < end && token_is(&s->text->tokens[label], ":")) from = label + 1;
    return clock_match(s->words, s->text, from, end, four_digits, &clock) && !clock.about && !clock.twelve &&
           clock.marked == line->marked && sentence_clock_use(s->words, s->text, from, end, &clock) == CLOCK_STARTS;
}

/* "Övrigt: inget.", "I övrigt lugnt." */
static bool ends_the_report(const Splitter *s, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (!lexicon_match(s->words, s->text, at, end, LEX(LEX_MISC), &hit)) return false;
    return (hit.end < end && token_is(&s->text->tokens[hit.end], ":")) || sentence_is_noise(s->words, s->text, at, end);
}

/* A timed line; where its line breaks are lost, several incidents stand in it, and its day is theirs. */
static int read_timed_line(Splitter *s, const LineInfo *line)
{
    Span day = s->day;
    uint32_t at = sentence_end(s->text, line->from, line->to);
    if (at < line->heading_end) at = line->heading_end;
    int r = open_new(s, line->from, at, line->heading_end);
    take_day(s, line->from, line->to);
    while (r == 0 && at < line->to) {
        uint32_t stop = sentence_end(s->text, at, line->to);
        if (begins_with_clock(s, at, stop, line))
            r = open_new(s, at, stop, at);
        else if (is_open(&s->open) && ends_the_report(s, at, stop))
            r = close_open(s);
        else
            extend(s, stop);
        at = stop;
    }
    s->day = day;
    return r;
}

static int read_one(Splitter *s, uint32_t *index)
{
    const LineInfo *line = &s->lines[*index];
    bool listed = false;
    int r = line->kind == LINE_BLANK ? 0 : read_town_line(s, line, &listed);
    if (r < 0 || listed) return r;
    if (line->misc) s->area = (Span){0};
    if (line->kind == LINE_TEXT || line->kind == LINE_ITEM || line->kind == LINE_HEADING) {
        r = split_towns(s, line->from, line->to, &listed);
        if (r < 0 || listed) return r;
    }
    switch ((LineKind)line->kind) {
    case LINE_BLANK:
        return 0;
    case LINE_NOISE:
        if (s->body && line->routine && !line->after_blank) {
            extend(s, line->to); /* "06:00 Trafikkontroll, Östersund" / "Polisen har kontrollerat trafiken …" */
            return 0;
        }
        s->pending = (Segment){0};
        return close_open(s);
    case LINE_DAY:
        s->day = words_span(s->text, line->from, line->to);
        if (!s->area_first) s->area = (Span){0};
        s->pending = (Segment){0};
        return close_open(s);
    case LINE_HEADING:
        return read_heading(s, line);
    case LINE_TIMED:
        if (s->body && line->marked && !s->body_marked && !line->after_blank) {
            extend(s, line->to); /* "22:30 Ekängen" / "Vid 22.30-tiden uppstod …" */
            return 0;
        }
        return read_timed_line(s, line);
    case LINE_ITEM:
        return line->bullet ? open_new(s, line->from, line->to, line->from) : read_labelled_line(s, line);
    case LINE_ROW:
    case LINE_FIELD:
        return open_new(s, line->from, line->to, line->from);
    case LINE_TEXT:
        return read_text_lines(s, index);
    }
    return 0;
}

/* No line of the report begins an incident by its form. */
static bool is_prose(const Text *text, const LineInfo *lines)
{
    for (uint32_t i = 0; i < text->line_count; i++) {
        if (lines[i].kind == LINE_TIMED || lines[i].kind == LINE_ROW || lines[i].kind == LINE_FIELD ||
            lines[i].kind == LINE_ITEM)
            return false;
    }
    return true;
}

int split_text(const Text *text, const Lexicon *words, Arena *arena, Segment **segments, uint32_t *count)
{
    Splitter s = {.words = words, .text = text, .arena = arena};
    s.lines = layout_read(words, text, arena);
    if (!s.lines) return -ENOMEM;
    s.prose = is_prose(text, s.lines);
    s.wrapped = is_wrapped(text, s.lines);
    int r = 0;
    for (uint32_t line = 0; r == 0 && line < text->line_count; line++) {
        r = read_one(&s, &line);
        const LineInfo *info = &s.lines[line];
        if (info->kind == LINE_BLANK) continue;
        bool bare_place = s.bare && info->kind == LINE_HEADING && !info->after_blank;
        s.bare = info->kind == LINE_TIMED && info->bare;
        s.body = bare_place || (info->kind == LINE_TIMED && info->heading_end == info->to);
        s.body_marked = info->marked;
        s.headed = info->kind == LINE_DAY;
        s.form = info->kind == LINE_FIELD || (s.form && info->kind == LINE_TEXT);
    }
    if (r == 0) r = close_open(&s);
    *segments = s.segments;
    *count = s.count;
    return r;
}

int split_report(const Text *text, const Knowledge *knowledge, Arena *arena, Segment **segments, uint32_t *count)
{
    return split_text(text, knowledge->lexicon, arena, segments, count);
}
