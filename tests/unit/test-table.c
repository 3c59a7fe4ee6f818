#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "terminal.h"
#include "unit.h"

static const TableColumn columns[] = {{"Tid"}, {"Plats", .shrinks = true}, {"Antal", .right = true}};

static char *print(const Table *table, int width, bool color)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    table_print(table, out, width, color);
    fclose(out);
    return text;
}

static Table *make(Arena *arena)
{
    Table *table = table_new(arena, columns, 3);
    assert_non_null(table);
    const TableCell first[] = {{"08:10"}, {"Härneviskolans skolgård"}, {"7", TABLE_RED}};
    const TableCell second[] = {{"23:40"}, {NULL}, {"1250"}};
    assert_int_equal(table_add(table, first), 0);
    assert_int_equal(table_add(table, second), 0);
    return table;
}

static void columns_are_as_wide_as_what_is_seen(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    char *text = print(make(arena), 0, false);
    assert_string_equal(text, "Tid    Plats                    Antal\n"
                              "08:10  Härneviskolans skolgård      7\n"
                              "23:40                            1250\n");
    free(text);
}

static void a_narrow_terminal_cuts_what_may_shrink(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    char *text = print(make(arena), 26, false);
    assert_string_equal(text, "Tid    Plats         Antal\n"
                              "08:10  Härneviskol…      7\n"
                              "23:40                 1250\n");
    free(text);
    /* Narrower than can be: it keeps its least width rather than vanish. */
    text = print(make(arena), 5, false);
    assert_non_null(strstr(text, "08:10  Härnevi…      7\n"));
    free(text);
}

static void colours_only_where_asked(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const Table *table = make(arena);
    char *plain = print(table, 0, false), *colored = print(table, 0, true);
    assert_null(strchr(plain, '\033'));
    assert_non_null(strstr(colored, "\033[31m7\033[0m"));
    assert_non_null(strstr(colored, "\033[1mTid\033[0m"));
    free(plain);
    free(colored);
}

static void an_empty_table_prints_nothing(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    char *text = print(table_new(arena, columns, 3), 0, false);
    assert_string_equal(text, "");
    free(text);
}

static void width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(terminal_columns("åäö", 6), 3);
    assert_int_equal(terminal_columns("a\xcc\x8a", 3), 1); /* a + combining ring */
    assert_int_equal(terminal_columns("漢字", 6), 4);
    assert_int_equal(terminal_columns("\xff\xfe", 2), 2);
    assert_int_equal(terminal_fit("漢字", 6, 3), 3);
    assert_int_equal(terminal_fit("a\xcc\x8a"
                                  "b",
                                  4, 1),
                     3);
}

static void nothing_reaches_the_terminal_that_moves_it(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_string_equal(terminal_clean(arena, "Bro\033[2J\r\n\t centrum "), "Bro [2J centrum");
    assert_string_equal(terminal_clean(arena, "ab\xe2\x80\xae"
                                              "cd"),
                        "abcd");
    assert_string_equal(terminal_clean(arena, "\xc2\x9b"
                                              "31m"),
                        "31m"); /* the C1 form of ESC [ */
    assert_string_equal(terminal_clean(arena, "a\xff"), "a\xef\xbf\xbd");
    assert_string_equal(terminal_clean(arena, NULL), "");
}

static void lines_for_the_terminal_are_guarded_across_pieces(void **state)
{
    (void)state;
    char text[] = "Bro\n\tå\033[2J\x7f\xc2\x9b"
                  "1m\xc3\x9b";
    int guard = 0;
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        terminal_guard(text + i, 1, &guard);
    assert_string_equal(text, "Bro\n\tå?[2J?\xc2\xa0"
                              "1m\xc3\x9b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_what_is_seen),
        cmocka_unit_test(a_narrow_terminal_cuts_what_may_shrink),
        cmocka_unit_test(colours_only_where_asked),
        cmocka_unit_test(an_empty_table_prints_nothing),
        cmocka_unit_test(width_counts_columns_not_bytes),
        cmocka_unit_test(nothing_reaches_the_terminal_that_moves_it),
        cmocka_unit_test(lines_for_the_terminal_are_guarded_across_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
