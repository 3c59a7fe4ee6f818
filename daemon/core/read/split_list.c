#include "core/read/sentence.h"
#include "core/read/split-internal.h"

/* "… på E12 Marieberg, Umeå, på E4 Grimsmark samt på Sillviksvägen": the end of the first place, or `end`. */
static uint32_t next_listed(const Splitter *s, uint32_t from, uint32_t end, uint32_t *next)
{
    LexiconHit hit;
    for (uint32_t at = from; at + 2 < end; at++) {
        if (!lexicon_match(s->words, s->text, at, end, LEX(LEX_AND), &hit)) continue;
        if (sentence_place_after(s->words, s->text, hit.end, end) == end) continue;
        *next = hit.end;
        return at;
    }
    *next = end;
    return end;
}

int split_list(Splitter *s, uint32_t from, uint32_t end, bool goes_on, bool *listed)
{
    LexiconHit hit;
    *listed = false;
    if (!lexicon_find(s->words, s->text, from, end, LEX(LEX_LIST), &hit)) return 0;
    uint32_t next, stop = next_listed(s, hit.end, end, &next);
    if (stop == end || !sentence_has_place(s->words, s->text, hit.end, stop)) return 0;
    *listed = true;
    int r = 0;
    if (goes_on)
        split_extend(s, stop);
    else
        r = split_open(s, from, stop, from);
    while (r == 0 && next < end) {
        uint32_t start = next;
        stop = next_listed(s, start, end, &next);
        r = split_open(s, start, stop, start);
    }
    return r;
}

/* Behind the words of a town's name at `at`: "Kungsängen", "Hässelby gård". */
static uint32_t skip_town_name(const Splitter *s, uint32_t at, uint32_t end)
{
    enum { NAME_WORDS = 3 };
    const uint64_t others = LEX(LEX_PLACE_PREP) | LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_VERB) | LEX(LEX_AND);
    const Token *tokens = s->text->tokens;
    LexiconHit hit;
    uint32_t names = at;
    while (at < end && at < names + NAME_WORDS &&
           ((tokens[at].kind == TOKEN_WORD && tokens[at].flags & TOKEN_CAPITAL) ||
            (at > names && token_is_sign(&tokens[at], "-") &&
             !(tokens[at].flags & TOKEN_SPACE_BEFORE)))) /* "Håbo-Tibble" */
        at++;
    bool second = at == names + 1 && at + 1 < end && tokens[at].kind == TOKEN_WORD &&
                  tokens[at + 1].kind != TOKEN_WORD && !lexicon_match(s->words, s->text, at, end, others, &hit);
    return second ? at + 1 : at;
}

/* "Bro 3, Kungsängen 2", "Bro (3)", "3 i Bro": the end of one town with its count, or `at`. */
static uint32_t match_town(const Splitter *s, uint32_t at, uint32_t end)
{
    const Text *text = s->text;
    LexiconHit hit, prep;
    uint32_t start = at;
    bool count_first =
        token_number(&text->tokens[at]) >= 0 || lexicon_match(s->words, text, at, end, LEX(LEX_NUMBER), &hit);
    if (count_first) {
        at = token_number(&text->tokens[at]) >= 0 ? at + 1 : hit.end;
        if (!lexicon_match(s->words, text, at, end, LEX(LEX_PLACE_PREP), &prep)) return start;
        at = prep.end;
    }
    uint32_t names = at;
    at = skip_town_name(s, at, end);
    /* "Avvisade 5" counts no town. */
    if (at == names || lexicon_match(s->words, text, names, end, LEX(LEX_NOISE), &hit)) return start;
    if (count_first) return at;
    Clock clock;
    while (at < end && at < names + 6 && text->tokens[at].kind == TOKEN_PUNCT && !token_is(&text->tokens[at], ",") &&
           !token_is(&text->tokens[at], "."))
        at++;
    if (at >= end || token_number(&text->tokens[at]) < 0 || token_number(&text->tokens[at]) > 99 ||
        clock_match(s->words, text, at, end, false, &clock))
        return start;
    at++;
    if (lexicon_match(s->words, text, at, end, LEX(LEX_UNIT), &hit)) at = hit.end;
    if (at < end && token_is(&text->tokens[at], ")")) at++;
    return at;
}

int split_towns(Splitter *s, uint32_t from, uint32_t end, bool *listed)
{
    enum { TOWNS = 32 };
    uint32_t starts[TOWNS], ends[TOWNS], count = 0;
    LexiconHit hit;
    *listed = false;
    if (end - from > 200) return 0;
    for (uint32_t at = from; at < end && count < TOWNS;) {
        uint32_t after = match_town(s, at, end);
        if (after == at) {
            at++;
            continue;
        }
        /* The towns follow each other with nothing but "," and "och" between them. */
        uint32_t gap = count ? ends[count - 1] : at;
        while (count && gap < at && lexicon_match(s->words, s->text, gap, at, LEX(LEX_AND), &hit))
            gap = hit.end;
        if (gap < at) count = 0;
        starts[count] = at;
        ends[count++] = at = after;
    }
    if (count < 2 || lexicon_find(s->words, s->text, from, starts[0], LEX(LEX_NOISE) | LEX(LEX_NOISE_ANY), &hit))
        return 0;
    if (!lexicon_find(s->words, s->text, from, end, LEX(LEX_EVENT), &hit)) return 0;
    /* A sentence of its own may follow the list, and tells of none. */
    if (end - ends[count - 1] > 4) {
        if (!token_is_sign(&s->text->tokens[ends[count - 1]], ".")) return 0;
        end = ends[count - 1] + 1;
    }
    *listed = true;
    for (uint32_t i = 0; i < count; i++) {
        int r = split_open(s, i ? starts[i] : from, i + 1 < count ? ends[i] : end, 0);
        if (r < 0) return r;
        if (i) s->open.heading = split_span(s->text, from, starts[0]);
    }
    return split_close(s);
}

/* "Bro 4", "- Kungsängen: 2": nothing but a town and its count. */
static bool is_town_line(const Splitter *s, const LineInfo *line)
{
    enum { TOKENS_MOST = 10 };
    if (line->kind == LINE_BLANK || line->from >= line->to || line->to - line->from > TOKENS_MOST) return false;
    if (sentence_has_event(s->words, s->text, line->from, line->to)) return false; /* "Avvisade: 12" */
    uint32_t after = match_town(s, line->from, line->to);
    /* "Kungsängen 7, varav 5 vid stationen" */
    return after > line->from && (after == line->to || token_is(&s->text->tokens[after], ",") ||
                                  (after + 1 == line->to && token_is(&s->text->tokens[after], ".")));
}

/* What the towns on the lines from `line` on are counted of: the heading or the announcement above; else empty. */
static Span find_counted(const Splitter *s, const LineInfo *line)
{
    if (split_is_open(&s->pending)) return s->pending.heading;
    const LineInfo *before = line;
    while (before > s->lines && (before == line || before->kind == LINE_BLANK))
        before--;
    if (before == line || before->from >= before->to || token_is_sign(&s->text->tokens[before->to - 1], ".!?") ||
        !(before->kind == LINE_NOISE || token_is(&s->text->tokens[before->to - 1], ":")) ||
        !sentence_has_event(s->words, s->text, before->from, before->to))
        return (Span){0};
    return split_span(s->text, before->from, before->to);
}

int split_town_line(Splitter *s, const LineInfo *line, bool *listed)
{
    *listed = false;
    bool town = is_town_line(s, line), heads = false; /* the first town's span begins with what is counted */
    if (town && !s->counted.end) {
        const LineInfo *next = line + 1;
        /* One alone is a count where others were: "Bro 4" / "Brunna 1" / "Bilinbrott" / "Bro 2" */
        if (s->counts || (next < s->lines + s->text->line_count && is_town_line(s, next)))
            s->counted = find_counted(s, line);
        heads = s->counted.end != 0;
    }
    if (!town) s->counted = (Span){0};
    if (!s->counted.end) return 0;
    *listed = s->counts = true;
    s->pending = (Segment){0};
    int r = split_open(s, line->from, line->to, line->from);
    if (r < 0) return r;
    s->open.heading = s->counted;
    if (heads) s->open.span.start = s->counted.start;
    return split_close(s);
}
