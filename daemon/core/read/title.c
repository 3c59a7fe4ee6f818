#include "core/read/title.h"

#include <string.h>

#include "core/read/clockwords.h"
#include "core/read/sentence.h"

/* A stretch of tokens, `to` exclusive. */
typedef struct Stretch {
    uint32_t from, to;
} Stretch;

/* A clock, a date, a day or a preposition before one, at `at`: its end, or `at` where none begins. */
static uint32_t skip_time(const Text *text, const Lexicon *words, uint32_t at, uint32_t end)
{
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) | LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) |
                          LEX(LEX_WEEKDAY_FROM) | LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_PART) | LEX(LEX_NIGHT_TO) |
                          LEX(LEX_NIGHT_BETWEEN);
    LexiconHit hit;
    Clock clock;
    DateWords date;
    if (clock_match(words, text, at, end, true, &clock)) return clock.end;
    if (date_match(words, text, at, end, &date)) return date.end;
    if (lexicon_match(words, text, at, end, days, &hit)) return hit.end;
    if (lexicon_match(words, text, at, end, LEX(LEX_ON) | LEX(LEX_RANGE), &hit)) {
        uint32_t next = skip_time(text, words, hit.end, end);
        return next > hit.end ? next : at;
    }
    return at;
}

/* A form's label with its colon at `at`: its end, or `at`. */
static uint32_t skip_label(const Text *text, const Lexicon *words, uint32_t at, uint32_t end, LexiconHit *hit)
{
    if (!lexicon_match(words, text, at, end, LEX(LEX_FIELD) | LEX(LEX_FIELD_TIME), hit)) return at;
    return hit->end < end && token_is_sign(&text->tokens[hit->end], ":") ? hit->end + 1 : at;
}

/* Behind what says only when: "Tid: 22.10, fre 13/3 –". */
static uint32_t skip_empty_words(const Text *text, const Lexicon *words, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    while (at < end) {
        uint32_t next = skip_time(text, words, at, end);
        if (next == at) next = skip_label(text, words, at, end, &hit);
        if (next == at && text->tokens[at].kind == TOKEN_PUNCT && !token_is_sign(&text->tokens[at], "(\"'"))
            next = at + 1;
        if (next == at) break;
        at = next;
    }
    return at;
}

static bool says_something(const Text *text, const Lexicon *words, Stretch stretch)
{
    for (uint32_t at = stretch.from; (at = skip_empty_words(text, words, at, stretch.to)) < stretch.to; at++)
        if (text->tokens[at].kind == TOKEN_WORD) return true;
    return false;
}

static uint32_t line_end(const Text *text, uint32_t at, uint32_t end)
{
    uint32_t to = text->lines[text->tokens[at].line].token_end;
    return to < end ? to : end;
}

/* The field that tells what happened, in a filled-in form. */
static bool find_field(const Text *text, const Lexicon *words, Stretch whole, Stretch *field)
{
    for (uint32_t at = whole.from; at < whole.to; at = line_end(text, at, whole.to)) {
        LexiconHit hit;
        uint32_t to = line_end(text, at, whole.to), from = skip_label(text, words, at, to, &hit);
        if (from == at || hit.role != LEX_FIELD || hit.value != 1) continue;
        *field = (Stretch){from, to};
        if (says_something(text, words, *field)) return true;
    }
    return false;
}

/* The sign that parts the cells of a table's row, or 0 where the line is none. */
static char find_cell_sign(const Text *text, uint32_t first, uint32_t to)
{
    static const char signs[] = "\t|;";
    for (const char *sign = signs; *sign; sign++) {
        unsigned count = 0;
        for (uint32_t i = text->tokens[first].start; i < text->tokens[to - 1].end; i++)
            count += text->bytes[i] == *sign;
        if (count >= 2) return *sign;
    }
    return 0;
}

static bool ends_cell(const Text *text, uint32_t at, char sign)
{
    const Token *token = &text->tokens[at];
    return memchr(text->bytes + token->start, sign, token[1].start - token->start) != NULL;
}

/* The row's first cell with a word that names an event, else its longest. */
static bool find_cell(const Text *text, const Lexicon *words, Stretch whole, Stretch *best)
{
    uint32_t to = line_end(text, whole.from, whole.to);
    char sign = find_cell_sign(text, whole.from, to);
    if (!sign) return false;
    uint32_t length = 0;
    for (uint32_t from = whole.from, at = from; at < to; at++) {
        if (at + 1 < to && !ends_cell(text, at, sign)) continue;
        Stretch cell = {from, at + 1};
        while (cell.to > cell.from && token_is_sign(&text->tokens[cell.to - 1], "|;"))
            cell.to--;
        from = at + 1;
        if (cell.from >= cell.to || !says_something(text, words, cell)) continue;
        bool event = sentence_has_event(words, text, cell.from, cell.to);
        uint32_t bytes = text->tokens[cell.to - 1].end - text->tokens[cell.from].start;
        if (event || bytes > length) *best = cell;
        if (event) return true;
        if (bytes > length) length = bytes;
    }
    return length > 0;
}

/* "Vid 17-tiden ringde flera personer …", "I natt kl 02.30 krossades …": without the time that it begins with, the
 * sentence would begin with its verb. `start` is where the words behind the time begin. */
static bool needs_its_time(const Text *text, uint32_t from, uint32_t start)
{
    const Token *next = &text->tokens[start];
    from = sentence_skip_signs(text, from, start);
    return from < start && text->tokens[from].kind == TOKEN_WORD && text->tokens[start - 1].kind != TOKEN_PUNCT &&
           next->kind == TOKEN_WORD && !(next->flags & TOKEN_CAPITAL);
}

static bool is_within(const Token *token, const Spans *spans)
{
    for (uint32_t i = 0; i < spans->count; i++)
        if (token->start >= spans->items[i].start && token->end <= spans->items[i].end) return true;
    return false;
}

/* "Bro, Klockarvägen": nothing but where, which a list tells beside the title. */
static bool says_only_where(const Text *text, const Lexicon *words, Stretch stretch, const Spans *where)
{
    LexiconHit hit;
    for (uint32_t at = skip_empty_words(text, words, stretch.from, stretch.to); at < stretch.to; at++) {
        const Token *token = &text->tokens[at];
        if (token->kind == TOKEN_PUNCT || is_within(token, where)) continue;
        if (!lexicon_match(words, text, at, stretch.to, LEX(LEX_PLACE_PREP), &hit)) return false;
    }
    return true;
}

/* The first sentence on its line that says something, and not only where, without what says only when at its head. */
static Stretch find_clause(const Text *text, const Lexicon *words, Stretch whole, const Spans *where)
{
    Stretch named = whole;
    for (uint32_t from = whole.from; from < whole.to;) {
        uint32_t to = line_end(text, from, whole.to), stop = sentence_end(text, from, to);
        uint32_t start = skip_empty_words(text, words, from, stop);
        if (start < stop && needs_its_time(text, from, start)) start = sentence_skip_signs(text, from, start);
        Stretch clause = {start, stop};
        if (start < stop && says_something(text, words, clause)) {
            if (!says_only_where(text, words, clause, where)) return clause;
            if (named.from == whole.from && named.to == whole.to) named = clause;
        }
        from = stop > from ? stop : from + 1;
    }
    return named;
}

/* Where a title that is too long may end without breaking off in a thought: at its last comma, if that leaves half. */
static uint32_t last_comma(const Text *text, uint32_t from, uint32_t to)
{
    uint32_t start = text->tokens[from].start;
    for (uint32_t at = to; at > from && text->tokens[at - 1].end - start > TITLE_BYTES_MOST / 2; at--)
        if (token_is_sign(&text->tokens[at - 1], ",;")) return at;
    return to;
}

/* As many of the words as a title has room for, without the full stop behind them. */
static Span cut(const Text *text, Stretch stretch)
{
    uint32_t start = text->tokens[stretch.from].start, to = stretch.from;
    while (to < stretch.to && text->tokens[to].end - start <= TITLE_BYTES_MOST)
        to++;
    /* A number stays with its sign, and a compound whole: the cut is where a space stands. */
    if (to < stretch.to)
        while (to > stretch.from + 1 && !(text->tokens[to].flags & TOKEN_SPACE_BEFORE))
            to--;
    if (to < stretch.to) to = last_comma(text, stretch.from, to);
    if (to == stretch.from) to++;
    while (to > stretch.from + 1 && token_is_sign(&text->tokens[to - 1], ".,:;|-"))
        to--;
    return (Span){start, text->tokens[to - 1].end};
}

/* Behind the heading of an area that the incident begins with: it says where for all that follow. */
static Stretch skip_area_heading(const Text *text, const Segment *segment, Stretch whole)
{
    const Span *area = &segment->area_context;
    if (area->start == area->end || area->start < segment->span.start || area->end > segment->span.end) return whole;
    uint32_t first = text_token_at(text, area->start), behind = text_token_at(text, area->end);
    uint32_t end = line_end(text, first, whole.to);
    bool alone = text->tokens[first].flags & TOKEN_LINE_START && sentence_skip_signs(text, behind, end) == end;
    if (alone && first == whole.from && end < whole.to) whole.from = end;
    return whole;
}

Span title_read(const Text *text, const Lexicon *words, const Segment *segment, const Spans *where)
{
    Stretch whole = {text_token_at(text, segment->span.start), text_token_at(text, segment->span.end)};
    Stretch heading = {text_token_at(text, segment->heading.start), text_token_at(text, segment->heading.end)};
    if (whole.from >= whole.to) return (Span){segment->span.start, segment->span.start};
    Stretch best;
    if (find_field(text, words, whole, &best) || find_cell(text, words, whole, &best)) return cut(text, best);
    Stretch told = skip_area_heading(text, segment, whole);
    if (heading.from < heading.to && heading.from >= told.from && says_something(text, words, heading) &&
        !says_only_where(text, words, heading, where))
        return cut(text, heading);
    return cut(text, find_clause(text, words, told, where));
}
