#include "util/json_elements.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

typedef struct Seen {
    char text[512];
} Seen;

static int note(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg)
{
    Seen *seen = arg;
    size_t used = strlen(seen->text);
    snprintf(seen->text + used, sizeof seen->text - used, "%d@%d:%.*s|", (int)number, (int)line, bytes ? (int)len : 4,
             bytes ? bytes : "LONG");
    return 0;
}

/* Feeds `json` in pieces of `step` bytes. */
static int run(const char *json, size_t step, JsonElementsForm form, Seen *seen)
{
    Error err;
    *seen = (Seen){""};
    JsonElements *elements = json_elements_new(form, 20, note, seen);
    assert_non_null(elements);
    int r = 0;
    for (size_t at = 0, len = strlen(json); r == 0 && at < len; at += step)
        r = json_elements_feed(elements, json + at, len - at < step ? len - at : step, &err);
    if (r == 0) r = json_elements_end(elements, &err);
    json_elements_free(elements);
    return r;
}

static void any_piece_size_gives_the_same(void **state)
{
    (void)state;
    const char *array = " [ {\"a\": \"],\\\"}\"} ,\n[1,2], 3\n]\n ";
    const char *lines = "\n{\"a\":1}\r\n\n  {\"b\":2} \n\"slut\"";
    for (size_t step = 1; step < 40; step++) {
        Seen seen;
        assert_int_equal(run(array, step, JSON_ELEMENTS_EITHER, &seen), 0);
        assert_string_equal(seen.text, "0@1:{\"a\": \"],\\\"}\"}|1@2:[1,2]|2@2:3|");
        assert_int_equal(run(lines, step, JSON_ELEMENTS_EITHER, &seen), 0);
        assert_string_equal(seen.text, "0@2:{\"a\":1}|1@4:{\"b\":2}|2@5:\"slut\"|");
    }
}

static void long_elements_are_told_and_passed(void **state)
{
    (void)state;
    for (size_t step = 1; step < 80; step += 7) {
        Seen seen;
        assert_int_equal(run("[\"0123456789012345678901234567890\", 1]", step, JSON_ELEMENTS_ARRAY, &seen), 0);
        assert_string_equal(seen.text, "0@1:LONG|1@1:1|");
        assert_int_equal(run("0123456789012345678901234567890\n1", step, JSON_ELEMENTS_LINES, &seen), 0);
        assert_string_equal(seen.text, "0@1:LONG|1@2:1|");
    }
}

static void broken_arrays_are_refused(void **state)
{
    (void)state;
    static const char *broken[] = {"[1,]", "[,1]", "[1 2", "[1", "[1]]", "[1] x", "{}", "[}", "", "[\"a"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        Seen seen;
        assert_int_equal(run(broken[i], 3, JSON_ELEMENTS_ARRAY, &seen), -EBADMSG);
    }
    Seen seen;
    assert_int_equal(run("[]", 1, JSON_ELEMENTS_ARRAY, &seen), 0);
    assert_int_equal(run("", 1, JSON_ELEMENTS_EITHER, &seen), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_piece_size_gives_the_same),
        cmocka_unit_test(long_elements_are_told_and_passed),
        cmocka_unit_test(broken_arrays_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
