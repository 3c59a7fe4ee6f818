/* Every way that the name of a place is written, and what else such a name may be. */
#include "core/place/gazetteer-internal.h"

#include <errno.h>
#include <string.h>

#include "core/read/text.h"

enum {
    JOINED_MIN = 8,      /* bytes of a name written as one word; shorter ones are words of their own */
    COMPOUND_MIN = 5,    /* bytes of a town's name that other words are joined to */
    LOWER_PLAIN_MIN = 2, /* letters of a word that gets an -s */
};

/*
 * Hyphens are left out here and in texts, so that "Upplands-Bro" and "Upplands Bro" equal. Words in capitals are
 * `capital`: WORD_NAME or 0.
 */
static int cut(Builder *b, const char *phrase, size_t len, uint8_t capital, Words *words)
{
    Text text;
    words->count = 0;
    int status = text_init(&text, b->scratch, phrase, len, NULL);
    if (status) return status;
    for (uint32_t i = 0; i < text.token_count; i++) {
        const Token *token = &text.tokens[i];
        if (token->kind == TOKEN_PUNCT && token_is(token, "-")) continue;
        if (words->count == GAZETTEER_NAME_WORDS) return -E2BIG;
        uint8_t flags = token->flags & TOKEN_CAPITAL ? capital : 0;
        uint32_t id = vocabulary_add(&b->g->vocabulary, b->arena, token->norm, token->norm_len, flags);
        if (!id) return -ENOMEM;
        words->ids[words->count++] = id;
    }
    return words->count ? 0 : -EINVAL;
}

int gazetteer_cut(Builder *b, const char *phrase, size_t len, Words *words)
{
    return cut(b, phrase, len, 0, words);
}

int gazetteer_add_meaning(Builder *b, const Words *words, Target target)
{
    Gazetteer *g = b->g;
    Target *targets = arena_grow(b->arena, g->targets, g->target_count, &g->target_capacity, sizeof *targets);
    if (!targets) return -ENOMEM;
    g->targets = targets;
    target.next = GAZETTEER_END;
    targets[g->target_count] = target;
    return phrase_table_add(&g->names, b->arena, words->ids, words->count, (uint32_t)g->target_count++);
}

/* Two pieces as one string; there are so many in a gazetteer that printf would be felt at every start. */
static char *join(Builder *b, const char *first, size_t first_len, const char *second, size_t second_len)
{
    char *joined = arena_alloc(b->scratch, first_len + second_len + 1);
    if (!joined) return NULL;
    memcpy(joined, first, first_len);
    memcpy(joined + first_len, second, second_len);
    joined[first_len + second_len] = '\0';
    return joined;
}

/* One spelling of a name, with its genitive. */
static int add_spelling(Builder *b, Words *words, Target target)
{
    int status = gazetteer_add_meaning(b, words, target);
    if (status) return status;
    VocabularyWord last = b->g->vocabulary.words[words->ids[words->count - 1]];
    if (last.len < LOWER_PLAIN_MIN || strchr("sxz", last.text[last.len - 1])) return 0;
    char *genitive = join(b, last.text, last.len, "s", 1);
    if (!genitive) return -ENOMEM;
    Words owned = *words;
    owned.ids[owned.count - 1] =
        vocabulary_add(&b->g->vocabulary, b->arena, genitive, last.len + 1, last.flags & WORD_NAME);
    if (!owned.ids[owned.count - 1]) return -ENOMEM;
    return gazetteer_add_meaning(b, &owned, target);
}

/* "Hässelby torg" as "hässelbytorg". */
static int add_joined(Builder *b, const Words *words, Target target)
{
    if (words->count < 2) return 0;
    const char *joined = "";
    size_t len = 0;
    for (size_t i = 0; i < words->count; i++) {
        const VocabularyWord *word = &b->g->vocabulary.words[words->ids[i]];
        joined = join(b, joined, len, word->text, word->len);
        if (!joined) return -ENOMEM;
        len += word->len;
    }
    if (len < JOINED_MIN) return 0;
    Words one = {.count = 1};
    one.ids[0] = vocabulary_add(&b->g->vocabulary, b->arena, joined, len, WORD_NAME);
    return one.ids[0] ? add_spelling(b, &one, target) : -ENOMEM;
}

int gazetteer_add_variant(Builder *b, const char *word, const Words *instead)
{
    Words original;
    int status = cut(b, word, strlen(word), 0, &original);
    if (status) return status;
    Variant *variants = arena_grow(b->scratch, b->variants, b->variant_count, &b->variant_capacity, sizeof *variants);
    if (!variants) return -ENOMEM;
    b->variants = variants;
    variants[b->variant_count++] = (Variant){.word = original.ids[0], .instead = *instead};
    return 0;
}

/* A name whose last word can be written otherwise: "Bro station", "Bro stn", "Bros station". */
static int add_variants(Builder *b, const Words *words, Target target)
{
    VocabularyWord owner =
        words->count > 1 ? b->g->vocabulary.words[words->ids[words->count - 2]] : (VocabularyWord){0};
    if (!owner.len) return 0;
    bool owned = owner.text[owner.len - 1] == 's';
    char *other = owned ? arena_strndup(b->scratch, owner.text, owner.len - 1) : join(b, owner.text, owner.len, "s", 1);
    if (!other) return -ENOMEM;
    uint32_t other_id = vocabulary_add(&b->g->vocabulary, b->arena, other, strlen(other), owner.flags);
    if (!other_id) return -ENOMEM;
    for (size_t i = 0; i < b->variant_count; i++) {
        const Variant *variant = &b->variants[i];
        if (variant->word != words->ids[words->count - 1]) continue;
        if (words->count - 1 + variant->instead.count > GAZETTEER_NAME_WORDS) continue;
        Words spelt = *words;
        spelt.count--;
        for (size_t j = 0; j < variant->instead.count; j++)
            spelt.ids[spelt.count++] = variant->instead.ids[j];
        int status = add_spelling(b, &spelt, target);
        if (!status) status = add_joined(b, &spelt, target);
        spelt.ids[words->count - 2] = other_id;
        if (!status) status = add_spelling(b, &spelt, target);
        if (!status) status = add_joined(b, &spelt, target);
        if (status) return status;
    }
    return 0;
}

/* Adds TARGET_WORD, TARGET_NOUN and TARGET_HOMONYM to a name's flags. */
static int name_flags(Builder *b, const char *name, size_t len, uint8_t *flags)
{
    const char *norm = text_normalise(b->scratch, name, len);
    if (!norm) return -ENOMEM;
    if (knowledge_index_find(&b->word_homonyms, norm) != UINT32_MAX) *flags |= TARGET_WORD;
    if (knowledge_index_find(&b->noun_homonyms, norm) != UINT32_MAX) *flags |= TARGET_NOUN;
    if (knowledge_index_find(&b->place_homonyms, norm) != UINT32_MAX) *flags |= TARGET_HOMONYM;
    return 0;
}

/* A town's or a locality's name with the words that are joined to it: "Brunnaskolan". */
static int add_compounds(Builder *b, const Words *words, Target target)
{
    VocabularyWord town = b->g->vocabulary.words[words->ids[0]];
    bool joins = target.class == TARGET_TOWN && !(target.flags & TARGET_WORD);
    if (!joins || words->count != 1 || town.len < COMPOUND_MIN) return 0;
    target.class = TARGET_PLACE;
    target.flags &= (uint8_t)~TARGET_KNOWN;
    for (size_t i = 0; i < b->k->locate_words->form_count; i++) {
        const LocateForms *forms = &b->k->locate_words->forms[i];
        if (forms->class != LOCATE_COMPOUND) continue;
        for (const char *at = forms->forms; *at;) {
            size_t len = strcspn(at, "|");
            char *joined = join(b, town.text, town.len, at, len);
            if (!joined) return -ENOMEM;
            Words one = {.count = 1};
            one.ids[0] = vocabulary_add(&b->g->vocabulary, b->arena, joined, town.len + len, WORD_NAME);
            if (!one.ids[0]) return -ENOMEM;
            int status = add_spelling(b, &one, target);
            if (status) return status;
            at += len + (at[len] == '|');
        }
    }
    return 0;
}

static int add_name(Builder *b, const char *name, size_t len, Target target)
{
    Words words;
    int status = name_flags(b, name, len, &target.flags);
    /* Only own names are worth a search for misspellings. */
    if (!status) status = cut(b, name, len, target.area != AREA_NONE ? WORD_NAME : 0, &words);
    if (!status) status = add_spelling(b, &words, target);
    if (status || target.area == AREA_NONE) return status;
    status = add_joined(b, &words, target);
    if (!status) status = add_variants(b, &words, target);
    return status ? status : add_compounds(b, &words, target);
}

int gazetteer_add_names(Builder *b, const char *names, Target target, Error *err)
{
    for (const char *at = names; *at;) {
        size_t len = strcspn(at, "|");
        int status = len ? add_name(b, at, len, target) : 0;
        if (status)
            return error_set(err, status, "the name \"%.*s\" can't be used: %s", (int)len, at, strerror(-status));
        at += len + (at[len] == '|');
    }
    return 0;
}

int gazetteer_index_homonyms(Builder *b, Error *err)
{
    const LocateWords *words = b->k->locate_words;
    for (size_t i = 0; i < words->homonym_count; i++) {
        const HomonymRow *row = &words->homonyms[i];
        const char *norm = text_normalise(b->scratch, row->name, strlen(row->name));
        if (!norm || knowledge_index_add(row->word ? &b->word_homonyms : &b->place_homonyms, b->scratch, norm, 1) ||
            (row->noun && knowledge_index_add(&b->noun_homonyms, b->scratch, norm, 1)))
            return error_set(err, -ENOMEM, "out of memory");
    }
    knowledge_index_sort(&b->word_homonyms);
    knowledge_index_sort(&b->noun_homonyms);
    knowledge_index_sort(&b->place_homonyms);
    return 0;
}
