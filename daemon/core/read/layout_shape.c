/* How a line looks, before anybody asks what it says: its bullet, its number, whether it could be a heading. */
#include <string.h>

#include "core/read/layout-internal.h"
#include "core/read/message_part.h"
#include "core/read/sentence.h"

enum {
    HEADING_WORDS = 12, /* a heading has at most so many words */
    HEADING_BYTES = 110,
    SMALL_TOKENS = 3,   /* of an area's heading in small letters: "håbo-tibble" */
    DASH_TOKENS = 12,   /* in which a dash ends a line's head */
    LABEL_WORDS = 5,    /* before its colon, at most */
    STOPPED_BYTES = 40, /* what stands under a heading with a full stop is text, at least so long, or has a clock */
};

bool layout_is_bullet_sign(const Token *token)
{
    static const char *const signs[] = {"-",
                                        "*",
                                        "+",
                                        ">",
                                        "\xe2\x80\x93",
                                        "\xe2\x80\x94",
                                        "\xe2\x80\xa2",
                                        "\xc2\xb7",
                                        "\xe2\x97\x8f",
                                        "\xe2\x97\x8b",
                                        "\xe2\x96\xaa",
                                        "\xe2\x96\xab",
                                        "\xe2\x96\xa0",
                                        "\xe2\x96\xba",
                                        "\xe2\x9e\xa2",
                                        "\xe2\x80\xa3",
                                        "\xe2\x81\x83",
                                        "\xef\x82\xb7",
                                        "\xe2\x86\x92",
                                        "\xe2\x87\x92",
                                        "\xe2\x9e\x94",
                                        "\xe2\x9e\x9c",
                                        "\xc2\xbb",
                                        "\xe2\x97\xa6",
                                        "\xe2\x97\x86",
                                        "\xe2\x9c\x93",
                                        "\xe2\x9c\x94",
                                        "\xe2\x98\x90"};
    if (token->kind != TOKEN_PUNCT) return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strcmp(token->norm, signs[i]) == 0) return true;
    }
    return false;
}

bool layout_looks_like_heading(const LayoutReader *reader, const LineInfo *line, bool timed)
{
    const Text *text = reader->text;
    if (line->from >= line->to) return false;
    const Token *first = &text->tokens[line->from], *last = &text->tokens[line->to - 1];
    if (last->end - first->start > HEADING_BYTES) return false;
    if (first->kind == TOKEN_WORD && !(first->flags & TOKEN_CAPITAL)) return false;
    uint32_t count = 0;
    for (uint32_t at = line->from; at < line->to; at++)
        count += text->tokens[at].kind == TOKEN_WORD;
    DateWords date;
    if (count > HEADING_WORDS || (count == 0 && !date_match(reader->words, text, line->from, line->to, &date)))
        return false;
    if (token_is_sign(last, "!?")) return false;
    /* "Skottlossning Bro." is one, "Anmälningar upprättas." is none. */
    return !token_is_sign(last, ".") ||
           (count <= 3 && line->to - line->from >= 2 && (timed || token_is_capital(last - 1)));
}

bool layout_is_in_capitals(const LayoutReader *reader, const LineInfo *line)
{
    uint32_t words = 0;
    for (uint32_t at = line->from; at < line->to; at++) {
        const Token *token = &reader->text->tokens[at];
        if (token->kind != TOKEN_WORD) continue;
        if (token->norm_len > 1 && !(token->flags & TOKEN_UPPER)) return false;
        words += token->norm_len > 1;
    }
    return words > 0;
}

bool layout_is_small_heading(const LayoutReader *reader, uint32_t index)
{
    const Text *text = reader->text;
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    if (line->to - line->from > SMALL_TOKENS || index + 1 >= text->line_count) return false;
    if (!layout_is_log(reader) && !reader->unwrapped) return false;
    if (index > 0 && line[-1].from < line[-1].to) return false;
    for (uint32_t at = line->from; at < line->to; at++)
        if (text->tokens[at].kind != TOKEN_WORD && !token_is_sign(&text->tokens[at], "-")) return false;
    bool heads = reader->unwrapped ? line[1].from < line[1].to : layout_begins_with_clock(reader, index + 1);
    return heads && !lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_EVENT) | LEX(LEX_VERB), &hit);
}

bool layout_is_made_of(const LayoutReader *reader, const LineInfo *line, uint64_t roles, unsigned *dates,
                       unsigned *clocks)
{
    const Text *text = reader->text;
    LexiconHit hit;
    Clock clock;
    *dates = *clocks = 0;
    for (uint32_t at = line->from; at < line->to;) {
        uint32_t next = sentence_skip_dates(reader->words, reader->text, at, line->to, dates);
        if (next > at) {
            at = next;
        } else if (clock_match(reader->words, text, at, line->to, true, &clock)) {
            ++*clocks;
            at = clock.end;
        } else if (lexicon_match(reader->words, text, at, line->to, roles, &hit)) {
            at = hit.end;
        } else if (text->tokens[at].kind != TOKEN_WORD) {
            at++;
        } else {
            return false;
        }
    }
    return true;
}

/* "A1. Rån": a letter and a number on end; behind them, or `from`. */
static uint32_t skip_lettered_number(const Text *text, uint32_t from, uint32_t to)
{
    const Token *first = &text->tokens[from];
    if (from + 3 >= to || first->kind != TOKEN_WORD || first->norm_len > 1 || token_number(first + 1) < 0 ||
        first[1].flags & TOKEN_SPACE_BEFORE || !token_is_sign(first + 2, ".)") ||
        !(first[3].flags & TOKEN_SPACE_BEFORE))
        return from;
    return from + 3;
}

/* "1.1 Misshandel", "2.3. Stöld", "A1. Rån": a number within a numbered section; behind it, or `from`. */
static uint32_t skip_section_number(const Text *text, uint32_t from, uint32_t to)
{
    const Token *first = &text->tokens[from];
    if (first->kind == TOKEN_WORD) return skip_lettered_number(text, from, to);
    if (from + 3 >= to || token_number(first) < 0 || !token_is_sign(first + 1, ".") || token_number(first + 2) < 0 ||
        first[2].norm_len > 1)
        return from;
    uint32_t next = from + 3 + token_is_sign(first + 3, ".)");
    return next < to && token_is_capital(&text->tokens[next]) && text->tokens[next].flags & TOKEN_SPACE_BEFORE ? next
                                                                                                               : from;
}

bool layout_is_in_section(const LayoutReader *reader, uint32_t index)
{
    const Line *line = &reader->text->lines[index];
    return line->first_token < line->token_end &&
           skip_section_number(reader->text, line->first_token, line->token_end) > line->first_token;
}

void layout_cut_line(const LayoutReader *reader, uint32_t index, LineInfo *line)
{
    const Text *text = reader->text;
    uint32_t from = text->lines[index].first_token, to = text->lines[index].token_end;
    while (reader->quoted && from < to && token_is_sign(&text->tokens[from], ">"))
        from++;
    while (from < to && token_is_sign(&text->tokens[from], "#")) /* "## Bro centrum" */
        from++;
    const uint32_t behind = from < to ? message_part_skip(text, from) : from;
    if (behind < to) from = behind;
    /* "*Upplands-Bro 13-14 sep*" is no bullet. */
    while (from + 1 < to && token_is_sign(&text->tokens[from], "*") && token_is_sign(&text->tokens[to - 1], "*")) {
        from++;
        to--;
    }
    *line = (LineInfo){.kind = LINE_TEXT, .from = from, .to = to};
    Clock clock;
    if (from >= to || clock_match(reader->words, text, from, to, true, &clock)) return;
    const Token *first = &text->tokens[from];
    bool spaced = from + 1 < to && text->tokens[from + 1].flags & TOKEN_SPACE_BEFORE;
    if (layout_is_bullet_sign(first)) {
        /* "-11 grader" is no bullet. */
        line->bullet = from + 1 < to && (spaced || text->tokens[from + 1].kind == TOKEN_WORD ||
                                         clock_match(reader->words, text, from + 1, to, true, &clock));
        line->from += line->bullet;
    } else if (from + 2 < to && !spaced && token_is_sign(&text->tokens[from + 1], ".)") &&
               text->tokens[from + 2].flags & TOKEN_SPACE_BEFORE &&
               (token_number(first) >= 0 || (first->kind == TOKEN_WORD && first->norm_len == 1))) {
        line->bullet = true;
        line->from += 2;
    } else if (from + 3 < to && token_is_sign(first, "([") && token_number(first + 1) >= 0 &&
               token_is_sign(first + 2, ")]")) {
        line->bullet = true;
        line->from += 3;
    } else {
        line->from = skip_section_number(text, from, to);
        line->bullet = line->from > from;
    }
}

bool layout_is_rule(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    Clock clock;
    uint32_t numbers = 0;
    for (uint32_t at = line->from; at < line->to; at++) {
        if (text->tokens[at].kind == TOKEN_WORD) return false;
        if (clock_match(reader->words, text, at, line->to, true, &clock)) return false;
        numbers += text->tokens[at].kind == TOKEN_NUMBER;
    }
    return numbers <= 1;
}

void layout_make_entry(LineInfo *line)
{
    line->kind = LINE_ITEM;
    line->bullet = line->dated = true;
}

bool layout_adds_up(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    return line->bullet && token_is_sign(&reader->text->tokens[line->from - 1], "+") &&
           reader->text->tokens[line->from].kind == TOKEN_NUMBER &&
           !sentence_has_place(reader->words, reader->text, line->from, line->to);
}

/* Where a dash ends the head of a line: "Bro C 15.10 – snatteri, …"; `from` where none does. */
static uint32_t find_dash(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    uint32_t limit = line->from + DASH_TOKENS < line->to ? line->from + DASH_TOKENS : line->to;
    for (uint32_t at = line->from + 1; at + 1 < limit; at++)
        if (layout_is_bullet_sign(&text->tokens[at]) && text->tokens[at].flags & TOKEN_SPACE_BEFORE &&
            text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE)
            return at;
    return line->from;
}

/* A clock stands in the head that a dash ends. */
static bool is_clocked_head(const LayoutReader *reader, const LineInfo *line)
{
    Clock clock;
    uint32_t dash = find_dash(reader, line);
    for (uint32_t at = line->from; at < dash; at++)
        if (clock_match(reader->words, reader->text, at, dash, at == line->from, &clock)) return true;
    return false;
}

bool layout_is_dashed(const LayoutReader *reader, uint32_t index)
{
    LexiconHit hit;
    const LineInfo *line = &reader->lines[index], *end = reader->lines + reader->text->line_count;
    uint32_t dash = find_dash(reader, line);
    if (dash == line->from || line->bullet || !token_is_capital(&reader->text->tokens[line->from]) ||
        lexicon_find(reader->words, reader->text, line->from, dash, LEX(LEX_VERB), &hit))
        return false;
    const LineInfo *above = line, *below = line + 1;
    while (above > reader->lines && (above == line || above->from >= above->to))
        above--;
    while (below < end && below->from >= below->to)
        below++;
    return is_clocked_head(reader, above) && below < end && is_clocked_head(reader, below);
}

/* "Säffle, rattfylleri.": names, a comma and an event; or an event alone, "Misshandel i Kil.". */
static bool is_place_and_crime(const LayoutReader *reader, const LineInfo *line, bool timed_below)
{
    const Text *text = reader->text;
    LexiconHit hit;
    uint32_t at = line->from, words = 0;
    for (uint32_t i = line->from; i < line->to; i++) {
        if (text->tokens[i].kind == TOKEN_NUMBER) return false;
        words += text->tokens[i].kind == TOKEN_WORD;
    }
    if (words > HEADING_WORDS || lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_VERB), &hit))
        return false;
    while (at < line->to && at < line->from + LABEL_WORDS &&
           (token_is_capital(&text->tokens[at]) || token_is_sign(&text->tokens[at], "-/") ||
            lexicon_match(reader->words, text, at, line->to, LEX(LEX_REGION), &hit)))
        at++;
    if (at > line->from && at < line->to && token_is_sign(&text->tokens[at], ","))
        return sentence_has_event(reader->words, text, at, line->to) &&
               !lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_CONTINUE) | LEX(LEX_SOMEONE), &hit);
    bool body = line > reader->lines && line[-1].kind == LINE_TIMED && line[-1].heading_end == line[-1].to;
    return timed_below && !body && words <= LABEL_WORDS &&
           lexicon_match(reader->words, text, line->from, line->to, LEX(LEX_EVENT), &hit) &&
           (hit.end + 1 >= line->to || sentence_place_after(reader->words, text, hit.end, line->to) < line->to);
}

bool layout_is_stopped_heading(const LayoutReader *reader, uint32_t index)
{
    const Text *text = reader->text;
    const LineInfo *line = &reader->lines[index];
    if (line->bullet || index + 1 >= text->line_count || line->to - line->from < 3) return false;
    const Token *first = &text->tokens[line->from], *last = &text->tokens[line->to - 1];
    if (!token_is_sign(last, ".") || !token_is_capital(first) || last->end - first->start > HEADING_BYTES) return false;
    if (sentence_end(text, line->from, line->to) < line->to) return false;
    const LineInfo *below = line + 1;
    Clock clock;
    if (below->from >= below->to) return false;
    bool timed = clock_match(reader->words, text, below->from, below->to, true, &clock);
    if (!timed && text->tokens[below->to - 1].end - text->tokens[below->from].start < STOPPED_BYTES) return false;
    return is_place_and_crime(reader, line, timed);
}
