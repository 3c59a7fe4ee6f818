/* The report's own title, which heads no incident. */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    TITLE_LINES = 3,
    TITLE_TOKENS = 4, /* an area's heading has fewer */
    TITLE_WORDS = 2,  /* of a title with a date and a clock, besides them */
};

bool layout_is_title(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    const Text *text = reader->text;
    LexiconHit hit;
    /* "Sammanställning av larm 10–16 augusti", but not "Polisområde Skaraborg, grov misshandel" */
    if (lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_TITLE), &hit)) {
        uint32_t comma = hit.end;
        while (comma < line->to && !token_is_sign(&text->tokens[comma], ","))
            comma++;
        return !sentence_has_event(reader->words, text, comma, line->to);
    }
    uint32_t below = index + 1; /* the title may have lines */
    while (below < text->line_count && below < index + TITLE_LINES &&
           layout_looks_like_heading(reader, &reader->lines[below], false) && !layout_begins_with_clock(reader, below))
        below++;
    bool blank_after = below >= text->line_count || reader->lines[below].from >= reader->lines[below].to;
    /* "Larmcentralen, rapport till förvaltaren": what stands before the word is who writes. */
    uint32_t from = line->from;
    if (lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_TITLE), &hit)) from = hit.end;
    return blank_after && line->to - line->from >= TITLE_TOKENS &&
           !sentence_has_event(reader->words, text, from, line->to);
}

bool layout_is_dated_title(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    const Text *text = reader->text;
    Clock clock;
    unsigned dates = 0, words = 0;
    bool last = false;
    if (index + 1 >= text->line_count || line[1].from < line[1].to || line->bullet) return false;
    for (uint32_t at = line->from; at < line->to;) {
        uint32_t next = sentence_skip_dates(reader->words, text, at, line->to, &dates);
        if (next == at && clock_match(reader->words, text, at, line->to, false, &clock)) {
            last = sentence_skip_signs(text, clock.end, line->to) >= line->to && clock.until < 0;
            next = clock.end;
        }
        words += next == at && text->tokens[at].kind == TOKEN_WORD;
        at = next > at ? next : at + 1;
    }
    return last && dates && words >= TITLE_WORDS && !sentence_has_event(reader->words, text, line->from, line->to) &&
           !sentence_has_place(reader->words, text, line->from, line->to);
}
