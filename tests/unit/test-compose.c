#include "util/compose.h"

#include <string.h>

#include "unit.h"

#define O_MARK "o\u0308"
#define A_RING "A\u030a"

static void composed_text_is_itself(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const char *text = "Åtta mopeder körde på gångvägen";
    assert_ptr_equal(compose_text(arena, text), text);
    assert_string_equal(compose_text(arena, ""), "");
    assert_string_equal(compose_text(arena, "”Hej” – 12 €, 🎆"), "”Hej” – 12 €, 🎆");
}

static void marks_are_composed(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_string_equal(compose_text(arena, A_RING "sa k" O_MARK "rde"), "Åsa körde");
    assert_string_equal(compose_text(arena, "e\u0301"), "é");
    assert_string_equal(compose_text(arena, "q\u0308"), "q\u0308"); /* has no composed form */
    assert_string_equal(compose_text(arena, "\u0308" O_MARK), "\u0308ö");
}

static void names_lose_white_space_at_their_ends(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_string_equal(compose_name(arena, " \tF" O_MARK "reningen Bro \n"), "Föreningen Bro");
    assert_string_equal(compose_name(arena, "Bro"), "Bro");
    assert_string_equal(compose_name(arena, "  "), "");
}

static void offsets_follow_their_characters(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const char *text = "k" O_MARK "r vid " A_RING "n";
    size_t len = strlen(text);
    uint32_t offsets[] = {0, 1, 4, 10, 12, 13, (uint32_t)len};
    const char *out = compose_moved(arena, text, &len, offsets, 7);
    assert_string_equal(out, "kör vid Ån");
    assert_int_equal(len, strlen(out));
    const uint32_t expected[] = {0, 1, 3, 9, 9, 11, 12};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(offsets[i], expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(composed_text_is_itself),
        cmocka_unit_test(marks_are_composed),
        cmocka_unit_test(names_lose_white_space_at_their_ends),
        cmocka_unit_test(offsets_follow_their_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
