#include "core/arrival/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena_fixture.h"
#include "unit.h"
#include "util/clock.h"

static Knowledge *knowledge;

/* --- memory that runs out (the linker wraps these) --- */

static long allocations, fail_at; /* 0: never */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return ++allocations == fail_at ? NULL : __real_calloc(count, size);
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    return ++allocations == fail_at ? NULL : __real_malloc(size);
}

static int read(Notice *notice, Arena *arena, const char *json, Error *err)
{
    cJSON *tree = cJSON_Parse(json);
    assert_non_null(tree);
    int r = notice_read(notice, arena, tree, knowledge, err);
    cJSON_Delete(tree);
    return r;
}

static void a_notice_of_the_feed_is_read(void **state)
{
    Notice n;
    Error err;
    assert_int_equal(
        read(&n, *state,
             "{\"id\": 459986, \"datetime\": \"2023-10-11 3:07:41 +02:00\", \"name\": \"11 oktober 00:51, "
             "Mord/dråp, försök, Upplands-bro\", \"summary\": \"Flera skott.\", \"url\": \"/x/\", \"type\": "
             "\"Mord/dråp, försök\", \"location\": {\"name\": \"Upplands-bro\", \"gps\": \"1,2\"}, "
             "\"body\": \"Polisen larmas.\"}",
             &err),
        0);
    assert_int_equal(n.id, 459986);
    assert_string_equal(n.text, "Flera skott.\nPolisen larmas.");
    assert_true(n.has_event_time);
    assert_int_equal(n.event_minute, 51);
    assert_int_equal(civil_compare(n.event_date, (CivilDate){2023, 10, 11}), 0);
    assert_string_equal(knowledge_municipality(knowledge, n.municipality)->code, "upplands-bro");
    assert_false(n.is_digest);
}

static void the_year_is_the_latest_not_after_publication(void **state)
{
    (void)state;
    CivilDate new_year = {2024, 1, 1};
    assert_int_equal(notice_year(12, 31, new_year).year, 2023);
    assert_int_equal(notice_year(1, 1, new_year).year, 2024);
    assert_int_equal(notice_year(1, 1, (CivilDate){2023, 12, 31}).year, 2024);
    assert_int_equal(notice_year(3, 1, new_year).year, 2023);
    assert_int_equal(notice_year(2, 29, (CivilDate){2027, 5, 1}).year, 2024);
    assert_false(civil_is_known(notice_year(2, 30, new_year)));
}

static void what_is_wrong_is_pointed_at(void **state)
{
    static const struct {
        const char *json, *pointer;
    } bad[] = {
        {"[]", "objekt"},
        {"{}", "/id"},
        {"{\"id\": 1.5}", "/id"},
        {"{\"id\": 1, \"location\": 2}", "/location"},
        {"{\"id\": 1, \"location\": {}, \"name\": \"a\", \"type\": \"b\"}", "/location/name"},
        {"{\"id\": 1, \"location\": {\"name\": \"x\"}, \"type\": \"b\"}", "/name"},
        {"{\"id\": 1, \"location\": {\"name\": \"x\"}, \"name\": \"a\", \"type\": \"b\", \"datetime\": \"2023-10-11\"}",
         "/datetime"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Notice n;
        Error err;
        assert_true(read(&n, *state, bad[i].json, &err) < 0);
        assert_non_null(strstr(err.text, bad[i].pointer));
    }
}

static void a_title_without_a_clock_has_no_event_time(void **state)
{
    Notice n;
    Error err;
    static const char *names[] = {"Rån", "11 oktober, Rån, Bro", "45 oktober 12:00, Rån", "11 oktober 25:00, Rån", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char json[400];
        snprintf(json, sizeof json,
                 "{\"id\":1,\"datetime\":\"2023-10-11 03:07:41 +02:00\",\"name\":\"%s\",\"type\":\"Sammanfattning "
                 "natt\",\"location\":{\"name\":\"Atlantis\"}}",
                 names[i]);
        assert_int_equal(read(&n, *state, json, &err), 0);
        assert_false(n.has_event_time);
        assert_true(n.is_digest);
        assert_int_equal(n.municipality, MUNICIPALITY_NONE);
        assert_string_equal(n.text, "");
    }
}

static int load(void **state)
{
    (void)state;
    Error err;
    return clock_use_stockholm() < 0 ? -1 : knowledge_load(&knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err);
}

static int unload(void **state)
{
    (void)state;
    knowledge_unref(knowledge);
    return 0;
}

static void without_memory_it_is_not_read_otherwise(void **state)
{
    (void)state;
    static const char json[] =
        "{\"id\": 1, \"datetime\": \"2023-10-11 3:07:41 +02:00\", \"name\": \"11 oktober 00:51, Rån\","
        "\"summary\": \"Ett rån.\", \"url\": \"/x/\", \"type\": \"Rån\","
        "\"location\": {\"name\": \"Upplands-bro\", \"gps\": \"1,2\"}}";
    bool failed = true;
    for (long at = 1; failed; at++) {
        Notice n;
        Error err;
        _arena_free_ Arena *arena = arena_new();
        cJSON *tree = cJSON_Parse(json);
        assert_non_null(arena);
        assert_non_null(tree);
        allocations = 0;
        fail_at = at;
        int r = notice_read(&n, arena, tree, knowledge, &err);
        fail_at = 0;
        failed = allocations >= at;
        if (r == 0) assert_string_equal(knowledge_municipality(knowledge, n.municipality)->code, "upplands-bro");
        cJSON_Delete(tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_notice_of_the_feed_is_read, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(the_year_is_the_latest_not_after_publication, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_pointed_at, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_title_without_a_clock_has_no_event_time, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test(without_memory_it_is_not_read_otherwise),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
