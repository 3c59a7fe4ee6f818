#include "core/category/classify.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/category/classifier.h"
#include "core/knowledge/knowledge-internal.h"

#include "unit.h"

typedef struct Fixture {
    Knowledge *knowledge;
    Arena *arena;
    Text text;
} Fixture;

static Segment whole(Fixture *fixture, const char *bytes)
{
    assert_int_equal(text_init(&fixture->text, fixture->arena, bytes, strlen(bytes), NULL), 0);
    return (Segment){.span = {0, fixture->text.len}};
}

static CategoryTag classify(Fixture *fixture, const Segment *segment)
{
    CategoryTag tag;
    assert_int_equal(
        classify_read(&tag, fixture->arena, &fixture->text, segment, fixture->knowledge, MUNICIPALITY_NONE, false), 0);
    assert_int_not_equal(tag.category, CATEGORY_NONE);
    assert_true(tag.confidence >= 0 && tag.confidence <= 1);
    assert_true(tag.category != tag.second);
    return tag;
}

static const char *code(const Fixture *fixture, CategoryId category)
{
    return knowledge_category(fixture->knowledge, category)->code;
}

static const char *code_of(Fixture *fixture, const char *bytes)
{
    Segment segment = whole(fixture, bytes);
    return code(fixture, classify(fixture, &segment).category);
}

static void the_first_offence_of_a_heading_decides(void **state)
{
    static const struct {
        const char *heading, *category;
    } CASES[] = {
        {"22:18, Göteborg, grov misshandel, rattfylleri", "vald"},
        {"Rattfylleri, misshandel, Kalmar", "rattfylleri"},
        {"02.10 Försök till stöld genom inbrott, Kramfors", "inbrott"},
        {"Våld/hot mot tjänsteman", "vald"},
        {"Ofredande, Kalmar kl 19.30", "hot"},
        {"MOTORFORDON, ANTRÄFFAT STULET", "stold"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char bytes[256];
        snprintf(bytes, sizeof bytes, "%s\nBrand i container, räddningstjänsten släckte.", CASES[i].heading);
        Segment segment = whole(*state, bytes);
        segment.heading = (Span){0, (uint32_t)strlen(CASES[i].heading)};
        CategoryTag tag = classify(*state, &segment);
        assert_string_equal(code(*state, tag.category), CASES[i].category);
        assert_string_equal(tag.evidence.rule, "police-heading");
        assert_int_equal(tag.evidence.span_count, 1);
        assert_true(tag.evidence.spans[0].end <= segment.heading.end);
    }
}

static void a_heading_without_an_offence_leaves_it_to_the_words(void **state)
{
    const char *bytes = "22.40, Bro centrum\nContainer brinner, räddningstjänsten släckte.";
    Segment segment = whole(*state, bytes);
    segment.heading = (Span){0, (uint32_t)(strchr(bytes, '\n') - bytes)};
    CategoryTag tag = classify(*state, &segment);
    assert_string_equal(code(*state, tag.category), "brand");
    assert_string_not_equal(tag.evidence.rule, "police-heading");
}

static void what_the_police_have_no_notices_of_is_known_too(void **state)
{
    assert_string_equal(code_of(*state, "Lyktstolparna längs cykelvägen har varit släckta sedan jul, becksvart"),
                        "otrygg-plats");
    assert_string_equal(code_of(*state, "Ett trettiotal ungdomar samlade vid kiosken, vi bad dem gå vidare"),
                        "samling");
    assert_string_equal(code_of(*state, "Höstmarknaden drog 700 besökare, allt flöt på"), "arrangemang");
    assert_string_equal(code_of(*state, "Lugnt pass, inget att rapportera."), "ovrigt");
}

static void field_language_and_misspellings_are_read(void **state)
{
    assert_string_equal(code_of(*state, "snaterier på ica igen, 2 st tjejer"), "stold");
    assert_string_equal(code_of(*state, "nerklottrat i tunneln"), "skadegorelse");
    assert_string_equal(code_of(*state, "LOB man ca 40"), "ordning");
    assert_string_equal(code_of(*state, "EPA-traktorer som buskör på parkeringen"), "trafikbrott");
}

static float cue_weight(Fixture *fixture, const char *bytes, const char *category)
{
    ClassifierCue cues[CLASSIFIER_CUES];
    float weights[64];
    size_t count = knowledge_category_count(fixture->knowledge);
    assert_true(count <= 64);
    whole(fixture, bytes);
    classifier_cues(fixture->knowledge->classifier, &fixture->text, 0, fixture->text.token_count, cues, weights, count);
    return weights[knowledge_find_category(fixture->knowledge, category)];
}

static void what_is_denied_is_no_cue(void **state)
{
    assert_true(cue_weight(*state, "Bråk vid torget", "ordning") > 0);
    assert_true(cue_weight(*state, "Inget bråk vid torget", "ordning") == 0);
    assert_true(cue_weight(*state, "Vi såg ingen narkotika", "narkotika") == 0);
    assert_true(cue_weight(*state, "Ingen skadad. Narkotika i beslag", "narkotika") > 0);
    /* Four words on, the denial is about something else. */
    assert_true(cue_weight(*state, "ingen kom till platsen trots pågående bråk", "ordning") > 0);
    /* The first sentence says what happened. */
    assert_true(
        cue_weight(*state, "Man vid torget sålde narkotika", "narkotika") >
        cue_weight(*state, "Man i grön jacka gick i går över torget mot bussen. Han sålde narkotika", "narkotika"));
}

static void evidence_points_at_words_of_the_incident(void **state)
{
    Fixture *fixture = *state;
    const char *bytes =
        "Annat ärende om brand. Klockan två stals en cykel utanför skolan, låset var klippt. Mer brand.";
    Segment segment = whole(fixture, bytes);
    segment.span = (Span){(uint32_t)(strstr(bytes, "Klockan") - bytes), (uint32_t)(strstr(bytes, " Mer") - bytes)};
    CategoryTag tag = classify(fixture, &segment);
    assert_string_equal(code(fixture, tag.category), "stold");
    assert_in_range(tag.evidence.span_count, 1, EVIDENCE_SPANS);
    for (uint8_t i = 0; i < tag.evidence.span_count; i++) {
        Span span = tag.evidence.spans[i];
        assert_true(span.start >= segment.span.start && span.end <= segment.span.end && span.start < span.end);
        for (uint8_t j = 0; j < i; j++)
            assert_true(span.end <= tag.evidence.spans[j].start || span.start >= tag.evidence.spans[j].end);
    }
}

static void an_area_heading_says_nothing_of_the_category(void **state)
{
    const char *bytes = "BRAND\nEn cykel stulen utanför stationen, låset avklippt.";
    Segment segment = whole(*state, bytes), headed = segment;
    headed.area_context = (Span){0, 5};
    CategoryTag tag = classify(*state, &headed);
    assert_string_equal(code(*state, tag.category), "stold");
    for (uint8_t i = 0; i < tag.evidence.span_count; i++)
        assert_true(tag.evidence.spans[i].start > 5);
}

static void no_words_are_no_verdict(void **state)
{
    Fixture *fixture = *state;
    static const char *const EMPTY[] = {"", " \n ", "...", "xqzw"};
    for (size_t i = 0; i < sizeof EMPTY / sizeof *EMPTY; i++) {
        Segment segment = whole(fixture, EMPTY[i]);
        CategoryTag tag = classify(fixture, &segment);
        assert_true(tag.confidence < classify_review_limit(fixture->knowledge, false));
    }
    Segment segment = whole(fixture, "");
    CategoryTag tag = classify(fixture, &segment);
    assert_string_equal(code(fixture, tag.category), "ovrigt");
    assert_string_equal(tag.evidence.rule, "none");
    assert_int_equal(tag.evidence.span_count, 0);
}

static uint32_t flags_of(Fixture *fixture, const char *bytes)
{
    Segment segment = whole(fixture, bytes);
    return classify_flags(&fixture->text, &segment, fixture->knowledge);
}

static void flags_cross_the_categories(void **state)
{
    assert_int_equal(flags_of(*state, "Man slog sin sambo i lägenheten"), FLAG_DOMESTIC);
    assert_int_equal(flags_of(*state, "Elever i åk 8 eldade på Härneviskolan"), FLAG_YOUTH | FLAG_SCHOOL);
    assert_int_equal(flags_of(*state, "Klotter på perrongen"), FLAG_TRANSIT);
    assert_int_equal(flags_of(*state, "Man 82 år lurad per telefon"), FLAG_ELDERLY);
    assert_int_equal(flags_of(*state, "Bil stulen på Köpmanvägen"), 0);
}

static int setup(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    Error err = {{0}};
    if (!fixture || knowledge_load(&fixture->knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    fixture->arena = arena_new();
    *state = fixture;
    return fixture->arena ? 0 : -1;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    if (!fixture) return 0;
    arena_free(fixture->arena);
    knowledge_unref(fixture->knowledge);
    free(fixture);
    return 0;
}

/* The default knowledge, but for its model. */
static int setup_untrained(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    Error err = {{0}};
    if (!fixture || knowledge_load_untrained(&fixture->knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err)) {
        print_error("%s\n", err.text);
        return -1;
    }
    fixture->arena = arena_new();
    *state = fixture;
    return fixture->arena ? 0 : -1;
}

static void cues_decide_where_there_is_no_model(void **state)
{
    Fixture *fixture = *state;
    Segment segment = whole(fixture, "Snatteri på matbutiken");
    CategoryTag tag = classify(fixture, &segment);
    assert_string_equal(code(fixture, tag.category), "stold");
    assert_string_equal(tag.evidence.rule, "cue");
    assert_int_equal(tag.evidence.spans[0].end, strlen("Snatteri"));
    assert_true(tag.confidence < classify_review_limit(fixture->knowledge, false));
    segment = whole(fixture, "Man stod där");
    assert_string_equal(code(fixture, classify(fixture, &segment).category), "ovrigt");
}

static void what_a_municipality_has_taught_decides_there(void **state)
{
    Fixture *fixture = *state;
    Knowledge *base = fixture->knowledge, *taught = NULL;
    Error err = {{0}};
    cJSON *areas = cJSON_CreateArray(),
          *cues = cJSON_Parse("[{\"municipality\": \"umea\", \"phrase\": \"flumsa*\", \"category\": \"narkotika\"},"
                              " {\"municipality\": \"umea\", \"phrase\": \"flumsade _ eld\", \"category\": \"brand\"},"
                              " {\"municipality\": \"umea\", \"phrase\": \"gone\", \"category\": \"no-more\"}]");
    assert_int_equal(knowledge_with_areas(&taught, base, areas, NULL, cues, &err), 0);
    static const struct {
        const char *text, *municipality, *rule, *category;
    } CASES[] = {
        {"De flumsade i backen", "umea", "learned", "narkotika"},
        {"De flumsade med stor eld i backen", "umea", "learned", "brand"},
        {"Ingen flumsade i backen", "umea", NULL, NULL},
        {"De flumsade i backen", "stockholm", NULL, NULL},
        {"De flumsade i backen", NULL, NULL, NULL},
        {"gone", "umea", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        CategoryTag tag;
        Segment segment = whole(fixture, CASES[i].text);
        MunicipalityId municipality =
            CASES[i].municipality ? knowledge_find_municipality(taught, CASES[i].municipality) : MUNICIPALITY_NONE;
        assert_int_equal(classify_read(&tag, fixture->arena, &fixture->text, &segment, taught, municipality, true), 0);
        if (!CASES[i].rule) {
            assert_string_not_equal(tag.evidence.rule, "learned");
            continue;
        }
        assert_string_equal(tag.evidence.rule, CASES[i].rule);
        assert_string_equal(knowledge_category(taught, tag.category)->code, CASES[i].category);
        assert_int_equal(tag.evidence.spans[0].start, strlen("De "));
        assert_true(tag.confidence >= classify_review_limit(taught, true));
    }
    knowledge_unref(taught);
    cJSON_ReplaceItemInArray(cues, 0,
                             cJSON_Parse("{\"municipality\": \"umea\", \"phrase\": \"*\", \"category\": \"ran\"}"));
    assert_int_equal(knowledge_with_areas(&taught, base, areas, NULL, cues, &err), -EINVAL);
    assert_non_null(strstr(err.text, "cue 1: "));
    cJSON_Delete(areas);
    cJSON_Delete(cues);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_offence_of_a_heading_decides),
        cmocka_unit_test(a_heading_without_an_offence_leaves_it_to_the_words),
        cmocka_unit_test(what_the_police_have_no_notices_of_is_known_too),
        cmocka_unit_test(field_language_and_misspellings_are_read),
        cmocka_unit_test(what_is_denied_is_no_cue),
        cmocka_unit_test(evidence_points_at_words_of_the_incident),
        cmocka_unit_test(an_area_heading_says_nothing_of_the_category),
        cmocka_unit_test(no_words_are_no_verdict),
        cmocka_unit_test(flags_cross_the_categories),
        cmocka_unit_test(what_a_municipality_has_taught_decides_there),
    };
    const struct CMUnitTest untrained[] = {
        cmocka_unit_test(cues_decide_where_there_is_no_model),
    };
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    return failed + cmocka_run_group_tests(untrained, setup_untrained, teardown);
}
