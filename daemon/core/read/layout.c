#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    GREETING_TOKENS = 12,
    WRAP_BYTES = 50, /* a line as long as this may be broken by a mail program */
    UNWRAPPED_BYTES = 100,
    SIGNATURE_TOKENS = 8,   /* of a line that begins with a slash: "/Kommunpolisen" */
    INTRO_TOKENS = 6,       /* between "det viktigaste" and its colon */
    EVENT_REACH = 16,       /* tokens behind a clock, in which something happens */
    TALK_TOKENS = 60,       /* a sentence of more has lost its full stops */
    LISTED_LINES = 3,       /* so many that end with a clock are a list */
    EXCLAMATION_TOKENS = 7, /* so few words, with their full stop, may tell of nothing */
};

/* The last word of a line leads up to the clock on the next: "…larmades vid". */
static bool leads_on(const LayoutReader *reader, uint32_t last)
{
    const uint64_t roles =
        LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_PLACE_PREP) | LEX(LEX_ON) | LEX(LEX_RANGE) | LEX(LEX_BETWEEN);
    LexiconHit hit;
    return lexicon_match(reader->words, reader->text, last, last + 1, roles, &hit);
}

/* A line longer than any mail program leaves it: lines end where the writer ended them. */
static bool has_long_line(const Text *text)
{
    for (uint32_t i = 0; i < text->line_count; i++)
        if (text->lines[i].end - text->lines[i].start > UNWRAPPED_BYTES) return true;
    return false;
}

/* A ">" with nothing behind it stands before a blank line of somebody else's. */
static bool is_quoted(const Text *text)
{
    for (uint32_t i = 0; i < text->line_count; i++)
        if (text->lines[i].token_end == text->lines[i].first_token + 1 &&
            token_is_sign(&text->tokens[text->lines[i].first_token], ">"))
            return true;
    return false;
}

/* The line before breaks off within a sentence that this one goes on with, as mail programs break lines. */
static bool goes_on_after(const LayoutReader *reader, uint32_t index)
{
    const Text *text = reader->text;
    if (index == 0) return false;
    const Line *before = &text->lines[index - 1];
    if (before->first_token == before->token_end || before->end - before->start < WRAP_BYTES) return false;
    if (reader->lines[index - 1].kind == LINE_ROW) return false; /* a table's row ends with its line */
    if (reader->lines[index].bullet) return false;               /* "b) Bro IP, 18.15, …" */
    const Token *last = &text->tokens[before->token_end - 1];
    if (token_is_sign(last, ".!?:;)|") || reader->unwrapped) return false;
    const Token *first = &text->tokens[text->lines[index].first_token];
    if (layout_lists_clocked_days(reader) && layout_begins_with_day_and_clock(reader, index)) return false;
    if (sentence_days_alone(reader->words, text, reader->lines[index].from, reader->lines[index].to) == 1) return false;
    if (layout_lists_days(reader) && layout_begins_with_day(reader, index)) return false;
    if (layout_is_log(reader) && layout_begins_with_clock(reader, index) && !leads_on(reader, before->token_end - 1))
        return false;
    if (first->kind == TOKEN_WORD) return !(first->flags & TOKEN_CAPITAL);
    /* "…larmades vid / 22.30 och …" */
    Clock clock;
    uint32_t end = text->lines[index].token_end;
    if (first->kind != TOKEN_NUMBER) return false;
    uint32_t next = clock_match(reader->words, text, text->lines[index].first_token, end, true, &clock)
                        ? clock.end
                        : text->lines[index].first_token + 1;
    return next < end && text->tokens[next].kind == TOKEN_WORD && !(text->tokens[next].flags & TOKEN_CAPITAL);
}

/* A day and a clock over "Objekt: …", or where several lines begin so over a text: "Fredag kl. 21.20" / "Ett gäng …".
 */
static bool heads_an_incident(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    const LineInfo *below = line + 1;
    LexiconHit hit;
    Clock clock;
    if (below >= reader->lines + text->line_count || below->from >= below->to) return false;
    if (layout_match_label(reader, below->from, below->to, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), &hit)) return true;
    if (!layout_lists_clocked_days(reader) || below->bullet || !token_is_capital(&text->tokens[below->from]))
        return false;
    for (uint32_t at = line->from; at < line->to; at++)
        if (clock_match(reader->words, text, at, line->to, true, &clock)) return clock.until < 0 && !clock.about;
    return false;
}

/* Titles, introductions, dates and periods: short lines that are not an incident's heading. */
static bool read_short_line(const LayoutReader *reader, LineInfo *line)
{
    const Text *text = reader->text;
    LexiconHit hit;
    unsigned dates, clocks;
    /* "HELGEN", below weekdays */
    if (lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_WEEKEND), &hit) && hit.end == line->to) {
        line->kind = LINE_DAY;
        return true;
    }
    bool only_time = layout_is_made_of(reader, line,
                                       LEX(LEX_TITLE) | LEX(LEX_RANGE) | LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_FIELD) |
                                           LEX(LEX_BETWEEN) | LEX(LEX_NIGHT_TO) | LEX(LEX_MAIL) | LEX(LEX_WEEKEND),
                                       &dates, &clocks);
    bool title = lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_TITLE), &hit);
    unsigned leading = 0;
    if (!only_time && sentence_skip_dates(reader->words, reader->text, line->from, line->to, &leading) > line->from &&
        leading && text->tokens[line->from].kind == TOKEN_NUMBER && !clocks &&
        !sentence_has_event(reader->words, text, line->from, line->to)) {
        line->kind = title ? LINE_NOISE : LINE_DAY;
        return true;
    }
    if (only_time && dates == 1 && clocks == 1 && !title && heads_an_incident(reader, line)) return false;
    if (only_time && (dates || clocks >= 2 || title)) {
        line->kind = dates == 1 && !title ? LINE_DAY : LINE_NOISE;
        return dates || title || clocks >= 2;
    }
    return false;
}

/* "Några saker att känna till:": a clause before a colon announces; a heading there has names. */
static bool is_announcement(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    LexiconHit hit;
    uint32_t plain = 0;
    if (!token_is_sign(&text->tokens[line->to - 1], ":")) return false;
    for (uint32_t at = line->from; at < line->to; at++) {
        const Token *token = &text->tokens[at];
        plain += token->kind == TOKEN_WORD && !(token->flags & TOKEN_CAPITAL) &&
                 !lexicon_match(reader->words, text, at, line->to, LEX(LEX_PLACE_PREP) | LEX(LEX_AND), &hit);
    }
    return plain >= 3 && !sentence_has_event(reader->words, text, line->from, line->to);
}

/* "En förare i Ånge har fått böter.", "Under natten har en cykel stulits i Bro.": somebody's or something's event
 * at a place. */
static bool tells_of_somebody(const LayoutReader *reader, uint32_t from, uint32_t end)
{
    const Text *text = reader->text;
    LexiconHit hit;
    return lexicon_match(reader->words, text, from, end, LEX(LEX_SOMEONE) | LEX(LEX_OWN) | LEX(LEX_THEN), &hit) &&
           !(hit.role == LEX_OWN && hit.value) && sentence_has_event(reader->words, text, from, end) &&
           sentence_has_place(reader->words, text, from, end) && !sentence_is_noise(reader->words, text, from, end);
}

bool layout_skip_to_incident(const LayoutReader *reader, LineInfo *line)
{
    uint32_t at = line->from;
    while ((at = sentence_end(reader->text, at, line->to)) < line->to) {
        if (!tells_of_somebody(reader, at, sentence_end(reader->text, at, line->to))) continue;
        line->from = at;
        line->weak = true;
        return true;
    }
    return false;
}

/* A sentence that has lost its full stops, as talk that is taken down has: behind a clock of its own something happens,
 * so that "annars var det lugnt" is only a part of it. */
static bool is_talk_of_events(const LayoutReader *reader, uint32_t from, uint32_t end)
{
    const Text *text = reader->text;
    LexiconHit event, denied;
    Clock clock;
    if (end - from <= TALK_TOKENS || token_is_capital(&text->tokens[from])) return false;
    for (uint32_t at = from; at < end; at++) {
        if (!clock_match(reader->words, text, at, end, at == from, &clock)) continue;
        uint32_t near = clock.end + EVENT_REACH < end ? clock.end + EVENT_REACH : end;
        if (sentence_clock_use(reader->words, text, from, end, &clock) == CLOCK_STARTS &&
            lexicon_find(reader->words, text, clock.end, near, LEX(LEX_EVENT), &event) &&
            !lexicon_match(reader->words, text, event.start - 1, event.start, LEX(LEX_NOTHING), &denied))
            return true;
        at = clock.end - 1;
    }
    return false;
}

bool layout_is_routine(const LayoutReader *reader, LineInfo *line)
{
    Clock clock;
    uint32_t sentence = sentence_end(reader->text, line->from, line->to);
    if (!sentence_is_noise(reader->words, reader->text, line->from, sentence)) return false;
    if (is_talk_of_events(reader, line->from, sentence)) {
        line->weak = true;
        return false;
    }
    bool more = sentence < line->to && sentence_find_clock(reader->words, reader->text, sentence, line->to, &clock);
    line->weak |= more;
    return !more && !layout_skip_to_incident(reader, line);
}

/* "Det viktigaste från i går: På Broskolan blev …": moves `from` behind the colon, where something is told. */
static bool skip_introduction(const LayoutReader *reader, LineInfo *line, uint32_t at)
{
    const Text *text = reader->text;
    uint32_t end = at + INTRO_TOKENS < line->to ? at + INTRO_TOKENS : line->to;
    while (at < end && !token_is_sign(&text->tokens[at], ":"))
        at++;
    if (at >= end || at + 1 >= line->to || !(text->tokens[at + 1].flags & TOKEN_CAPITAL) ||
        !sentence_has_event(reader->words, text, at + 1, sentence_end(text, at + 1, line->to)))
        return false;
    line->from = at + 1;
    line->introduced = true;
    return true;
}

/* "Här kommer rapporten för helgen. I fredags vid 18 upptäckte …": what tells of something on the same line goes on. */
static bool skip_first_sentence(const LayoutReader *reader, LineInfo *line, uint32_t sentence)
{
    Clock clock;
    if (sentence >= line->to || !sentence_find_clock(reader->words, reader->text, sentence, line->to, &clock))
        return false;
    line->from = sentence;
    return true;
}

/* "Misstänkt vapen, Bro" behind a blank line, and a text right below that begins anew. */
static bool stands_over_text(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    const Token *tokens = reader->text->tokens;
    return (index == 0 || line[-1].kind == LINE_BLANK) && index + 1 < reader->text->line_count &&
           line[1].from < line[1].to && token_is_capital(&tokens[line[1].from]) &&
           !token_is_sign(&tokens[line->to - 1], ".:");
}

/* What an untimed line is. */
static void read_untimed(LayoutReader *reader, LineInfo *line)
{
    if (layout_read_dated(reader, line)) return;
    const Text *text = reader->text;
    const Lexicon *words = reader->words;
    uint32_t index = (uint32_t)(line - reader->lines);
    LexiconHit hit;
    bool heading = layout_looks_like_heading(reader, line, false) || layout_is_small_heading(reader, index);
    bool colon = token_is_sign(&text->tokens[line->to - 1], ":");
    uint32_t sentence = sentence_end(text, line->from, line->to);
    bool labelled = layout_is_labelled(reader, line);
    line->misc = lexicon_match(words, text, line->from, line->to, LEX(LEX_MISC), &hit) && hit.value == 2 &&
                 (hit.end >= line->to || token_is_sign(&text->tokens[hit.end], ":"));
    reader->labelled += labelled;
    line->labelled = labelled;
    line->dated = layout_is_dated(reader, line);
    if (layout_heads_an_occasion(reader, line)) {
        line->kind = LINE_HEADING;
    } else if (lexicon_match(words, text, line->from, line->to, LEX(LEX_MISC), &hit) &&
               sentence_skip_signs(text, hit.end, line->to) >= line->to) {
        line->kind = LINE_NOISE;
    } else if (layout_match_misc_label(reader, line, &hit)) {
        line->from = hit.end + 1; /* "Övrigt: Under natten …": judged by what follows */
        if (layout_is_routine(reader, line)) line->kind = LINE_NOISE;
    } else if (layout_match_label(reader, line->from, line->to, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), &hit)) {
        bool heads = layout_heads_clock(reader, index);
        line->kind = heads ? LINE_HEADING : LINE_TEXT;
        line->goes_on = !heads;
    } else if (layout_adds_up(reader, index) || layout_is_crossed_out(text, line)) {
        line->kind = LINE_NOISE;
    } else if (layout_is_dashed(reader, index)) {
        layout_make_entry(line);
    } else if (lexicon_find(words, text, line->from, sentence, LEX(LEX_INTRO), &hit) &&
               (colon || sentence - line->from < 30)) {
        if (!skip_introduction(reader, line, hit.end) && !skip_first_sentence(reader, line, sentence))
            line->kind = LINE_NOISE;
    } else if (is_announcement(reader, line)) {
        line->kind = LINE_NOISE;
    } else if (layout_is_routine(reader, line)) {
        line->kind = LINE_NOISE;
        line->routine = true;
    } else if (heading && lexicon_find(words, text, line->from, line->to, LEX(LEX_TITLE), &hit) &&
               !sentence_has_event(words, text, line->from, line->to)) {
        line->kind = LINE_NOISE;
    } else if (line->bullet || line->dated) {
        line->kind = LINE_ITEM;
    } else if (heading && labelled && layout_is_among_labels(reader, line)) {
        line->kind = LINE_ITEM;
    } else if (heading &&
               (layout_is_in_capitals(reader, line) || stands_over_text(reader, index) ||
                !(lexicon_match(words, text, line->from, line->to, LEX(LEX_CONTINUE), &hit) && hit.value == 1))) {
        line->kind = LINE_HEADING;
    } else if (labelled &&
               ((sentence_has_event(words, text, line->from, line->to) && !reader->form_label) ||
                sentence_has_place(words, text, line->from, line->to) || layout_is_beside_a_label(reader, line))) {
        line->kind = LINE_ITEM;
    }
}

/* Behind a blank line "Uppföljning: mannen från bråket i fredags …" tells of an incident farther up, or of none here.
 */
static bool is_update_of_another(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    if (index == 0 || reader->lines[index - 1].kind != LINE_BLANK) return false;
    uint32_t sentence = sentence_end(reader->text, line->from, line->to);
    const uint64_t roles = LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_PAST) | LEX(LEX_SINCE);
    for (uint32_t at = line->from; lexicon_find(reader->words, reader->text, at, sentence, roles, &hit);
         at = hit.start + 1)
        if (hit.role != LEX_SINCE || hit.value <= LEX_SINCE_TOLD) return true;
    return false;
}

/* A greeting, or a line of a mail's head. */
static bool is_courtesy(const LayoutReader *reader, const LineInfo *line)
{
    LexiconHit hit;
    return lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_MAIL), &hit) ||
           (line->to - line->from <= GREETING_TOKENS &&
            lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_GREETING), &hit));
}

/* "Med vänlig hälsning", "/Kommunpolisen"; where nothing has been told yet, "Tack för senast!" only greets. */
static bool is_closing(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    if (token_is_sign(&reader->text->tokens[line->from], "/")) return line->to - line->from <= SIGNATURE_TOKENS;
    return reader->told && lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_CLOSING), &hit);
}

/* What one line is. `*signature` is true from a closing on, until a line begins an incident or a day. */
static void read_line(LayoutReader *reader, uint32_t index, bool *signature)
{
    const Text *text = reader->text;
    LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    Clock clock;
    bool strong = false;
    if (line->from >= line->to || layout_is_rule(reader, line)) {
        line->kind = LINE_BLANK;
        return;
    }
    if (line->kind == LINE_FIELD || line->kind == LINE_ROW || line->goes_on) {
        *signature = false;
        return;
    }
    if (is_closing(reader, index)) *signature = true;
    if (!layout_heads_clock(reader, index) && is_courtesy(reader, line)) {
        line->kind = LINE_NOISE;
        return;
    }
    if (goes_on_after(reader, index)) {
        line->broken_off = true;
        if (*signature) line->kind = LINE_NOISE;
        return;
    }
    if (!(text->tokens[line->from].flags & TOKEN_CAPITAL) &&
        sentence_days_alone(reader->words, text, line->from, line->to) == 1) {
        line->kind = LINE_DAY;
        *signature = false;
        return;
    }
    if (layout_looks_like_heading(reader, line, false) && read_short_line(reader, line)) {
        *signature &= line->kind != LINE_DAY;
        return;
    }
    if (lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_UPDATE), &hit) && hit.value == 0) {
        line->goes_on = !is_update_of_another(reader, index);
        if (!line->goes_on) line->kind = LINE_NOISE;
        return;
    }
    if (!line->bullet && layout_finds_period(reader, line)) {
        line->kind = LINE_NOISE;
        return;
    }
    if (layout_match_misc_label(reader, line, &hit) && hit.value == 1) {
        line->kind = LINE_NOISE;
        return;
    }
    if (layout_is_stopped_heading(reader, index)) {
        line->kind = LINE_HEADING;
        return;
    }
    bool listed = (reader->tail_clocks >= LISTED_LINES && layout_ends_with_clock(reader, index)) ||
                  (reader->counted_label && token_is(&text->tokens[line->from], reader->counted_label) &&
                   line->from + 1 < line->to && text->tokens[line->from + 1].kind == TOKEN_NUMBER);
    if (listed) {
        layout_make_entry(line);
        if (layout_is_routine(reader, line)) line->kind = LINE_NOISE;
    } else if (layout_find_head_clock(reader, line, &clock, &strong)) {
        *signature &= !strong;
        layout_read_clocked(reader, line, &clock, strong);
    } else {
        read_untimed(reader, line);
    }
    if (*signature && line->kind != LINE_TIMED) line->kind = LINE_NOISE;
}

/* "A. BRO", "1. Snatteri" / "Tid: 12.40": a bullet whose text stands on the lines below. */
static bool is_numbered_heading(const LayoutReader *reader, uint32_t index)
{
    if (!layout_looks_like_heading(reader, &reader->lines[index], false) || index + 1 >= reader->text->line_count)
        return false;
    const LineInfo *next = &reader->lines[index + 1];
    if (layout_is_in_section(reader, index + 1)) return !layout_is_in_section(reader, index);
    if (next->kind == LINE_NOISE)
        return sentence_finds_nothing(reader->words, reader->text, next->from, next->to, next->to);
    return !next->bullet && (next->kind == LINE_TIMED || next->kind == LINE_FIELD || next->kind == LINE_TEXT) &&
           !goes_on_after(reader, index + 1);
}

/* "> Nu är det nog.": a bullet of a few words in which nothing happens anywhere, and nothing stands below it. */
static bool is_exclamation(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    const Text *text = reader->text;
    LexiconHit hit;
    Clock clock;
    if (line->to - line->from > EXCLAMATION_TOKENS || !token_is_sign(&text->tokens[line->to - 1], ".!")) return false;
    for (uint32_t at = line->from; at < line->to; at++)
        if (text->tokens[at].kind == TOKEN_NUMBER || (at > line->from && token_is_capital(&text->tokens[at])))
            return false;
    if (index + 1 < text->line_count && reader->lines[index + 1].kind == LINE_TEXT) return false;
    return !sentence_has_event(reader->words, text, line->from, line->to) &&
           !sentence_has_place(reader->words, text, line->from, line->to) &&
           !sentence_find_clock(reader->words, text, line->from, line->to, &clock) &&
           !lexicon_find(reader->words, text, line->from, line->to,
                         LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_SOMEONE), &hit);
}

LineInfo *layout_read(const Lexicon *words, const Text *text, Arena *arena)
{
    LayoutReader reader = {.words = words, .text = text};
    reader.lines = arena_calloc(arena, text->line_count, sizeof *reader.lines);
    if (!reader.lines) return NULL;
    reader.quoted = is_quoted(text);
    for (uint32_t i = 0; i < text->line_count; i++)
        layout_cut_line(&reader, i, &reader.lines[i]);
    reader.unwrapped = text_is_small(text) && has_long_line(text);
    for (uint32_t i = 0; i < text->line_count; i++) {
        reader.day_clocks += layout_begins_with_day_and_clock(&reader, i);
        reader.head_clocks += layout_begins_with_clock(&reader, i);
        reader.tail_clocks += layout_ends_with_clock(&reader, i);
        reader.named_clocks += layout_names_a_clock(&reader, i);
        reader.dated += layout_begins_with_day(&reader, i);
        reader.numbered_clocks += layout_numbers_a_clock(&reader, i);
    }
    reader.counted_label = layout_find_counted_label(&reader);
    layout_find_rows(&reader);
    layout_find_forms(&reader);
    bool signature = false, blank = true, titled = false;
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader.lines[i];
        read_line(&reader, i, &signature);
        line->after_blank = blank;
        blank = line->kind == LINE_BLANK;
        if (!titled && line->kind == LINE_HEADING && !layout_heads_an_occasion(&reader, line) &&
            layout_is_title(&reader, i))
            line->kind = LINE_NOISE;
        if (!titled && line->kind == LINE_TIMED && layout_is_dated_title(&reader, i)) {
            line->kind = LINE_NOISE;
            reader.timed--;
        }
        titled |= line->kind != LINE_BLANK && line->kind != LINE_NOISE;
        reader.told |= titled || line->routine;
    }
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader.lines[i];
        if (line->kind == LINE_ITEM && line->bullet && is_numbered_heading(&reader, i)) line->kind = LINE_HEADING;
    }
    layout_read_advice(&reader);
    layout_find_details(&reader);
    /* Bullets under timed lines are their details, unless bullets are timed themselves or stand under a heading. */
    uint8_t before = LINE_NOISE;
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader.lines[i];
        if (line->kind == LINE_BLANK) continue;
        if (line->kind == LINE_ITEM && line->bullet && is_exclamation(&reader, i)) line->kind = LINE_NOISE;
        bool detail = line->bullet ? !line->dated && !line->after_blank && reader.timed && !reader.timed_bullets &&
                                         before != LINE_HEADING && before != LINE_DAY && before != LINE_NOISE
                                   : reader.labelled < 2 && !line->dated;
        if (line->kind == LINE_ITEM && detail) {
            line->kind = LINE_TEXT;
            line->goes_on = line->bullet;
        }
        before = line->kind;
    }
    layout_gather_occasions(&reader);
    layout_read_signature(&reader);
    layout_find_lists(&reader);
    layout_find_ends(&reader);
    return reader.lines;
}
