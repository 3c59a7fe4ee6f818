/* Lines that only their block explains: the signature at a report's end, what is summed up of an occasion, advice, and
 * bullets below bullets. */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    SIGNATURE_LINES = 4,
    SIGNATURE_TOKENS = 16, /* "tf kommunpolis, 08-555 123 45" */
    NAME_WORDS = 3,
    OCCASION_TOKENS = 24, /* of the heading "Sammanfattning av polisens arbete i samband med Bergmarknaden:" */
    OCCASION_VALUE = 4,   /* of LEX_OWN: what leads up to the occasion's name */
};

/* "Karin", "Anna-Karin Ek": a name and nothing else. */
static bool is_only_a_name(const Text *text, const LineInfo *line)
{
    uint32_t words = 0;
    for (uint32_t at = line->from; at < line->to; at++) {
        const Token *token = &text->tokens[at];
        if (token->kind == TOKEN_NUMBER || (token->kind == TOKEN_WORD && !token_is_capital(token))) return false;
        if (token->kind == TOKEN_PUNCT && !token_is_sign(token, "-,.")) return false;
        words += token->kind == TOKEN_WORD;
    }
    return words && words <= NAME_WORDS;
}

/* "tf kommunpolis, 08-555 123 45", "anna@kommunen.example": an office, a telephone number or an address. */
static bool is_contact(const LayoutReader *reader, const LineInfo *line)
{
    enum { PHONE_DIGITS = 7 };
    const Text *text = reader->text;
    LexiconHit hit;
    uint32_t digits = 0;
    if (line->from >= line->to || line->to - line->from > SIGNATURE_TOKENS) return false;
    for (uint32_t at = line->from; at < line->to; at++) {
        if (token_is_sign(&text->tokens[at], "@")) return true;
        if (text->tokens[at].kind == TOKEN_NUMBER) digits += text->tokens[at].norm_len;
    }
    return digits >= PHONE_DIGITS ||
           (!digits && lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_TITLE), &hit));
}

void layout_read_signature(LayoutReader *reader)
{
    const Text *text = reader->text;
    uint32_t end = text->line_count, first;
    while (end > 0 && reader->lines[end - 1].from >= reader->lines[end - 1].to)
        end--;
    bool contact = false;
    for (first = end; first > 0 && end - first < SIGNATURE_LINES; first--) {
        const LineInfo *line = &reader->lines[first - 1];
        if (line->from >= line->to || line->to - line->from > SIGNATURE_TOKENS || line->kind == LINE_TIMED ||
            line->kind == LINE_ROW || line->kind == LINE_FIELD ||
            sentence_has_event(reader->words, text, line->from, line->to))
            break;
        contact |= is_contact(reader, line);
        if (!contact || !is_only_a_name(text, line)) continue;
        for (uint32_t i = first - 1; i < end; i++)
            reader->lines[i].kind = LINE_NOISE;
        return;
    }
}

bool layout_heads_an_occasion(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    LexiconHit hit, intro;
    if (line->bullet || line->to - line->from > OCCASION_TOKENS || token_is_sign(&text->tokens[line->to - 1], ".!?"))
        return false;
    for (uint32_t at = line->from; lexicon_find(reader->words, text, at, line->to, LEX(LEX_OWN), &hit);
         at = hit.start + 1) {
        if (hit.value != OCCASION_VALUE) continue;
        /* "Nedan följer ett urval av … och av polisens arbete i samband med Bergmarknaden:" */
        if (lexicon_find(reader->words, text, line->from, hit.start, LEX(LEX_INTRO), &intro)) return false;
        for (at = hit.end; at < line->to; at++)
            if (token_is_capital(&text->tokens[at])) return true;
        return false;
    }
    return false;
}

void layout_gather_occasions(LayoutReader *reader)
{
    bool gathering = false, first = false;
    for (uint32_t i = 0; i < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_HEADING) {
            gathering = first = layout_heads_an_occasion(reader, line);
        } else if (line->kind != LINE_NOISE && line->kind != LINE_TEXT && line->kind != LINE_ITEM) {
            gathering = false;
        } else if (gathering) {
            line->kind = LINE_TEXT;
            line->goes_on = !first;
            first = false;
        }
    }
}

/* "Att tänka på", "Några råd att sprida:": what stands below is none of what happened. */
static bool heads_advice(const LayoutReader *reader, const LineInfo *line)
{
    LexiconHit hit;
    bool colon = token_is_sign(&reader->text->tokens[line->to - 1], ":");
    /* "Rapport fredag, med vaktens noteringar" */
    if (lexicon_find(reader->words, reader->text, line->from, line->to, LEX(LEX_TITLE), &hit)) return false;
    for (uint32_t at = line->from; lexicon_find(reader->words, reader->text, at, line->to, LEX(LEX_MISC), &hit);
         at = hit.start + 1)
        if (hit.value == 1 && (colon || hit.end == line->to)) return true;
    return false;
}

void layout_read_advice(LayoutReader *reader)
{
    bool advice = false;
    for (uint32_t i = 0; i < reader->text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->kind == LINE_BLANK) continue;
        if (!line->bullet)
            advice = line->kind == LINE_NOISE && heads_advice(reader, line);
        else if (advice && line->kind == LINE_ITEM &&
                 !(sentence_has_event(reader->words, reader->text, line->from, line->to) &&
                   sentence_has_place(reader->words, reader->text, line->from, line->to)))
            line->kind = LINE_NOISE;
    }
}

/* Bytes of blanks before the line's first sign. */
static uint32_t indent_of(const Text *text, uint32_t index)
{
    return text->tokens[text->lines[index].first_token].start - text->lines[index].start;
}

/* "-" and "-", and "1." and "2." too. */
static bool has_same_sign(const Text *text, uint32_t line, uint32_t other)
{
    const Token *sign = &text->tokens[text->lines[line].first_token];
    const Token *other_sign = &text->tokens[text->lines[other].first_token];
    return sign->kind == other_sign->kind && (sign->kind != TOKEN_PUNCT || token_is(sign, other_sign->norm));
}

void layout_find_details(LayoutReader *reader)
{
    const Text *text = reader->text;
    uint32_t outer = UINT32_MAX; /* the bullet with a clock above */
    for (uint32_t i = 0; i < text->line_count; i++) {
        LineInfo *line = &reader->lines[i];
        if (line->bullet && line->kind == LINE_TIMED)
            outer = i;
        else if (line->kind == LINE_BLANK || line->kind == LINE_HEADING || line->kind == LINE_DAY)
            outer = UINT32_MAX;
        if (outer == UINT32_MAX || outer == i || !line->bullet || (line->kind != LINE_ITEM && line->kind != LINE_NOISE))
            continue;
        if (indent_of(text, i) <= indent_of(text, outer) && has_same_sign(text, i, outer)) {
            outer = UINT32_MAX;
            continue;
        }
        line->kind = LINE_TEXT;
        line->goes_on = true;
    }
}
