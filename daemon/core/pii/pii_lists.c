#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"
#include "core/pii/pii-internal.h"

enum { FIRST_CAPACITY = 16 * 1024 };

static uint32_t filter_bit(uint32_t hash)
{
    return (hash ^ hash >> 14) & (PII_FILTER_BITS - 1);
}

static PiiWord *slot_of(PiiWord *words, size_t capacity, const char *norm, size_t len, uint32_t hash)
{
    for (size_t at = hash & (capacity - 1);; at = (at + 1) & (capacity - 1)) {
        PiiWord *word = &words[at];
        if (!word->norm) return word;
        if (word->hash == hash && word->len == len && memcmp(word->norm, norm, len) == 0) return word;
    }
}

bool pii_lists_maybe_first(const PiiLists *lists, uint32_t hash)
{
    uint32_t bit = filter_bit(hash);
    return lists->first_filter[bit / 64] >> bit % 64 & 1;
}

uint32_t pii_lists_look_up(const PiiLists *lists, const char *norm, uint32_t len, uint32_t hash)
{
    uint32_t bit = filter_bit(hash);
    if (!(lists->filter[bit / 64] >> bit % 64 & 1)) return 0;
    const PiiWord *word = slot_of(lists->words, lists->word_capacity, norm, len, hash);
    return word->norm ? word->flags : 0;
}

bool pii_suffixed(const PiiSuffixes *suffixes, const Token *token)
{
    char last = token->norm[token->norm_len - 1];
    for (size_t i = 0; i < suffixes->count; i++) {
        const PiiSuffix *suffix = &suffixes->items[i];
        if (suffix->last != last || token->norm_len < suffix->len) continue;
        if (memcmp(token->norm + token->norm_len - suffix->len, suffix->norm, suffix->len) == 0) return true;
    }
    return false;
}

static int grow_words(PiiLists *lists)
{
    size_t capacity = lists->word_capacity ? lists->word_capacity * 2 : FIRST_CAPACITY;
    PiiWord *words = arena_calloc(lists->arena, capacity, sizeof *words);
    if (!words) return -ENOMEM;
    for (size_t i = 0; i < lists->word_capacity; i++) {
        const PiiWord *old = &lists->words[i];
        if (old->norm) *slot_of(words, capacity, old->norm, old->len, old->hash) = *old;
    }
    lists->words = words;
    lists->word_capacity = capacity;
    return 0;
}

static int add_norm(PiiLists *lists, const char *norm, uint32_t flags)
{
    size_t len = strlen(norm);
    uint32_t hash = text_hash(norm, len), bit = filter_bit(hash);
    if (lists->word_count >= lists->word_capacity / 2 && grow_words(lists) < 0) return -ENOMEM;
    PiiWord *word = slot_of(lists->words, lists->word_capacity, norm, len, hash);
    if (!word->norm) {
        *word = (PiiWord){.norm = norm, .len = (uint32_t)len, .hash = hash};
        lists->word_count++;
        lists->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    }
    if (flags & PII_FIRST) lists->first_filter[bit / 64] |= UINT64_C(1) << bit % 64;
    word->flags |= flags;
    return 0;
}

/* Adds `flags` to a word that is one token, or with PII_BRAND to two; anything else is an error. */
static int add_word(PiiLists *lists, const char *bytes, uint32_t flags, Error *err)
{
    Text text;
    uint32_t words = flags & PII_BRAND ? 2 : 1;
    arena_reset(lists->scratch);
    int r = text_init(&text, lists->scratch, bytes, strlen(bytes), NULL);
    if (r < 0) return error_set(err, r, "\"%s\" cannot be read", bytes);
    for (uint32_t i = 0; i < text.token_count; i++)
        if (text.tokens[i].kind != TOKEN_WORD) words = 0;
    if (text.token_count != words)
        return error_set(err, -EINVAL, "\"%s\" is not %s of letters", bytes,
                         flags & PII_BRAND ? "two words" : "one word");
    const char *first = text.tokens[0].norm;
    char *norm = words == 2 ? arena_printf(lists->arena, "%s %s", first, text.tokens[1].norm)
                            : arena_strdup(lists->arena, first);
    if (!norm || add_norm(lists, norm, flags) < 0) return error_set(err, -ENOMEM, "out of memory");
    return 0;
}

static int add_suffix(PiiLists *lists, PiiSuffixes *suffixes, const char *bytes, Error *err)
{
    char *norm = text_normalise(lists->arena, bytes, strlen(bytes));
    PiiSuffix *items = arena_grow(lists->arena, suffixes->items, suffixes->count, &suffixes->capacity, sizeof *items);
    if (!norm || !items) return error_set(err, -ENOMEM, "out of memory");
    if (!*norm) return error_set(err, -EINVAL, "the word is empty");
    suffixes->items = items;
    size_t len = strlen(norm);
    items[suffixes->count++] = (PiiSuffix){.norm = norm, .len = (uint32_t)len, .last = norm[len - 1]};
    return 0;
}

static int add_public_number(PiiLists *lists, const char *digits, Error *err)
{
    if (!*digits || strspn(digits, "0123456789") != strlen(digits))
        return error_set(err, -EINVAL, "\"%s\" is not digits only", digits);
    const char **numbers =
        arena_grow(lists->arena, lists->public_numbers, lists->public_count, &lists->public_capacity, sizeof *numbers);
    char *copy = arena_strdup(lists->arena, digits);
    if (!numbers || !copy) return error_set(err, -ENOMEM, "out of memory");
    lists->public_numbers = numbers;
    numbers[lists->public_count++] = copy;
    return 0;
}

/* What a row of a list of names means; `also` says whether the name is something else too. */
typedef struct NameColumn {
    PiiLists *lists;
    uint32_t name, common, start, proper;
} NameColumn;

static int on_name(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    const NameColumn *column = context;
    uint32_t flags = column->name;
    if (strcmp(fields[1], "word") == 0)
        flags |= column->common;
    else if (strcmp(fields[1], "start") == 0)
        flags |= column->common | column->start;
    else if (strcmp(fields[1], "proper") == 0)
        flags |= column->proper;
    else if (*fields[1])
        return error_set(err, -EINVAL, "also is \"%s\", but can only be empty, word, start or proper", fields[1]);
    return add_word(column->lists, fields[0], flags, err);
}

static int on_word(void *context, const char *const *fields, size_t line, Error *err)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } KINDS[] = {
        {"article", PII_ARTICLE},
        {"brand", PII_BRAND},
        {"clock", PII_CLOCK},
        {"does", PII_DOES},
        {"named", PII_NAMED},
        {"not-before-name", PII_NOT_BEFORE},
        {"not-plate", PII_NOT_PLATE},
        {"person", PII_PERSON},
        {"personal-number", PII_PERSONAL_NO},
        {"phone", PII_PHONE},
        {"place-word", PII_PLACE_WORD},
        {"place-preposition", PII_AT_PLACE},
        {"plate", PII_PLATE},
        {"reference", PII_REFERENCE},
        {"signature", PII_SIGNATURE},
        {"surname-prefix", PII_PARTICLE},
        {"vehicle", PII_VEHICLE},
    };
    (void)line;
    PiiLists *lists = context;
    const char *kind = fields[0], *word = fields[1];
    if (strcmp(kind, "surname-suffix") == 0) return add_suffix(lists, &lists->surnames, word, err);
    if (strcmp(kind, "place-suffix") == 0) return add_suffix(lists, &lists->places, word, err);
    if (strcmp(kind, "public-number") == 0) return add_public_number(lists, word, err);
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(kind, KINDS[i].name) == 0) return add_word(lists, word, KINDS[i].flag, err);
    return error_set(err, -EINVAL, "there is no kind \"%s\"", kind);
}

static bool digit_count(const char *field, uint8_t *out)
{
    char *end;
    long value = strtol(field, &end, 10);
    if (end == field || *end || value < 1 || value > 15) return false; /* ITU-T E.164: 15 digits at the most */
    *out = (uint8_t)value;
    return true;
}

static int on_code(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    PiiLists *lists = context;
    PiiPhoneCode code = {.prefix_len = (uint8_t)strlen(fields[0])};
    if (fields[0][0] != '0' || strlen(fields[0]) > 6 || strspn(fields[0], "0123456789") != strlen(fields[0]))
        return error_set(err, -EINVAL, "\"%s\" is not an area code with its 0", fields[0]);
    if (!digit_count(fields[1], &code.min) || !digit_count(fields[2], &code.max) || code.min > code.max)
        return error_set(err, -EINVAL, "the numbers of digits are not from 1 to 15 and in order");
    PiiPhoneCode *codes =
        arena_grow(lists->arena, lists->codes, lists->code_count, &lists->code_capacity, sizeof *codes);
    code.prefix = arena_strdup(lists->arena, fields[0]);
    if (!codes || !code.prefix) return error_set(err, -ENOMEM, "out of memory");
    lists->codes = codes;
    codes[lists->code_count++] = code;
    return 0;
}

/* A place's name where it is one word: a name of several words cannot be taken for a person's by its words. */
static int add_place(PiiLists *lists, const char *name, Error *err)
{
    Text text;
    arena_reset(lists->scratch);
    int r = text_init(&text, lists->scratch, name, strlen(name), NULL);
    if (r == 0 && (text.token_count != 1 || text.tokens[0].kind != TOKEN_WORD)) return 0;
    return r == 0 ? add_word(lists, name, PII_PLACE, err) : error_set(err, r, "a place's name cannot be read");
}

static int add_places(PiiLists *lists, const Knowledge *places, Error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < knowledge_municipality_count(places); i++)
        r = add_place(lists, knowledge_municipality(places, (MunicipalityId)i)->name, err);
    for (size_t i = 0; r == 0 && i < knowledge_area_count(places); i++)
        r = add_place(lists, knowledge_area(places, (AreaId)i)->name, err);
    for (size_t i = 0; r == 0 && i < knowledge_place_count(places); i++)
        r = add_place(lists, knowledge_place(places, (PlaceId)i)->name, err);
    return r;
}

int pii_lists_load(Knowledge *knowledge, const char *directory, Error *err)
{
    static const char *const NAME_COLUMNS[] = {"name", "also"};
    static const char *const WORD_COLUMNS[] = {"kind", "word"};
    static const char *const CODE_COLUMNS[] = {"prefix", "min_digits", "max_digits"};
    PiiLists *lists = arena_calloc(knowledge->arena, 1, sizeof *lists);
    if (!lists) return error_set(err, -ENOMEM, "out of memory");
    _arena_free_ Arena *scratch = arena_new();
    lists->arena = knowledge->arena;
    lists->scratch = scratch;
    if (!scratch || grow_words(lists) < 0) return error_set(err, -ENOMEM, "out of memory");
    NameColumn first = {lists, PII_FIRST, PII_FIRST_COMMON, PII_FIRST_START, PII_FIRST_PROPER};
    NameColumn last = {lists, PII_LAST, PII_LAST_COMMON, 0, PII_LAST_COMMON};
    int r = knowledge_csv_read(directory, "names-first.csv", NAME_COLUMNS, 2, on_name, &first, err);
    if (r == 0) r = knowledge_csv_read(directory, "names-last.csv", NAME_COLUMNS, 2, on_name, &last, err);
    if (r == 0) r = knowledge_csv_read(directory, "pii-words.csv", WORD_COLUMNS, 2, on_word, lists, err);
    if (r == 0) r = knowledge_csv_read(directory, "phone-codes.csv", CODE_COLUMNS, 3, on_code, lists, err);
    if (r == 0) r = add_places(lists, knowledge, err);
    lists->scratch = NULL;
    if (r == 0) knowledge->pii_lists = lists;
    return r;
}
