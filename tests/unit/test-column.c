#include "db/column.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "unit.h"

static uint32_t number_at(const Column *column, size_t at)
{
    uint32_t number;
    assert_true(at + sizeof number <= column->len);
    memcpy(&number, column->bytes + at, sizeof number);
    return be32toh(number);
}

/* The head: dimensions, NULLs, type, elements, first index. */
static void assert_head(const Column *column, uint32_t nulls, uint32_t type, uint32_t count)
{
    const uint32_t head[] = {1, nulls, type, count, 1};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(number_at(column, 4 * i), head[i]);
}

static void an_empty_column_is_an_empty_array(void **state)
{
    (void)state;
    Column column;
    column_init(&column, COLUMN_UUID);
    assert_head(&column, 0, 2950, 0);
    assert_int_equal(column.len, 20);
    column_free(&column);
}

static void texts_and_nulls_follow_each_other(void **state)
{
    (void)state;
    Column column;
    column_init(&column, COLUMN_TEXT);
    for (size_t i = 0; i < 500; i++) /* far more than lies in the column itself */
        column_add_text(&column, i % 3 ? "Bro" : NULL);
    assert_false(column.no_memory);
    assert_head(&column, 1, 25, 500);
    size_t at = 20;
    for (size_t i = 0; i < 500; i++) {
        assert_int_equal(number_at(&column, at), i % 3 ? 3 : UINT32_MAX);
        if (i % 3) assert_memory_equal(column.bytes + at + 4, "Bro", 3);
        at += i % 3 ? 7 : 4;
    }
    assert_int_equal(at, column.len);
    column_free(&column);
}

static void numbers_and_ids_are_big_endian(void **state)
{
    (void)state;
    Column reals, doubles, ids;
    column_init(&reals, COLUMN_REAL);
    column_init(&doubles, COLUMN_DOUBLE);
    column_init(&ids, COLUMN_UUID);
    column_add_real(&reals, 0.5);
    column_add_double(&doubles, -2);
    column_add_uuid(&ids, "0190163d-8694-739b-aea5-966c26f8ad91");
    column_add_uuid(&ids, NULL);
    assert_head(&reals, 0, 700, 1);
    assert_memory_equal(reals.bytes + 20, "\0\0\0\4\x3f\0\0\0", 8);
    assert_head(&doubles, 0, 701, 1);
    assert_memory_equal(doubles.bytes + 20, "\0\0\0\10\xc0\0\0\0\0\0\0\0", 12);
    assert_head(&ids, 1, 2950, 2);
    assert_memory_equal(ids.bytes + 20,
                        "\0\0\0\20\x01\x90\x16\x3d\x86\x94\x73\x9b\xae\xa5\x96\x6c\x26\xf8\xad\x91\xff\xff\xff\xff",
                        24);
    column_free(&reals);
    column_free(&doubles);
    column_free(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_column_is_an_empty_array),
        cmocka_unit_test(texts_and_nulls_follow_each_other),
        cmocka_unit_test(numbers_and_ids_are_big_endian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
