#include "util/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

static void large_and_small_blocks_do_not_overlap(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    char *all[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i % 7 == 0 ? 40000 : i + 1;
        all[i] = arena_alloc(arena, size);
        assert_non_null(all[i]);
        assert_int_equal((uintptr_t)all[i] % 16, 0);
        memset(all[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++)
        assert_int_equal((unsigned char)all[i][0], i);
}

static void growing_keeps_what_is_there(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    int *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        items = arena_grow(arena, items, i, &capacity, sizeof *items);
        assert_non_null(items);
        items[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
}

static void large_arrays_grow_beside_each_other(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    size_t *items[3] = {NULL}, capacity[3] = {0};
    const char *small[3 * 20000];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 20000; i++) {
            for (size_t a = 0; a < 3; a++) {
                items[a] = arena_grow(arena, items[a], i, &capacity[a], sizeof **items);
                assert_non_null(items[a]);
                items[a][i] = 3 * i + a;
                small[3 * i + a] = arena_printf(arena, "%zu", 3 * i + a);
            }
        }
        for (size_t i = 0; i < 3 * 20000; i++) {
            char number[8];
            snprintf(number, sizeof number, "%zu", i);
            assert_int_equal(items[i % 3][i / 3], i);
            assert_string_equal(small[i], number);
        }
        arena_reset(arena); /* what was large is gone, and nothing large is put into what was kept */
        memset(items, 0, sizeof items);
        memset(capacity, 0, sizeof capacity);
    }
}

static void impossible_sizes_give_null(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_null(arena_calloc(arena, SIZE_MAX / 2, 4));
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_string_equal(arena_printf(arena, "%s %d", "v.", 11), "v. 11");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_and_small_blocks_do_not_overlap),
        cmocka_unit_test(growing_keeps_what_is_there),
        cmocka_unit_test(large_arrays_grow_beside_each_other),
        cmocka_unit_test(impossible_sizes_give_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
