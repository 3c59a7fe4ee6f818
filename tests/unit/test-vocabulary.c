#include "core/place/vocabulary.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

typedef struct Fixture {
    Arena *arena;
    Vocabulary words;
} Fixture;

static const char *const NAMES[] = {"kungsängens", "hässelby", "köpmanvägen", "finnsta", "brunna", "granhammarsvägen"};

static int fill(void **state)
{
    static Fixture fixture;
    fixture.arena = arena_new();
    assert_non_null(fixture.arena);
    assert_int_equal(vocabulary_init(&fixture.words, fixture.arena), 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        assert_int_equal(vocabulary_add(&fixture.words, fixture.arena, NAMES[i], strlen(NAMES[i]), WORD_NAME), i + 1);
    assert_int_not_equal(vocabulary_add(&fixture.words, fixture.arena, "stationen", 9, 0), 0);
    assert_int_equal(vocabulary_finish(&fixture.words, fixture.arena), 0);
    *state = &fixture;
    return 0;
}

static int empty(void **state)
{
    arena_free(((Fixture *)*state)->arena);
    return 0;
}

static const char *meant(const Fixture *f, const char *word)
{
    return f->words.words[vocabulary_find_misspelt(&f->words, word, (uint32_t)strlen(word))].text;
}

static void words_are_found_as_they_are(void **state)
{
    const Fixture *f = *state;
    uint32_t len = (uint32_t)strlen("hässelby");
    assert_int_equal(vocabulary_find(&f->words, "hässelby", len, text_hash("hässelby", len)), 2);
    assert_int_equal(vocabulary_find(&f->words, "hässelb", len - 1, text_hash("hässelb", len - 1)), 0);
    Vocabulary *words = &((Fixture *)*state)->words;
    assert_int_equal(vocabulary_add(words, f->arena, "hässelby", len, WORD_JOINER), 2);
    assert_int_equal(words->words[2].flags, WORD_NAME | WORD_JOINER);
}

static void one_fault_is_forgiven_in_a_long_word(void **state)
{
    const Fixture *f = *state;
    assert_string_equal(meant(f, "kungsägens"), "kungsängens");   /* a letter is missing */
    assert_string_equal(meant(f, "kungsänngens"), "kungsängens"); /* one is too many */
    assert_string_equal(meant(f, "kungsengens"), "kungsängens");  /* one is another */
    assert_string_equal(meant(f, "hässleby"), "hässelby");        /* two have changed places */
    assert_string_equal(meant(f, "köpmansvägen"), "köpmanvägen");
    assert_string_equal(meant(f, "kungsagens"), "");  /* two faults */
    assert_string_equal(meant(f, "tungsängens"), ""); /* the first letter */
    assert_string_equal(meant(f, "stationens"), "");  /* no name's distinctive word */
}

static void a_short_word_may_only_double_a_letter(void **state)
{
    const Fixture *f = *state;
    assert_string_equal(meant(f, "finsta"), "finnsta");
    assert_string_equal(meant(f, "brunnna"), "brunna");
    assert_string_equal(meant(f, "brinna"), "");
    assert_string_equal(meant(f, "brunn"), "");
    assert_string_equal(meant(f, "bruna"), "");
}

static void any_bytes_are_read_safely(void **state)
{
    const Fixture *f = *state;
    char word[600];
    memset(word, 'a', sizeof word);
    assert_int_equal(vocabulary_find_misspelt(&f->words, word, sizeof word), 0);
    assert_int_equal(vocabulary_find_misspelt(&f->words, word, 250), 0);
    assert_int_equal(vocabulary_find_misspelt(&f->words, "\x80\x80\x80\x80\x80\x80\x80", 7), 0);
    assert_int_equal(vocabulary_find_misspelt(&f->words, "", 0), 0);
}

static void it_grows(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Vocabulary words;
    assert_int_equal(vocabulary_init(&words, arena), 0);
    char word[32];
    for (int i = 0; i < 20000; i++) {
        int len = snprintf(word, sizeof word, "gatan%05d", i);
        assert_int_equal(vocabulary_add(&words, arena, word, (size_t)len, WORD_NAME), i + 1);
    }
    for (int i = 0; i < 20000; i += 37) {
        uint32_t len = (uint32_t)snprintf(word, sizeof word, "gatan%05d", i);
        assert_int_equal(vocabulary_find(&words, word, len, text_hash(word, len)), i + 1);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_as_they_are),
        cmocka_unit_test(one_fault_is_forgiven_in_a_long_word),
        cmocka_unit_test(a_short_word_may_only_double_a_letter),
        cmocka_unit_test(any_bytes_are_read_safely),
        cmocka_unit_test(it_grows),
    };
    return cmocka_run_group_tests(tests, fill, empty);
}
