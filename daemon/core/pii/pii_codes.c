/*
 * Registration plates and e-mail addresses.
 *
 * Plates: Transportstyrelsen's series ABC123 (since 1973) and ABC12D (since 2019), without I, Q, V and Å Ä Ö, the
 * last letter not O either. Those are no proof by themselves ("BMW 320", "TPL 114"), so lower case, hyphens and
 * foreign plates count only near a word for a plate or a vehicle.
 */
#include <string.h>

#include "core/pii/pii-internal.h"

enum { PLATE_REACH = 4, VEHICLE_REACH = 6 };

static const Token *token_at(const PiiFinder *finder, uint32_t index)
{
    return index < finder->text->token_count ? &finder->text->tokens[index] : NULL;
}

static bool is_word(const Token *token, uint32_t len)
{
    if (!token || token->kind != TOKEN_WORD || token->norm_len != len) return false;
    for (uint32_t i = 0; i < len; i++)
        if (token->norm[i] < 'a' || token->norm[i] > 'z' || strchr("iqv", token->norm[i])) return false;
    return true;
}

/* Upper case, also where it is one letter, which TOKEN_UPPER does not cover. */
static bool is_upper(const PiiFinder *finder, const Token *token)
{
    for (uint32_t i = token->start; i < token->end; i++)
        if (finder->text->bytes[i] >= 'a' && finder->text->bytes[i] <= 'z') return false;
    return true;
}

static bool joined(const Token *token)
{
    return token && !(token->flags & TOKEN_SPACE_BEFORE) && token->kind != TOKEN_PUNCT;
}

static bool is_hyphen(const Token *token)
{
    return token && token->kind == TOKEN_PUNCT && (token_is(token, "-") || token_is(token, "\u2013"));
}

/* What stands right before or behind makes it a part of something longer: "OV-ABC123", "ABC123-4", "x/ABC123". */
static bool is_part(const PiiFinder *finder, uint32_t first, uint32_t last)
{
    static const char *const GLUE = "-_#@\\";
    const Token *token = token_at(finder, first), *before = first ? token_at(finder, first - 1) : NULL;
    if (before && !(token->flags & TOKEN_SPACE_BEFORE))
        if (before->kind != TOKEN_PUNCT || strchr(GLUE, before->norm[0])) return true;
    const Token *next = token_at(finder, last + 1), *after = token_at(finder, last + 2);
    if (!next || next->flags & TOKEN_SPACE_BEFORE) return false;
    return next->kind != TOKEN_PUNCT || (strchr("-_.,/:", next->norm[0]) && joined(after));
}

/* The shape of a plate at `index`, letters, figures and last letter; returns the last token, or `index`. */
static uint32_t plate_shape(const PiiFinder *finder, uint32_t index, bool *spaced, bool *hyphen)
{
    uint32_t at = index + 1;
    *hyphen = is_hyphen(token_at(finder, at));
    if (*hyphen) at++;
    const Token *word = token_at(finder, index), *figures = token_at(finder, at), *tail = token_at(finder, at + 1);
    if (!figures || figures->kind != TOKEN_NUMBER || figures->line != word->line) return index;
    *spaced = figures->flags & TOKEN_SPACE_BEFORE;
    if (figures->norm_len == 3) return joined(tail) ? index : at;
    if (figures->norm_len != 2 || !is_word(tail, 1) || tail->norm[0] == 'o' || tail->line != word->line) return index;
    if (tail->flags & TOKEN_SPACE_BEFORE && (!is_upper(finder, tail) || *hyphen)) return index;
    if (is_upper(finder, word) != is_upper(finder, tail)) return index;
    return joined(token_at(finder, at + 2)) ? index : at + 1;
}

/* A line in capitals says nothing by its capitals. */
static bool among_capitals(const PiiFinder *finder, uint32_t first, uint32_t last)
{
    const Token *before = first ? token_at(finder, first - 1) : NULL, *after = token_at(finder, last + 1);
    return (before && before->flags & TOKEN_UPPER && before->norm_len > 2 &&
            before->line == token_at(finder, first)->line) ||
           (after && after->flags & TOKEN_UPPER && after->norm_len > 2 && after->line == token_at(finder, first)->line);
}

/* A plate behind a word for one, of whatever country: "reg WGM 4471K", "skylt AB 12 345". */
static uint32_t foreign_plate(const PiiFinder *finder, uint32_t index, Pii *pii)
{
    const Token *word = token_at(finder, index);
    if (word->norm_len > 3 || !is_upper(finder, word)) return index;
    uint32_t digits = 0, last = index;
    for (uint32_t at = index + 1; at < index + 4 && at < finder->text->token_count; at++) {
        const Token *token = token_at(finder, at);
        if (token->line != word->line) break;
        if (token->kind == TOKEN_NUMBER)
            digits += token->norm_len;
        else if (token->kind != TOKEN_WORD || token->norm_len > 2 || joined(token) == false || !digits)
            break;
        last = at;
    }
    if (digits < 3 || digits > 5 || is_part(finder, index, last)) return index;
    pii->kind = PII_REGNR;
    pii->span = (Span){word->start, token_at(finder, last)->end};
    return last + 1;
}

uint32_t pii_plate(const PiiFinder *finder, uint32_t index, bool after_plate, Pii *pii)
{
    bool spaced = false, hyphen = false;
    const Token *word = token_at(finder, index);
    const Token *next = token_at(finder, index + 1);
    if (!next || word->norm_len > 3 || (next->kind != TOKEN_NUMBER && !is_hyphen(next))) return index;
    bool near_plate = after_plate || pii_before(finder, index, PLATE_REACH, PII_PLATE);
    uint32_t last = is_word(word, 3) ? plate_shape(finder, index, &spaced, &hyphen) : index;
    if (last == index || is_part(finder, index, last)) {
        uint32_t end = near_plate && !after_plate ? foreign_plate(finder, index, pii) : index;
        return end;
    }
    uint32_t flags = pii_flags(finder, index);
    bool listed = flags & PII_NOT_PLATE, upper = is_upper(finder, word);
    bool near_vehicle = near_plate || pii_before(finder, index, VEHICLE_REACH, PII_VEHICLE);
    if (!near_plate) {
        /* "Bilen är KTM 41B": a last letter is no part of a model's number, but of "hus 12b" it is. */
        bool model = listed && !(near_vehicle && upper && token_at(finder, last)->kind == TOKEN_WORD);
        if (hyphen || model || flags & (PII_VEHICLE | PII_REFERENCE | PII_PHONE)) return index;
        if (pii_is_reference(finder, index)) return index;
        if (!upper && !near_vehicle) return index;
        if (!upper && spaced && token_at(finder, last)->kind == TOKEN_NUMBER && flags) return index;
        if (!near_vehicle && (flags & PII_PLACE || among_capitals(finder, index, last))) return index;
    } else if (!upper && spaced && listed) {
        return index; /* "skylten har 200 …" */
    }
    pii->kind = PII_REGNR;
    pii->span = (Span){word->start, token_at(finder, last)->end};
    return last + 1;
}

/* What an address is made of: words, figures and a few signs, with nothing between them (RFC 5322 3.4.1, RFC 6531). */
static bool is_address_part(const Token *token, const char *signs)
{
    return token->kind != TOKEN_PUNCT || (token->norm_len == 1 && strchr(signs, token->norm[0]));
}

/* The first token of the local part that ends before token `sign`; `sign` where there is none. */
static uint32_t local_start(const PiiFinder *finder, uint32_t sign)
{
    uint32_t first = sign;
    while (first > 0 && is_address_part(token_at(finder, first - 1), "._%+-") &&
           (first == sign || token_at(finder, first - 1)->end == token_at(finder, first)->start))
        first--;
    while (first < sign && token_at(finder, first)->kind == TOKEN_PUNCT)
        first++;
    return first;
}

/* The token behind the domain that starts at token `first`: it has a dot, and letters behind the last one. Or `first`.
 */
static uint32_t domain_end(const PiiFinder *finder, uint32_t first)
{
    uint32_t end = first, good = first;
    bool dot = false;
    for (const Token *token; (token = token_at(finder, end)) && is_address_part(token, ".-"); end++) {
        if (end > first && token->start != token_at(finder, end - 1)->end) break;
        if (token->kind == TOKEN_WORD && dot && token_is(token_at(finder, end - 1), ".") && token->norm_len >= 2)
            good = end + 1;
        else if (token->kind != TOKEN_PUNCT && good == end && good > first)
            good = first; /* "example.com2" */
        if (token_is(token, ".")) {
            if (end == first) return first;
            dot = true;
        }
    }
    return good;
}

/* "@", and "(at)" and "[at]" too: the token behind it, or `index` where it is none. */
static uint32_t at_sign(const PiiFinder *finder, uint32_t index)
{
    const Token *token = token_at(finder, index), *word = token_at(finder, index + 1);
    uint32_t behind = index + 1;
    if (!token_is(token, "@")) {
        const Token *close = token_at(finder, index + 2);
        if (!word || !close || !token_is(word, "at")) return index;
        if (!(token_is(token, "(") && token_is(close, ")")) && !(token_is(token, "[") && token_is(close, "]")))
            return index;
        behind = index + 3;
    }
    const Token *before = index ? token_at(finder, index - 1) : NULL, *after = token_at(finder, behind);
    if (!before || !after || before->line != token->line || after->line != token->line) return index;
    bool air = token->flags & TOKEN_SPACE_BEFORE, air_after = after->flags & TOKEN_SPACE_BEFORE;
    return air == air_after ? behind : index; /* "hej @nisse.se" is a handle */
}

uint32_t pii_email(const PiiFinder *finder, uint32_t index, Pii *pii)
{
    uint32_t behind = at_sign(finder, index);
    if (behind == index) return index;
    uint32_t first = local_start(finder, index), end = domain_end(finder, behind);
    if (first == index || end == behind) return index;
    pii->kind = PII_EPOST;
    pii->span = (Span){token_at(finder, first)->start, token_at(finder, end - 1)->end};
    return end;
}
