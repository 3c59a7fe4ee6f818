/* Lines with a clock among their first words: "22.18 Bråk …", "Säffle kl 05:24", "Vid fyratiden ringde …". */
#include "core/read/layout-internal.h"
#include "core/read/sentence.h"

enum {
    NOISE_TOKENS = 2,   /* before the clock of a line that tells of nothing */
    LABEL_TOKENS = 6,   /* a place's name, and the sign behind it, before a clock */
    NUMBER_DIGITS = 3,  /* of a bus line */
    HEAD_TOKENS = 16,   /* a line's clock stands among so many tokens */
    LONG_SPAN = 4 * 60, /* minutes; a longer span is a shift rather than an event */
    PERIOD_LINE = 32,   /* tokens of a line that tells the period a report covers, … */
    PERIOD_NUMBERS = 4, /* at least, "måndag 2/3 kl 06 – tisdag 3/3 kl 06" has six */
    PERIOD_TOKENS = 6,  /* … and of what may follow it there: "Väktare: 12" */
    SENDER_TOKENS = 8,  /* between "skriven" and the day: "av jourhavande i Bro" */
    CLOCK_DIGITS = 4,   /* of "1115" */
    SHORT_WORD = 3,     /* bytes of "hem": alone behind a clock it names no event */
    TAIL_TOKENS = 12,   /* of "(lör, kvart över nio på kvällen)" at a line's end, at most */
    TAIL_LEAST = 5,     /* tokens of a line that ends so, at least */
    LOG_LINES = 3,      /* so many lines that begin with a clock are a log, in which every such line does */
};

bool layout_begins_with_clock(const LayoutReader *reader, uint32_t index)
{
    Clock clock;
    const LineInfo *line = &reader->lines[index];
    return line->from < line->to && clock_match(reader->words, reader->text, line->from, line->to, true, &clock) &&
           clock.end < line->to;
}

bool layout_heads_clock(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    LexiconHit hit;
    bool set_off =
        index == 0 || line[-1].from >= line[-1].to || token_is_sign(&reader->text->tokens[line[-1].to - 1], ":");
    return set_off && index + 1 < reader->text->line_count && line->from < line->to &&
           layout_match_label(reader, line->from, line->to, LEX(LEX_FIELD), &hit) && hit.end + 1 < line->to &&
           layout_begins_with_clock(reader, index + 1);
}

bool layout_ends_with_clock(const LayoutReader *reader, uint32_t index)
{
    const Token *tokens = reader->text->tokens;
    const LineInfo *line = &reader->lines[index];
    Clock clock;
    uint32_t from = line->to;
    if (line->to - line->from < TAIL_LEAST || !token_is_sign(&tokens[line->to - 1], ")")) return false;
    while (from > line->from && line->to - from < TAIL_TOKENS && !token_is_sign(&tokens[from], "("))
        from--;
    if (!token_is_sign(&tokens[from], "(")) return false;
    for (uint32_t at = from + 1; at + 1 < line->to; at++)
        if (clock_match(reader->words, reader->text, at, line->to, at == from + 1, &clock))
            return clock.end + 1 == line->to;
    return false;
}

bool layout_is_log(const LayoutReader *reader)
{
    return reader->head_clocks >= LOG_LINES;
}

/* "På Råbyvägen", "larm vid grinden"; a preposition between names does not: "Råbyvägen nära Bro station". */
static bool tells_where(const LayoutReader *reader, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    for (uint32_t at = from; at < end; at++)
        if (lexicon_match(reader->words, reader->text, at, end, LEX(LEX_PLACE_PREP), &hit) &&
            (at == from || hit.end >= end || !token_is_capital(&reader->text->tokens[hit.end])))
            return true;
    return false;
}

/* "Bro stn", "Brunna ind.": a few words that are no sentence. */
static bool names_a_spot(const LayoutReader *reader, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    return end - from <= LABEL_TOKENS && token_is_capital(&reader->text->tokens[from]) &&
           !tells_where(reader, from, end) &&
           !lexicon_find(reader->words, reader->text, from, end, LEX(LEX_VERB) | LEX(LEX_SELF) | LEX(LEX_SOMEONE),
                         &hit);
}

/* Behind the names that begin a line: "Håbo-Tibble", "E18 tpl Kockbacka". */
static uint32_t skip_names(const LayoutReader *reader, const LineInfo *line)
{
    const Token *tokens = reader->text->tokens;
    uint32_t at = line->from, limit = line->from + LABEL_TOKENS < line->to ? line->from + LABEL_TOKENS : line->to;
    while (at < limit && (token_is_capital(&tokens[at]) ||
                          (at > line->from &&
                           (token_is_sign(&tokens[at], "-") || (at + 1 < limit && token_is_capital(&tokens[at + 1])) ||
                            (tokens[at].kind == TOKEN_NUMBER && tokens[at].norm_len < CLOCK_DIGITS)))))
        at++;
    return at;
}

bool layout_names_a_clock(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    Clock clock;
    if (line->from >= line->to || !token_is_capital(&reader->text->tokens[line->from])) return false;
    uint32_t at = skip_names(reader, line);
    return at > line->from && at + 1 < line->to && reader->text->tokens[at].norm_len == CLOCK_DIGITS &&
           clock_match(reader->words, reader->text, at, line->to, true, &clock);
}

bool layout_numbers_a_clock(const LayoutReader *reader, uint32_t index)
{
    const LineInfo *line = &reader->lines[index];
    const Token *tokens = reader->text->tokens;
    Clock clock;
    unsigned dates = 0;
    if (line->bullet || line->from + 3 >= line->to || tokens[line->from].kind != TOKEN_NUMBER ||
        tokens[line->from].norm_len > NUMBER_DIGITS || tokens[line->from + 1].flags & TOKEN_LINE_START ||
        clock_match(reader->words, reader->text, line->from, line->to, true, &clock) ||
        sentence_skip_dates(reader->words, reader->text, line->from, line->to, &dates) > line->from)
        return false;
    uint32_t limit = line->from + LABEL_TOKENS < line->to ? line->from + LABEL_TOKENS : line->to;
    for (uint32_t at = line->from + 2; at < limit; at++)
        if (token_is_sign(&tokens[at - 1], ",") &&
            clock_match(reader->words, reader->text, at, line->to, false, &clock))
            return !clock.about && !clock.twelve;
    return false;
}

bool layout_find_head_clock(const LayoutReader *reader, const LineInfo *line, Clock *clock, bool *strong)
{
    const Text *text = reader->text;
    LexiconHit hit;
    unsigned dates = 0;
    uint32_t at = line->from;
    if (layout_match_label(reader, at, line->to, LEX(LEX_FIELD_TIME), &hit)) at = hit.end + 1;
    uint32_t first = sentence_skip_dates(reader->words, reader->text, at, line->to, &dates);
    uint32_t end = sentence_end(text, first < line->to ? first : line->from, line->to);
    uint32_t limit = first + HEAD_TOKENS < line->to ? first + HEAD_TOKENS : line->to;
    bool names_only = true; /* so far no word that a sentence has and a heading has not */
    uint32_t behind_names = reader->named_clocks >= LOG_LINES ? skip_names(reader, line) : line->to;
    for (at = first; at < limit; at++) {
        /* "Lindesberg. 01.04." has its clock after the first full stop. */
        if (at >= end && at > first + 4) break;
        bool named = at == behind_names;
        if (clock_match(reader->words, text, at, line->to, at == first || named, clock)) {
            bool ends_line =
                clock->end >= line->to || (clock->end + 1 == line->to && text->tokens[clock->end].kind == TOKEN_PUNCT);
            if (sentence_clock_use(reader->words, text, first, end, clock) != CLOCK_STARTS) return false;
            bool exact = !clock->about && !clock->twelve;
            /* "Firandet i Bro började klockan 19 med …" is a sentence. */
            if (at > first && lexicon_match(reader->words, text, at, clock->end, LEX(LEX_VERB), &hit))
                names_only = false;
            /* "Kungsängens station – 21.15 …" */
            bool set_off =
                at > first && at - first <= LABEL_TOKENS && token_is_capital(&text->tokens[first]) &&
                (layout_is_bullet_sign(&text->tokens[at - 1]) || token_is_sign(&text->tokens[at - 1], ":,(") ||
                 (clock->end + 1 < line->to && layout_is_bullet_sign(&text->tokens[clock->end]) &&
                  text->tokens[clock->end + 1].kind == TOKEN_WORD));
            set_off |= at > first && names_a_spot(reader, first, at) && clock->end + 1 < line->to &&
                       token_is_sign(&text->tokens[clock->end], ".:");
            *strong = (exact && (at == first || names_only || set_off || named)) ||
                      (ends_line && layout_looks_like_heading(reader, line, true));
            return true;
        }
        const Token *token = &text->tokens[at];
        if (token->kind == TOKEN_WORD && !(token->flags & TOKEN_CAPITAL) && at > first &&
            !lexicon_match(reader->words, text, at, line->to,
                           LEX(LEX_PLACE_PREP) | LEX(LEX_AT) | LEX(LEX_CLOCK) | LEX(LEX_EVENT) | LEX(LEX_WEEKDAY) |
                               LEX(LEX_WEEKDAY_SHORT),
                           &hit))
            names_only = false;
        if (token->kind == TOKEN_WORD && !(token->flags & TOKEN_CAPITAL) && at == first) names_only = false;
    }
    return false;
}

/* Where the heading on a timed line ends: the whole of a short line, else its first words up to a sentence. */
static uint32_t heading_end(const LayoutReader *reader, const LineInfo *line, const Clock *clock)
{
    const Text *text = reader->text;
    if (layout_looks_like_heading(reader, line, true)) return line->to;
    uint32_t limit = clock->end + 14 < line->to ? clock->end + 14 : line->to;
    for (uint32_t at = clock->end; at < limit; at++) {
        if (token_is_sign(&text->tokens[at], ".:") && at > clock->end + (text->tokens[clock->end].kind != TOKEN_WORD) &&
            text->tokens[at].end < text->len && at + 1 < line->to && text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE)
            return at;
    }
    return clock->end;
}

/* A name, as places have in headings. */
static bool has_capital(const Text *text, uint32_t from, uint32_t end)
{
    for (uint32_t at = from; at < end; at++)
        if (token_is_capital(&text->tokens[at])) return true;
    return false;
}

/* Behind "Övrigt. " at `at`, a kind and no remark where more is told behind it; else `at`. */
static uint32_t skip_kind(const LayoutReader *reader, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (!lexicon_match(reader->words, reader->text, at, end, LEX(LEX_MISC), &hit) || hit.end + 1 >= end ||
        !token_is_sign(&reader->text->tokens[hit.end], "."))
        return at;
    return hit.end + 1;
}

/* The clock is followed by nothing but "inget att rapportera", or spans a shift and counts work. */
static bool is_timed_noise(const LayoutReader *reader, const LineInfo *line, const Clock *clock)
{
    const Text *text = reader->text;
    LexiconHit hit;
    uint32_t at = skip_kind(reader, sentence_skip_signs(text, clock->end, line->to), line->to);
    if (sentence_finds_nothing(reader->words, text, at, at + 1 < line->to ? at + 1 : line->to, line->to)) {
        Clock other; /* "1830 start. 1920 bråk …" */
        uint32_t stop = sentence_end(text, at, line->to);
        return stop >= line->to || !sentence_find_clock(reader->words, text, stop, line->to, &other);
    }
    uint32_t near = at + 8 < line->to ? at + 8 : line->to;
    if (!sentence_has_event(reader->words, text, at, line->to) &&
        sentence_finds_nothing(reader->words, text, at, near, line->to))
        return true;
    /* "0100 avlöst, nycklar kvitterade", "0200 strul med larmet, ingen rond" */
    if (!sentence_has_event(reader->words, text, at, line->to) &&
        (sentence_begins_with_noise(reader->words, text, at, line->to) ||
         (sentence_has_noise(reader->words, text, at, line->to) && !has_capital(text, at, line->to))))
        return true;
    /* "Hemgång 02.00. Tack för i kväll!" */
    if (clock->start > line->from && clock->start - line->from <= NOISE_TOKENS &&
        !sentence_has_event(reader->words, text, line->from, line->to) &&
        sentence_begins_with_noise(reader->words, text, line->from, line->to))
        return true;
    /* "1930 på", "0415 hem" */
    if (at + 1 == line->to && at > line->from && text->tokens[at].kind == TOKEN_WORD &&
        text->tokens[at].norm_len <= SHORT_WORD && !token_is_capital(&text->tokens[at]) &&
        !sentence_has_event(reader->words, text, line->from, line->to))
        return true;
    /* "Broskolan 21.10 -" */
    if (at >= line->to && layout_is_bullet_sign(&text->tokens[line->to - 1])) return true;
    /* "Stängning 19.00." */
    if (at >= line->to && sentence_finds_nothing(reader->words, text, line->from, line->from + 1, line->to))
        return true;
    bool shift = clock->until >= 0 && (clock->until - clock->minute + 1440) % 1440 >= LONG_SPAN;
    if (shift && !sentence_has_event(reader->words, text, line->from, line->to) &&
        !sentence_has_place(reader->words, text, line->from, line->to))
        return true;
    bool event = sentence_has_event(reader->words, text, line->from, line->to);
    return shift && ((at >= line->to && !event) || sentence_has_noise(reader->words, text, line->from, line->to) ||
                     lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_TITLE) | LEX(LEX_INTRO), &hit) ||
                     sentence_begins_with_noise(reader->words, text, at, line->to));
}

bool layout_finds_period(const LayoutReader *reader, const LineInfo *line)
{
    const Text *text = reader->text;
    LexiconHit hit;
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) | LEX(LEX_HOLIDAY) | LEX(LEX_EASTER);
    uint32_t numbers = 0; /* a holiday is as good as a date in figures: "julafton kl 12 till juldagen kl 08" */
    for (uint32_t at = line->from; at < line->to; at++)
        numbers += text->tokens[at].kind == TOKEN_NUMBER ||
                   lexicon_roles(reader->words, text, at, LEX(LEX_HOLIDAY) | LEX(LEX_EASTER)) != 0;
    uint32_t sentence = sentence_end(text, line->from, line->to);
    if (numbers < PERIOD_NUMBERS || sentence - line->from > PERIOD_LINE) return false;
    for (uint32_t at = line->from; at < line->to;) {
        Clock clock;
        unsigned dates = 0;
        if (text->tokens[at].kind != TOKEN_NUMBER && !lexicon_roles(reader->words, text, at, days)) {
            at++;
            continue;
        }
        uint32_t next = sentence_skip_dates(reader->words, text, at, line->to, &dates);
        bool clocked = dates && next < line->to && clock_match(reader->words, text, next, line->to, true, &clock);
        if (!clocked) {
            at = next > at ? next : at + 1;
            continue;
        }
        next = at = sentence_skip_signs(text, clock.end, line->to);
        if (lexicon_match(reader->words, text, next, line->to, LEX(LEX_RANGE), &hit)) next = hit.end;
        dates = 0;
        next = sentence_skip_dates(reader->words, text, next, line->to, &dates);
        bool ends = dates && next < line->to && clock_match(reader->words, text, next, line->to, true, &clock);
        if (ends && (line->to - clock.end <= PERIOD_TOKENS || token_is_sign(&text->tokens[clock.end], "(")))
            return !sentence_has_event(reader->words, text, line->from, line->to) ||
                   lexicon_find(reader->words, text, line->from, line->to, LEX(LEX_TITLE), &hit);
        /* "Gäller fre 5/9 kl 16 - sö 7/9 kl 08. En patrull." */
        if (ends && token_is_sign(&text->tokens[clock.end], ".") &&
            !sentence_has_event(reader->words, text, line->from, clock.end))
            return !sentence_has_place(reader->words, text, clock.end, line->to) &&
                   !sentence_find_clock(reader->words, text, clock.end, line->to, &clock);
    }
    return false;
}

/* The colon behind a short label at `at`: "värd 2 stationen:"; `end` where there is none. */
static uint32_t find_label_end(const Text *text, uint32_t at, uint32_t end)
{
    uint32_t limit = at + LABEL_TOKENS < end ? at + LABEL_TOKENS : end;
    while (at < limit && text->tokens[at].kind != TOKEN_PUNCT)
        at++;
    return at < limit && token_is_sign(&text->tokens[at], ":") ? at : end;
}

/* "… har tagit henne": of somebody spoken of before. */
static bool speaks_of_somebody(const LayoutReader *reader, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    for (uint32_t at = from; lexicon_find(reader->words, reader->text, at, end, LEX(LEX_CONTINUE), &hit); at = hit.end)
        if (hit.value == 1) return true;
    return false;
}

/* "19.02 Mona stationen: en man föll" / "19.20 Mona stationen: ambulansen har tagit honom": the label of the line
 * above, and behind it somebody spoken of before; or "19.03 Kalle: kommer". */
static bool is_said_again(const LayoutReader *reader, const LineInfo *line, uint32_t at)
{
    const Text *text = reader->text;
    LexiconHit hit;
    uint32_t colon = find_label_end(text, at, line->to);
    if (colon >= line->to || line == reader->lines || sentence_has_event(reader->words, text, at, colon)) return false;
    bool event = sentence_has_event(reader->words, text, colon, line->to);
    if (colon + 1 >= line->to) return false;
    if (sentence_is_update(reader->words, text, colon + 1, line->to)) return true;
    uint32_t above = line[-1].to;
    for (uint32_t back = line[-1].from; back < above && !token_is_sign(&text->tokens[back], ":"); back++)
        if (back + (colon - at) < above && token_is_sign(&text->tokens[back + (colon - at)], ":") &&
            token_is(&text->tokens[back], text->tokens[at].norm) &&
            token_is(&text->tokens[back + (colon - at) - 1], text->tokens[colon - 1].norm))
            return lexicon_match(reader->words, text, colon + 1, line->to, LEX(LEX_CONTINUE), &hit) &&
                   (hit.value == 1 || !event || speaks_of_somebody(reader, hit.end, line->to));
    return false;
}

/* "22.55 Polis tar över.": what follows the clock goes on with the incident before. */
static bool is_timed_update(const LayoutReader *reader, const LineInfo *line, const Clock *clock)
{
    uint32_t at = sentence_skip_signs(reader->text, clock->end, line->to);
    return sentence_is_update(reader->words, reader->text, at, line->to) || is_said_again(reader, line, at);
}

/* "Händelselista, utskrift 2026-05-12 06:55", "(skriven av jouren sön kl 8)": the line tells when the report was
 * written: a word for it, and behind it a day and the clock. */
static bool tells_of_sending(const LayoutReader *reader, const LineInfo *line, const Clock *clock)
{
    LexiconHit hit;
    if (sentence_has_event(reader->words, reader->text, line->from, line->to)) return false;
    if (!lexicon_find(reader->words, reader->text, line->from, clock->start, LEX(LEX_SENT), &hit)) return false;
    uint32_t limit = hit.end + SENDER_TOKENS < clock->start ? hit.end + SENDER_TOKENS : clock->start;
    for (uint32_t at = hit.end; at < limit; at++) {
        unsigned dates = 0;
        uint32_t next = sentence_skip_dates(reader->words, reader->text, at, clock->start, &dates);
        if (dates && (next >= clock->start || at <= hit.end + 1)) return true;
    }
    return false;
}

void layout_read_clocked(LayoutReader *reader, LineInfo *line, const Clock *clock, bool strong)
{
    LexiconHit hit;
    const uint32_t index = (uint32_t)(line - reader->lines);
    strong |= !line->bullet && layout_is_log(reader) && clock->start == line->from;
    strong |= reader->numbered_clocks >= LOG_LINES && layout_numbers_a_clock(reader, index);
    /* "torget vid 20.40, runt 30 pers …": who writes a line as long as that ended it on purpose */
    strong |= !line->bullet && reader->unwrapped && !token_is_capital(&reader->text->tokens[line->from]);
    /* "juldagen vid niotiden. Bråk …" among "julafton 18.20. …" */
    strong |= layout_lists_clocked_days(reader) && layout_begins_with_day_and_clock(reader, index);
    line->weak = !strong;
    line->weak_head = !strong && clock->start <= line->from + 1;
    bool title = clock->until >= 0 && layout_looks_like_heading(reader, line, false) &&
                 lexicon_find(reader->words, reader->text, line->from, line->to, LEX(LEX_TITLE), &hit);
    title |= tells_of_sending(reader, line, clock);
    if (title || is_timed_noise(reader, line, clock)) {
        if (!title && layout_skip_to_incident(reader, line)) return;
        line->kind = LINE_NOISE;
    } else if (strong && is_timed_update(reader, line, clock)) {
        line->goes_on = true;
    } else if (strong) {
        line->kind = LINE_TIMED;
        line->heading_end = heading_end(reader, line, clock);
        line->marked = clock->marked;
        line->minute = (int16_t)clock->minute;
        line->bare = sentence_skip_signs(reader->text, clock->end, line->to) >= line->to;
        reader->labelled += clock->start > line->from && clock->end < line->to && /* "Bro C 17.30: …" */
                            token_is_sign(&reader->text->tokens[clock->end], ":");
        reader->timed += !line->bullet;
        reader->timed_bullets += line->bullet;
    } else if (layout_read_dated(reader, line)) {
        return;
    } else if (layout_is_routine(reader, line)) {
        line->kind = LINE_NOISE;
    } else if (line->bullet) { /* a bullet needs no more form than that */
        line->kind = LINE_TIMED;
        line->heading_end = line->from;
        reader->timed_bullets++;
    } else if (layout_is_labelled(reader, line)) {
        line->kind = LINE_ITEM;
        line->dated = layout_is_dated(reader, line);
        reader->labelled++;
    }
}
