/*
 * Names of persons.
 *
 * A name is read from its first word on: a first name from the list, or any word that "heter", "rektor" or "Mvh"
 * announces. What follows (surnames by list or by ending, particles, initials) belongs to it. A first name that is also
 * a word or a place ("Max", "Sofia") needs a surname or an announcement, and names of places ("Eriks torg", "Sankt
 * Lars", "stormen Hans") are none.
 */
#include <string.h>

#include "core/pii/pii-internal.h"

enum { NAME_WORDS = 5, SUFFIX_NAME_MIN = 6 };

/* How strongly the words before announce a name. */
typedef enum Announced {
    NOT_ANNOUNCED,
    NEAR_PERSON,  /* "rektor, …" */
    BY_PERSON,    /* "rektor …", "min son …" */
    BY_SIGNATURE, /* "mvh" */
    BY_NAMED,     /* "heter" */
} Announced;

typedef struct NameWord {
    const Token *token;
    uint32_t flags;
    bool genitive; /* the flags are those of the word without its s */
    bool capital, upper;
} NameWord;

static const Token *token_at(const PiiFinder *finder, uint32_t index)
{
    return index < finder->text->token_count ? &finder->text->tokens[index] : NULL;
}

static uint32_t index_of(const PiiFinder *finder, const NameWord *word)
{
    return (uint32_t)(word->token - finder->text->tokens);
}

static bool name_word(const PiiFinder *finder, uint32_t index, NameWord *word)
{
    const Token *token = token_at(finder, index);
    if (!token || token->kind != TOKEN_WORD) return false;
    *word = (NameWord){.token = token,
                       .flags = pii_flags(finder, index),
                       .capital = token->flags & TOKEN_CAPITAL,
                       .upper = token->flags & TOKEN_UPPER};
    const uint32_t names = PII_FIRST | PII_LAST;
    if (!(word->flags & names) && word->capital && token->norm_len > 3 && token->norm[token->norm_len - 1] == 's') {
        char base[64];
        uint32_t len = token->norm_len - 1;
        if (len >= sizeof base) return true;
        memcpy(base, token->norm, len);
        base[len] = '\0';
        uint32_t flags = pii_lists_look_up(finder->lists, base, len, text_hash(base, len)) &
                         (names | PII_PLACE | PII_FIRST_COMMON | PII_FIRST_START | PII_FIRST_PROPER | PII_LAST_COMMON);
        word->genitive = flags & names;
        if (word->genitive) word->flags |= flags;
    }
    return true;
}

/* A first name that can stand alone; one that is also a common word, where only a name has a capital. */
static bool is_sure_first(const PiiFinder *finder, const NameWord *word)
{
    if ((word->flags & (PII_FIRST | PII_FIRST_PROPER | PII_PLACE)) != PII_FIRST) return false;
    if (!(word->flags & PII_FIRST_COMMON)) return true;
    if (!word->capital || word->upper || word->genitive) return false;
    if (!(word->flags & PII_FIRST_START)) return true;
    uint32_t at = index_of(finder, word);
    const Token *before = token_at(finder, at - 1);
    /* Where every word would have a capital ("Rosa graffiti", "16.29 Axel …"), what follows decides: "Axel ringde". */
    if (word->token->flags & TOKEN_SENTENCE_START || !before || before->kind != TOKEN_WORD)
        return pii_flags(finder, at + 1) & PII_DOES;
    return true;
}

static bool is_surname(const PiiFinder *finder, const NameWord *word)
{
    if (word->flags & PII_LAST) return true;
    if (word->flags & PII_PLACE || word->token->norm_len < SUFFIX_NAME_MIN) return false;
    return word->flags == 0 && pii_suffixed(&finder->lists->surnames, word->token) &&
           !pii_suffixed(&finder->lists->places, word->token);
}

static bool is_sure_surname(const PiiFinder *finder, const NameWord *word)
{
    return is_surname(finder, word) && !(word->flags & (PII_LAST_COMMON | PII_PLACE));
}

/* A street, a school, a shop: by its own ending, or as a word of the place that a name before it names. */
static bool is_place(const PiiFinder *finder, const NameWord *word)
{
    if (word->flags & (PII_FIRST | PII_LAST)) return false;
    return word->flags & (PII_PLACE | PII_PLACE_WORD) || pii_suffixed(&finder->lists->places, word->token);
}

/* "Amanda, Tindra och Rosa": one name announces the next. */
static bool follows_name(const PiiFinder *finder, uint32_t index)
{
    if (index < 2 || !finder->count || finder->found[finder->count - 1].kind != PII_NAMN) return false;
    return finder->found[finder->count - 1].span.end == token_at(finder, index - 2)->end &&
           token_at(finder, index - 1)->line == token_at(finder, index)->line &&
           !(pii_flags(finder, index - 1) & PII_AT_PLACE) && !token_is(token_at(finder, index - 1), ".");
}

static Announced announced(const PiiFinder *finder, uint32_t index)
{
    const Token *first = token_at(finder, index);
    uint32_t at = index;
    bool sign = false;
    if (follows_name(finder, index)) return NEAR_PERSON;
    while (at > 0) {
        const Token *token = token_at(finder, --at);
        uint32_t lines = first->line - token->line;
        if (lines > 2) return NOT_ANNOUNCED;
        if (token->kind == TOKEN_PUNCT) {
            if (sign || !strchr(",:/-!.(\"'", token->norm[0])) return NOT_ANNOUNCED;
            sign = true;
            continue;
        }
        uint32_t flags = pii_flags(finder, at);
        if (flags & PII_SIGNATURE) return BY_SIGNATURE;
        if (lines > 0 || token_is(token_at(finder, at + 1), ".") || token_is(token_at(finder, at + 1), "!"))
            return NOT_ANNOUNCED;
        /* "skolan heter …" */
        if (flags & PII_NAMED && at && pii_flags(finder, at - 1) & PII_NOT_BEFORE) return NOT_ANNOUNCED;
        if (flags & PII_NAMED)
            return !sign || strchr(":\"'", token_at(finder, at + 1)->norm[0]) ? BY_NAMED : NOT_ANNOUNCED;
        /* "mitt namn är …", "heter tydligen …" */
        if (!sign && !(flags & PII_PERSON) && pii_before(finder, at, 1, PII_NAMED)) return BY_PERSON;
        return !(flags & PII_PERSON) ? NOT_ANNOUNCED : sign ? NEAR_PERSON : BY_PERSON;
    }
    return NOT_ANNOUNCED;
}

/* The word that continues the name after token `last`, past a hyphen or an initial's stop; `last` where none. */
static uint32_t next_part(const PiiFinder *finder, uint32_t last, bool *hyphen)
{
    const Token *here = token_at(finder, last), *next = token_at(finder, last + 1);
    *hyphen = false;
    if (!next || next->line != here->line) return last;
    if (next->kind == TOKEN_WORD) return next->flags & TOKEN_SPACE_BEFORE ? last + 1 : last;
    if (next->kind != TOKEN_PUNCT || next->flags & TOKEN_SPACE_BEFORE) return last;
    const Token *after = token_at(finder, last + 2);
    if (!after || after->kind != TOKEN_WORD || after->line != here->line) return last;
    bool air = after->flags & TOKEN_SPACE_BEFORE;
    *hyphen = token_is(next, "-") && !air;
    bool initial = token_is(next, ".") && here->norm_len == 1;
    return *hyphen || initial ? last + 2 : last;
}

/* What the words from `first` on are, as far as they make one name. */
typedef struct Name {
    uint32_t last;
    uint32_t words;
    bool surname;        /* a listed or patterned one */
    bool sure_surname;   /* … that is nothing else */
    bool listed_surname; /* … and in the list */
    bool genitive;
    bool place;          /* a place's word follows, or a king's number */
    bool before_capital; /* a genitive, and a capitalised word follows */
} Name;

/* Particles ("von", "al") belong to a name only with a capitalised word behind them. */
static uint32_t past_particles(const PiiFinder *finder, uint32_t at)
{
    NameWord word;
    bool hyphen;
    for (int i = 0; i < 2 && name_word(finder, at, &word) && word.flags & PII_PARTICLE; i++) {
        uint32_t next = next_part(finder, at, &hyphen);
        if (next == at) return at;
        at = next;
    }
    return at;
}

static bool is_roman(const NameWord *word)
{
    return word->upper && word->token->norm_len < 5 && strspn(word->token->norm, "ivx") == word->token->norm_len;
}

/* `lower` where the first word has no capital, so that surnames without one are taken too. */
static void extend(const PiiFinder *finder, uint32_t first, bool lower, Name *name)
{
    NameWord word;
    bool hyphen;
    *name = (Name){.last = first, .words = 1};
    if (name_word(finder, first, &word)) name->genitive = word.genitive;
    while (name->words < NAME_WORDS) {
        uint32_t part = next_part(finder, name->last, &hyphen), at = part;
        if (part == name->last) return;
        if (!hyphen) at = past_particles(finder, part);
        if (!name_word(finder, at, &word)) return;
        bool surname = is_surname(finder, &word);
        if (is_place(finder, &word) || (name->genitive && word.flags & PII_PLACE_WORD)) {
            const Token *here = token_at(finder, name->last);
            bool owner = name->genitive || here->norm[here->norm_len - 1] == 's';
            name->place = owner || hyphen || word.capital || pii_suffixed(&finder->lists->places, word.token);
            return;
        }
        bool listed = word.flags & (PII_FIRST | PII_LAST);
        if (!word.capital && !(lower && (surname || word.flags & PII_FIRST))) return;
        bool initial = word.token->norm_len == 1;
        if (!listed && !surname && !initial && (word.flags & ~PII_PARTICLE || name->genitive)) return;
        if (is_roman(&word)) {
            name->place = true; /* "Karl XI:s väg" */
            return;
        }
        if (name->genitive && !hyphen) { /* "Ruriks Holms väg", "Rolfs, Kalix" */
            name->before_capital = true;
            return;
        }
        name->surname |= surname && !hyphen;
        name->sure_surname |= is_sure_surname(finder, &word) && !hyphen;
        name->listed_surname |= word.flags & PII_LAST && is_sure_surname(finder, &word) && !hyphen;
        name->genitive = word.genitive;
        name->last = at;
        name->words++;
    }
}

/* "Sankt Eriks", "stormen Hans", "Karl XII". */
static bool is_other_name(const PiiFinder *finder, uint32_t first, const Name *name)
{
    const Token *here = token_at(finder, first), *before = first ? token_at(finder, first - 1) : NULL;
    if (before && before->line == here->line) {
        bool hyphen = token_is(before, "-") && !(here->flags & TOKEN_SPACE_BEFORE);
        bool colon = token_is(before, ":") && !(here->flags & TOKEN_SPACE_BEFORE);
        if (hyphen || colon || token_is(before, "@") || token_is(before, "#")) return true;
        if (token_is(before, "&") && !follows_name(finder, first)) return true; /* "Olsson & Söner" */
        if (pii_flags(finder, first - 1) & PII_NOT_BEFORE) return true;
        if (before->kind == TOKEN_NUMBER && !(here->flags & TOKEN_SPACE_BEFORE)) return true;
    }
    const Token *after = token_at(finder, name->last + 1);
    if (!after || after->line != here->line || after->flags & TOKEN_SPACE_BEFORE) return false;
    return token_is(after, "-") || token_is(after, "@") || after->kind != TOKEN_PUNCT;
}

/* A first name by itself: not "i Klara", and a genitive only as somebody's something: "Theos mamma". */
static bool stands_alone(const PiiFinder *finder, const NameWord *word, const Name *name)
{
    uint32_t at = index_of(finder, word);
    if (at && pii_flags(finder, at - 1) & PII_AT_PLACE && !(word->token->flags & TOKEN_LINE_START)) return false;
    if (!word->genitive) return true;
    const Token *next = token_at(finder, name->last + 1);
    return next && next->kind == TOKEN_WORD && !name->before_capital && next->line == word->token->line;
}

/* "M." before a surname; "I" and "Å" are words. */
static bool is_initial(const PiiFinder *finder, const NameWord *word)
{
    uint32_t at = index_of(finder, word);
    const Token *stop = token_at(finder, at + 1);
    return word->token->end - word->token->start == 1 && stop && token_is(stop, ".");
}

static bool decide(const PiiFinder *finder, const NameWord *word, Announced by, const Name *name)
{
    bool first_name = word->flags & PII_FIRST;
    if (name->place && by != BY_NAMED) return false;
    if (!word->capital) { /* "elias norén", "min son theo" */
        if (by == BY_NAMED) return first_name || name->surname;
        if (!is_sure_first(finder, word)) return false;
        return name->surname || by != NOT_ANNOUNCED || stands_alone(finder, word, name);
    }
    /* "INGA REGLER": where all has capitals, a patterned surname makes no name of what may be a word. */
    bool may_be_word = word->flags & (PII_FIRST_COMMON | PII_FIRST_PROPER);
    if (word->upper && !(may_be_word ? name->listed_surname : name->surname)) return first_name && by != NOT_ANNOUNCED;
    if (first_name) {
        if (is_sure_first(finder, word))
            return name->words > 1 || by != NOT_ANNOUNCED || stands_alone(finder, word, name);
        if (by != NOT_ANNOUNCED) return !(word->flags & PII_PLACE) || name->words > 1;
        return !word->genitive && (name->sure_surname || (name->surname && word->flags & PII_FIRST_COMMON &&
                                                          !(word->flags & (PII_PLACE | PII_FIRST_PROPER))));
    }
    if (word->flags & PII_PLACE) return false;
    bool surname_alone = name->words == 1 && word->flags & PII_LAST;
    if (by == BY_NAMED) return (word->flags == 0 && word->token->norm_len > 2) || surname_alone || name->surname;
    if (is_initial(finder, word)) return by >= BY_PERSON ? name->surname : name->listed_surname;
    /* "OV Kowalevski" */
    bool office = by == BY_PERSON && pii_flags(finder, index_of(finder, word) - 1) & PII_PERSON;
    if (office && name->words == 1 && is_sure_surname(finder, word)) return true;
    if (by >= BY_PERSON) return surname_alone || (name->sure_surname && !(word->flags & PII_NOT_BEFORE));
    /* A first name in no list before a surname that is in it and nothing else. */
    return word->flags == 0 && word->token->norm_len > 2 && !word->upper && name->words > 1 && name->listed_surname &&
           !(word->token->flags & TOKEN_SENTENCE_START);
}

/* "Clas Ohlson", "Hugo Boss": a name that shops and things have. */
static bool is_brand(const PiiFinder *finder, uint32_t first)
{
    char phrase[96];
    const Token *one = token_at(finder, first), *two = token_at(finder, first + 1);
    if (!two || one->norm_len + two->norm_len + 2 > sizeof phrase) return false;
    memcpy(phrase, one->norm, one->norm_len);
    phrase[one->norm_len] = ' ';
    memcpy(phrase + one->norm_len + 1, two->norm, two->norm_len + 1);
    uint32_t len = one->norm_len + 1 + two->norm_len;
    return pii_lists_look_up(finder->lists, phrase, len, text_hash(phrase, len)) & PII_BRAND;
}

/* True where a listed surname comes soon behind token `index`, on its line. */
static bool leads_to_surname(const PiiFinder *finder, uint32_t index)
{
    for (uint32_t i = 1; i < NAME_WORDS; i++) {
        const Token *next = token_at(finder, index + i);
        if (!next || next->line != token_at(finder, index)->line) return false;
        if (next->kind == TOKEN_WORD && !(next->flags & TOKEN_CAPITAL)) return false;
        if (pii_flags(finder, index + i) & PII_LAST) return true;
    }
    return false;
}

uint32_t pii_name(const PiiFinder *finder, uint32_t index, Pii *pii)
{
    NameWord word;
    Name name;
    const Token *token = token_at(finder, index);
    if (!(token->flags & TOKEN_CAPITAL) && !pii_lists_maybe_first(finder->lists, token->hash)) return index;
    if (!name_word(finder, index, &word)) return index;
    bool first_name = word.flags & PII_FIRST;
    if (!word.capital && (!first_name || pii_before(finder, index, 1, PII_ARTICLE))) return index;
    Announced by = announced(finder, index);
    /* By itself a word in no list is a name only before a surname. */
    if (!first_name && by == NOT_ANNOUNCED && !leads_to_surname(finder, index)) return index;
    if (!word.capital && by == NOT_ANNOUNCED && !is_sure_first(finder, &word)) return index;
    if (!first_name && is_place(finder, &word)) return index;
    extend(finder, index, !word.capital, &name);
    if (!decide(finder, &word, by, &name) || is_other_name(finder, index, &name)) return index;
    if (name.words > 1 && is_brand(finder, index)) return index;
    pii->kind = PII_NAMN;
    pii->span = (Span){word.token->start, token_at(finder, name.last)->end};
    return name.last + 1;
}
