#include "core/read/text.h"

#include <errno.h>
#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

static Text cut(Arena *arena, const char *bytes)
{
    Text text;
    assert_int_equal(text_init(&text, arena, bytes, strlen(bytes), NULL), 0);
    return text;
}

static void words_keep_their_place_and_fold(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "BRO: Kungsängens station");
    assert_int_equal(text.token_count, 4);
    assert_true(token_is(&text.tokens[0], "bro"));
    assert_int_equal(text.tokens[0].flags,
                     TOKEN_CAPITAL | TOKEN_UPPER | TOKEN_SPACE_BEFORE | TOKEN_LINE_START | TOKEN_SENTENCE_START);
    assert_int_equal(text.tokens[1].kind, TOKEN_PUNCT);
    assert_int_equal(text.tokens[1].flags, 0);
    assert_true(token_is(&text.tokens[2], "kungsängens"));
    assert_int_equal(text.tokens[2].start, 5);
    assert_int_equal(text.tokens[2].end, 17);
}

static void decomposed_equals_composed(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "Kungsa\u0308ngen HA\u030aBO Kungsängen");
    assert_int_equal(text.token_count, 3);
    assert_true(token_is(&text.tokens[0], "kungsängen"));
    assert_int_equal(text.tokens[0].end, 12);
    assert_true(token_is(&text.tokens[1], "håbo"));
    assert_int_equal(text.tokens[0].hash, text.tokens[2].hash);
}

/* ASCII and Latin-1 take a path of their own: it must cut and fold as the other does. */
static void latin_1_and_the_rest_read_alike(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "ÅÄÖÉ Louÿs 3×4÷2 STRASSE Straße Łódź ŁÓDŹ a\u00b7b Ö\u0301l");
    static const char *const norms[] = {"åäöé",    "louÿs", "3",    "×", "4", "÷", "2",       "strasse",
                                        "strasse", "łódź",  "łódź", "a", "·", "b", "ö\u0301l"};
    assert_int_equal(text.token_count, sizeof norms / sizeof *norms);
    for (uint32_t i = 0; i < text.token_count; i++) {
        assert_string_equal(text.tokens[i].norm, norms[i]);
        assert_int_equal(text.tokens[i].norm_len, strlen(norms[i]));
        assert_int_equal(text.tokens[i].hash, text_hash(norms[i], strlen(norms[i])));
    }
    assert_int_equal(text.tokens[0].flags & (TOKEN_CAPITAL | TOKEN_UPPER), TOKEN_CAPITAL | TOKEN_UPPER);
    assert_int_equal(text.tokens[1].flags & (TOKEN_CAPITAL | TOKEN_UPPER), TOKEN_CAPITAL);
    assert_int_equal(text.tokens[9].flags & (TOKEN_CAPITAL | TOKEN_UPPER), TOKEN_CAPITAL);
    assert_int_equal(text.tokens[10].flags & (TOKEN_CAPITAL | TOKEN_UPPER), TOKEN_CAPITAL | TOKEN_UPPER);
}

static void every_line_end_is_one(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "a\r\nb\nc\rd\n\ne");
    assert_int_equal(text.line_count, 6);
    assert_int_equal(text.tokens[1].line, 1);
    assert_int_equal(text.lines[4].first_token, text.lines[4].token_end);
    assert_int_equal(text.tokens[4].line, 5);
    assert_int_equal(text.lines[0].end, 1);
    assert_int_equal(text.lines[1].start, 3);
}

static void numbers_and_punctuation_stand_alone(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "kl 23.40, 22-tiden");
    static const char *expected[] = {"kl", "23", ".", "40", ",", "22", "-", "tiden"};
    assert_int_equal(text.token_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(text.tokens[i].norm, expected[i]);
    assert_int_equal(text.tokens[3].flags & TOKEN_SPACE_BEFORE, 0);
}

static void sentences_start_after_a_stop(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "Slut. Ny mening 12.30 nu");
    assert_true(text.tokens[2].flags & TOKEN_SENTENCE_START);
    assert_int_equal(text.tokens[6].flags & TOKEN_SENTENCE_START, 0);
}

static void bad_bytes_are_pointed_at(void **state)
{
    Arena *arena = *state;
    Text text;
    size_t at = 0;
    assert_int_equal(text_init(&text, arena, "Bro\xff", 4, &at), -EILSEQ);
    assert_int_equal(at, 3);
    assert_int_equal(text_init(&text, arena, "Br\xc3", 3, &at), -EILSEQ); /* cut short within an "å" */
    assert_int_equal(at, 2);
    assert_int_equal(text_init(&text, arena, "a \xed\xa0\x80", 5, &at), -EILSEQ);
    assert_int_equal(at, 2);
}

static void empty_text_has_one_empty_line(void **state)
{
    Arena *arena = *state;
    Text text = cut(arena, "");
    assert_int_equal(text.line_count, 1);
    assert_int_equal(text.token_count, 0);
    assert_int_equal(text_token_at(&text, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_keep_their_place_and_fold, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(decomposed_equals_composed, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(latin_1_and_the_rest_read_alike, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_line_end_is_one, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(numbers_and_punctuation_stand_alone, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(sentences_start_after_a_stop, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(bad_bytes_are_pointed_at, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(empty_text_has_one_empty_line, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
