#include "util/json_strict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

typedef struct Case {
    const char *bytes;
    size_t len;
    size_t offset;
    const char *pointer;
} Case;

#define CASE(text, offset, pointer)                                                                                    \
    {                                                                                                                  \
        text, sizeof text - 1, offset, pointer                                                                         \
    }

static void what_is_not_json_is_pointed_at(void **state)
{
    (void)state;
    static const Case cases[] = {
        CASE("", 0, ""),
        CASE("  ", 2, ""),
        CASE("\xef\xbb\xbf{}", 0, ""),
        CASE("01", 0, ""),
        CASE("-", 1, ""),
        CASE("-01", 0, ""),
        CASE("[1.]", 3, "/0"),
        CASE("[.5]", 1, "/0"),
        CASE("[+1]", 1, "/0"),
        CASE("[1e]", 3, "/0"),
        CASE("[1e999]", 1, "/0"),
        CASE("{\"a\":-1e999}", 5, "/a"),
        CASE("[0x10]", 2, "/0"),
        CASE("[NaN]", 1, "/0"),
        CASE("[9007199254740992]", 1, "/0"),
        CASE("{\"id\":-9007199254740993}", 6, "/id"),
        CASE("[1] x", 4, ""),
        CASE("{}{}", 2, ""),
        CASE("[1]\0", 3, ""),
        CASE("[1]\f", 3, ""),
        CASE("[1,]", 3, "/1"),
        CASE("[1 2]", 3, "/0"),
        CASE("{\"a\":1,}", 7, ""),
        CASE("{a:1}", 1, ""),
        CASE("{\"a\" 1}", 5, "/a"),
        CASE("{\"a\":tru}", 5, "/a"),
        CASE("[\"a\nb\"]", 3, "/0"),
        CASE("[\"a\0b\"]", 3, "/0"),
        CASE("[\"a\\u0000b\"]", 3, "/0"),
        CASE("[\"\\ud800\"]", 2, "/0"),
        CASE("[\"\\udc00\\ud800\"]", 2, "/0"),
        CASE("[\"\\ud800\\u0041\"]", 2, "/0"),
        CASE("[\"\\u12g4\"]", 6, "/0"),
        CASE("[\"\\x41\"]", 3, "/0"),
        CASE("[\"\xff\"]", 2, "/0"),
        CASE("[\"\xc0\xaf\"]", 2, "/0"),
        CASE("[\"\xed\xa0\x80\"]", 2, "/0"),
        CASE("[\"\xf4\x90\x80\x80\"]", 2, "/0"),
        CASE("[\"\xc3\"]", 2, "/0"),
        CASE("[\"abc", 5, "/0"),
        CASE("{\"a\":1,\"b\":{\"c\":[1,{\"d\":1,\"d\":2}]}}", 26, "/b/c/1/d"),
        CASE("{\"x\":1,\"a\":1,\"\\u0061\":2}", 13, "/a"),
        CASE("{\"a/b\":{\"m~n\":01}}", 14, "/a~1b/m~0n"),
        CASE("{\"k\":[{\"a\":1},{\"b\":2},{\"c\":?}]}", 27, "/k/2/c"),
        CASE("{\"\":{\"\":}}", 8, "//"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        JsonFault fault = {0};
        cJSON *json = NULL;
        int r = json_strict_parse(&json, cases[i].bytes, cases[i].len, &fault);
        if (r != -EBADMSG || fault.offset != cases[i].offset || strcmp(fault.pointer, cases[i].pointer) != 0)
            fail_msg("%s: %d at %zu \"%s\" (%s)", cases[i].bytes, r, fault.offset, fault.pointer, fault.text);
        assert_null(json);
        assert_non_null(fault.text);
    }
}

static void what_is_json_is_read_whole(void **state)
{
    (void)state;
    static const char text[] = " {\"a\":\"\\ud83d\\ude00 \\u00e5\xc3\xa5\\n\", "
                               "\"n\":[-0.5e-3,9007199254740991,-0,1E2], \"A\":{\"a\":null}}\r\n";
    cJSON *json;
    assert_int_equal(json_strict_parse(&json, text, sizeof text - 1, NULL), 0);
    assert_string_equal(cJSON_GetStringValue(json_member(json, "a")), "\xf0\x9f\x98\x80 \xc3\xa5\xc3\xa5\n");
    const cJSON *numbers = json_member(json, "n");
    assert_true(cJSON_GetArrayItem(numbers, 0)->valuedouble == -0.0005);
    assert_true(cJSON_GetArrayItem(numbers, 1)->valuedouble == 9007199254740991.0);
    assert_true(cJSON_IsObject(json_member(json, "A")));
    assert_null(json_member(json, "N"));
    cJSON_Delete(json);
}

static void depth_has_an_end(void **state)
{
    (void)state;
    char text[20001];
    memset(text, '[', 10000);
    memset(text + 10000, ']', 10000);
    JsonFault fault;
    assert_int_equal(json_strict_check(text, 20000, &fault), -EBADMSG);
    assert_int_equal(fault.offset, JSON_STRICT_DEPTH);
    assert_int_equal(json_strict_check(text + 10000 - JSON_STRICT_DEPTH, 2 * JSON_STRICT_DEPTH, &fault), 0);
}

/* 200,000 keys in one object: a comparison of each with each would take minutes. */
static void many_keys_take_little_time(void **state)
{
    (void)state;
    size_t size = 200000 * 16 + 32, used = 1;
    char *text = malloc(size);
    assert_non_null(text);
    text[0] = '{';
    for (int i = 0; i < 200000; i++)
        used += (size_t)snprintf(text + used, size - used, "\"k%d\":0,", i);
    size_t last = used;
    used += (size_t)snprintf(text + used, size - used, "\"k77\":0}");
    JsonFault fault;
    assert_int_equal(json_strict_check(text, used, &fault), -EBADMSG);
    assert_int_equal(fault.offset, last);
    assert_string_equal(fault.pointer, "/k77");
    free(text);
}

static void long_pointers_are_cut(void **state)
{
    (void)state;
    char text[1200] = "{\"a\":{\"";
    memset(text + 7, 'k', 1000);
    strcpy(text + 1007, "\":x}}");
    JsonFault fault;
    assert_int_equal(json_strict_check(text, strlen(text), &fault), -EBADMSG);
    assert_string_equal(fault.pointer, "/a/…");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_pointed_at),
        cmocka_unit_test(what_is_json_is_read_whole),
        cmocka_unit_test(depth_has_an_end),
        cmocka_unit_test(many_keys_take_little_time),
        cmocka_unit_test(long_pointers_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
