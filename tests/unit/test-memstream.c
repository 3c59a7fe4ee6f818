#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void what_is_written_is_there(void **state)
{
    (void)state;
    char *text;
    size_t len;
    FILE *out = memstream_open(&text, &len);
    assert_non_null(out);
    for (int i = 0; i < 100000; i++)
        fprintf(out, "%05d", i);
    assert_true(memstream_close(out));
    assert_int_equal(len, 500000);
    assert_int_equal(strlen(text), len);
    assert_memory_equal(text + 4 * 5, "00004", 5);
    assert_string_equal(text + len - 5, "99999");
    free(text);
}

static void nothing_is_an_empty_text(void **state)
{
    (void)state;
    char *text;
    size_t len;
    FILE *out = memstream_open(&text, &len);
    assert_true(memstream_close(out));
    assert_int_equal(len, 0);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_there),
        cmocka_unit_test(nothing_is_an_empty_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
