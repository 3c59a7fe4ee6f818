#include "core/read/split.h"

#include <errno.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/read/sentence.h"
#include "core/read/split-internal.h"

enum {
    BLANKS_MOST = 3,     /* between a heading's text and the next heading */
    LONG_NOUN = 7,       /* bytes of a noun that says what happened: "klotter", and not "brand" */
    SUBJECT = 8,         /* tokens at a sentence's start in which its subject stands, with where it is */
    LABEL_WORDS = 4,     /* of an area's heading: "Kungsängens centrum" */
    LIST_LINES = 3,      /* breaks behind a full stop, at least */
    DENIAL_TOKENS = 5,   /* "Inga anmälda." */
    HEADLINE_TOKENS = 5, /* "Trafikolycka, vilt." */
};

Span split_span(const Text *text, uint32_t from, uint32_t to)
{
    return from < to ? (Span){text->tokens[from].start, text->tokens[to - 1].end} : (Span){0};
}

bool split_is_open(const Segment *segment)
{
    return segment->span.end != 0;
}

int split_close(Splitter *s)
{
    if (!split_is_open(&s->open)) return 0;
    Segment *segments = arena_grow(s->arena, s->segments, s->count, &s->capacity, sizeof *segments);
    if (!segments) return -ENOMEM;
    s->segments = segments;
    segments[s->count++] = s->open;
    s->open = (Segment){0};
    return 0;
}

int split_open(Splitter *s, uint32_t from, uint32_t to, uint32_t heading_to)
{
    int r = split_close(s);
    if (r < 0) return r;
    Span span = split_span(s->text, from, to);
    s->open = (Segment){.span = span, .date_context = s->day, .area_context = s->area};
    if (heading_to > from) s->open.heading = split_span(s->text, from, heading_to);
    if (split_is_open(&s->pending)) {
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

void split_extend(Splitter *s, uint32_t to)
{
    if (split_is_open(&s->open)) s->open.span.end = s->text->tokens[to - 1].end;
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

/* "b) Bro IP, 18.15" / "Rån (1)" / "a) Tibble torg, 21.30": below the line letters or numbers begin anew. */
static bool heads_new_list(const Splitter *s, const LineInfo *line)
{
    uint32_t below = (uint32_t)(line - s->lines) + 1;
    if (line->bullet || below >= s->text->line_count || !s->lines[below].bullet) return false;
    const Token *first = &s->text->tokens[s->text->lines[below].first_token];
    return token_is(first, "a") || token_is(first, "1");
}

/* Between two headings with clocks a short line is the first one's text. */
static bool is_body(const Splitter *s, const LineInfo *line)
{
    const LineInfo *next = line + 1, *end = s->lines + s->text->line_count;
    if (line->after_blank || !s->body || heads_new_list(s, line) || (!s->bare && is_another_area(s, line)))
        return false;
    while (next < end && next->kind == LINE_BLANK && next - line <= BLANKS_MOST)
        next++;
    return s->bare || next == end || next->kind == LINE_NOISE ||
           (next->kind == LINE_TIMED && next->heading_end == next->to);
}

static int read_heading(Splitter *s, const LineInfo *line)
{
    if (is_body(s, line)) {
        split_extend(s, line->to); /* "Kl 14:20" / "Ormängsgatan" / "Försök till inbrott …" */
        return 0;
    }
    int r = split_close(s);
    Span span = split_span(s->text, line->from, line->to);
    if (split_is_open(&s->pending) && !line->after_blank)
        s->pending.span.end = span.end;
    else if (!split_is_open(&s->pending) || !is_area_heading(s, line))
        s->pending.span = split_is_open(&s->pending) ? (Span){s->pending.span.start, span.end} : span;
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

/* Lines of text below each other, each a sentence or two with its full stop: "Hissen på Råbyvägen nedklottrad." */
static bool is_list(const Splitter *s)
{
    uint32_t ends = 0;
    for (uint32_t i = 0; i + 1 < s->text->line_count && ends < LIST_LINES; i++)
        ends += s->lines[i].kind == LINE_TEXT && s->lines[i + 1].kind == LINE_TEXT && ends_deliberately(s, i);
    return ends >= LIST_LINES;
}

/* "På eftermiddagen ringde flera om rök. Det visade sig vara en gräsbrand från 17.50.": one line each, and in this a
 * clock. */
static bool is_timed_alone(const Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    Clock clock;
    return lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_ON) | LEX(LEX_DAY_PART), &hit) &&
           line > s->lines && line[-1].kind != LINE_BLANK && line[-1].kind != LINE_HEADING &&
           line[-1].heading_end < line[-1].to && ends_deliberately(s, (uint32_t)(line - s->lines) - 1) &&
           sentence_find_clock(s->words, s->text, line->from, line->to, &clock);
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

/* "Onsdag hittades …", "Idag fredag körde …" */
static bool begins_with_day_and_verb(const Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    unsigned dates = 0;
    uint32_t at = sentence_skip_dates(s->words, s->text, line->from, line->to, &dates);
    return dates && lexicon_match(s->words, s->text, at, line->to, LEX(LEX_VERB), &hit);
}

/*
 * Among lines that begin incidents by their form, a line of text goes on with the one above, unless it has a time or
 * an opening of its own ("Under natten har polisen gripit …"), or a blank line and an event set it off.
 */
static bool begins_its_own(const Splitter *s, const LineInfo *line)
{
    const uint64_t openings = LEX(LEX_OWN) | LEX(LEX_DAY_PART) | LEX(LEX_NIGHT_TO) | LEX(LEX_DAY) | LEX(LEX_WEEKDAY);
    LexiconHit hit;
    Clock clock;
    uint32_t sentence = sentence_end(s->text, line->from, line->to);
    bool goes_on = lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_CONTINUE), &hit);
    bool never = goes_on && hit.value == 1;
    if (line->after_blank && split_heads_paragraph(s, line->from, line->to)) return true;
    bool event = lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_EVENT), &hit);
    bool place = sentence_has_place(s->words, s->text, line->from, line->to);
    /* "Nästa stopp Bro C. …" */
    if (line->after_blank && lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_OWN), &hit) &&
        hit.value == SPLIT_NEXT)
        return true;
    if (line->weak && !never && sentence_find_clock(s->words, s->text, line->from, sentence, &clock) &&
        split_leads_clause(s, &clock, sentence))
        return true;
    /* "brunna 1745 moped mot cykel …": a paragraph with a clock of its own */
    if (line->after_blank && (!goes_on || (!never && event && place)) &&
        sentence_find_clock(s->words, s->text, line->from, sentence, &clock) &&
        sentence_clock_use(s->words, s->text, line->from, sentence, &clock) == CLOCK_STARTS)
        return true;
    if (line->paragraph && !goes_on && sentence_has_event(s->words, s->text, line->from, line->to)) return true;
    if (line->weak && !never && (place || line->after_blank || (line->weak_head && event && !goes_on))) return true;
    if (lexicon_match(s->words, s->text, line->from, line->to, openings, &hit))
        return line->after_blank || hit.role == LEX_NIGHT_TO || is_timed_alone(s, line)
                   ? event || place
                   : event && place && hit.role != LEX_DAY && hit.role != LEX_WEEKDAY;
    if (!split_is_open(&s->open)) {
        if (!event || never || !sentence_has_place(s->words, s->text, line->from, sentence)) return false;
        /* "Inbrott i ett förråd på Råbyvägen, tre cyklar.", with more such lines below */
        uint32_t index = (uint32_t)(line - s->lines);
        if (!goes_on && index + 1 < s->text->line_count && line[1].kind != LINE_BLANK && ends_deliberately(s, index) &&
            lexicon_match(s->words, s->text, line->from, sentence, LEX(LEX_EVENT), &hit))
            return true;
        /* "En man i Piteå kommun har under natten gripits …" */
        if (lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_PART) | LEX(LEX_DAY_PART), &hit)) return true;
        /* Below a line of routine: "En man på ett hotell i Ljusdal misstänks för …" */
        return line > s->lines && line[-1].kind == LINE_NOISE &&
               lexicon_match(s->words, s->text, line->from, sentence, LEX(LEX_SOMEONE), &hit);
    }
    bool someone = lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_SOMEONE), &hit);
    bool below = !line->after_blank && line > s->lines && ends_deliberately(s, (uint32_t)(line - s->lines) - 1);
    /* "Misshandel Finnsta 18.30." / "Skadegörelse på Råbyvägen, ca 21.", "Olycka, vilt. Råbyvägen, 05.10.": one line
     * each, and each with a full stop. */
    uint32_t told = sentence - line->from <= HEADLINE_TOKENS ? sentence_end(s->text, sentence, line->to) : sentence;
    if (below && !goes_on && line[-1].kind != LINE_BLANK &&
        (place || sentence_find_clock(s->words, s->text, line->from, told, &clock)) &&
        lexicon_match(s->words, s->text, line->from, sentence, LEX(LEX_EVENT), &hit) &&
        s->text->tokens[line->from].norm_len >= LONG_NOUN)
        return true;
    /* "Aprikosgatan: hissdörrarna …", "Onsdag hittades en kniv …": below a sentence of another */
    if (below && !goes_on && line[-1].kind != LINE_BLANK && line[-1].kind != LINE_HEADING &&
        line[-1].heading_end < line[-1].to && (line->labelled || begins_with_day_and_verb(s, line)))
        return true;
    if (below && !goes_on && place && s->list && line[-1].kind == LINE_TEXT) return true;
    /* "Fyra bilinbrott har anmälts …." / "En man greps i fredags …." */
    if (below && someone && event && !goes_on &&
        lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_DAY) | LEX(LEX_WEEKDAY), &hit))
        return true;
    /* "Finnstaskolan, 08.10: …." / "Flera elever på Finnstaskolan uppger …": somebody else, at a place of their own. */
    if (below && someone && event && line[-1].kind == LINE_TIMED &&
        sentence_end(s->text, line[-1].from, line[-1].to) < line[-1].to && /* "kl 22.10 Bråk på torget." is a heading */
        sentence_has_place(s->words, s->text, line->from,
                           line->from + SUBJECT < sentence ? line->from + SUBJECT : sentence))
        return true;
    if (!line->after_blank || goes_on) return false;
    if (event && (place || someone || has_name(s, line->from, sentence))) return true;
    /* "På parkeringen i Brunna hade någon krossat …" */
    return sentence_has_place(s->words, s->text, line->from, sentence) &&
           lexicon_find(s->words, s->text, line->from, sentence, LEX(LEX_SOMEONE), &hit);
}

/* "Sju viltolyckor har anmälts": without a place a count, and no incident's text. */
static bool is_count(const Splitter *s, const LineInfo *line)
{
    LexiconHit hit;
    return lexicon_match(s->words, s->text, line->from, line->to, LEX(LEX_OWN), &hit) && hit.value == 1;
}

/* "Inga anmälda." below "Skadegörelse". */
static bool is_denial(const Splitter *s, const LineInfo *line)
{
    return line->to - line->from <= DENIAL_TOKENS && sentence_is_remark(s->words, s->text, line->from, line->to);
}

static int read_loose_line(Splitter *s, const LineInfo *line)
{
    if (line->after_blank &&
        sentence_is_remark(s->words, s->text, line->from, sentence_end(s->text, line->from, line->to)))
        return split_close(s);
    bool own = begins_its_own(s, line);
    Clock clock;
    bool told =
        !split_is_open(&s->open) && (s->headed || sentence_find_clock(s->words, s->text, line->from, line->to, &clock));
    if (own || told) {
        int r = split_close(s);
        return r < 0 ? r : split_prose(s, line->from, line->to, own && !line->weak);
    }
    if (line->after_blank && split_is_remark(s, line->from, line->to)) {
        int r = split_close(s);
        /* "Kvällen blev varm. Vid kvart över åtta slog en man …" */
        uint32_t told_from = sentence_end(s->text, line->from, line->to);
        bool timed = told_from < line->to && sentence_find_clock(s->words, s->text, told_from, line->to, &clock);
        return r < 0 || !timed ? r : split_prose(s, told_from, line->to, false);
    }
    if (is_count(s, line)) return split_close(s);
    split_extend(s, line->to);
    return 0;
}

/* Below a heading that names no event, running text whose first sentence tells of nothing: "Bro i maj" / "Två saker …".
 */
static bool heads_a_letter(Splitter *s, const LineInfo *line)
{
    uint32_t first = sentence_end(s->text, line->from, line->to);
    bool section = line > s->lines && line[-1].section;
    if (!s->prose || section || s->pending.heading.end || first >= line->to ||
        split_tells_something(s, line->from, first))
        return false;
    s->pending = (Segment){0};
    return true;
}

/* One line, or in prose one paragraph, of running text. `*line` moves to the last line read. */
static int read_text_lines(Splitter *s, uint32_t *line)
{
    const LineInfo *info = &s->lines[*line];
    if (info->apart && !begins_its_own(s, info)) {
        s->pending = (Segment){0};
        return split_close(s);
    }
    if (info->goes_on || s->body || s->form) {
        split_extend(s, info->to);
        return 0;
    }
    if (split_is_open(&s->pending) &&
        ((is_count(s, info) && !sentence_has_place(s->words, s->text, info->from, info->to)) || is_denial(s, info))) {
        s->pending = (Segment){0};
        return 0;
    }
    if (split_is_open(&s->pending) && !heads_a_letter(s, info)) return split_open(s, info->from, info->to, info->from);
    if (!s->prose) return read_loose_line(s, info);
    uint32_t last = paragraph_end(s, *line);
    *line = last;
    bool begins =
        s->headed && split_tells_something(s, info->from, s->lines[last].to) &&
        !sentence_is_noise(s->words, s->text, info->from, sentence_end(s->text, info->from, s->lines[last].to));
    return split_prose(s, info->from, s->lines[last].to, begins);
}

/* "Bro: …", "Trafik – …" */
static bool ends_label(const Token *sign)
{
    return token_is_sign(sign, ":") || (layout_is_bullet_sign(sign) && sign->flags & TOKEN_SPACE_BEFORE);
}

/* "Söndag: …" and "Bro: …": a heading on the line of its text, which may hold several incidents. */
static int read_labelled_line(Splitter *s, const LineInfo *line)
{
    uint32_t text_from = line->from;
    while (text_from < line->to && !ends_label(&s->text->tokens[text_from]))
        text_from++;
    int r = split_close(s);
    if (r < 0 || text_from >= line->to) return r < 0 ? r : split_open(s, line->from, line->to, line->from);
    text_from++;
    Span label = split_span(s->text, line->from, text_from);
    if (line->dated) {
        uint32_t first = sentence_end(s->text, text_from, line->to);
        LexiconHit hit;
        Span day = s->day;
        bool night = lexicon_match(s->words, s->text, line->from, text_from, LEX(LEX_NIGHT_TO), &hit);
        s->day = label;
        bool begins = (sentence_has_event(s->words, s->text, text_from, first) ||
                       sentence_has_place(s->words, s->text, text_from, first)) &&
                      !sentence_is_noise(s->words, s->text, text_from, first);
        r = split_prose(s, text_from, line->to, begins);
        if (night) s->day = day; /* "Natten mot tisdag – två cyklar …", and the next line "15.10 – …" */
        return r;
    }
    uint32_t stop = sentence_end(s->text, text_from, line->to);
    bool noise = sentence_is_noise(s->words, s->text, text_from, stop);
    s->area = label;
    if (!noise) r = split_open(s, line->from, stop, line->from);
    return r < 0 ? r : split_prose(s, noise ? text_from : stop, line->to, false);
}

static int read_one(Splitter *s, uint32_t *index)
{
    const LineInfo *line = &s->lines[*index];
    bool listed = false;
    int r = line->kind == LINE_BLANK ? 0 : split_town_line(s, line, &listed);
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
        if (s->body && line->routine && !line->after_blank &&
            !sentence_finds_nothing(s->words, s->text, line->from, line->to, line->to)) {
            split_extend(s, line->to); /* "06:00 Trafikkontroll, Östersund" / "Polisen har kontrollerat trafiken …" */
            return 0;
        }
        s->pending = (Segment){0};
        return split_close(s);
    case LINE_DAY:
        s->day = split_span(s->text, line->from, line->to);
        if (!s->area_first) s->area = (Span){0};
        s->pending = (Segment){0};
        return split_close(s);
    case LINE_HEADING:
        return read_heading(s, line);
    case LINE_TIMED:
        if (s->body && !line->after_blank && split_repeats_heading(s, line)) {
            split_extend(s, line->to); /* "22:30 Ekängen" / "Vid 22.30-tiden uppstod …" */
            return 0;
        }
        return split_timed_line(s, line);
    case LINE_ITEM:
        return line->bullet ? split_open(s, line->from, line->to, line->from) : read_labelled_line(s, line);
    case LINE_FIELD:
        if (s->body && !line->after_blank) {
            split_extend(s, line->to); /* "Nr 4 Lör 1/11 19.50" / "Objekt: …" */
            return 0;
        }
        return split_open(s, line->from, line->to, line->from);
    case LINE_ROW:
        return split_open(s, line->from, line->to, line->from);
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
    s.list = is_list(&s);
    int r = 0;
    for (uint32_t line = 0; r == 0 && line < text->line_count; line++) {
        r = read_one(&s, &line);
        const LineInfo *info = &s.lines[line];
        if (info->kind == LINE_BLANK) continue;
        bool bare_place = s.bare && info->kind == LINE_HEADING && !info->after_blank;
        s.bare = info->kind == LINE_TIMED && info->bare;
        s.body = bare_place || (info->kind == LINE_TIMED && info->heading_end == info->to);
        s.body_marked = info->marked;
        s.body_minute = info->minute;
        s.headed = info->kind == LINE_DAY;
        s.form = info->kind == LINE_FIELD || (s.form && info->kind == LINE_TEXT);
    }
    if (r == 0) r = split_close(&s);
    *segments = s.segments;
    *count = s.count;
    return r;
}

int split_report(const Text *text, const Knowledge *knowledge, Arena *arena, Segment **segments, uint32_t *count)
{
    return split_text(text, knowledge->lexicon, arena, segments, count);
}
