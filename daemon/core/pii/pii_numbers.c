/*
 * Personal numbers and telephone numbers.
 *
 * Personnummer and samordningsnummer: Folkbokföringslagen (1991:481) 18 and 18 a §, Skatteverket SKV 704: date,
 * three figures, a check digit by the Luhn method; a samordningsnummer's day is 60 more. Telephone numbers: the
 * national numbering plan in schema/knowledge/phone-codes.csv, and ITU-T E.164 for the rest of the world.
 */
#include <string.h>

#include "core/pii/pii-internal.h"
#include "util/civil.h"

enum {
    GROUPS = 8,  /* "+46 (0)70 174 06 12" has six */
    DIGITS = 24, /* more than any number we look for, so that one too long is seen to be */
    CUE_REACH = 4,
};

/* Runs of figures with at most one sign between them: "070-174 06 12". */
typedef struct Run {
    uint32_t token[GROUPS]; /* the figures' tokens */
    uint8_t len[GROUPS];
    char sign[GROUPS]; /* before the group: ' ', '-', '/', '.', ')', '+', or 0 before the first */
    uint32_t count;
} Run;

static const Token *token_at(const PiiFinder *finder, uint32_t index)
{
    return index < finder->text->token_count ? &finder->text->tokens[index] : NULL;
}

static bool is_sign(const Token *token, const char *sign)
{
    return token && token->kind == TOKEN_PUNCT && token_is(token, sign);
}

static bool spaced(const Token *token)
{
    return token->flags & TOKEN_SPACE_BEFORE;
}

/* A hyphen, an en dash, a minus sign: what people and their phones write for one. */
static bool is_hyphen(const Token *token)
{
    static const char *const HYPHENS[] = {"-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2212"};
    for (size_t i = 0; i < sizeof HYPHENS / sizeof *HYPHENS; i++)
        if (is_sign(token, HYPHENS[i])) return true;
    return false;
}

static char sign_of(const Token *token)
{
    if (is_hyphen(token)) return '-';
    return token->norm_len == 1 && strchr("/.)+", token->norm[0]) ? token->norm[0] : '\0';
}

/* Collects the run whose first figures are token `index`. */
static void collect(const PiiFinder *finder, uint32_t index, Run *run)
{
    const Token *token = token_at(finder, index);
    uint32_t line = token->line;
    char sign = '\0';
    run->count = 0;
    while (token && token->kind == TOKEN_NUMBER && token->line == line && run->count < GROUPS) {
        if (token->norm_len > DIGITS) return;
        run->token[run->count] = index;
        run->len[run->count] = (uint8_t)token->norm_len;
        run->sign[run->count++] = sign;
        token = token_at(finder, ++index);
        if (!token) return;
        sign = ' ';
        if (token->kind == TOKEN_PUNCT) {
            sign = sign_of(token);
            const Token *next = token_at(finder, index + 1);
            if (!sign || !next) return;
            /* A stop that ends a sentence; a hyphen with air on both sides is still one. */
            if ((sign == '.' || sign == '/') && spaced(next)) return;
            token = token_at(finder, ++index);
        } else if (!spaced(token)) {
            return;
        }
    }
}

/* The figures of the first `groups` groups in `digits`, NUL-terminated. Returns how many, 0 when too many. */
static uint32_t join(const PiiFinder *finder, const Run *run, uint32_t groups, char digits[static DIGITS + 1])
{
    uint32_t len = 0;
    for (uint32_t i = 0; i < groups; i++) {
        if (len + run->len[i] > DIGITS) return 0;
        memcpy(digits + len, finder->text->tokens[run->token[i]].norm, run->len[i]);
        len += run->len[i];
    }
    digits[len] = '\0';
    return len;
}

bool pii_before(const PiiFinder *finder, uint32_t index, uint32_t reach, uint32_t flags)
{
    if (index >= finder->text->token_count) return false;
    uint32_t line = finder->text->tokens[index].line;
    while (index > 0 && reach-- > 0) {
        if (finder->text->tokens[--index].line != line) return false;
        if (pii_flags(finder, index) & flags) return true;
    }
    return false;
}

/* "070-174 06 12/070-174 06 13" */
static bool follows_finding(const PiiFinder *finder, const Token *sign)
{
    return finder->count && finder->found[finder->count - 1].span.end == sign->start && is_sign(sign, "/");
}

bool pii_is_reference(const PiiFinder *finder, uint32_t index)
{
    uint32_t line = finder->text->tokens[index].line;
    for (uint32_t words = 0; index > 0 && words < 2;) {
        const Token *token = token_at(finder, --index);
        if (token->line != line || token->kind == TOKEN_NUMBER) return false;
        if (token->kind == TOKEN_PUNCT) {
            if (!strchr(":.#-/\"", token->norm[0])) return false;
            continue;
        }
        if (pii_flags(finder, index) & PII_REFERENCE) return true;
        if (token->norm_len > 3) return false;
        words++;
    }
    return false;
}

/* True where a number can begin: not inside a longer one, a decimal or a code. */
static bool begins(const PiiFinder *finder, uint32_t index)
{
    const Token *token = token_at(finder, index);
    if (index == 0 || spaced(token)) return true;
    const Token *before = token_at(finder, index - 1);
    if (before->kind != TOKEN_PUNCT) return false;
    if (is_sign(before, "(") || is_sign(before, ":") || is_sign(before, "\"") || is_sign(before, "[")) return true;
    /* "tel.070…", "barn,19871124…", "mobil/070…": a sign that closes a word */
    bool closes = is_sign(before, ".") || is_sign(before, ",") || is_sign(before, "/") || is_sign(before, "=");
    return follows_finding(finder, before) ||
           (closes && (index == 1 || token_at(finder, index - 2)->kind != TOKEN_NUMBER)) ||
           (before->norm_len > 1 && !is_hyphen(before));
}

/* True where a number can end after token `last`. */
static bool ends(const PiiFinder *finder, uint32_t last)
{
    const Token *next = token_at(finder, last + 1);
    if (!next || spaced(next)) return true;
    if (next->kind == TOKEN_WORD || next->kind == TOKEN_NUMBER) return false;
    const Token *after = token_at(finder, last + 2);
    if (!after || spaced(after) || after->kind != TOKEN_NUMBER) return true;
    return is_sign(next, "(") || is_sign(next, ")") || is_sign(next, "\"") || is_sign(next, "/");
}

static bool luhn(const char *digits)
{
    int sum = 0;
    for (int i = 0; i < 10; i++) {
        int value = (digits[i] - '0') * (i % 2 ? 1 : 2);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* 10 or 12 figures: is it somebody's number, and of which kind? */
static bool personal(const char *digits, uint32_t len, PiiKind *kind)
{
    const char *ten = len == 12 ? digits + 2 : digits;
    int century = len == 12 ? two(digits) : 0, year = two(ten), day = two(ten + 4);
    if (len == 12 && (century < 18 || century > 20)) return false;
    *kind = day > 60 ? PII_SAMORDNINGSNUMMER : PII_PERSONNUMMER;
    if (day > 60) day -= 60;
    if (memcmp(ten + 6, "000", 3) == 0 || !luhn(ten)) return false;
    if (len == 12) return civil_is_valid(century * 100 + year, two(ten + 2), day);
    return civil_is_valid(1900 + year, two(ten + 2), day) || civil_is_valid(2000 + year, two(ten + 2), day);
}

/* The ways a personal number is cut into groups. */
static uint32_t personal_groups(const Run *run)
{
    static const struct {
        uint8_t count, len[4];
        const char *signs[4]; /* allowed before each group but the first */
    } FORMS[] = {
        {4, {4, 2, 2, 4}, {"", "-./ ", "-./ ", "-+ "}},
        {4, {2, 2, 2, 4}, {"", "-./ ", "-./ ", "-+"}},
        {3, {2, 6, 4}, {"", "- ", "-+ "}},
        {2, {8, 4}, {"", "-+ "}},
        {2, {6, 4}, {"", "-+ "}},
        {1, {12}, {""}},
        {1, {10}, {""}},
    };
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        if (run->count < FORMS[i].count) continue;
        bool fits = true;
        for (uint32_t g = 0; fits && g < FORMS[i].count; g++)
            fits = run->len[g] == FORMS[i].len[g] && (g == 0 || strchr(FORMS[i].signs[g], run->sign[g]));
        if (fits) return FORMS[i].count;
    }
    return 0;
}

/* "2026-03-13 0815", "20260121-0042": a day of our own time and a clock or a running number, not a new-born child. */
static bool is_recent_day(const char *digits, uint32_t len)
{
    return len == 12 && two(digits) == 20 && two(digits + 2) >= 23;
}

uint32_t pii_personal_number(const PiiFinder *finder, uint32_t index, Pii *pii)
{
    Run run;
    char digits[DIGITS + 1];
    /* Each form starts with an even number of figures. */
    if (token_at(finder, index)->norm_len % 2 || !begins(finder, index)) return index;
    collect(finder, index, &run);
    uint32_t groups = personal_groups(&run);
    if (!groups) return index;
    uint32_t last = run.token[groups - 1], len = join(finder, &run, groups, digits);
    if (!ends(finder, last) || !personal(digits, len, &pii->kind)) return index;
    if (!pii_before(finder, index, CUE_REACH, PII_PERSONAL_NO)) {
        if (is_recent_day(digits, len) || pii_is_reference(finder, index)) return index;
        /* A mobile number may also pass for somebody born in 2007. */
        Pii phone;
        if (groups == 1 && len == 10 && pii_phone(finder, index, &phone) > index) return index;
    }
    pii->span = (Span){finder->text->tokens[index].start, finder->text->tokens[last].end};
    return last + 1;
}

/* True for the digits of a whole national number, its leading 0 included. */
static bool national(const PiiLists *lists, const char *digits, uint32_t len)
{
    for (size_t i = 0; i < lists->code_count; i++) {
        const PiiPhoneCode *code = &lists->codes[i];
        if (len >= code->min && len <= code->max && memcmp(digits, code->prefix, code->prefix_len) == 0) return true;
    }
    return false;
}

static bool is_public_number(const PiiLists *lists, const char *digits)
{
    for (size_t i = 0; i < lists->public_count; i++)
        if (strcmp(lists->public_numbers[i], digits) == 0) return true;
    return false;
}

/* A number with its country: `digits` begin with the country code. Sweden's may be followed by a stray "(0)". */
static bool international(const PiiLists *lists, const char *digits, uint32_t len)
{
    char home[DIGITS + 2] = "0";
    if (strncmp(digits, "46", 2) != 0) return len >= 9 && len <= 15 && digits[0] != '0'; /* ITU-T E.164 */
    const char *rest = digits + 2 + (digits[2] == '0');
    strcat(home, rest);
    return national(lists, home, (uint32_t)strlen(home));
}

/* How a run of figures claims to be a telephone number. */
typedef enum PhoneForm { FORM_NATIONAL, FORM_PLUS, FORM_ZEROES, FORM_BARE, FORM_LOCAL } PhoneForm;

static bool phone_fits(const PiiLists *lists, PhoneForm form, const char *digits, uint32_t len)
{
    switch (form) {
    case FORM_NATIONAL:
        return national(lists, digits, len) && !is_public_number(lists, digits);
    case FORM_PLUS:
        return international(lists, digits, len);
    case FORM_ZEROES:
        return len > 4 && international(lists, digits + 2, len - 2);
    case FORM_BARE: /* "46701740612" */
        return len == 11 && digits[2] == '7' && international(lists, digits, len);
    case FORM_LOCAL: /* "ring 465 004 17" */
        return len >= 6 && len <= 8 && !is_public_number(lists, digits);
    }
    return false;
}

/* Signs and groups as in a telephone number: no year, no clock, no long tail after the first groups. */
static bool phone_group(const Run *run, PhoneForm form, uint32_t group)
{
    uint32_t codes = form == FORM_PLUS || form == FORM_ZEROES ? 2 : 1;
    char sign = run->sign[group];
    if (sign == '+') return false;
    if (group > 1 && (sign == '.') != (run->sign[group - 1] == '.')) return false; /* "08.30-09.15" */
    return group <= codes || (run->len[group] >= 2 && run->len[group] <= 6) || run->sign[group - 1] == ')';
}

/* The longest run of groups that is a telephone number; 0 where none is. */
static uint32_t phone_groups(const PiiFinder *finder, const Run *run, PhoneForm form)
{
    char digits[DIGITS + 1];
    uint32_t best = 0;
    for (uint32_t groups = 1; groups <= run->count; groups++) {
        if (groups > 1 && !phone_group(run, form, groups - 1)) break;
        uint32_t len = join(finder, run, groups, digits);
        if (!len) break;
        if (phone_fits(finder->lists, form, digits, len) && ends(finder, run->token[groups - 1])) best = groups;
    }
    return best;
}

/* "0815-0930" is a span of clocks, and "… 5000 0549 1000 …" the middle of something longer. */
static bool is_other_number(const PiiFinder *finder, const Run *run, uint32_t groups)
{
    if (groups != 2 || run->len[0] != 4 || run->len[1] != 4) return false;
    const Token *first = token_at(finder, run->token[0]), *second = token_at(finder, run->token[1]);
    const Token *before = run->token[0] ? token_at(finder, run->token[0] - 1) : NULL;
    if (before && before->kind == TOKEN_NUMBER && before->line == first->line) return true;
    return two(first->norm) < 24 && two(first->norm + 2) < 60 && two(second->norm) < 25 && two(second->norm + 2) < 60;
}

static bool is_year(const Token *token)
{
    return token->norm_len == 4 && (memcmp(token->norm, "19", 2) == 0 || memcmp(token->norm, "20", 2) == 0);
}

/* The "+46 (0)70" way breaks a run at the bracket, so the two halves are collected and put together. */
static void collect_phone(const PiiFinder *finder, uint32_t index, Run *run)
{
    collect(finder, index, run);
    if (run->count == 0 || run->count > 2) return;
    uint32_t at = run->token[run->count - 1] + 1;
    const Token *open = token_at(finder, at), *zero = token_at(finder, at + 1);
    if (!is_sign(open, "(") || !zero || zero->kind != TOKEN_NUMBER || zero->line != open->line) return;
    Run rest;
    collect(finder, at + 1, &rest);
    if (rest.count == 0 || rest.len[0] != 1 || zero->norm[0] != '0') return;
    rest.sign[0] = ')';
    for (uint32_t i = 0; i < rest.count && run->count < GROUPS; i++) {
        run->token[run->count] = rest.token[i];
        run->len[run->count] = rest.len[i];
        run->sign[run->count++] = rest.sign[i];
    }
}

static bool phone_form(const PiiFinder *finder, uint32_t index, const Run *run, uint32_t *start, PhoneForm *form)
{
    const Token *first = token_at(finder, index);
    const Token *before = index ? token_at(finder, index - 1) : NULL;
    *start = index;
    if (is_sign(before, "+")) {
        *form = FORM_PLUS;
        *start = index - 1;
        const Token *bracket = *start ? token_at(finder, *start - 1) : NULL;
        if (is_sign(bracket, "(") && !spaced(before)) (*start)--; /* "(+46) 70 …" */
        return !spaced(first) && first->norm[0] != '0';
    }
    if (is_sign(before, "(") && !spaced(first)) {
        const Token *close = token_at(finder, index + 1);
        if (is_sign(close, ")")) (*start)--; /* "(08) …" */
    }
    if (*start == index && !begins(finder, index)) return false;
    if (memcmp(first->norm, "00", 2) == 0 && (first->norm_len > 2 || run->count > 1))
        *form = FORM_ZEROES;
    else if (first->norm[0] == '0')
        *form = FORM_NATIONAL;
    else if (first->norm_len == 11 && memcmp(first->norm, "46", 2) == 0)
        *form = FORM_BARE;
    else if (run->count > 1 && run->sign[1] != '.' && pii_before(finder, index, CUE_REACH - 1, PII_PHONE) &&
             !is_year(first) && first->norm_len <= 3)
        *form = FORM_LOCAL;
    else
        return false;
    return true;
}

/* "08-465 004 17": an area code, a hyphen and three groups, as nothing else is written; "rapport" before it changes
 * nothing. */
static bool is_grouped_as_phone(const Run *run, uint32_t groups, PhoneForm form)
{
    enum { WHOLE = 4 };
    if (form != FORM_NATIONAL || groups < WHOLE || run->sign[1] != '-') return false;
    for (uint32_t i = 2; i < groups; i++)
        if (run->sign[i] != ' ') return false;
    return true;
}

uint32_t pii_phone(const PiiFinder *finder, uint32_t index, Pii *pii)
{
    Run run;
    PhoneForm form;
    uint32_t start;
    const Token *first = token_at(finder, index);
    if (first->norm_len > 15) return index;
    bool plus = index && is_sign(token_at(finder, index - 1), "+");
    if (!plus && first->norm[0] != '0' && first->norm_len > 3 && first->norm_len != 11) return index;
    if (!plus && first->norm[0] != '0' && first->norm_len <= 3 && !pii_before(finder, index, CUE_REACH - 1, PII_PHONE))
        return index;
    collect_phone(finder, index, &run);
    if (run.count == 0 || !phone_form(finder, index, &run, &start, &form)) return index;
    uint32_t groups = phone_groups(finder, &run, form);
    if (!groups) return index;
    if (form == FORM_LOCAL && groups < run.count) return index;
    uint32_t last = run.token[groups - 1];
    for (uint32_t i = 1; i < groups; i++)
        if (is_year(token_at(finder, run.token[i])) && run.sign[i] == ' ') return index;
    if (!plus && !pii_before(finder, start, CUE_REACH, PII_PHONE) && !is_grouped_as_phone(&run, groups, form)) {
        if (pii_is_reference(finder, start) || is_other_number(finder, &run, groups)) return index;
        if (pii_before(finder, start, 2, PII_CLOCK) && first->norm_len == 2) return index; /* "kl 08-16 …" */
    }
    pii->kind = PII_TELEFON;
    pii->span = (Span){token_at(finder, start)->start, token_at(finder, last)->end};
    return last + 1;
}
