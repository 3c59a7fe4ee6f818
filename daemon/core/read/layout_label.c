/* Labels: "Tid: …" of a form, "Bro: …" of a place, "Övrigt: …", "Buss 12, …" of a list. */
#include <string.h>

#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    DASH_LABEL = 3,    /* tokens of a label before a dash, at most */
    LABEL_WORDS = 5,   /* before its colon, at most */
    COUNTED_LINES = 3, /* so many that begin with a word and a number are a list */
};

bool layout_match_label(const LayoutReader *reader, uint32_t at, uint32_t end, uint64_t roles, LexiconHit *hit)
{
    if (!lexicon_match(reader->words, reader->text, at, end, roles, hit)) return false;
    while (hit->end < end && token_is_sign(&reader->text->tokens[hit->end], ".")) /* "Ärende.....: 42817" */
        hit->end++;
    return hit->end < end && token_is_sign(&reader->text->tokens[hit->end], ":") &&
           (hit->end + 1 == end || reader->text->tokens[hit->end + 1].flags & TOKEN_SPACE_BEFORE ||
            reader->text->tokens[hit->end + 1].kind == TOKEN_NUMBER);
}

/* A spaced dash behind a label of no more than a few words, none of which is a verb: "Trafik – mc mot räcke". */
static bool is_label_dash(const LayoutReader *reader, const LineInfo *line, uint32_t at)
{
    LexiconHit hit;
    return at - line->from <= DASH_LABEL && layout_is_bullet_sign(&reader->text->tokens[at]) &&
           reader->text->tokens[at].flags & TOKEN_SPACE_BEFORE &&
           !lexicon_find(reader->words, reader->text, line->from, at, LEX(LEX_VERB) | LEX(LEX_SELF), &hit);
}

bool layout_is_labelled(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    uint32_t at = line->from, names = 0;
    while (at < line->to && at < line->from + LABEL_WORDS &&
           (text->tokens[at].kind == TOKEN_WORD ||
            /* "Håbo-Tibble: …" */
            (names && token_is_sign(&text->tokens[at], "-") && !(text->tokens[at].flags & TOKEN_SPACE_BEFORE)) ||
            /* "Svartuddsvägen, Piteå: …", "Norrboda, lekplatsen: …" */
            (names && token_is_sign(&text->tokens[at], ",") && at + 2 < line->to &&
             (token_is_capital(&text->tokens[at + 1]) || token_is_sign(&text->tokens[at + 2], ":"))))) {
        names += token_is_capital(&text->tokens[at]);
        at++;
    }
    return names && token_is_capital(&text->tokens[line->from]) && at + 1 < line->to &&
           (token_is_sign(&text->tokens[at], ":") || is_label_dash(reader, line, at)) &&
           text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE;
}

bool layout_is_beside_a_label(const LayoutReader *reader, const LineInfo *line)
{
    const LineInfo *last = reader->lines + reader->text->line_count - 1;
    return (line > reader->lines && line[-1].kind == LINE_ITEM && layout_is_labelled(reader, line - 1)) ||
           (line < last && line[1].from < line[1].to && layout_is_labelled(reader, line + 1));
}

bool layout_is_among_labels(const LayoutReader *reader, const LineInfo *line)
{
    const LineInfo *last = reader->lines + reader->text->line_count - 1;
    const LineInfo *beside[] = {line > reader->lines ? line - 1 : NULL, line < last ? line + 1 : NULL};
    if (!sentence_has_event(reader->words, reader->text, line->from, line->to)) return false;
    for (size_t i = 0; i < 2; i++)
        if (beside[i] && beside[i]->from < beside[i]->to && layout_is_labelled(reader, beside[i]) &&
            layout_looks_like_heading(reader, beside[i], false) &&
            sentence_has_event(reader->words, reader->text, beside[i]->from, beside[i]->to))
            return true;
    return false;
}

bool layout_match_misc_label(const LayoutReader *reader, const LineInfo *line, LexiconHit *hit)
{
    return lexicon_match(reader->words, reader->text, line->from, line->to, LEX(LEX_MISC), hit) &&
           hit->end < line->to && token_is_sign(&reader->text->tokens[hit->end], ":");
}

/* "Buss 12": a word of its own and a number; "Kl 22", "Den 3" and "Lördag 7" only tell when. */
static const char *counted_label(const LayoutReader *reader, uint32_t index)
{
    const uint64_t when = LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_RANGE) | LEX(LEX_ON) | LEX(LEX_BETWEEN) |
                          LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) | LEX(LEX_MONTH) | LEX(LEX_PLACE_PREP) |
                          LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_PART) | LEX(LEX_UNIT) | LEX(LEX_NOISE) |
                          LEX(LEX_EVENT) | LEX(LEX_TITLE) | LEX(LEX_SOMEONE);
    const LineInfo *line = &reader->lines[index];
    const Token *first = &reader->text->tokens[line->from];
    LexiconHit hit;
    if (line->bullet || line->from + 2 >= line->to || !token_is_capital(first) || first[1].kind != TOKEN_NUMBER ||
        first[1].norm_len == 4 || !token_is_sign(first + 2, ",.:") ||
        lexicon_match(reader->words, reader->text, line->from, line->from + 1, when, &hit))
        return NULL;
    return first->norm;
}

const char *layout_find_counted_label(const LayoutReader *reader)
{
    const char *label = NULL;
    unsigned lines = 0;
    for (uint32_t i = 0; i < reader->text->line_count; i++) {
        const char *here = counted_label(reader, i);
        if (!here) continue;
        lines = label && strcmp(here, label) == 0 ? lines + 1 : 1;
        label = here;
        if (lines == COUNTED_LINES) return label;
    }
    return NULL;
}

bool layout_is_crossed_out(const Text *text, const LineInfo *line)
{
    return line->to - line->from >= 3 && layout_is_bullet_sign(&text->tokens[line->to - 1]) &&
           token_is_sign(&text->tokens[line->to - 2], ":");
}
