#include "core/lagesbild/lagesbild.h"

#include <string.h>

#include "lagesbild_fixture.h"
#include "unit.h"

static Lagesbild *completed(Arena *arena, Lagesbild *(*fixture)(Arena *))
{
    Lagesbild *l = fixture(arena);
    assert_non_null(l);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    return l;
}

static void the_busy_week_says_what_matters_first(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = completed(arena, fixture_busy);
    assert_string_equal(
        l->summary,
        "Fler än normalt: skadegörelse och klotter (14 mot normalt omkring 4); skillnaden är större än slumpen brukar "
        "ge. För Bro finns 23 rapporterade händelser under v. 11: 7 fler än föregående period (16) och 1 färre än "
        "samma period i fjol (24). Antalet ligger inom det normala för området (9–25). Vanligast är skadegörelse och "
        "klotter (14), narkotika (5) och stöld och häleri (3). Den plats som nämns oftast är Bro station (6 "
        "händelser). Av de 15 händelser vars klockslag är känt inträffade 8 fredag kväll (kl. 18–24). Ingen rapport "
        "har kommit från Fältassistenterna, som har rapporterat tidigare.");
    assert_string_equal(l->reservations,
                        "1 av händelserna är osäkert tolkad och ännu inte granskad av en människa. Utöver dem går 4 "
                        "händelser i kommunen inte att knyta till något område och är inte medräknade.");
    assert_string_equal(l->categories[0].code, "skadegorelse");
    assert_string_equal(l->categories[0].figure.note,
                        "Fler än väntat: 14 mot normalt 1–9 (i medeltal 4 på 12 tidigare veckor). Så stor skillnad ger "
                        "slumpen ungefär 1 gång på 2\u00a0800.");
    assert_null(l->categories[1].figure.note);
    assert_false(l->categories[3].figure.expected.known);
    assert_string_equal(l->places[0].reason, "6 händelser, flest av slaget skadegörelse och klotter (5); 4 fler än "
                                             "föregående period; 5 av 5 med känt klockslag kl. 18–06.");
    assert_string_equal(l->places[1].reason,
                        "3 händelser, alla av slaget narkotika; lika många som föregående period.");
    assert_string_equal(l->places[2].reason, "2 händelser, av olika slag.");
}

static void a_running_period_is_not_compared_with_whole_ones(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = completed(arena, fixture_running);
    assert_string_equal(
        l->summary,
        "För Upplands-Bro finns hittills 3 rapporterade händelser under v. 11–12; perioden pågår, och siffrorna gäller "
        "till den 12 mars kl. 10.15. Det går ännu inte att säga vad som är normalt här: det kräver rapporter för minst "
        "sex av de tolv närmast föregående lika långa perioderna, och de finns för tre. Alla gäller brand.");
    assert_string_equal(l->reservations, "1 av händelserna går inte att knyta till något närmare område.");
}

static void a_municipality_without_areas_misses_none(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_running(arena);
    l->area_has_parts = false;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_null(l->reservations);
}

static void two_are_both_and_one_history_is_counted_in_its_gender(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_running(arena);
    l->period.kind = PERIOD_TERTIAL;
    l->total.count = l->categories[0].figure.count = 2;
    l->total.history_count = l->categories[0].figure.history_count = 1;
    l->places = arena_calloc(arena, 1, sizeof *l->places);
    l->places[0] = (LagesbildPlace){.name = "Bro station", .figure = l->total, .top_category = "Brand", .top_count = 2};
    l->place_count = 1;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(
        strstr(l->summary, "de tolv närmast föregående tertialen, och de finns för ett. Båda gäller brand."));
    assert_string_equal(l->places[0].reason, "2 händelser, båda av slaget brand.");
}

static void no_history_among_the_last_twelve_is_no_claim_about_older_ones(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_running(arena);
    l->total.history_count = 0;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(strstr(l->summary, "minst sex av de tolv närmast föregående lika långa perioderna, och de saknas "
                                       "för alla."));
}

static void a_period_that_has_not_begun_is_no_silence(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_empty(arena);
    l->cut_date = (CivilDate){2026, 3, 8};
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_string_equal(l->summary, "Perioden har inte börjat: v. 11 för Brunna börjar den 9 mars 2026.");
}

static void places_of_a_running_period_are_not_compared_either(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_busy(arena);
    l->cut_date = (CivilDate){2026, 3, 14};
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_string_equal(
        l->places[0].reason,
        "6 händelser, flest av slaget skadegörelse och klotter (5); 5 av 5 med känt klockslag kl. 18–06.");
}

static void nothing_reported_is_not_nothing_happened(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = completed(arena, fixture_empty);
    assert_string_equal(
        l->summary, "Inga händelser är rapporterade för Brunna under v. 11, mot 4 föregående period. Ingen har "
                    "rapporterat för perioden, så uppgifterna säger inte om det var lugnt. Ingen rapport har kommit "
                    "från Kommunpolisen Upplands-Bro och Väktarbolaget, som har rapporterat tidigare.");
}

static void one_is_singular(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_running(arena);
    l->cut_date = (CivilDate){2026, 3, 23};
    l->categories[0].figure.count = l->total.count = 1;
    l->total.previous = 1;
    l->total.year_ago = 1200;
    l->without_area = 0;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(strstr(l->summary, "För Upplands-Bro finns 1 rapporterad händelse under v. 11–12: lika många som "
                                       "föregående period och 1\u00a0199 färre än samma period i fjol (1\u00a0200)."));
    assert_null(strstr(l->summary, "Alla gäller"));
}

static void a_rise_of_one_kind_and_of_all_is_told_once(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_busy(arena);
    l->total.count = 40;
    l->places[0].figure.previous = 0;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(strstr(l->summary, "Även sammanlagt är det fler än normalt (9–25)."));
    assert_non_null(strstr(l->places[0].reason, "; ingen under föregående period;"));
}

static void what_is_known_in_part_is_not_compared_in_words(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_busy(arena);
    l->history_from = (CivilDate){2025, 3, 12}; /* a Wednesday in the week a year ago */
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(strstr(l->summary, "under v. 11: 7 fler än föregående period (16)."));
    assert_non_null(strstr(l->places[0].reason, "4 fler än föregående period"));
    assert_null(strstr(l->summary, "fjol"));
    assert_non_null(
        strstr(l->reservations, "Uppgifter finns från den 12 mars 2025; äldre jämförelsetal är ofullständiga."));
}

static void a_fall_is_told_when_it_is_one(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_busy(arena);
    l->categories[1].figure.count = 5; /* within what is normal */
    for (size_t i = 0; i < 12; i++)
        l->categories[2].figure.history[i] = 40 + (int64_t)i % 3;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_non_null(strstr(l->summary, "Färre än normalt: skadegörelse och klotter (14 mot normalt omkring 41);"));
    assert_null(strstr(l->summary, "Fler än normalt"));
}

/* What the last of the busy week's kinds were to be, against what nobody or few reported. */
static Lagesbild *fallen(Arena *arena, size_t reported, size_t silent)
{
    static LagesbildSource sources[8];
    Lagesbild *l = fixture_busy(arena);
    l->categories[1].figure.count = 5;
    for (size_t i = 0; i < 12; i++)
        l->categories[2].figure.history[i] = 40 + (int64_t)i % 3;
    l->sources = sources;
    l->source_count = reported + silent;
    for (size_t i = 0; i < l->source_count; i++)
        sources[i] = (LagesbildSource){.organisation = "Någon", .reports = i < reported};
    assert_int_equal(lagesbild_complete(l, arena), 0);
    return l;
}

static void a_silence_is_no_fall(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    assert_non_null(strstr(fallen(arena, 2, 2)->summary, "Färre än normalt: skadegörelse och klotter (14"));
    Lagesbild *l = fallen(arena, 2, 3);
    assert_null(strstr(l->summary, "Färre än normalt"));
    assert_string_equal(l->categories[0].figure.reason, "Färre än normalt: 14 mot normalt 29–55, men de flesta som "
                                                        "brukar rapportera har inte gjort det.");
    l = fixture_empty(arena);
    for (size_t i = 0; i < 12; i++)
        l->total.history[i] = 40 + (int64_t)i % 3;
    l->total.history_count = 12;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_null(l->total.note);
    assert_string_equal(l->total.reason, "Ingen har rapporterat för perioden, så antalet säger inget.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_busy_week_says_what_matters_first),
        cmocka_unit_test(a_running_period_is_not_compared_with_whole_ones),
        cmocka_unit_test(a_municipality_without_areas_misses_none),
        cmocka_unit_test(two_are_both_and_one_history_is_counted_in_its_gender),
        cmocka_unit_test(no_history_among_the_last_twelve_is_no_claim_about_older_ones),
        cmocka_unit_test(a_period_that_has_not_begun_is_no_silence),
        cmocka_unit_test(places_of_a_running_period_are_not_compared_either),
        cmocka_unit_test(nothing_reported_is_not_nothing_happened),
        cmocka_unit_test(one_is_singular),
        cmocka_unit_test(a_rise_of_one_kind_and_of_all_is_told_once),
        cmocka_unit_test(what_is_known_in_part_is_not_compared_in_words),
        cmocka_unit_test(a_fall_is_told_when_it_is_one),
        cmocka_unit_test(a_silence_is_no_fall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
