#include "core/lagesbild/lagesbild_changes.h"

#include <string.h>

#include "unit.h"

static LagesbildTexts told(Arena *arena, const char *before_text, const char *after_text)
{
    LagesbildTexts changes;
    cJSON *before = cJSON_Parse(before_text), *after = cJSON_Parse(after_text);
    assert_non_null(before);
    assert_non_null(after);
    assert_int_equal(lagesbild_changes(&changes, before, after, arena), 0);
    cJSON_Delete(before);
    cJSON_Delete(after);
    return changes;
}

#define BEFORE                                                                                                         \
    "{\"total\":{\"count\":3},\"categories\":[{\"code\":\"a\",\"name\":\"A\",\"count\":2},{\"code\":\"b\",\"name\":"   \
    "\"B\",\"count\":1}],\"incidents\":[{\"id\":\"1\",\"title\":\"x\"},{\"id\":\"2\"},{\"id\":\"3\"}],\"summary\":"    \
    "\"s\",\"decisions\":[]}"

static void every_difference_is_told(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "Antal händelser: 4 i stället för 3.",
        "C: 3 i stället för 0.",
        "A: 1 i stället för 2.",
        "B: 0 i stället för 1.",
        "2 händelser har tillkommit.",
        "1 händelse har utgått.",
        "1 händelse har fått ändrade uppgifter.",
        "Inledningen är ändrad.",
        "Besluten är ändrade.",
    };
    _arena_free_ Arena *arena = arena_new();
    LagesbildTexts changes =
        told(arena, BEFORE,
             "{\"total\":{\"count\":4},\"categories\":[{\"code\":\"c\",\"name\":\"C\",\"count\":3},{\"code\":\"a\","
             "\"name\":\"A\",\"count\":1}],\"incidents\":[{\"id\":\"4\"},{\"id\":\"2\"},{\"id\":\"1\",\"title\":\"y\"},"
             "{\"id\":\"5\"}],\"summary\":\"t\",\"decisions\":[{\"measure\":\"m\"}]}");
    assert_int_equal(changes.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < changes.count; i++)
        assert_string_equal(changes.items[i], expected[i]);
}

static void no_difference_is_told_too(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    LagesbildTexts changes = told(arena, BEFORE, BEFORE);
    assert_int_equal(changes.count, 1);
    assert_non_null(strstr(changes.items[0], "Inget"));
}

static void what_is_no_lagesbild_is_not_trusted(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_int_equal(told(arena, "[]", "7").count, 1);
    assert_int_equal(told(arena, "{\"categories\":[7,null],\"total\":\"x\"}", BEFORE).count, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_difference_is_told),
        cmocka_unit_test(no_difference_is_told_too),
        cmocka_unit_test(what_is_no_lagesbild_is_not_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
