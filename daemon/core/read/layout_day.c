/* Lines that begin with a day: "Tis 21/4. Klotter …", "fre 29/8 dieselstöld", "fre 1620 …". */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    DATED_LINES = 2, /* so many lines that begin with a day are a list of days */
};

/* "fre 1620 …", "lördag 23.15 …" */
bool layout_begins_with_day_and_clock(const LayoutReader *reader, uint32_t index)
{
    unsigned dates = 0;
    Clock clock;
    uint32_t from = reader->lines[index].from, to = reader->lines[index].to;
    uint32_t at = sentence_skip_dates(reader->words, reader->text, from, to, &dates);
    return dates && at < to && at > from && clock_match(reader->words, reader->text, at, to, true, &clock) &&
           !clock.twelve;
}

/* A date in figures, or a sign, ends or is among the words for a day in [from, at), as in a list: "tis 7/10 fm". */
static bool is_written_as_in_a_list(const Text *text, uint32_t from, uint32_t at)
{
    if (token_is_sign(&text->tokens[at - 1], ".,")) return true;
    for (uint32_t i = from; i < at; i++)
        if (text->tokens[i].kind == TOKEN_NUMBER) return true;
    return false;
}

/* "Tis 21/4. Klotter i trapphus …", "fre 29/8 dieselstöld", "18/9 -"- Klotter": a day at its head, and words behind. */
bool layout_begins_with_day(const LayoutReader *reader, uint32_t index)
{
    unsigned dates = 0;
    uint32_t from = reader->lines[index].from, to = reader->lines[index].to;
    uint32_t at = sentence_skip_dates(reader->words, reader->text, from, to, &dates);
    uint32_t word = sentence_skip_signs(reader->text, at, to);
    return dates && word < to && at > from && reader->text->tokens[word].kind == TOKEN_WORD &&
           is_written_as_in_a_list(reader->text, from, at);
}

bool layout_lists_clocked_days(const LayoutReader *reader)
{
    return reader->day_clocks >= DATED_LINES;
}

bool layout_lists_days(const LayoutReader *reader)
{
    return reader->dated >= DATED_LINES || (reader->dated && layout_lists_clocked_days(reader));
}

/* Behind the words on the part of the day that lead up to a clock: "På natten, ", "Sent på kvällen ". */
static uint32_t skip_part(const LayoutReader *reader, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    while (at < end &&
           lexicon_match(reader->words, reader->text, at, end, LEX(LEX_ON) | LEX(LEX_PART) | LEX(LEX_DAY_PART), &hit))
        at = sentence_skip_signs(reader->text, hit.end, end);
    return at;
}

/* Behind its first sentence another begins with a clock of its own: the line tells a day, not one incident. */
static bool tells_a_day(const LayoutReader *reader, const LineInfo *line)
{
    Clock clock;
    uint32_t at = line->from;
    while ((at = sentence_end(reader->text, at, line->to)) < line->to)
        if (clock_match(reader->words, reader->text, skip_part(reader, at, line->to), line->to, true, &clock))
            return true;
    return false;
}

/* "Torsdag 26/2 – fyra bilinbrott …", "Tors: ledig.": a day, a sign, and text. */
bool layout_is_dated(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    unsigned dates = 0;
    uint32_t at = sentence_skip_dates(reader->words, reader->text, line->from, line->to, &dates);
    if (!dates || at >= line->to || at == line->from) return false;
    const Token *before = &text->tokens[at - 1];
    if (token_is_sign(before, ":")) return true;
    if (layout_lists_days(reader) && is_written_as_in_a_list(text, line->from, at)) return !tells_a_day(reader, line);
    return layout_is_bullet_sign(before) && sentence_has_event(reader->words, text, at, line->to);
}

/* What a line that begins with a day is: an item, or nothing where nothing is told behind the day. */
bool layout_read_dated(const LayoutReader *reader, LineInfo *line)
{
    unsigned dates = 0;
    if (!layout_lists_days(reader) || !layout_is_dated(reader, line)) return false;
    uint32_t at = sentence_skip_dates(reader->words, reader->text, line->from, line->to, &dates);
    if (token_is_sign(&reader->text->tokens[at - 1], ":")) return false;
    bool noise = sentence_is_noise(reader->words, reader->text, at, sentence_end(reader->text, at, line->to));
    layout_make_entry(line);
    if (noise) line->kind = LINE_NOISE;
    return true;
}
