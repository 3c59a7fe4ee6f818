#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    CELLS_LEAST = 3, /* of a table's row */
    ROW_WORDS = 3,
    HEAD_CELL_WORDS = 3, /* on average, of a table's head */
    OTHER_LABEL_WORDS = 3,
};

/* How many cells tabs, bars or semicolons make of a line. */
static unsigned count_marked_cells(const Text *text, uint32_t index)
{
    const Line *line = &text->lines[index];
    unsigned tabs = 0, bars = 0, semicolons = 0;
    for (uint32_t at = line->start; at < line->end; at++) {
        tabs += text->bytes[at] == '\t';
        bars += text->bytes[at] == '|';
        semicolons += text->bytes[at] == ';';
    }
    unsigned most = tabs > bars ? tabs : bars;
    return (most > semicolons ? most : semicolons) + 1;
}

/* How many cells a table row has: as they are marked, or, where they are not, by slashes between spaces. */
static unsigned count_cells(const Text *text, uint32_t index)
{
    const Line *line = &text->lines[index];
    unsigned marked = count_marked_cells(text, index), slashes = 0;
    if (marked >= CELLS_LEAST) return marked;
    for (uint32_t at = line->start + 1; at + 1 < line->end; at++)
        slashes += text->bytes[at] == '/' && text->bytes[at - 1] == ' ' && text->bytes[at + 1] == ' ';
    return slashes + 1 > marked ? slashes + 1 : marked;
}

static bool has_clock_or_date(const LayoutReader *reader, const LineInfo *line)
{
    Clock clock;
    DateWords date;
    for (uint32_t at = line->from; at < line->to; at++) {
        if (clock_match(reader->words, reader->text, at, line->to, true, &clock) ||
            date_match(reader->words, reader->text, at, line->to, &date))
            return true;
    }
    return false;
}

/* A table's line, by its cells. "0105 / Ekhammarskolan / Larm" is an entry with its clock as any other. */
static bool is_table_line(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    Clock clock;
    bool strong;
    if (line->from >= line->to || count_cells(reader->text, index) < CELLS_LEAST) return false;
    return count_marked_cells(reader->text, index) >= CELLS_LEAST ||
           !layout_find_head_clock(reader, line, &clock, &strong) || !strong;
}

/* Short words without a full stop in every cell: what a table's columns are called. */
static bool is_table_head(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    uint32_t words = 0;
    for (uint32_t at = line->from; at < line->to; at++) {
        const Token *token = &reader->text->tokens[at];
        if (token->kind == TOKEN_NUMBER) return false;
        words += token->kind == TOKEN_WORD;
    }
    return words && words <= HEAD_CELL_WORDS * count_cells(reader->text, index);
}

/* The row above or below is one with a clock, and has as many cells. */
static bool is_beside_a_row(const LayoutReader *reader, uint32_t index)
{
    unsigned cells = count_cells(reader->text, index);
    return (index > 0 && reader->lines[index - 1].kind == LINE_ROW && count_cells(reader->text, index - 1) == cells) ||
           (index + 1 < reader->text->line_count && reader->lines[index + 1].kind == LINE_ROW &&
            count_cells(reader->text, index + 1) == cells);
}

static void make_row(LayoutReader *reader, uint32_t index)
{
    LineInfo *line = &reader->lines[index];
    line->kind = LINE_ROW;
    line->bullet = false;
    line->from = sentence_skip_signs(reader->text, reader->text->lines[index].first_token, line->to);
    while (line->to > line->from + 1 && token_is_sign(&reader->text->tokens[line->to - 1], "|"))
        line->to--;
    reader->rows++;
}

static bool has_as_many(const Text *text, uint32_t index, uint32_t other)
{
    return count_cells(text, index) == count_cells(text, other);
}

/* Words in at least as many as a row has that tells something: "| - | Tibble torg | Klotter på gaveln | Foto |". */
static bool has_words(const LayoutReader *reader, const LineInfo *line)
{
    unsigned words = 0;
    for (uint32_t at = line->from; at < line->to; at++)
        words += reader->text->tokens[at].kind == TOKEN_WORD;
    return words >= ROW_WORDS;
}

static bool is_cell_sign(const Token *token)
{
    return token_is_sign(token, ";|") || token->flags & TOKEN_LINE_START;
}

/* Behind words that tell of nothing at `at`: "Rond u.a.", "Nycklar åter, slut". */
static uint32_t skip_nothing(const LayoutReader *reader, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    while (at < end && lexicon_match(reader->words, reader->text, at, end, LEX(LEX_NOTHING) | LEX(LEX_NOISE), &hit)) {
        at = hit.end;
        while (at < end && token_is_sign(&reader->text->tokens[at], ",."))
            at++;
    }
    return at;
}

/* Something has been skipped from `from`, and at `at` the cell ends. */
static bool ends_cell(const LayoutReader *reader, uint32_t at, uint32_t from, uint32_t end)
{
    return at > from && (at >= end || is_cell_sign(&reader->text->tokens[at]));
}

/* "2026-02-03;22:40;Bro IP;UA": one of its cells says that nothing was found, and none names an event; or
 * ";;;Summa 9": the first with words counts the rows. */
static bool says_nothing(const LayoutReader *reader, const LineInfo *line)
{
    const Token *tokens = reader->text->tokens;
    if (sentence_begins_with_noise(reader->words, reader->text, line->from, line->to)) return true;
    for (uint32_t at = line->from + 1; at < line->to; at++)
        if (is_cell_sign(&tokens[at - 1]) && ends_cell(reader, skip_nothing(reader, at, line->to), at, line->to))
            return !sentence_has_event(reader->words, reader->text, line->from, line->to);
    return false;
}

/* Columns that stand apart by spaces alone: runs of two or more within the line. */
static bool has_gaps(const Text *text, uint32_t index)
{
    const Line *line = &text->lines[index];
    unsigned gaps = 0;
    for (uint32_t at = line->start; at + 2 < line->end; at++)
        gaps += text->bytes[at] == ' ' && text->bytes[at + 1] == ' ' && text->bytes[at + 2] != ' ';
    return gaps >= 2;
}

void layout_find_rows(LayoutReader *reader)
{
    const Text *text = reader->text;
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (!is_table_line(reader, i) && !(line->from < line->to && has_gaps(text, i))) continue;
        bool above = i > 0 && is_table_line(reader, i - 1) && (reader->rows || has_as_many(text, i, i - 1));
        bool below = i + 1 < text->line_count && is_table_line(reader, i + 1);
        /* "# uttag 2/3; urval=Bro; rader=4" over the table's head */
        if (below && !reader->rows && !has_as_many(text, i, i + 1) && is_table_head(reader, i + 1)) continue;
        unsigned dates, clocks;
        bool fields = layout_is_made_of(reader, line, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), &dates, &clocks) && !clocks;
        if (fields || (!above && below && is_table_head(reader, i))) {
            line->kind = LINE_NOISE;
            line->goes_on = true;
        } else if ((above || below) && has_clock_or_date(reader, line)) {
            make_row(reader, i);
        }
    }
    /* Rows whose clock is not known, downwards as they follow each other. */
    for (uint32_t i = 0; reader->rows && i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_TEXT && is_table_line(reader, i) && is_beside_a_row(reader, i) &&
            has_words(reader, line))
            make_row(reader, i);
    }
    for (uint32_t i = 0; reader->rows && i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_ROW && says_nothing(reader, line)) line->kind = LINE_NOISE;
    }
}

/* Lines with labels from `first` on: where they end, and whether they are a mail's head, with a label no form has. In a
 * form that repeats one such label ("Avser: …") may stand among more of its own. */
static uint32_t find_labels_end(const LayoutReader *reader, uint32_t first, bool *mail)
{
    const uint64_t roles = LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME);
    LexiconHit hit;
    uint32_t line = first;
    bool all = true, repeated = false; /* "Objekt: …" / "Objekt: …" */
    uint32_t fields = 0, others = 0;
    bool form = reader->form_label && reader->lines[first].from < reader->lines[first].to &&
                token_is(&reader->text->tokens[reader->lines[first].from], reader->form_label);
    for (; line < reader->text->line_count; line++) {
        const LineInfo *info = &reader->lines[line];
        bool field = layout_match_label(reader, info->from, info->to, roles, &hit);
        bool label = lexicon_match(reader->words, reader->text, info->from, info->to, LEX(LEX_MAIL), &hit);
        if (!field && !label) break;
        fields += field;
        others += label && !field;
        all &= label;
        repeated |= line > first &&
                    token_is(&reader->text->tokens[info->from], reader->text->tokens[reader->lines[first].from].norm);
    }
    *mail = form ? others >= fields && others : others;
    /* "Nr 4 Lör 1/11 19.50" / "Objekt: …" */
    *mail |= !form && all && line > first && !repeated &&
             !(first > 0 && has_clock_or_date(reader, &reader->lines[first - 1]));
    return line;
}

/* "Objekt: Broskolan. U.a.": a form on one line that ends with nothing to report. */
static bool finds_nothing(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    Clock clock;
    uint32_t last = line->from, next;
    while ((next = sentence_end(text, last, line->to)) < line->to)
        last = next;
    return last > line->from && sentence_finds_nothing(reader->words, text, last, line->to, line->to) &&
           !sentence_has_event(reader->words, text, line->from, last) &&
           !sentence_find_clock(reader->words, text, line->from, line->to, &clock);
}

/* "Objekt: Broskolan" / "Iakttagelse: UA, en hare": one of the form's labels has no more to tell, and none an event. */
static bool answers_nothing(const LayoutReader *reader, uint32_t first)
{
    const Token *tokens = reader->text->tokens;
    LexiconHit hit;
    bool nothing = false;
    for (uint32_t i = first; i == first || (i < reader->text->line_count && reader->lines[i].goes_on); i++) {
        const LineInfo *line = &reader->lines[i];
        uint32_t colon = line->from;
        while (colon < line->to && !token_is_sign(&tokens[colon], ":"))
            colon++;
        if (colon == line->to) colon = line->from;
        nothing |= lexicon_match(reader->words, reader->text, colon + 1, line->to, LEX(LEX_NOTHING), &hit) &&
                   (hit.end >= line->to || token_is_sign(&tokens[hit.end], ".,"));
        if (sentence_has_event(reader->words, reader->text, colon, line->to)) return false;
    }
    return nothing;
}

/* "Brottsplats....: Bro C" right below a line of a form: a label that is none of those known. */
static bool is_other_label(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    if (index == 0 || (line[-1].kind != LINE_FIELD && !line[-1].goes_on) || line->bullet) return false;
    const Token *tokens = reader->text->tokens;
    uint32_t at = line->from;
    while (at < line->to && at < line->from + OTHER_LABEL_WORDS && tokens[at].kind == TOKEN_WORD)
        at++;
    if (at == line->from) return false;
    while (at < line->to && token_is_sign(&tokens[at], "."))
        at++;
    return at + 1 < line->to && token_is_sign(&tokens[at], ":");
}

/* The line begins a block with a known label. */
static bool begins_block(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    return line->kind == LINE_TEXT && (index == 0 || layout_is_rule(reader, line - 1)) &&
           layout_match_label(reader, line->from, line->to, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), &hit);
}

/* The label that begins more than one block: what stands above is the report's head, "Datum: …" / "Område: …". NULL
 * where none does. */
static const char *find_form_label(const LayoutReader *reader)
{
    const Token *tokens = reader->text->tokens;
    uint32_t before = 0, blocks = 0;
    for (uint32_t i = 0; i < reader->text->line_count; i++) {
        if (!begins_block(reader, i)) continue;
        const char *label = tokens[reader->lines[i].from].norm;
        if (blocks++ && token_is(&tokens[reader->lines[before].from], label)) return label;
        before = i;
    }
    return NULL;
}

void layout_find_forms(LayoutReader *reader)
{
    const Text *text = reader->text;
    LexiconHit hit;
    const uint64_t roles = LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME);
    uint32_t labels = 0, block_end = 0;
    reader->form_label = find_form_label(reader);
    bool mail = false;
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (layout_heads_clock(reader, i)) continue;
        if (i >= block_end) block_end = find_labels_end(reader, i, &mail);
        if (i < block_end && mail) {
            line->kind = LINE_NOISE;
            line->goes_on = true;
            continue;
        }
        if (line->kind != LINE_TEXT) continue;
        if (!layout_match_label(reader, line->from, line->to, roles, &hit)) {
            line->goes_on = labels && is_other_label(reader, i);
            continue;
        }
        if (hit.end + 1 >= line->to && i + 1 < text->line_count && layout_heads_clock(reader, i + 1)) continue;
        /* One alone, with no other on a line beside it, is no form. */
        LexiconHit other;
        uint32_t next = i + 1;
        while (next < text->line_count && reader->lines[next].from >= reader->lines[next].to)
            next++;
        bool followed = next < text->line_count &&
                        layout_match_label(reader, reader->lines[next].from, reader->lines[next].to, roles, &other);
        bool again = reader->form_label && token_is(&text->tokens[line->from], reader->form_label);
        if (!labels && !followed && !again) continue;
        if (!reader->form_label) reader->form_label = text->tokens[line->from].norm;
        if (!labels && !token_is(&text->tokens[line->from], reader->form_label)) {
            line->kind = LINE_NOISE;
            line->goes_on = true;
            continue;
        }
        labels++;
        bool begins = token_is(&text->tokens[line->from], reader->form_label);
        line->kind = begins ? LINE_FIELD : LINE_TEXT;
        line->goes_on = !begins;
        if (begins && finds_nothing(reader, line)) line->kind = LINE_NOISE;
        if (begins && layout_is_crossed_out(text, line)) { /* "Vad: -" / "Var: Bro C" */
            line->kind = LINE_NOISE;
            line->goes_on = true;
        }
    }
    for (uint32_t i = 0; i < text->line_count; i++)
        if (reader->lines[i].kind == LINE_FIELD && answers_nothing(reader, i)) {
            reader->lines[i].kind = LINE_NOISE;
            reader->lines[i].goes_on = true;
        }
}
