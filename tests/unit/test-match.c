#include "core/arrival/match.h"

#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

#define T(s)                                                                                                           \
    {                                                                                                                  \
        .text = (s), .len = sizeof(s) - 1                                                                              \
    }

static void unchanged_ones_keep_their_pair_wherever_they_move(void **state)
{
    static const MatchText before[] = {T("22.10 Slagsmål vid torget"), T("23.40 Inbrott i kiosk"), T("samma"),
                                       T("samma")};
    static const MatchText after[] = {T("samma"), T("23.40 Inbrott i kiosk"), T("22.10 Slagsmål vid torget"),
                                      T("samma")};
    uint32_t pairs[4];
    assert_int_equal(match_incidents(before, 4, 4, after, 4, *state, pairs), 0);
    assert_int_equal(pairs[0], 2);
    assert_int_equal(pairs[1], 1);
    assert_int_equal(pairs[2], 0);
    assert_int_equal(pairs[3], 3);
}

static void a_corrected_one_keeps_its_pair_a_new_one_has_none(void **state)
{
    static const MatchText before[] = {T("23.40 Inbrott i kiosk vid torget, två män sprang"),
                                       T("01.15 Brand i container")};
    static const MatchText after[] = {T("00.30 Rattfylleri på E18"),
                                      T("23.45 Inbrott i kiosk vid torget, tre män sprang")};
    uint32_t pairs[2];
    assert_int_equal(match_incidents(before, 2, 2, after, 2, *state, pairs), 0);
    assert_int_equal(pairs[0], MATCH_NONE);
    assert_int_equal(pairs[1], 0);
}

static void a_withdrawn_one_comes_back_only_unchanged(void **state)
{
    static const MatchText before[] = {T("ett två tre fyra fem"), T("sex sju åtta nio tio")};
    static const MatchText alike[] = {T("sex sju åtta nio elva")}, equal[] = {T("sex sju åtta nio tio")};
    uint32_t pairs[1];
    assert_int_equal(match_incidents(before, 2, 1, alike, 1, *state, pairs), 0);
    assert_int_equal(pairs[0], MATCH_NONE);
    assert_int_equal(match_incidents(before, 2, 1, equal, 1, *state, pairs), 0);
    assert_int_equal(pairs[0], 1);
}

static void nothing_matches_nothing(void **state)
{
    static const MatchText one[] = {T("ett")};
    uint32_t pairs[1];
    assert_int_equal(match_incidents(NULL, 0, 0, one, 1, *state, pairs), 0);
    assert_int_equal(pairs[0], MATCH_NONE);
    assert_int_equal(match_incidents(one, 1, 1, NULL, 0, *state, pairs), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unchanged_ones_keep_their_pair_wherever_they_move, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_corrected_one_keeps_its_pair_a_new_one_has_none, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(a_withdrawn_one_comes_back_only_unchanged, arena_fixture_set_up,
                                        arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(nothing_matches_nothing, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
