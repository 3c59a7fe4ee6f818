#include "core/place/gazetteer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/read/text.h"

enum {
    JOINED_MIN = 8,      /* bytes of a name written as one word; shorter ones are words of their own */
    COMPOUND_MIN = 5,    /* bytes of a town's name that other words are joined to */
    LOWER_PLAIN_MIN = 2, /* letters of a word that gets an -s */
};

/* A name or cue as word numbers. */
typedef struct Words {
    uint32_t ids[GAZETTEER_NAME_WORDS];
    size_t count;
} Words;

typedef struct Variant {
    uint32_t word; /* as the last word of a name … */
    Words instead; /* … can be these */
} Variant;

typedef struct Builder {
    Gazetteer *g;
    Knowledge *k;
    Arena *arena;   /* the knowledge's */
    Arena *scratch; /* what only the building needs */
    Variant *variants;
    size_t variant_count, variant_capacity;
    KnowledgeIndex word_homonyms, noun_homonyms, place_homonyms, place_names, area_names; /* normalised names */
    bool name_words; /* the words that are cut are distinctive ones: own names, not cues */
} Builder;

static int out_of_memory(Error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

/* Cuts a phrase into words. Hyphens are left out here and in texts, so that "Upplands-Bro" and "Upplands Bro" equal. */
static int cut(Builder *b, const char *phrase, size_t len, Words *words)
{
    Text text;
    words->count = 0;
    int status = text_init(&text, b->scratch, phrase, len, NULL);
    if (status) return status;
    for (uint32_t i = 0; i < text.token_count; i++) {
        const Token *token = &text.tokens[i];
        if (token->kind == TOKEN_PUNCT && token_is(token, "-")) continue;
        if (words->count == GAZETTEER_NAME_WORDS) return -E2BIG;
        uint8_t flags = b->name_words && token->flags & TOKEN_CAPITAL ? WORD_NAME : 0;
        uint32_t id = vocabulary_add(&b->g->vocabulary, b->arena, token->norm, token->norm_len, flags);
        if (!id) return -ENOMEM;
        words->ids[words->count++] = id;
    }
    return words->count ? 0 : -EINVAL;
}

static int add_phrase(Builder *b, PhraseTable *table, const Words *words, uint32_t value)
{
    return phrase_table_add(table, b->arena, words->ids, words->count, value);
}

static int add_target(Builder *b, Target target, uint32_t *id)
{
    Gazetteer *g = b->g;
    Target *targets = arena_grow(b->arena, g->targets, g->target_count, &g->target_capacity, sizeof *targets);
    if (!targets) return -ENOMEM;
    g->targets = targets;
    target.next = GAZETTEER_END;
    *id = (uint32_t)g->target_count;
    targets[g->target_count++] = target;
    return 0;
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
    uint32_t id;
    int status = add_target(b, target, &id);
    if (!status) status = add_phrase(b, &b->g->names, words, id);
    if (status) return status;
    VocabularyWord last = b->g->vocabulary.words[words->ids[words->count - 1]];
    if (last.len < LOWER_PLAIN_MIN || strchr("sxz", last.text[last.len - 1])) return 0;
    char *genitive = join(b, last.text, last.len, "s", 1);
    if (!genitive) return -ENOMEM;
    Words owned = *words;
    owned.ids[owned.count - 1] =
        vocabulary_add(&b->g->vocabulary, b->arena, genitive, last.len + 1, last.flags & WORD_NAME);
    if (!owned.ids[owned.count - 1]) return -ENOMEM;
    status = add_target(b, target, &id);
    return status ? status : add_phrase(b, &b->g->names, &owned, id);
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

/* TARGET_WORD, TARGET_NOUN and TARGET_HOMONYM for a name, and its normal form in `*norm`. */
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
    b->name_words = target.area != AREA_NONE;
    if (!status) status = cut(b, name, len, &words);
    b->name_words = false;
    if (!status) status = add_spelling(b, &words, target);
    if (status || target.area == AREA_NONE) return status;
    status = add_joined(b, &words, target);
    if (!status) status = add_variants(b, &words, target);
    return status ? status : add_compounds(b, &words, target);
}

/* Every name of a list with '|' between. */
static int add_names(Builder *b, const char *names, Target target, Error *err)
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

static int index_homonyms(Builder *b, Error *err)
{
    const LocateWords *words = b->k->locate_words;
    for (size_t i = 0; i < words->homonym_count; i++) {
        const HomonymRow *row = &words->homonyms[i];
        const char *norm = text_normalise(b->scratch, row->name, strlen(row->name));
        if (!norm || knowledge_index_add(row->word ? &b->word_homonyms : &b->place_homonyms, b->scratch, norm, 1) ||
            (row->noun && knowledge_index_add(&b->noun_homonyms, b->scratch, norm, 1)))
            return out_of_memory(err);
    }
    knowledge_index_sort(&b->word_homonyms);
    knowledge_index_sort(&b->noun_homonyms);
    knowledge_index_sort(&b->place_homonyms);
    return 0;
}

/* The words of every class but LOCATE_COMPOUND, which names use as they come. */
static int add_form(Builder *b, const LocateForms *row, const char *form, size_t len)
{
    Words words;
    int status = cut(b, form, len, &words);
    if (status) return status;
    VocabularyWord *first = &b->g->vocabulary.words[words.ids[0]];
    if (row->class == LOCATE_NOTHING) {
        uint32_t id;
        Target nothing = {.municipality = MUNICIPALITY_NONE, .area = AREA_NONE, .place = PLACE_NONE};
        status = add_target(b, nothing, &id);
        return status ? status : add_phrase(b, &b->g->names, &words, id);
    }
    if (row->class == LOCATE_PREPOSITION) first->flags |= WORD_PREPOSITION;
    if (row->class == LOCATE_JOINER) first->flags |= WORD_JOINER;
    if (row->class == LOCATE_TELLER) first->flags |= WORD_TELLER;
    if (row->class == LOCATE_SPOT) first->flags |= WORD_SPOT;
    if (row->class == LOCATE_WITHIN) first->flags |= WORD_WITHIN;
    if (row->class == LOCATE_STREET_ENDING) {
        Gazetteer *g = b->g;
        const char **endings = arena_grow(b->arena, g->street_endings, g->street_ending_count,
                                          &g->street_ending_capacity, sizeof *endings);
        if (!endings) return -ENOMEM;
        g->street_endings = endings;
        endings[g->street_ending_count++] = first->text;
    }
    if (row->class != LOCATE_VARIANT) return 0;
    Words original;
    status = cut(b, row->word, strlen(row->word), &original);
    Variant *variants = arena_grow(b->scratch, b->variants, b->variant_count, &b->variant_capacity, sizeof *variants);
    if (!variants) return -ENOMEM;
    b->variants = variants;
    variants[b->variant_count++] = (Variant){.word = original.ids[0], .instead = words};
    return status;
}

static int add_forms(Builder *b, Error *err)
{
    for (size_t i = 0; i < b->k->locate_words->form_count; i++) {
        const LocateForms *row = &b->k->locate_words->forms[i];
        if (row->class == LOCATE_COMPOUND) continue;
        for (const char *at = row->forms; *at;) {
            size_t len = strcspn(at, "|");
            int status = add_form(b, row, at, len);
            if (status) return error_set(err, status, "the form \"%.*s\" can't be used", (int)len, at);
            at += len + (at[len] == '|');
        }
    }
    return 0;
}

static int add_cues(Builder *b, Error *err)
{
    const LocateWords *all = b->k->locate_words;
    b->g->cues = all->cues;
    for (size_t i = 0; i < all->cue_count; i++) {
        Words words;
        int status = cut(b, all->cues[i].words, strlen(all->cues[i].words), &words);
        PhraseTable *table = all->cues[i].side == LOCATE_BEFORE ? &b->g->cues_before : &b->g->cues_after;
        if (!status) status = add_phrase(b, table, &words, (uint32_t)i);
        if (status) return error_set(err, status, "the cue \"%s\" can't be used", all->cues[i].words);
    }
    return 0;
}

static int know_municipalities(Builder *b, Error *err)
{
    Gazetteer *g = b->g;
    const Knowledge *k = b->k;
    g->covered = arena_calloc(b->arena, k->municipality_count + 1, sizeof *g->covered);
    g->county = arena_calloc(b->arena, k->municipality_count + 1, sizeof *g->county);
    g->reaches = arena_calloc(b->arena, k->municipality_count + 1, sizeof *g->reaches);
    g->home = arena_calloc(b->arena, k->municipality_count + 1, sizeof *g->home);
    if (!g->covered || !g->county || !g->reaches || !g->home) return out_of_memory(err);
    for (size_t i = 0; i < k->municipality_count; i++) {
        const Municipality *m = &k->municipalities[i];
        g->home[i] = m->root;
        g->county[i] = m->county                        ? knowledge_find_municipality(k, m->county)
                       : strcmp(m->kind, "county") == 0 ? (MunicipalityId)i
                                                        : MUNICIPALITY_NONE;
        /* A root with a polygon is known too: an area of its own, with nothing in it yet. */
        g->covered[i] = k->areas[m->root].geojson != NULL;
    }
    for (size_t i = 0; i < k->area_count; i++)
        if (k->areas[i].parent != AREA_NONE) g->covered[k->areas[i].municipality] = true;
    for (size_t i = 0; i < k->place_count; i++)
        g->covered[k->areas[k->places[i].area].municipality] = true;
    for (size_t i = 0; i < k->municipality_count; i++) {
        g->reaches[i] |= g->covered[i] || g->county[i] == MUNICIPALITY_NONE;
        if (g->covered[i] && g->county[i] != MUNICIPALITY_NONE) g->reaches[g->county[i]] = true;
    }
    for (size_t i = 0; i < k->locate_words->home_count; i++) {
        /* The areas may be the database's, where somebody has taken this one away: then there is no home. */
        const HomeRow *row = &k->locate_words->homes[i];
        AreaId area = knowledge_find_area_in(k, row->municipality, row->area);
        if (area != AREA_NONE) g->home[row->municipality] = area;
    }
    return 0;
}

static int add_municipalities(Builder *b, Error *err)
{
    for (size_t i = 0; i < b->k->municipality_count; i++) {
        const Municipality *m = &b->k->municipalities[i];
        if (strcmp(m->kind, "country") == 0) continue;
        bool county = strcmp(m->kind, "county") == 0, covered = b->g->covered[i];
        Target target = {.municipality = (MunicipalityId)i,
                         .area = covered ? m->root : AREA_NONE,
                         .place = PLACE_NONE,
                         .class = county    ? TARGET_COUNTY
                                  : covered ? TARGET_MUNICIPALITY
                                            : TARGET_ELSEWHERE,
                         .flags = TARGET_KNOWN};
        int status = add_names(b, m->name, target, err);
        if (status) return status;
    }
    return 0;
}

static int add_areas(Builder *b, Error *err)
{
    for (size_t i = 0; i < b->k->area_count; i++) {
        const Area *area = &b->k->areas[i];
        const char *norm = text_normalise(b->scratch, area->name, strlen(area->name));
        if (!norm || knowledge_index_add(&b->area_names, b->scratch, norm, (uint32_t)i)) return out_of_memory(err);
        if (area->parent == AREA_NONE) continue;
        Target target = {.municipality = area->municipality,
                         .area = (AreaId)i,
                         .place = PLACE_NONE,
                         .class = TARGET_TOWN,
                         .flags = TARGET_KNOWN};
        int status = add_names(b, area->name, target, err);
        if (status) return status;
    }
    knowledge_index_sort(&b->area_names);
    return 0;
}

static TargetClass class_of_kind(const char *kind)
{
    if (strcmp(kind, "street") == 0) return TARGET_STREET;
    return strcmp(kind, "locality") == 0 || strcmp(kind, "district") == 0 ? TARGET_TOWN : TARGET_PLACE;
}

/* Streets and local names are many times in a country; districts and names that say where they are ("Bro station")
 * are not. */
static bool is_known(const Place *place, TargetClass class)
{
    if (class == TARGET_TOWN) return strcmp(place->kind, "district") == 0;
    return class == TARGET_PLACE && strchr(place->name, ' ') != NULL;
}

static int add_places(Builder *b, Error *err)
{
    for (PlaceId i = 0; i < b->k->place_count; i++) {
        const Place *place = &b->k->places[i];
        const char *norm = text_normalise(b->scratch, place->name, strlen(place->name));
        if (!norm || knowledge_index_add(&b->place_names, b->scratch, norm, i)) return out_of_memory(err);
        TargetClass class = class_of_kind(place->kind);
        Target target = {.municipality = b->k->areas[place->area].municipality,
                         .area = place->area,
                         .place = i,
                         .class = (uint8_t) class,
                         .flags = is_known(place, class) ? TARGET_KNOWN : 0};
        int status = add_names(b, place->name, target, err);
        if (!status) status = add_names(b, b->k->place_aliases[i], target, err);
        if (status) return status;
    }
    knowledge_index_sort(&b->place_names);
    return 0;
}

static int add_elsewhere(Builder *b, Error *err)
{
    const LocateWords *words = b->k->locate_words;
    Target target = {.area = AREA_NONE, .place = PLACE_NONE, .class = TARGET_ELSEWHERE};
    int status = 0;
    for (size_t i = 0; !status && i < words->elsewhere_count; i++) {
        target.municipality = words->elsewhere[i].municipality;
        status = add_names(b, words->elsewhere[i].names, target, err);
    }
    for (size_t i = 0; !status && i < words->homonym_count; i++) {
        target.municipality = words->homonyms[i].municipality;
        if (!words->homonyms[i].word) status = add_names(b, words->homonyms[i].name, target, err);
    }
    return status;
}

/* A row of local-words.csv. One whose places another municipality's files don't have is of no use, and no fault. */
static int add_local(Builder *b, const LocalRow *row, Error *err)
{
    const char *near = text_normalise(b->scratch, row->near, strlen(row->near));
    const char *place = text_normalise(b->scratch, row->place, strlen(row->place));
    if (!near || !place) return out_of_memory(err);
    uint32_t place_id = knowledge_index_find(&b->place_names, place);
    uint32_t near_place = knowledge_index_find(&b->place_names, near);
    uint32_t near_area = knowledge_index_find(&b->area_names, near);
    if (place_id == UINT32_MAX || (near_place == UINT32_MAX && near_area == UINT32_MAX)) return 0;
    AreaId area = b->k->places[place_id].area;
    Target target = {.municipality = b->k->areas[area].municipality,
                     .area = area,
                     .place = place_id,
                     .near_place = near_area == UINT32_MAX ? near_place : PLACE_NONE,
                     .class = TARGET_LOCAL};
    for (const char *at = row->words; *at;) {
        size_t len = strcspn(at, "|");
        Words words;
        uint32_t id;
        int status = cut(b, at, len, &words);
        if (!status) status = add_target(b, target, &id);
        if (!status) status = add_phrase(b, &b->g->names, &words, id);
        if (status) return error_set(err, status, "the local words \"%.*s\" can't be used", (int)len, at);
        at += len + (at[len] == '|');
    }
    return 0;
}

static int add_locals(Builder *b, Error *err)
{
    for (size_t i = 0; i < b->k->locate_words->local_count; i++) {
        int status = add_local(b, &b->k->locate_words->locals[i], err);
        if (status) return status;
    }
    return 0;
}

/* A target that says what another in the list from `first` already says is left out. */
static void chain_target(void *arg, uint32_t first, uint32_t added)
{
    Gazetteer *g = arg;
    uint32_t last = first;
    for (uint32_t i = first; i != GAZETTEER_END; i = g->targets[i].next) {
        const Target *a = &g->targets[i], *b = &g->targets[added];
        if (a->area == b->area && a->place == b->place && a->municipality == b->municipality && a->class == b->class)
            return;
        last = i;
    }
    g->targets[last].next = added;
}

static int fill(Builder *b, Error *err)
{
    int (*const steps[])(Builder *, Error *) = {index_homonyms, know_municipalities, add_forms,
                                                add_cues,       add_municipalities,  add_areas,
                                                add_places,     add_elsewhere,       add_locals};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int status = steps[i](b, err);
        if (status) return status;
    }
    Gazetteer *g = b->g;
    size_t words = g->vocabulary.count;
    if (phrase_table_finish(&g->names, b->arena, words, chain_target, g) ||
        phrase_table_finish(&g->cues_before, b->arena, words, NULL, NULL) ||
        phrase_table_finish(&g->cues_after, b->arena, words, NULL, NULL) || vocabulary_finish(&g->vocabulary, b->arena))
        return out_of_memory(err);
    return 0;
}

int gazetteer_build(Knowledge *k, Error *err)
{
    _arena_free_ Arena *scratch = arena_new();
    Gazetteer *g = arena_calloc(k->arena, 1, sizeof *g);
    if (!scratch || !g || vocabulary_init(&g->vocabulary, k->arena)) return out_of_memory(err);
    Builder builder = {.g = g, .k = k, .arena = k->arena, .scratch = scratch};
    int status = fill(&builder, err);
    if (status) return status;
    k->gazetteer = g;
    return 0;
}
