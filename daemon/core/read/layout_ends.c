/* What stands above a report's first entry, and behind its last: the entries tell how much of it is theirs. */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    ENTRIES_LEAST = 3,    /* fewer show no form */
    ODD_SHARE = 5,        /* a line that has no clock is one of them where at most every fifth is so */
    TITLE_TOKENS = 4,     /* an area's heading with a date has fewer */
    REFERENCE_TOKENS = 3, /* of what names another entry, at least */
};

static bool is_entry(const LineInfo *line)
{
    return line->kind == LINE_TIMED || line->kind == LINE_ROW || line->kind == LINE_FIELD || line->kind == LINE_ITEM;
}

/* How a report's entries are written. */
typedef struct Entries {
    uint32_t count, first, last; /* lines of the first and the last */
    bool lines_below;            /* one of those before goes on below its line, … */
    bool paragraphs;             /* … or behind a blank line */
    bool set_off;                /* a blank line stands before each of them */
    bool headed;                 /* one of them is a heading with a clock, whose text stands below */
    uint32_t odd;                /* lines of text right below one, that begin anew behind a full stop */
} Entries;

/* "Båtmotor stulen vid Lillsjön." below "10.15 Krock i Brunna.": behind a full stop, and
 * of nobody spoken of before. */
static bool begins_anew(const LayoutReader *reader, uint32_t index)
{
    const Token *tokens = reader->text->tokens;
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    return line->kind == LINE_TEXT && !line->after_blank && !line->goes_on && !line->broken_off && !line->weak &&
           line[-1].kind == LINE_TIMED && line[-1].heading_end < line[-1].to && line[-1].from < line[-1].to &&
           token_is_sign(&tokens[line[-1].to - 1], ".") && token_is_capital(&tokens[line->from]) &&
           !lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_CONTINUE), &hit);
}

static Entries survey(const LayoutReader *reader)
{
    Entries entries = {.set_off = true};
    bool below = false, paragraph = false; /* since the last entry */
    for (uint32_t i = 0; i < reader->text->line_count; i++) {
        const LineInfo *line = &reader->lines[i];
        if (is_entry(line)) {
            entries.lines_below |= below;
            entries.paragraphs |= paragraph;
            below = paragraph = false;
            entries.set_off &= line->after_blank;
            entries.headed |= line->kind == LINE_TIMED && line->heading_end == line->to;
            if (!entries.count) entries.first = i;
            entries.last = i;
            entries.count++;
        } else if (line->kind == LINE_TEXT && entries.count && !line->weak) {
            below |= !line->after_blank;
            paragraph |= line->after_blank;
            entries.odd += begins_anew(reader, i);
        }
    }
    return entries;
}

/* "Anmälaren i det sista ärendet …": by as many words, in a paragraph of its own too. */
static bool refers_to_last(const LayoutReader *reader, const LineInfo *line)
{
    LexiconHit hit;
    for (uint32_t at = line->from; at < line->to; at++)
        if (lexicon_match(reader->words, reader->text, at, line->to, LEX(LEX_CONTINUE), &hit) &&
            hit.end - at >= REFERENCE_TOKENS)
            return true;
    return false;
}

/* "Han greps.", right below, speaks of somebody above. */
static bool speaks_of_last(const LayoutReader *reader, const LineInfo *line)
{
    LexiconHit hit;
    if (line->after_blank) return refers_to_last(reader, line);
    return lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_CONTINUE), &hit) && hit.value == 1;
}

static void find_tail(LayoutReader *reader, const Entries *entries)
{
    const LineInfo *last = &reader->lines[entries->last];
    bool apart = false, body = last->kind == LINE_TIMED && last->heading_end == last->to;
    for (uint32_t i = entries->last + 1; i < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_BLANK) continue;
        if (line->kind != LINE_TEXT) {
            apart = false;
            /* "Rån" / "22.40 ringde en butik …" */
            body = line->kind == LINE_HEADING && sentence_has_event(reader->words, reader->text, line->from, line->to);
            continue;
        }
        if (!apart &&
            ((line->goes_on && !line->after_blank) || body || line->broken_off || speaks_of_last(reader, line))) {
            body = false;
            continue;
        }
        apart |= line->after_blank ? !entries->paragraphs : !entries->lines_below;
        line->apart = apart;
    }
}

/* "Uttag 2026-03-02 05:40" over a table or forms names no event, and is none; "Ärende 1, fre 23.10" right above a form
 * is that form's. */
static void read_lines_above_table(LayoutReader *reader)
{
    for (uint32_t i = 0; i + 1 < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_ROW || line->kind == LINE_FIELD || line[1].kind == LINE_FIELD) return;
        if ((line->kind == LINE_TIMED || line->kind == LINE_TEXT) &&
            !sentence_has_event(reader->words, reader->text, line->from, line->to))
            line->kind = LINE_NOISE;
    }
}

/* A date in [from, to). */
static bool has_date(const LayoutReader *reader, const LineInfo *line)
{
    unsigned dates = 0;
    for (uint32_t at = line->from; at < line->to && !dates; at++)
        sentence_skip_dates(reader->words, reader->text, at, line->to, &dates);
    return dates;
}

/* A date with its year. */
static bool has_long_date(const LayoutReader *reader, const LineInfo *line)
{
    DateWords date;
    for (uint32_t at = line->from; at < line->to; at++)
        if (date_match(reader->words, reader->text, at, line->to, &date)) return date.year;
    return false;
}

/* "Nattvandrarna 3/10" / "Ute 20-01, fem man.": the first lines, up to a blank one, tell of no event anywhere. A
 * heading there is one of the report where text follows it, or where it has a date. */
static void read_first_lines(LayoutReader *reader)
{
    uint32_t first = 0, end, texts = 0;
    while (first < reader->text->line_count && reader->lines[first].kind == LINE_BLANK)
        first++;
    for (end = first; end < reader->text->line_count && reader->lines[end].kind != LINE_BLANK; end++) {
        const LineInfo *line = &reader->lines[end];
        bool sent = end == first && !layout_lists_clocked_days(reader) && has_long_date(reader, line);
        if ((line->kind == LINE_TIMED && !sent) || line->kind == LINE_ITEM ||
            sentence_has_event(reader->words, reader->text, line->from, line->to) ||
            (line->kind == LINE_TEXT && sentence_has_place(reader->words, reader->text, line->from, line->to)))
            break;
        texts += line->kind == LINE_TEXT;
    }
    /* "Jouren, veckan. Till förvaltarna fredag 3 april": alone over a blank line and with a date it is the title. */
    if (end == first && end + 1 < reader->text->line_count && reader->lines[end].kind == LINE_HEADING &&
        reader->lines[end + 1].kind == LINE_BLANK && has_date(reader, &reader->lines[end]))
        reader->lines[end].kind = LINE_NOISE;
    bool whole = end < reader->text->line_count && reader->lines[end].kind == LINE_BLANK;
    for (uint32_t i = first; i < end; i++) {
        LineInfo *line = &reader->lines[i];
        bool title = i == first && line->to - line->from >= TITLE_TOKENS && has_date(reader, line);
        if ((whole && line->kind == LINE_TEXT) || line->kind == LINE_TIMED ||
            (line->kind == LINE_HEADING && (title || (whole && texts))))
            line->kind = LINE_NOISE;
    }
}

/* Between entries that blank lines set off, a paragraph is another. */
static void find_paragraphs(LayoutReader *reader, const Entries *entries)
{
    for (uint32_t i = entries->first; i < entries->last; i++) {
        LineInfo *line = &reader->lines[i];
        line->paragraph = line->kind == LINE_TEXT && line->after_blank && !line->goes_on;
    }
}

/* Among entries of a line each, a line between them without a clock that tells of a place of its own is one too. */
static void find_odd_lines(LayoutReader *reader, const Entries *entries)
{
    if (entries->headed || !entries->odd || entries->odd * ODD_SHARE > entries->count) return;
    for (uint32_t i = entries->first + 1; i <= entries->last + 1 && i < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        LexiconHit hit;
        uint32_t sentence = line->from < line->to ? sentence_end(reader->text, line->from, line->to) : line->from;
        /* The last line may also sum up: "Stökig natt i länet." */
        if (i > entries->last &&
            !lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_SOMEONE), &hit))
            continue;
        if (begins_anew(reader, i) && sentence_has_place(reader->words, reader->text, line->from, sentence))
            layout_make_entry(line);
    }
}

void layout_find_ends(LayoutReader *reader)
{
    Entries entries = survey(reader);
    if (entries.count < ENTRIES_LEAST) return;
    find_odd_lines(reader, &entries);
    if (entries.set_off) find_paragraphs(reader, &entries);
    if (reader->rows || reader->form_label)
        read_lines_above_table(reader);
    else
        read_first_lines(reader);
    find_tail(reader, &entries);
}
