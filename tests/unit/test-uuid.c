#include "util/uuid.h"

#include <string.h>

#include "unit.h"

static void ids_sort_by_time_and_differ(void **state)
{
    (void)state;
    char first[UUID_TEXT_SIZE], second[UUID_TEXT_SIZE], again[UUID_TEXT_SIZE];
    uuid_new(1700000000000, first);
    uuid_new(1700000000001, second);
    uuid_new(1700000000001, again);
    assert_true(strcmp(first, second) < 0);
    assert_string_not_equal(second, again);
    assert_int_equal(first[14], '7');
    assert_true(strchr("89ab", first[19]) != NULL);
    assert_true(uuid_is_valid(first));
}

static void a_name_gives_one_id(void **state)
{
    (void)state;
    char a[UUID_TEXT_SIZE], b[UUID_TEXT_SIZE];
    assert_string_equal(uuid_from_name("bro:1", 5, a), uuid_from_name("bro:1", 5, b));
    assert_string_not_equal(a, uuid_from_name("bro:2", 5, b));
    assert_int_equal(a[14], '8');
}

static void other_text_is_no_id(void **state)
{
    (void)state;
    assert_false(uuid_is_valid(""));
    assert_false(uuid_is_valid("0190a000-0000-7000-8000-00000000000"));
    assert_false(uuid_is_valid("0190a000-0000-7000-8000-00000000000g"));
    assert_false(uuid_is_valid("0190a0000-000-7000-8000-000000000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_sort_by_time_and_differ),
        cmocka_unit_test(a_name_gives_one_id),
        cmocka_unit_test(other_text_is_no_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
