#include "core/lagesbild/lagesbild_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lagesbild_fixture.h"
#include "unit.h"

static Knowledge *knowledge;

static int load(void **state)
{
    (void)state;
    Error err;
    return knowledge_load(&knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err);
}

static int unload(void **state)
{
    (void)state;
    knowledge_unref(knowledge);
    return 0;
}

/* What is stored of `sent`, printed; the caller frees it. */
static char *taken(Arena *arena, const char *sent, Faults *personal)
{
    Faults faults = {.arena = arena};
    cJSON *json = cJSON_Parse(sent), *parts = NULL;
    assert_non_null(json);
    assert_int_equal(lagesbild_parts_take(&parts, personal, json, knowledge, &faults), 0);
    char *text = cJSON_PrintUnformatted(parts);
    cJSON_Delete(parts);
    cJSON_Delete(json);
    return text;
}

static void what_is_sent_is_what_is_stored(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *stored;
    } cases[] = {
        {"{\"summary\":\"Lugnt.\"}", "{\"summary\":\"Lugnt.\"}"},
        {"{\"summary\":null}", "{\"summary\":null}"},
        {"{\"summary\":\"  \\n\"}", "{\"summary\":null}"},
        {"{\"worries\":[\"a\",\"b\"],\"causes\":\"c\"}", "{\"worries\":[\"a\",\"b\"],\"causes\":[\"c\"]}"},
        {"{\"worries\":null,\"decisions\":[]}", "{\"worries\":[],\"decisions\":[]}"},
        {"{\"decisions\":[{\"measure\":\"Ljus\",\"owner\":\"Anna Ek\",\"place\":null,\"check\":\"2026-03-30\"}]}",
         "{\"decisions\":[{\"measure\":\"Ljus\",\"owner\":\"Anna Ek\",\"check\":\"2026-03-30\"}]}"},
    };
    _arena_free_ Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Faults personal = {.arena = arena};
        char *text = taken(arena, cases[i].sent, &personal);
        assert_string_equal(text, cases[i].stored);
        assert_int_equal(personal.count, 0);
        cJSON_free(text);
    }
}

static void personal_data_is_masked(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Faults personal = {.arena = arena};
    char *text = taken(arena,
                       "{\"summary\":\"Ring 070-123 45 67.\",\"worries\":[\"mejla a@b.se\"],"
                       "\"decisions\":[{\"measure\":\"Ring 070-123 45 67\",\"owner\":\"Vakten\"}]}",
                       &personal);
    assert_int_equal(personal.count, 3);
    assert_string_equal(personal.items[1].pointer, "/worries/0");
    assert_string_equal(personal.items[1].detail, "epost, byte 6 till 12");
    assert_null(strstr(text, "070"));
    assert_null(strstr(text, "@"));
    assert_non_null(strstr(text, "[telefon]"));
    cJSON_free(text);
}

static void every_fault_is_pointed_at(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *pointer;
    } cases[] = {
        {"[]", ""},
        {"{}", ""},
        {"{\"title\":\"x\"}", "/title"},
        {"{\"summary\":7}", "/summary"},
        {"{\"worries\":{\"a\":1}}", "/worries"},
        {"{\"worries\":[\"a\",7]}", "/worries/1"},
        {"{\"causes\":[\"\"]}", "/causes/0"},
        {"{\"decisions\":\"ljus\"}", "/decisions"},
        {"{\"decisions\":[\"ljus\"]}", "/decisions/0"},
        {"{\"decisions\":[{\"owner\":\"a\"}]}", "/decisions/0/measure"},
        {"{\"decisions\":[{\"measure\":\"a\",\"owner\":\" \"}]}", "/decisions/0/owner"},
        {"{\"decisions\":[{\"measure\":\"a\",\"owner\":\"b\",\"check\":\"30 mars\"}]}", "/decisions/0/check"},
        {"{\"decisions\":[{\"measure\":\"a\",\"owner\":\"b\",\"start\":\"2026-02-30\"}]}", "/decisions/0/start"},
        {"{\"decisions\":[{\"measure\":\"a\",\"owner\":\"b\",\"cost\":1}]}", "/decisions/0/cost"},
        {"{\"decisions\":[{\"measure\":\"a\",\"owner\":\"b\",\"start\":\"2026-04-01\",\"check\":\"2026-03-31\"}]}",
         "/decisions/0/check"},
    };
    _arena_free_ Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Faults faults = {.arena = arena};
        cJSON *json = cJSON_Parse(cases[i].sent), *parts = NULL;
        Faults personal = {.arena = arena};
        assert_int_equal(lagesbild_parts_take(&parts, &personal, json, knowledge, &faults), -EINVAL);
        assert_int_equal(faults.count, 1);
        assert_string_equal(faults.items[0].pointer, cases[i].pointer);
        cJSON_Delete(json);
    }
}

static void long_texts_are_refused(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    char *words = arena_alloc(arena, LAGESBILD_PARTS_TEXT + 2);
    for (int extra = 0; extra <= 1; extra++) {
        memset(words, 'x', (size_t)LAGESBILD_PARTS_TEXT + (size_t)extra);
        words[LAGESBILD_PARTS_TEXT + extra] = '\0';
        Faults faults = {.arena = arena};
        cJSON *json = cJSON_CreateObject(), *parts = NULL;
        Faults personal = {.arena = arena};
        cJSON_AddStringToObject(json, "summary", words);
        assert_int_equal(lagesbild_parts_take(&parts, &personal, json, knowledge, &faults), extra ? -EINVAL : 0);
        cJSON_Delete(parts);
        cJSON_Delete(json);
    }
}

static void stored_parts_come_into_the_document(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_running(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    const char *service = l->summary;
    assert_int_equal(lagesbild_parts_apply(l, "{\"worries\": [\"a\", \"b\"]}", arena), 0);
    assert_ptr_equal(l->summary, service);
    assert_false(l->summary_is_own);
    assert_int_equal(l->worries.count, 2);
    assert_int_equal(lagesbild_parts_apply(l,
                                           "{\"summary\":\"Egna ord.\",\"decisions\":[{\"measure\":\"m\",\"owner\":"
                                           "\"o\",\"check\":\"2026-03-30\"}]}",
                                           arena),
                     0);
    assert_string_equal(l->summary, "Egna ord.");
    assert_true(l->summary_is_own);
    assert_int_equal(l->decision_count, 1);
    assert_int_equal(l->decisions[0].check.day, 30);
    assert_null(l->decisions[0].place);
    assert_int_equal(lagesbild_parts_apply(l, "[]", arena), -EBADMSG);
    assert_int_equal(lagesbild_parts_apply(l, "{\"decisions\":[{\"owner\":\"o\"}]}", arena), -EBADMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_is_what_is_stored),      cmocka_unit_test(personal_data_is_masked),
        cmocka_unit_test(every_fault_is_pointed_at),           cmocka_unit_test(long_texts_are_refused),
        cmocka_unit_test(stored_parts_come_into_the_document),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
