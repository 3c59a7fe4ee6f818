#include "core/place/gazetteer.h"

#include <errno.h>
#include <string.h>

#include "core/place/gazetteer-internal.h"
#include "core/read/text.h"

static int out_of_memory(Error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

/* The words of every class but LOCATE_COMPOUND, which names use as they come. */
static int add_form(Builder *b, const LocateForms *row, const char *form, size_t len)
{
    Words words;
    int status = gazetteer_cut(b, form, len, &words);
    if (status) return status;
    VocabularyWord *first = &b->g->vocabulary.words[words.ids[0]];
    if (row->class == LOCATE_NOTHING) {
        Target nothing = {.municipality = MUNICIPALITY_NONE, .area = AREA_NONE, .place = PLACE_NONE};
        return gazetteer_add_meaning(b, &words, nothing);
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
    return row->class == LOCATE_VARIANT ? gazetteer_add_variant(b, row->word, &words) : 0;
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
        int status = gazetteer_cut(b, all->cues[i].words, strlen(all->cues[i].words), &words);
        PhraseTable *table = all->cues[i].side == LOCATE_BEFORE ? &b->g->cues_before : &b->g->cues_after;
        if (!status) status = phrase_table_add(table, b->arena, words.ids, words.count, (uint32_t)i);
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
        int status = gazetteer_add_names(b, m->name, target, err);
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
        int status = gazetteer_add_names(b, area->name, target, err);
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
        int status = gazetteer_add_names(b, place->name, target, err);
        if (!status) status = gazetteer_add_names(b, b->k->place_aliases[i], target, err);
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
        status = gazetteer_add_names(b, words->elsewhere[i].names, target, err);
    }
    for (size_t i = 0; !status && i < words->homonym_count; i++) {
        target.municipality = words->homonyms[i].municipality;
        if (!words->homonyms[i].word) status = gazetteer_add_names(b, words->homonyms[i].name, target, err);
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
        int status = gazetteer_cut(b, at, len, &words);
        if (!status) status = gazetteer_add_meaning(b, &words, target);
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
    int (*const steps[])(Builder *, Error *) = {gazetteer_index_homonyms,
                                                know_municipalities,
                                                add_forms,
                                                add_cues,
                                                add_municipalities,
                                                add_areas,
                                                add_places,
                                                add_elsewhere,
                                                add_locals};
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
