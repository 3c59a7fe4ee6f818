#include "core/lagesbild/effect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool near(double found, double wanted, double tolerance)
{
    if (isinf(wanted)) return isinf(found);
    return fabs(found - wanted) <= tolerance * fmax(1, fabs(wanted));
}

/* Golden values: scipy 1.10, beta.ppf for the limits (Clopper–Pearson, as odds) and binom for p. */
static void ratios_have_their_exact_limits(void **state)
{
    (void)state;
    static const struct {
        int64_t after, before;
        double low, high, p_value;
    } cases[] = {
        {3, 12, 0.0452728636054727, 0.926378193717705, 0.03515625},
        {0, 9, 0, 0.506630190294667, 0.00390625},
        {7, 0, 1.44130851883524, INFINITY, 0.015625},
        {142, 274, 0.420152514868235, 0.636976911990306, 9.38464611844604e-11},
        {60, 32, 1.20136730626397, 2.9763719819889, 0.00460910546145927},
        {1, 1, 0.0127393670836666, 78.4968353162628, 1},
        {5000, 4800, 1.0010165693017, 1.08397625096601, 0.0444041487998463},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        EffectRatio r = effect_ratio(cases[i].after, cases[i].before);
        assert_true(r.known);
        assert_int_equal(r.has_ratio, cases[i].before > 0);
        if (!near(r.low, cases[i].low, 1e-9) || !near(r.high, cases[i].high, 1e-9) ||
            !near(r.p_value, cases[i].p_value, 1e-9))
            fail_msg("case %zu: %.15g to %.15g, p %.15g", i, r.low, r.high, r.p_value);
    }
}

/* Golden values: scipy 1.10, stats.contingency.odds_ratio(kind="conditional").confidence_interval() and
 * stats.nchypergeom_fisher with odds 1 for p; scipy's limits are themselves found to about 1e-7. */
static void ratios_of_ratios_have_their_exact_limits(void **state)
{
    (void)state;
    static const struct {
        int64_t after, before, other_after, other_before;
        double low, high, p_value;
    } cases[] = {
        {3, 12, 9, 10, 0.0393375217994, 1.5847592064, 0.192998661959},
        {142, 274, 50, 52, 0.339886021663, 0.856739239328, 0.00809173903186},
        {0, 8, 5, 5, 0, 1.07468764422, 0.0588235294118},
        {6, 0, 4, 4, 0.584890897919, INFINITY, 0.13986013986},
        {500, 700, 620, 650, 0.636702803571, 0.880715657955, 0.000415458096279},
        {1, 1, 1, 1, 0.00640001635789, 156.249600638, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        EffectRatio r =
            effect_ratio_of_ratios(cases[i].after, cases[i].before, cases[i].other_after, cases[i].other_before);
        if (!near(r.low, cases[i].low, 1e-6) || !near(r.high, cases[i].high, 1e-6) ||
            !near(r.p_value, cases[i].p_value, 1e-6))
            fail_msg("case %zu: %.12g to %.12g, p %.12g", i, r.low, r.high, r.p_value);
    }
}

static void nothing_at_all_claims_nothing(void **state)
{
    (void)state;
    EffectRatio r = effect_ratio(0, 0);
    assert_true(r.known && !r.has_ratio && r.low == 0 && isinf(r.high) && r.p_value == 1);
    r = effect_ratio_of_ratios(0, 0, 3, 4);
    assert_true(r.known && !r.has_ratio && r.low == 0 && isinf(r.high) && r.p_value == 1);
    assert_false(effect_ratio(EFFECT_UNKNOWN, 3).known);
    assert_false(effect_ratio_of_ratios(3, 4, EFFECT_UNKNOWN, 3).known);
}

static void the_largest_counts_are_taken(void **state)
{
    (void)state;
    EffectRatio r = effect_ratio_of_ratios(EFFECT_COUNT_MAX, EFFECT_COUNT_MAX, EFFECT_COUNT_MAX, EFFECT_COUNT_MAX);
    assert_true(r.low > 0.99 && r.low < 1 && r.high > 1 && r.high < 1.01);
    r = effect_ratio(EFFECT_COUNT_MAX, 1);
    assert_true(r.low > 1e5 && r.high > r.ratio && isfinite(r.high));
}

static void the_times_are_equally_long_and_passed(void **state)
{
    (void)state;
    EffectSpan spans[EFFECT_TIMES];
    const CivilDate date = {2026, 3, 2};
    assert_true(effect_spans(spans, date, 28, (CivilDate){2026, 6, 1}));
    char text[CIVIL_TEXT_SIZE];
    assert_string_equal(civil_format(spans[EFFECT_BEFORE].from, text), "2026-02-02");
    assert_string_equal(civil_format(spans[EFFECT_BEFORE].to, text), "2026-03-02");
    assert_string_equal(civil_format(spans[EFFECT_AFTER].to, text), "2026-03-30");
    assert_string_equal(civil_format(spans[EFFECT_YEAR_AGO].from, text), "2025-03-03");
    assert_int_equal(civil_weekday(spans[EFFECT_YEAR_AGO].from), civil_weekday(date));
    assert_true(effect_spans(spans, date, 28, (CivilDate){2026, 3, 12}));
    assert_string_equal(civil_format(spans[EFFECT_AFTER].to, text), "2026-03-12");
    assert_string_equal(civil_format(spans[EFFECT_BEFORE].from, text), "2026-02-20");
    assert_false(effect_spans(spans, date, 28, date));
    assert_false(effect_spans(spans, date, 28, (CivilDate){2026, 1, 1}));
}

static Effect effect_of(int64_t after, int64_t before, int64_t year_ago)
{
    Effect e = {.date = {2026, 3, 2}, .days = 28, .complete = true, .area_name = "Bro", .what = "Stöld"};
    effect_spans(e.spans, e.date, e.days, (CivilDate){2026, 6, 1});
    e.counts[EFFECT_AFTER] = after;
    e.counts[EFFECT_BEFORE] = before;
    e.counts[EFFECT_YEAR_AGO] = year_ago;
    return e;
}

static void assert_words(Effect *e, EffectVerdict verdict, const char *wanted)
{
    char *text = NULL;
    size_t len;
    effect_judge(e);
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(effect_words(e, out), 0);
    fclose(out);
    assert_string_equal(text, wanted);
    assert_int_equal(e->verdict, verdict);
    free(text);
}

static void words_say_what_the_counts_carry(void **state)
{
    (void)state;
    Effect e = effect_of(0, 9, 8);
    assert_words(&e, EFFECT_FEWER,
                 "Under 28 dagar från 2026-03-02 rapporterades inga händelser av slaget Stöld i Bro, mot 9 under lika "
                 "lång tid före. Det är 100 % färre; med slumpen inräknad mellan 100 % färre och 49 % färre. Samma tid "
                 "ett år tidigare: 8 händelser. Minskningen är mer än slumpen brukar ge. Talen är små: också en stor "
                 "verklig förändring kan döljas av dem. Vad förändringen beror på säger talen inte.");
    e = effect_of(0, 0, EFFECT_UNKNOWN);
    e.place = "Broparken";
    assert_words(&e, EFFECT_UNCLEAR,
                 "Under 28 dagar från 2026-03-02 rapporterades inga händelser av slaget Stöld vid Broparken i Bro, "
                 "liksom under lika lång tid före. Skillnaden kan vara slump. Talen är små: också en stor verklig "
                 "förändring kan döljas av dem.");
    e = effect_of(142, 274, EFFECT_UNKNOWN);
    e.compare_name = "Brunna";
    e.compare_counts[EFFECT_AFTER] = 50;
    e.compare_counts[EFFECT_BEFORE] = 52;
    assert_words(
        &e, EFFECT_FEWER,
        "Under 28 dagar från 2026-03-02 rapporterades 142 händelser av slaget Stöld i Bro, mot 274 händelser "
        "under lika lång tid före. Det är 48 % färre; med slumpen inräknad mellan 58 % färre och 36 % färre. I "
        "Brunna gick antalet från 52 till 50. Minskningen är större än i jämförelseområdet, mer än slumpen "
        "brukar ge. Vad förändringen beror på säger talen inte.");
    e.compare_counts[EFFECT_AFTER] = e.compare_counts[EFFECT_BEFORE] = 0;
    assert_words(
        &e, EFFECT_FEWER,
        "Under 28 dagar från 2026-03-02 rapporterades 142 händelser av slaget Stöld i Bro, mot 274 händelser "
        "under lika lång tid före. Det är 48 % färre; med slumpen inräknad mellan 58 % färre och 36 % färre. I "
        "Brunna rapporterades inga händelser under de tiderna, så där finns inget att jämföra med. Minskningen "
        "är mer än slumpen brukar ge. Vad förändringen beror på säger talen inte.");
    e = effect_of(1, 310, EFFECT_UNKNOWN);
    assert_words(
        &e, EFFECT_FEWER,
        "Under 28 dagar från 2026-03-02 rapporterades en händelse av slaget Stöld i Bro, mot 310 händelser "
        "under lika lång tid före. Det är mer än 99 % färre; med slumpen inräknad mellan mer än 99 % färre och "
        "98 % färre. Minskningen är mer än slumpen brukar ge. Vad förändringen beror på säger talen inte.");
    e = effect_of(30, 4, 5);
    assert_words(&e, EFFECT_MORE,
                 "Under 28 dagar från 2026-03-02 rapporterades 30 händelser av slaget Stöld i Bro, mot 4 händelser "
                 "under lika lång tid före. Det är 8 gånger så många; med slumpen inräknad mellan 164 % fler och "
                 "29 gånger så många. Samma tid ett år tidigare: 5 händelser. Ökningen är mer än slumpen brukar ge. "
                 "Vad förändringen beror på säger talen inte.");
}

static void silence_is_not_success(void **state)
{
    (void)state;
    Effect e = effect_of(EFFECT_UNKNOWN, 9, 8);
    e.complete = false;
    assert_words(&e, EFFECT_SILENT,
                 "Ingen har rapporterat något alls från 2026-03-02 och 28 dagar framåt, så ingenting kan sägas. Tiden "
                 "är inte slut: 28 av 28 dagar har gått.");
    e = effect_of(1, EFFECT_UNKNOWN, EFFECT_UNKNOWN);
    assert_words(&e, EFFECT_SILENT,
                 "Från 2026-03-02 rapporterades en händelse av slaget Stöld i Bro, men för hela tiden före finns inga "
                 "rapporter att jämföra med.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_have_their_exact_limits),
        cmocka_unit_test(ratios_of_ratios_have_their_exact_limits),
        cmocka_unit_test(nothing_at_all_claims_nothing),
        cmocka_unit_test(the_largest_counts_are_taken),
        cmocka_unit_test(the_times_are_equally_long_and_passed),
        cmocka_unit_test(words_say_what_the_counts_carry),
        cmocka_unit_test(silence_is_not_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
