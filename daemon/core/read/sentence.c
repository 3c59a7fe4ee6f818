#include "core/read/sentence.h"

enum {
    HABIT_REACH = 16,   /* tokens between a clock and "varje dag" */
    NO_START_REACH = 8, /* tokens between a clock and the first word of "släckt" */
    YEARS_OLD = 2023,   /* earlier ones are not told without saying of what */
    LABEL_TOKENS = 5,   /* "Bro C 2018." */
    DAY_MINUTES = 24 * 60,
    ROUND_LEAST = 120, /* minutes; nobody's round or shift is shorter */
    ROUND_REACH = 12,  /* tokens between what says that it is one and its hours */
    LEFT_TOKENS = 4,   /* "jag gick hem." */
    OF_WRITERS = 100,  /* more in a reach: the phrase counts only of what the writers did */
    CLIPPED = 2,       /* a word as short before a full stop may be clipped: "kl.", "ca." */
    EXEMPT_TOKENS = 2, /* of a phrase that ends within the clock so many may stand before it */
};

/* "… vid 18. 21.25 bråk …": a full clock behind a number's full stop, unless the number numbers the line. */
static bool is_clock_after_number(const Text *text, uint32_t at, uint32_t end)
{
    const Token *number = &text->tokens[at - 2];
    return number->kind == TOKEN_NUMBER && !(number->flags & TOKEN_LINE_START) && at + 2 < end &&
           token_is_sign(&text->tokens[at + 1], ".:") && !(text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE) &&
           text->tokens[at + 2].kind == TOKEN_NUMBER && text->tokens[at + 2].norm_len == 2 &&
           !(text->tokens[at + 2].flags & TOKEN_SPACE_BEFORE);
}

/* "gick ... sen kom", "gick… sen kom", "de eldar!! ring": a pause, behind which more than a capital begins a sentence.
 */
static bool is_pause(const Token *sign, uint32_t behind_start)
{
    return sign->norm_len > 1 || (behind_start && token_is_stop(&sign[-1]) && !(sign->flags & TOKEN_SPACE_BEFORE));
}

/* The token behind a full stop begins a sentence. "kl. 22", "ca. 15", "m.fl. i": before a digit or a small letter a
 * full stop ends none, but in a text that begins its sentences so. */
static bool begins_sentence(const Text *text, uint32_t from, uint32_t at, uint32_t end)
{
    const Token *token = &text->tokens[at];
    if (token_is_capital(token) || token->kind == TOKEN_PUNCT) return true;
    if (is_pause(token - 1, at - 1 - from)) return true;
    if (at < from + 2) return false;
    uint32_t before = text->tokens[at - 2].norm_len;
    if (token->kind == TOKEN_NUMBER) {
        /* "avv. 3 st" */
        uint32_t counts = token->norm_len <= 2 && !(at + 1 < end && token_is_sign(token + 1, ".:"));
        return before > CLIPPED + counts || is_clock_after_number(text, at, end);
    }
    return before > CLIPPED && text_is_small(text);
}

/* "… SKADAD // 2240 …": behind two slashes that stand between spaces. */
static bool is_behind_slashes(const Text *text, uint32_t at)
{
    const Token *slash = &text->tokens[at - 1];
    return slash->norm[0] == '/' && slash->kind == TOKEN_PUNCT && text->tokens[at].flags & TOKEN_SPACE_BEFORE &&
           (slash->norm_len > 1 || (at > 1 && slash[-1].norm[0] == '/' && !(slash->flags & TOKEN_SPACE_BEFORE)));
}

uint32_t sentence_end(const Text *text, uint32_t from, uint32_t end)
{
    for (uint32_t at = from + 1; at < end; at++)
        if (is_behind_slashes(text, at) ||
            ((text->tokens[at].flags & (TOKEN_SENTENCE_START | TOKEN_LINE_START)) == TOKEN_SENTENCE_START &&
             begins_sentence(text, from, at, end)))
            return at;
    return end;
}

/* "Vi öppnade 15.00": a phrase without reach leads up to the clock, whose first word alone would say otherwise. */
static bool is_exempt(const Lexicon *words, const Text *text, uint32_t from, const Clock *clock, LexiconRole role)
{
    LexiconHit hit;
    for (uint32_t back = 1; back <= EXEMPT_TOKENS && clock->start >= from + back; back++)
        if (lexicon_match(words, text, clock->start - back, clock->end, LEX(role), &hit) && hit.value == 0 &&
            hit.end >= clock->start)
            return true;
    return false;
}

/* "Vi åkte till Bro vid nio", "sedan åkte vi …", "Åkte till …" with nobody named: the verb in [at, end) is theirs. */
static bool is_of_writers(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    return at == from || text->tokens[at].flags & TOKEN_SENTENCE_START ||
           lexicon_match(words, text, at - 1, at, LEX(LEX_SELF), &hit) ||
           (end < text->token_count && lexicon_match(words, text, end, end + 1, LEX(LEX_SELF), &hit));
}

/* "Portvakten fick en spark av någon som redan hämtats ut, 22.45.": behind a comma at a long sentence's end it is the
 * whole sentence's. */
static bool stands_apart(const Text *text, uint32_t from, const Clock *clock)
{
    return clock->start > from + NO_START_REACH && token_is_sign(&text->tokens[clock->start - 1], ",") &&
           clock->end < text->token_count && token_is_sign(&text->tokens[clock->end], ".");
}

/* How far back a word may say something of the clock: "allt låst men 01.10 small det" turns in between, and so does
 * "bärgad sen klockan två ringde …". */
static uint32_t reach_back(const Text *text, uint32_t from, const Clock *clock)
{
    bool sen = clock->start > from + 1 && token_is(&text->tokens[clock->start - 1], "sen");
    if (sen || stands_apart(text, from, clock)) return clock->start;
    uint32_t reach = clock->start > from + NO_START_REACH ? clock->start - NO_START_REACH : from;
    for (uint32_t at = clock->start; at > reach; at--)
        if (token_is(&text->tokens[at - 1], "men")) return at;
    return reach;
}

/* A word of `role` stands before the clock within its reach: the last one, with its end in `hit`. */
static bool stands_before(const Lexicon *words, const Text *text, uint32_t from, const Clock *clock, LexiconRole role)
{
    LexiconHit hit;
    uint32_t reach = reach_back(text, from, clock);
    if (is_exempt(words, text, from, clock, role)) return false;
    for (uint32_t at = reach; at < clock->start; at++) {
        if (!lexicon_match(words, text, at, clock->start, LEX(role), &hit)) continue;
        if (hit.value > OF_WRITERS && !is_of_writers(words, text, from, at, hit.end)) continue;
        if (clock->start - hit.end < (uint32_t)(hit.value % OF_WRITERS)) return true;
        if (hit.value == 0) at = hit.end - 1; /* "fram och åter" is no "åter" */
    }
    /* "fram till" marks it as well */
    return lexicon_match(words, text, clock->start, clock->end, LEX(role), &hit) &&
           (hit.value <= OF_WRITERS || is_of_writers(words, text, from, hit.start, hit.end));
}

static bool has_token(const Text *text, uint32_t from, uint32_t end, const char *norm)
{
    for (uint32_t at = from; at < end; at++)
        if (token_is(&text->tokens[at], norm)) return true;
    return false;
}

/* "Mannen som brukar stå här … i dag 16.20", "… 16.20 i dag": a day right beside the clock makes it one day's. */
static bool is_of_one_day(const Lexicon *words, const Text *text, uint32_t end, const Clock *clock)
{
    const uint64_t days = LEX(LEX_DAY) | LEX(LEX_DAY_PART);
    LexiconHit hit;
    return lexicon_match(words, text, clock->end, end, days, &hit) || clock_follows(words, text, clock->start, days);
}

/* "Varje dag", "brukar" beside the clock. A window, so that a sentence without end takes no more than its length. */
static bool is_habit(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    if (is_of_one_day(words, text, end, clock)) return false;
    uint32_t low = clock->start > from + HABIT_REACH ? clock->start - HABIT_REACH : from;
    uint32_t high = clock->end + HABIT_REACH < end ? clock->end + HABIT_REACH : end;
    for (uint32_t at = low; lexicon_find(words, text, at, high, LEX(LEX_HABIT), &hit); at = hit.start + 1) {
        /* "Vi brukar stänga 21, men i går stängde vi 19.30": what is told behind it is no habit. */
        if (has_token(text, hit.end, clock->start, "men")) continue;
        /* "Mopeder med två på varje": how many, and not how often. */
        if (hit.start > from && token_is(&text->tokens[hit.start - 1], "p\xc3\xa5")) continue;
        /* "… halv åtta. nås på 070-…": a full stop parts them, whatever letter follows it. */
        if (has_token(text, clock->end, hit.start, ".")) continue;
        uint32_t apart = hit.end <= clock->start   ? clock->start - hit.end
                         : hit.start >= clock->end ? hit.start - clock->end
                                                   : 0;
        if (!hit.value || apart < (uint32_t)hit.value) return true;
    }
    return false;
}

/* "Vi vandrade i Brunna från åtta.": the clock behind "nattvandrade", "pass" tells from when on, and not until when. */
static bool begins_round(const Lexicon *words, const Text *text, uint32_t low, const Clock *clock)
{
    LexiconHit from, hit;
    return lexicon_match(words, text, clock->start, clock->end, LEX(LEX_AT), &from) && from.value == LEX_AT_FROM &&
           lexicon_find(words, text, low, clock->start, LEX(LEX_ROUND), &hit);
}

ClockUse sentence_round_use(const Lexicon *words, const Text *text, uint32_t from, const Clock *clock)
{
    LexiconHit hit;
    uint32_t low = clock->start > from + ROUND_REACH ? clock->start - ROUND_REACH : from;
    if (clock->until < 0) return begins_round(words, text, low, clock) ? CLOCK_MAY_START : CLOCK_STARTS;
    if ((clock->until - clock->minute + DAY_MINUTES) % DAY_MINUTES < ROUND_LEAST) return CLOCK_STARTS;
    if (!lexicon_find(words, text, low, clock->start, LEX(LEX_ROUND), &hit)) return CLOCK_STARTS;
    return hit.value == 1 ? CLOCK_NO_START : CLOCK_MAY_START;
}

/* "Polisen kom 16.20 och gick ombord …", "Skolan: en mamma kom 13.40 och gapade": that somebody came is what happened,
 * where they did something at once. */
static bool is_coming(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    if (clock->end >= end || text->tokens[clock->end].kind != TOKEN_WORD ||
        !lexicon_match(words, text, clock->end, end, LEX(LEX_AND), &hit))
        return false;
    for (uint32_t at = clock->start; at > from && clock->start - at < NO_START_REACH; at--) {
        if (lexicon_match(words, text, at - 1, clock->start, LEX(LEX_SELF), &hit) ||
            !lexicon_match(words, text, at - 1, clock->start, LEX(LEX_NO_START), &hit) || hit.end != clock->start)
            continue;
        return text->tokens[at - 1].flags & TOKEN_SENTENCE_START ||
               (at > from + 1 && lexicon_match(words, text, at - 2, at - 1, LEX(LEX_SOMEONE), &hit));
    }
    return false;
}

bool sentence_turns_behind(const Lexicon *words, const Text *text, uint32_t end, const Clock *clock, LexiconHit *hit)
{
    uint32_t next = clock->end;
    while (lexicon_match(words, text, next, end, LEX(LEX_ON) | LEX(LEX_PART) | LEX(LEX_DAY_PART), hit)) /* "i natt" */
        next = hit->end;
    while (next < end && text->tokens[next].kind == TOKEN_PUNCT && token_is_sign(&text->tokens[next], ",-"))
        next++;
    return lexicon_match(words, text, next, end, LEX(LEX_THEN), hit);
}

bool sentence_turns_at(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    return stands_before(words, text, from, clock, LEX_NO_START) &&
           sentence_turns_behind(words, text, end, clock, &hit);
}

ClockUse sentence_clock_use(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, const Clock *clock)
{
    LexiconHit hit;
    if (is_habit(words, text, from, end, clock) ||
        lexicon_match(words, text, clock->end, end, LEX(LEX_NO_START_NEXT), &hit))
        return CLOCK_NO_START;
    if (stands_before(words, text, from, clock, LEX_NO_START)) {
        /* "Lugnt fram till 21.40 då någon sprayade …" */
        if (sentence_turns_behind(words, text, end, clock, &hit)) {
            /* "Det såg bra ut igår kl 15 när vi stängde." */
            bool self = end - hit.end <= LEFT_TOKENS && lexicon_match(words, text, hit.end, end, LEX(LEX_SELF), &hit);
            return self ? CLOCK_NO_START : CLOCK_STARTS;
        }
        /* "Polisen kom 16.20 och gick ombord …": their coming is what happened. */
        return is_coming(words, text, from, end, clock) ? CLOCK_MAY_START : CLOCK_NO_START;
    }
    if (stands_before(words, text, from, clock, LEX_MAYBE_START)) return CLOCK_MAY_START;
    return sentence_round_use(words, text, from, clock);
}

/* The first words, before `at`, name something: "Bro C". */
static bool begins_label(const Lexicon *words, const Text *text, uint32_t from, uint32_t at)
{
    LexiconHit hit;
    return at - from <= LABEL_TOKENS && text->tokens[at - 1].kind == TOKEN_WORD &&
           !lexicon_find(words, text, from, at, LEX(LEX_VERB), &hit);
}

/* "Bro C 2018.": the number ends what a line's first words name. */
static bool ends_label(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end)
{
    return at + 1 < end && token_is_sign(&text->tokens[at + 1], ".,:") &&
           !(text->tokens[at + 1].flags & TOKEN_SPACE_BEFORE) && text->tokens[from].flags & TOKEN_LINE_START &&
           begins_label(words, text, from, at);
}

bool sentence_has_four_digits(const Lexicon *words, const Text *text, uint32_t from, uint32_t at, uint32_t end)
{
    const Token *token = &text->tokens[at];
    LexiconHit hit;
    int value = token_number(token);
    if (token->norm_len != 4 || value < 0 || !(token->flags & TOKEN_SPACE_BEFORE) || at <= from) return false;
    if (date_is_year(value) && !(value < YEARS_OLD && ends_label(words, text, from, at, end))) return false;
    const Token *before = &text->tokens[at - 1];
    if (before->kind != TOKEN_WORD && !token_is_sign(before, ",.:)")) return false;
    for (uint32_t back = at > from + 3 ? at - 3 : from; back < at; back++) {
        if (lexicon_match(words, text, back, at, LEX(LEX_NUMBER_LABEL) | LEX(LEX_MONTH) | LEX(LEX_ROAD), &hit) &&
            at - hit.end <= 1 && !(hit.role == LEX_NUMBER_LABEL && hit.value))
            return false;
    }
    if (at + 1 >= end) return true;
    const Token *after = token + 1;
    if (after->flags & TOKEN_LINE_START) return true;
    if (after->kind == TOKEN_PUNCT) {
        bool glued = !(after->flags & TOKEN_SPACE_BEFORE);
        Clock clock;
        /* "Laser tpl Brunna 0715-0845" */
        if (glued && clock_match(words, text, at, end, true, &clock) && clock.until >= 0 && clock.end == at + 3 &&
            text->tokens[at + 2].norm_len == 4)
            return true;
        bool more = at + 2 < end && !(token[2].flags & TOKEN_SPACE_BEFORE);
        return glued && token_is_sign(after, ".,:;)?!") && !(more && token[2].kind != TOKEN_PUNCT);
    }
    const uint64_t days = LEX(LEX_DAY) | LEX(LEX_DAY_PART) | LEX(LEX_PART) | LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) |
                          LEX(LEX_NIGHT_TO) | LEX(LEX_HOLIDAY);
    const uint64_t roles =
        LEX(LEX_AFTER_CLOCK) | LEX(LEX_PLACE_PREP) | LEX(LEX_VERB) | LEX(LEX_ON) | LEX(LEX_AND) | LEX(LEX_THEN) | days;
    /* Nothing is counted with a nought before it: "Bro C 0055 fast …". */
    if (token->norm[0] == '0' && !lexicon_match(words, text, at - 1, at, LEX(LEX_NUMBER_LABEL), &hit)) return true;
    /* "Bro stn 1905 avvisad från tåget", "brunna 1745 moped mot cykel"; but "Totalt 1200 resande". Within a line only
     * before an event: "skönt väder. råby 2140 bråk vid grillen" */
    if ((text->tokens[from].flags & TOKEN_LINE_START ||
         lexicon_match(words, text, at + 1, end, LEX(LEX_EVENT), &hit)) &&
        (at - from >= 2 || value % 100) && before->kind == TOKEN_WORD && after->kind == TOKEN_WORD &&
        !token_is_capital(after) && begins_label(words, text, from, at))
        return true;
    /* "Rond Bro C. 2240 bråk utanför kebaben" */
    return lexicon_match(words, text, at + 1, end, roles | (token_is_sign(before, ".") ? LEX(LEX_EVENT) : 0), &hit);
}

bool sentence_find_clock(const Lexicon *words, const Text *text, uint32_t from, uint32_t end, Clock *clock)
{
    Clock maybe;
    bool has_maybe = false;
    for (uint32_t at = from; at < end;) {
        bool head = at == from || (text->tokens[at].kind == TOKEN_NUMBER && text->tokens[at].norm_len == 4 &&
                                   sentence_has_four_digits(words, text, from, at, end));
        if (!clock_match(words, text, at, end, head, clock)) {
            at++;
            continue;
        }
        ClockUse use = sentence_clock_use(words, text, from, end, clock);
        if (use == CLOCK_STARTS) return true;
        if (use == CLOCK_MAY_START && !has_maybe) {
            maybe = *clock;
            has_maybe = true;
        }
        at = clock->end;
    }
    if (has_maybe) *clock = maybe;
    return has_maybe;
}

/* "E4", "riksväg 90", "Köpmanvägen" at `at`, where a preposition stands before it. */
static bool is_place_name(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    if (at >= end) return false;
    if (lexicon_match(words, text, at, end, LEX(LEX_ROAD), &hit))
        return hit.end < end && text->tokens[hit.end].kind == TOKEN_NUMBER;
    return token_is_capital(&text->tokens[at]) && !(text->tokens[at].flags & TOKEN_UPPER) &&
           !(at + 1 < end && lexicon_match(words, text, at + 1, end, LEX(LEX_REGION), &hit) && hit.value == 0);
}

uint32_t sentence_place_after(const Lexicon *words, const Text *text, uint32_t at, uint32_t end)
{
    LexiconHit hit;
    uint32_t name = at;
    if (at < end && token_is_sign(&text->tokens[at], "(") && is_place_name(words, text, at + 1, end)) return at + 1;
    for (int preps = 0; preps < 3 && lexicon_match(words, text, name, end, LEX(LEX_PLACE_PREP), &hit); preps++)
        name = hit.end; /* "söder om", "i centrala" */
    return name > at && is_place_name(words, text, name, end) ? name : end;
}

bool sentence_has_place(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    for (uint32_t at = from; at + 1 < end; at++) {
        if (sentence_place_after(words, text, at, end) < end) return true;
    }
    return false;
}

bool sentence_has_event(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    LexiconHit hit;
    return lexicon_find(words, text, from, end, LEX(LEX_EVENT), &hit);
}

uint32_t sentence_skip_signs(const Text *text, uint32_t at, uint32_t end)
{
    while (at < end && text->tokens[at].kind == TOKEN_PUNCT && !token_is_sign(&text->tokens[at], "~"))
        at++;
    return at;
}

/* What the day last skipped was told by: "Söndagen den 22 mars", "22/3 (söndag)", "Julafton (24/12)", "Fredag
 * (midsommarafton)" and "Långfredag, fredag" are one. */
typedef enum DayTold { DAY_WHOLE, DAY_NAMED, DAY_FEAST, DAY_DATED } DayTold;

/* One date, weekday or part of the day at `at`; its end, or `at`. */
static uint32_t skip_date(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, unsigned *dates,
                          DayTold *told)
{
    const uint64_t feasts = LEX(LEX_HOLIDAY) | LEX(LEX_EASTER) | LEX(LEX_WEEKDAY_FROM);
    const uint64_t days = LEX(LEX_WEEKDAY) | LEX(LEX_WEEKDAY_SHORT) | LEX(LEX_DAY) | feasts;
    const uint64_t parts = LEX(LEX_DAY_PART) | LEX(LEX_PART) | LEX(LEX_NIGHT_TO) | LEX(LEX_NIGHT_BETWEEN);
    const bool named = *told == DAY_NAMED || *told == DAY_FEAST;
    LexiconHit hit;
    DateWords date;
    uint32_t start = at;
    if (lexicon_match(words, text, at, end, LEX(LEX_ON), &hit)) at = hit.end; /* "på söndagen" */
    if (lexicon_match(words, text, at, end, days | parts, &hit)) {
        if (!(LEX(hit.role) & days)) return hit.end; /* "fredag kväll 13/3" */
        DayTold kind = LEX(hit.role) & feasts ? DAY_FEAST : DAY_NAMED;
        /* "Lördag 21/6 (midsommardagen)" is whole before the bracket */
        const char *signs = named && kind != *told ? "(," : named || (*told == DAY_WHOLE && *dates) ? "(" : "";
        bool other_name = *signs && start > 0 && token_is_sign(&text->tokens[start - 1], signs);
        *dates += *told != DAY_DATED && !other_name;
        *told = *told == DAY_DATED ? DAY_WHOLE : kind;
        return hit.end;
    }
    if (at >= end || !date_match(words, text, at, end, &date)) return start;
    *dates += !named;
    *told = named ? DAY_WHOLE : DAY_DATED;
    return date.end;
}

uint32_t sentence_skip_dates(const Lexicon *words, const Text *text, uint32_t at, uint32_t end, unsigned *dates)
{
    DayTold told = DAY_WHOLE;
    for (;;) {
        uint32_t next = skip_date(words, text, at, end, dates, &told);
        if (next == at) return at;
        at = sentence_skip_signs(text, next, end);
    }
}

unsigned sentence_days_alone(const Lexicon *words, const Text *text, uint32_t from, uint32_t end)
{
    unsigned dates = 0;
    return from < end && sentence_skip_dates(words, text, from, end, &dates) >= end ? dates : 0;
}
