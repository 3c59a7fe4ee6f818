/* Lines without a clock at their heads that the form they share makes entries: below headings, behind brackets. */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    SECTION_TOKENS = 2, /* an area's name may be one */
    SECTIONS_LEAST = 3, /* so many headings in capitals, each of some text */
    BRACKETS_LEAST = 3, /* so many entries that begin with a bracket show that every line that does is one */
    BLOCKS_LEAST = 2,   /* so many headings with a list below them, that what stands below a heading is a list */
    HEAD_TOKENS = 8,    /* of a list's heading, at most */
    SMALL_BYTES = 60,   /* of a line that is more than a heading or a remark */
    NAME_WORDS = 5,     /* of a place before what is counted in it, at most */
    PLACE_TOKENS = 9,   /* of "E18 vid trafikplats Kungsängen 07.35." */
};

/* Lines below each other without a blank between: a heading and what stands below it. */
typedef struct Block {
    uint32_t head, end; /* lines; end is the one behind the last */
} Block;

/* "(lör, tid okänd) Håbo-Tibble. …" among "(fre 21.45) Lillsjöbadet. …" */
static void find_bracketed(const LayoutReader *reader)
{
    const Token *tokens = reader->text->tokens;
    uint32_t bracketed = 0;
    for (uint32_t i = 0; i < reader->text->line_count; i++)
        bracketed += reader->lines[i].kind == LINE_TIMED && token_is_sign(&tokens[reader->lines[i].from], "([");
    for (uint32_t i = 0; bracketed >= BRACKETS_LEAST && i < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_TEXT && token_is_sign(&tokens[line->from], "([") && !line->goes_on)
            layout_make_entry(line);
    }
}

/* "Bro. Flicka 16 år …", "Brunna, Banjovägen: …", "E18 vid trafikplats Kungsängen 07.35. …": names and a sign, or a
 * clock. */
static bool begins_with_place(const LayoutReader *reader, const LineInfo *line)
{
    const Token *tokens = reader->text->tokens;
    LexiconHit hit;
    Clock clock;
    uint32_t limit = line->from + PLACE_TOKENS < line->to ? line->from + PLACE_TOKENS : line->to;
    if (!token_is_capital(&tokens[line->from]) ||
        lexicon_match(reader->words, reader->text, line->from, line->to,
                      LEX(LEX_CONTINUE) | LEX(LEX_SOMEONE) | LEX(LEX_SELF) | LEX(LEX_NUMBER), &hit))
        return false;
    for (uint32_t at = line->from + 1; at + 1 < limit; at++) {
        if (token_is_sign(&tokens[at], ".:")) return tokens[at + 1].flags & TOKEN_SPACE_BEFORE;
        if (tokens[at].kind == TOKEN_NUMBER && clock_match(reader->words, reader->text, at, line->to, false, &clock))
            return true;
        bool joins =
            token_is_sign(&tokens[at], ",-") || token_is_capital(&tokens[at]) ||
            lexicon_match(reader->words, reader->text, at, line->to, LEX(LEX_PLACE_PREP) | LEX(LEX_ROAD), &hit);
        if (!joins) return false;
    }
    return false;
}

/* A line that could be an entry of its own: it begins with a capital, ends its sentence, and tells where or when. */
static bool could_be_entry(const LayoutReader *reader, const LineInfo *line, bool placed_only)
{
    const Token *tokens = reader->text->tokens;
    LexiconHit hit;
    Clock clock;
    if (line->kind == LINE_TIMED || line->kind == LINE_NOISE) return true; /* "Söndag: inget." is among them */
    if ((line->kind != LINE_TEXT && line->kind != LINE_ITEM) || line->goes_on || line->broken_off || line->bullet ||
        !token_is_capital(&tokens[line->from]) || !token_is_sign(&tokens[line->to - 1], ".!)"))
        return false;
    if (begins_with_place(reader, line)) return true;
    return !placed_only && !lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_CONTINUE), &hit) &&
           (sentence_has_place(reader->words, reader->text, line->from, line->to) ||
            lexicon_match(reader->words, reader->text, line->from, line->to,
                          LEX(LEX_ON) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_NIGHT_TO),
                          &hit) ||
            sentence_find_clock(reader->words, reader->text, line->from, line->to, &clock));
}

/* The next block from `from` on: a heading, or what could be one, and two lines or more. */
static bool next_block(const LayoutReader *reader, uint32_t from, Block *block)
{
    const LineInfo *lines = reader->lines;
    uint32_t count = reader->text->line_count;
    for (uint32_t i = from; i + 2 < count; i++) {
        bool heads = (i == 0 || lines[i - 1].kind == LINE_BLANK) &&
                     (lines[i].kind == LINE_HEADING || (lines[i].kind == LINE_NOISE && !lines[i].routine)) &&
                     lines[i].to - lines[i].from <= HEAD_TOKENS &&
                     !token_is_sign(&reader->text->tokens[lines[i].to - 1], ".!?");
        if (!heads) continue;
        *block = (Block){i, i + 1};
        while (block->end < count && lines[block->end].kind != LINE_BLANK)
            block->end++;
        if (block->end - i > 2) return true;
    }
    return false;
}

/* Each line below its heading is one by itself. A heading that names an event may head a single incident's text, unless
 * each line begins with a place. */
static bool is_list(const LayoutReader *reader, const Block *block)
{
    const LineInfo *head = &reader->lines[block->head];
    bool event = sentence_has_event(reader->words, reader->text, head->from, head->to);
    for (uint32_t i = block->head + 1; i < block->end; i++)
        if (!could_be_entry(reader, &reader->lines[i], event)) return false;
    return true;
}

/* "Från skolorna" / "Tibbleskolan: …" / "Råbyskolan dras med …", "TRAFIK" / "Bro. …" / "Brunna, Banjovägen. …" */
static void find_headed(const LayoutReader *reader)
{
    uint32_t lists = 0;
    for (unsigned pass = 0; pass < 2; pass++) {
        Block block = {0};
        while (next_block(reader, block.end, &block)) {
            if (!is_list(reader, &block)) continue;
            lists += pass == 0;
            for (uint32_t i = block.head + 1; pass && lists >= BLOCKS_LEAST && i < block.end; i++)
                if (reader->lines[i].kind == LINE_TEXT) layout_make_entry(&reader->lines[i]);
        }
    }
}

/* In small letters, where no line is broken off, a long line that tells of somebody or something begins anew:
 * "hemmafest som spårade ur på råbyvägen, …". */
static void find_small(const LayoutReader *reader)
{
    const Text *text = reader->text;
    LexiconHit hit;
    for (uint32_t i = 1; reader->unwrapped && i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind != LINE_TEXT || line->goes_on || line->after_blank ||
            text->lines[i].end - text->lines[i].start < SMALL_BYTES || token_is_capital(&text->tokens[line->from]) ||
            lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_CONTINUE) | LEX(LEX_SELF), &hit) ||
            !sentence_has_event(reader->words, text, line->from, line->to))
            continue;
        layout_make_entry(line);
    }
}

/* "EFTERSÖKT PERSON, BRO" / "Patrull knackade på …": a heading in capitals, with text right below. */
static bool heads_section(const LayoutReader *reader, const LineInfo *line)
{
    return line->kind == LINE_HEADING && line[1].kind == LINE_TEXT && line->to - line->from >= SECTION_TOKENS &&
           layout_is_in_capitals(reader, line);
}

static void find_sections(const LayoutReader *reader)
{
    uint32_t sections = 0;
    for (uint32_t i = 0; i + 1 < reader->text->line_count; i++)
        sections += heads_section(reader, &reader->lines[i]);
    for (uint32_t i = 0; sections >= SECTIONS_LEAST && i + 1 < reader->text->line_count; i++)
        reader->lines[i].section = heads_section(reader, &reader->lines[i]);
}

/* "Bro 4 st, …", "Hässelby strand: 2 st": names, a number and what it counts. */
static bool is_count_of_place(const LayoutReader *reader, const LineInfo *line)
{
    const Token *tokens = reader->text->tokens;
    uint32_t at = line->from;
    while (at < line->to && at < line->from + NAME_WORDS && tokens[at].kind == TOKEN_WORD)
        at++;
    if (at == line->from || !token_is_capital(&tokens[line->from])) return false;
    at = sentence_skip_signs(reader->text, at, line->to);
    return at + 1 < line->to && token_number(&tokens[at]) >= 0 && tokens[at].norm_len <= 2 &&
           token_is(&tokens[at + 1], "st");
}

/* "Bro 4 st, …" / "Brunna 1 st" below "Cykelstölder:": how many there were in each place. */
static void find_counted(const LayoutReader *reader)
{
    for (uint32_t i = 1, end; i < reader->text->line_count; i = end) {
        const LineInfo *above = &reader->lines[i - 1];
        for (end = i; end < reader->text->line_count && is_count_of_place(reader, &reader->lines[end]);)
            end++;
        bool counted = end - i > 1 && above->from < above->to &&
                       token_is_sign(&reader->text->tokens[above->to - 1], ":") &&
                       sentence_has_event(reader->words, reader->text, above->from, above->to);
        for (uint32_t at = i; counted && at < end; at++)
            if (reader->lines[at].kind == LINE_HEADING || reader->lines[at].kind == LINE_TEXT)
                layout_make_entry(&reader->lines[at]);
        if (end == i) end++;
    }
}

void layout_find_lists(const LayoutReader *reader)
{
    find_counted(reader);
    find_sections(reader);
    find_small(reader);
    find_bracketed(reader);
    find_headed(reader);
}
