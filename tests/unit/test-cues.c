#include "core/category/cues.h"

#include <errno.h>
#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

enum { MOST = 8 };

static uint32_t find(Arena *arena, CueSet *set, const char *bytes, CueHit hits[static MOST])
{
    Text text;
    assert_int_equal(text_init(&text, arena, bytes, strlen(bytes), NULL), 0);
    return cues_find(set, &text, 0, text.token_count, hits, MOST);
}

static void add(CueSet *set, const char *phrase, uint16_t target)
{
    Error err;
    assert_int_equal(cues_add(set, phrase, target, 5, &err), 0);
}

static void words_fit_whole_or_by_their_ends(void **state)
{
    Arena *arena = *state;
    CueSet *set = cues_new(arena);
    assert_non_null(set);
    add(set, "rån", 1);
    add(set, "snatter*", 2);
    add(set, "*larm", 3);
    add(set, "*klott*", 4);
    CueHit hits[MOST];
    assert_int_equal(find(arena, set, "Rånet", hits), 0);
    assert_int_equal(find(arena, set, "Ett RÅN, snatteriet", hits), 2);
    assert_int_equal(hits[0].target, 1);
    assert_int_equal(hits[0].token, 1);
    assert_int_equal(hits[0].token_end, 2);
    assert_int_equal(hits[1].target, 2);
    assert_int_equal(find(arena, set, "brandlarm larmet larm", hits), 2);
    assert_int_equal(hits[0].token, 0);
    assert_int_equal(hits[1].token, 2);
    assert_int_equal(find(arena, set, "nedklottrat klotter", hits), 2);
}

/* Words of less than four bytes are found another way than longer ones where anything may follow. */
static void short_words_can_be_open_too(void **state)
{
    Arena *arena = *state;
    CueSet *set = cues_new(arena);
    assert_non_null(set);
    add(set, "mc*", 1);
    add(set, "*ö*", 2);
    add(set, "*bo", 3);
    CueHit hits[MOST];
    assert_int_equal(find(arena, set, "mc mcn MC-klubb amc", hits), 3);
    assert_int_equal(hits[1].token, 1);
    assert_int_equal(find(arena, set, "öl kör sjö sjo", hits), 3);
    assert_int_equal(hits[2].token, 2);
    assert_int_equal(find(arena, set, "bo Håbo boende", hits), 2);
    assert_int_equal(hits[1].token, 1);
}

static void phrases_pass_over_signs_and_gaps(void **state)
{
    Arena *arena = *state;
    CueSet *set = cues_new(arena);
    add(set, "ungdomar _ samlade", 1);
    add(set, "trasig* lampa", 2);
    CueHit hits[MOST];
    assert_int_equal(find(arena, set, "Ungdomar, samlade", hits), 1);
    assert_int_equal(find(arena, set, "ungdomar som var samlade", hits), 1);
    assert_int_equal(hits[0].token_end, 4);
    assert_int_equal(find(arena, set, "ungdomar ett två tre samlade", hits), 1);
    assert_int_equal(find(arena, set, "ungdomar ett två tre fyra samlade", hits), 0);
    assert_int_equal(find(arena, set, "trasig, lampa", hits), 1);
    assert_int_equal(find(arena, set, "trasig gammal lampa", hits), 0);
    assert_int_equal(find(arena, set, "trasig", hits), 0);
}

static void phrases_that_cannot_match_are_refused(void **state)
{
    CueSet *set = cues_new(*state);
    Error err;
    assert_int_equal(cues_add(set, "", 1, 5, &err), -EINVAL);
    assert_int_equal(cues_add(set, "*", 1, 5, &err), -EINVAL);
    assert_int_equal(cues_add(set, "t-bana", 1, 5, &err), -EINVAL);
    assert_non_null(strstr(err.text, "t-bana"));
    assert_int_equal(cues_add(set, "gäng _", 1, 5, &err), -EINVAL);
    assert_int_equal(cues_add(set, "_ gäng", 1, 5, &err), -EINVAL);
    assert_int_equal(cues_add(set, "a*b c", 1, 5, &err), -EINVAL);
    assert_int_equal(cues_add(set, "a b c d e f g", 1, 5, &err), -EINVAL);
    CueHit hits[MOST];
    assert_int_equal(find(*state, set, "t bana gäng a b c", hits), 0);
}

static void no_more_hits_than_there_is_room_for(void **state)
{
    Arena *arena = *state;
    CueSet *set = cues_new(arena);
    add(set, "a", 1);
    CueHit hits[MOST];
    assert_int_equal(find(arena, set, "a a a a a a a a a a a a", hits), MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_fit_whole_or_by_their_ends, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(short_words_can_be_open_too, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(phrases_pass_over_signs_and_gaps, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(phrases_that_cannot_match_are_refused, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(no_more_hits_than_there_is_room_for, arena_fixture_set_up,
                                        arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
