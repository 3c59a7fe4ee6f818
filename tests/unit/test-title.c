#include "core/read/title.h"

#include <stdlib.h>
#include <string.h>

#include "words_fixture.h"

/* The title of the first incident of a report, or of the whole text where `whole`. */
static void check_title_at(WordsFixture *fixture, const char *report, bool whole, const char *where,
                           const char *expected)
{
    Text text;
    Segment all = {.span = {0, (uint32_t)strlen(report)}}, *segments = &all;
    uint32_t count = 1;
    assert_int_equal(text_init(&text, fixture->arena, report, strlen(report), NULL), 0);
    if (!whole) assert_int_equal(split_text(&text, fixture->words, fixture->arena, &segments, &count), 0);
    assert_true(count >= 1);
    const char *named = where ? strstr(report, where) : report;
    assert_non_null(named);
    const Span place = {(uint32_t)(named - report), (uint32_t)(named - report + (where ? strlen(where) : 0))};
    Span title = title_read(&text, fixture->words, segments, &(Spans){&place, 1});
    size_t len = title.end - title.start;
    assert_true(len <= TITLE_BYTES_MOST);
    if (len != strlen(expected) || memcmp(report + title.start, expected, len) != 0)
        fail_msg("\"%s\": \"%.*s\" where \"%s\" was expected", report, (int)len, report + title.start, expected);
}

static void check_title(WordsFixture *fixture, const char *report, bool whole, const char *expected)
{
    check_title_at(fixture, report, whole, NULL, expected);
}

static void headings_that_say_something_are_titles(void **state)
{
    check_title(*state, "22:18, Göteborg, grov misshandel\nEn man blev slagen.\n", false,
                "22:18, Göteborg, grov misshandel");
    check_title(*state, "Kl 14:20 Snatteri, Bro\nEn kvinna tog kaffe på Coop.\n", false, "Kl 14:20 Snatteri, Bro");
}

static void a_clock_is_no_title(void **state)
{
    check_title(*state, "Kl 21.40\nKrossad ruta vid Bro station.\n\nKl 22.10\nSlagsmål i Kungsängen.\n", false,
                "Krossad ruta vid Bro station");
    check_title(*state, "I natt kl 02.30. Smällar hördes från skogen vid Råby.", true,
                "Smällar hördes från skogen vid Råby");
    check_title(*state, "Fredag 13/3 kl 22.15: bråk utanför pizzerian. Två avvisade.", true, "bråk utanför pizzerian");
    check_title(*state, "21.40 krossad ruta vid Bro station, två ungdomar sprang mot Råby", true,
                "krossad ruta vid Bro station, två ungdomar sprang mot Råby");
}

static void a_place_is_no_title(void **state)
{
    check_title_at(*state, "22.05 Bro. Slagsmål mellan två män.", true, "Bro", "Slagsmål mellan två män");
    check_title_at(*state, "22.40 Bro, Ginnlögs väg: brand i ett soprum.", true, "Bro, Ginnlögs väg",
                   "Bro, Ginnlögs väg: brand i ett soprum");
    check_title_at(*state, "23.15 Kungsängens centrum\nInbrott i en kiosk.", true, "Kungsängens centrum",
                   "Inbrott i en kiosk");
    check_title_at(*state, "I Bro", true, "Bro", "I Bro"); /* it says no more */
    check_title_at(*state, "Bro. 22.10.", true, "Bro", "Bro");
    check_title_at(*state, "Inbrott i Bro. Två män sprang.", true, "Bro", "Inbrott i Bro");
}

static void a_sentence_that_needs_its_time_keeps_it(void **state)
{
    check_title(*state, "Vid 17-tiden ringde flera personer om mopeder. En stoppades.", true,
                "Vid 17-tiden ringde flera personer om mopeder");
    check_title(*state, "- Fredagen blev stökig i Bro.", true, "Fredagen blev stökig i Bro");
    check_title(*state, "I natt kl 02.30 krossades en ruta.", true, "I natt kl 02.30 krossades en ruta");
}

static void an_area_heading_is_no_title(void **state)
{
    check_title(
        *state,
        "Bro\n- 14.20 Stöld av en cykel vid stationen.\n- 15.10 Slagsmål på torget.\n\nBrunna\n- 16.00 Inbrott.\n",
        false, "Stöld av en cykel vid stationen");
    check_title(*state,
                "KUNGSÄNGEN:\nMisshandel vid stationen. En man slagen kl 22.10.\n\nBRO:\nRån på torget kl 23.\n", false,
                "Misshandel vid stationen");
}

static void a_form_is_called_what_happened(void **state)
{
    check_title(*state,
                "Tid: 16:10\nPlats: Bro torg\nHändelse: Snatteri på apoteket. Kvinna 40 år.\n\n"
                "Tid: 17:20\nPlats: Brunna\nHändelse: Rån.\n",
                false, "Snatteri på apoteket. Kvinna 40 år");
    check_title(*state, "Tid: 16:10\nPlats: Bro torg", true, "Bro torg");
}

static void a_row_is_called_by_one_cell(void **state)
{
    check_title(*state,
                "Tid\tPlats\tBrott\n22:10\tKöpmanvägen\tTrafikbrott\tMoppe utan skylt\n"
                "23:10\tBro\tRån\tTvå män\n",
                false, "Trafikbrott");
    check_title(*state,
                "| Kl | Objekt | Vad |\n|---|---|---|\n| 19.50 | Skolan i Bro | Ungdomar på taket |\n"
                "| 20.10 | Simhallen | Larm |\n",
                false, "Ungdomar på taket");
    check_title(*state, "14.20;Badet;Stöld av väska;Anmäld\n15.00;Bro;Rån;Anmäld\n", false, "Stöld av väska");
}

static void a_title_ends_where_a_word_does(void **state)
{
    check_title(*state,
                "En man i övre medelåldern stod länge utanför porten och ropade saker efter alla som gick in eller ut "
                "ur huset.",
                true, "En man i övre medelåldern stod länge utanför porten och ropade saker efter alla som gick in");
    check_title(
        *state,
        "Flera personer körde mopeder fram och tillbaka över torget i Bro centrum, och en förare på 14 år kunde "
        "stoppas av en patrull.",
        true, "Flera personer körde mopeder fram och tillbaka över torget i Bro centrum");
}

static void whatever_there_is_will_do(void **state)
{
    check_title(*state, "", true, "");
    check_title(*state, "22.15", true, "22.15");
    check_title(*state, "...", true, ".");
    check_title(*state, "|;|;", true, "|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings_that_say_something_are_titles),
        cmocka_unit_test(a_clock_is_no_title),
        cmocka_unit_test(a_sentence_that_needs_its_time_keeps_it),
        cmocka_unit_test(an_area_heading_is_no_title),
        cmocka_unit_test(a_form_is_called_what_happened),
        cmocka_unit_test(a_row_is_called_by_one_cell),
        cmocka_unit_test(a_title_ends_where_a_word_does),
        cmocka_unit_test(whatever_there_is_will_do),
        cmocka_unit_test(a_place_is_no_title),
    };
    return cmocka_run_group_tests(tests, words_fixture_set_up, words_fixture_tear_down);
}
