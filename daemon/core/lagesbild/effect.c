#include "core/lagesbild/effect.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>

#define TAIL           0.025 /* on each side: 95 % between */
#define LOG_ODDS_MAX   40.0  /* e^40: beyond any ratio of counts up to EFFECT_COUNT_MAX and its limits */
#define LOG_ODDS_ERROR 1e-12

/* --- one ratio --- */

/* P(X ≥ k) and P(X ≤ k) for X binomial(n, ½), through the beta distribution, which has no trouble with large n. */
static double half_at_least(double k, double n)
{
    return k <= 0 ? 1 : gsl_cdf_beta_P(0.5, k, n - k + 1);
}

static double half_at_most(double k, double n)
{
    return k >= n ? 1 : gsl_cdf_beta_Q(0.5, k + 1, n - k);
}

/*
 * The odds at which a beta distribution has TAIL on the one side. By halving: gsl_cdf_beta_Pinv() does not converge for
 * some of the counts that are asked about, and then ends the process.
 */
static double beta_limit(double a, double b, bool upper)
{
    double low = -LOG_ODDS_MAX, high = LOG_ODDS_MAX;
    while (high - low > LOG_ODDS_ERROR) {
        double middle = (low + high) / 2, share = 1 / (1 + exp(-middle));
        if (upper ? gsl_cdf_beta_Q(share, a, b) > TAIL : gsl_cdf_beta_P(share, a, b) < TAIL)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}

EffectRatio effect_ratio(int64_t after, int64_t before)
{
    if (after < 0 || before < 0) return (EffectRatio){.known = false};
    EffectRatio r = {.known = true, .has_ratio = before > 0, .high = INFINITY, .p_value = 1};
    double a = (double)after, b = (double)before;
    if (before > 0) r.ratio = a / b;
    if (after + before == 0) return r;
    if (after > 0) r.low = beta_limit(a, b + 1, false);
    if (before > 0) r.high = beta_limit(a + 1, b, true);
    r.p_value = fmin(1, 2 * fmin(half_at_least(a, a + b), half_at_most(a, a + b)));
    return r;
}

/* --- ratio of ratios --- */

/* after, before; other_after, other_before: with all sums fixed, `after` runs from `least` to `most`. */
typedef struct Table {
    int64_t after, place, afters, all; /* the cell and the sums it belongs to */
    int64_t least, most;
} Table;

static Table table_of(int64_t after, int64_t before, int64_t other_after, int64_t other_before)
{
    Table t = {.after = after, .place = after + before, .afters = after + other_after};
    t.all = t.place + other_after + other_before;
    t.least = t.afters + t.place > t.all ? t.afters + t.place - t.all : 0;
    t.most = t.place < t.afters ? t.place : t.afters;
    return t;
}

/* The logarithm of the next term over this one, of Fisher's noncentral hypergeometric distribution. */
static double log_step(const Table *t, int64_t x, double log_odds)
{
    return log((double)(t->place - x)) + log((double)(t->afters - x)) - log((double)(x + 1)) -
           log((double)(t->all - t->place - t->afters + x + 1)) + log_odds;
}

/*
 * P(X ≥ t->after), or P(X ≤ t->after) where not `upper`. The terms rise to one top and fall from it, so they are summed
 * outwards from the cell itself and each sum is relative to the cell's term; the largest so far is taken out as the
 * scale, so that nothing overflows.
 */
static double tail(const Table *t, double log_odds, bool upper)
{
    double log_term = 0, top = 0, sum[2] = {1, 0}; /* the asked tail with the cell, the other without */
    for (int side = 0; side < 2; side++) {
        bool up = (side == 0) == upper;
        log_term = 0;
        for (int64_t x = t->after; up ? x < t->most : x > t->least; x += up ? 1 : -1) {
            log_term += up ? log_step(t, x, log_odds) : -log_step(t, x - 1, log_odds);
            if (log_term > top) {
                sum[0] *= exp(top - log_term);
                sum[1] *= exp(top - log_term);
                top = log_term;
            }
            double term = exp(log_term - top);
            sum[side] += term;
            if (term < 1e-18 * (sum[0] + sum[1]) &&
                (up ? log_step(t, x, log_odds) < 0 : log_step(t, x - 1, log_odds) > 0))
                break;
        }
    }
    return sum[0] / (sum[0] + sum[1]);
}

/* The odds ratio at which the tail is TAIL. P(X ≥ after) rises with it, P(X ≤ after) falls. */
static double limit(const Table *t, bool upper)
{
    double low = -LOG_ODDS_MAX, high = LOG_ODDS_MAX;
    while (high - low > LOG_ODDS_ERROR) {
        double middle = (low + high) / 2;
        if ((tail(t, middle, upper) > TAIL) == upper)
            high = middle;
        else
            low = middle;
    }
    return exp((low + high) / 2);
}

EffectRatio effect_ratio_of_ratios(int64_t after, int64_t before, int64_t other_after, int64_t other_before)
{
    if (after < 0 || before < 0 || other_after < 0 || other_before < 0) return (EffectRatio){.known = false};
    EffectRatio r = {.known = true, .has_ratio = before > 0 && other_after > 0, .high = INFINITY, .p_value = 1};
    if (r.has_ratio) r.ratio = (double)after * (double)other_before / ((double)before * (double)other_after);
    Table t = table_of(after, before, other_after, other_before);
    if (t.least == t.most) return r; /* nothing could have been otherwise: it tells nothing */
    if (after > t.least) r.low = limit(&t, true);
    if (after < t.most) r.high = limit(&t, false);
    r.p_value = fmin(1, 2 * fmin(tail(&t, 0, true), tail(&t, 0, false)));
    return r;
}

/* --- times and verdict --- */

bool effect_spans(EffectSpan spans[static EFFECT_TIMES], CivilDate date, int days, CivilDate today)
{
    int passed = civil_to_days(today) - civil_to_days(date);
    if (passed < days) days = passed;
    if (days < 1) return false;
    CivilDate year_ago = civil_add_days(date, -EFFECT_YEAR);
    spans[EFFECT_BEFORE] = (EffectSpan){civil_add_days(date, -days), date};
    spans[EFFECT_AFTER] = (EffectSpan){date, civil_add_days(date, days)};
    spans[EFFECT_YEAR_AGO] = (EffectSpan){year_ago, civil_add_days(year_ago, days)};
    return true;
}

/* Nothing happened there before or after: it tells nothing of what the area would have come to. */
static bool is_empty(const int64_t counts[static EFFECT_TIMES])
{
    return counts[EFFECT_BEFORE] == 0 && counts[EFFECT_AFTER] == 0;
}

void effect_judge(Effect *effect)
{
    const int64_t *n = effect->counts, *other = effect->compare_counts;
    effect->change = effect_ratio(n[EFFECT_AFTER], n[EFFECT_BEFORE]);
    effect->season = effect_ratio(n[EFFECT_AFTER], n[EFFECT_YEAR_AGO]);
    effect->adjusted = (EffectRatio){.known = false};
    if (effect->compare_name && !is_empty(other))
        effect->adjusted =
            effect_ratio_of_ratios(n[EFFECT_AFTER], n[EFFECT_BEFORE], other[EFFECT_AFTER], other[EFFECT_BEFORE]);
    const EffectRatio *decides = effect->adjusted.known ? &effect->adjusted : &effect->change;
    if (!decides->known)
        effect->verdict = EFFECT_SILENT;
    else if (decides->high < 1)
        effect->verdict = EFFECT_FEWER;
    else
        effect->verdict = decides->low > 1 ? EFFECT_MORE : EFFECT_UNCLEAR;
}

const char *effect_verdict_name(EffectVerdict verdict)
{
    static const char *const names[] = {"fewer", "more", "unclear", "silent"};
    return names[verdict];
}

/* --- words --- */

static int days_of(const EffectSpan *span)
{
    return civil_to_days(span->to) - civil_to_days(span->from);
}

static void write_incidents(int64_t count, FILE *out)
{
    if (count == 0)
        fputs("inga händelser", out);
    else if (count == 1)
        fputs("en händelse", out);
    else
        fprintf(out, "%" PRId64 " händelser", count);
}

static void write_share(double ratio, FILE *out)
{
    double percent = round(fabs(ratio - 1) * 100);
    if (percent < 1)
        fputs("oförändrat", out);
    else if (ratio < 1 && ratio > 0 && percent >= 100)
        fputs("mer än 99 % färre", out); /* all are not gone */
    else if (ratio < 1)
        fprintf(out, "%.0f %% färre", percent);
    else if (ratio < 3)
        fprintf(out, "%.0f %% fler", percent);
    else
        fprintf(out, "%.0f gånger så många", round(ratio));
}

/* "mellan 80 % färre och 12 % fler" */
static void write_limits(const EffectRatio *r, FILE *out)
{
    if (isinf(r->high)) {
        fputs("minst ", out);
        write_share(r->low, out);
        return;
    }
    fputs("mellan ", out);
    write_share(r->low, out);
    fputs(" och ", out);
    write_share(r->high, out);
}

static void write_subject(const Effect *e, FILE *out)
{
    if (e->what) fprintf(out, " av slaget %s", e->what);
    if (e->place)
        fprintf(out, " vid %s i %s", e->place, e->area_name);
    else
        fprintf(out, " i %s", e->area_name);
}

/* What was counted, with the limits of what it may mean. */
static void write_counts(const Effect *e, FILE *out)
{
    char date[CIVIL_TEXT_SIZE];
    int64_t after = e->counts[EFFECT_AFTER], before = e->counts[EFFECT_BEFORE];
    fprintf(out, "Under %d dagar från %s rapporterades ", days_of(&e->spans[EFFECT_AFTER]),
            civil_format(e->date, date));
    write_incidents(after, out);
    write_subject(e, out);
    fputs(before ? ", mot " : ", liksom under lika lång tid före", out);
    if (!before && after) fputs(" inga", out);
    if (before) {
        if (after == 0)
            fprintf(out, "%" PRId64, before);
        else
            write_incidents(before, out);
        fputs(" under lika lång tid före", out);
    }
    fputs(".", out);
}

static void write_change(const Effect *e, FILE *out)
{
    const EffectRatio *r = &e->change;
    if (e->counts[EFFECT_AFTER] + e->counts[EFFECT_BEFORE] == 0 || !r->has_ratio) return;
    fputs(" Det är ", out);
    write_share(r->ratio, out);
    fputs("; med slumpen inräknad ", out);
    write_limits(r, out);
    fputs(".", out);
}

static void write_others(const Effect *e, FILE *out)
{
    if (e->counts[EFFECT_YEAR_AGO] != EFFECT_UNKNOWN) {
        fputs(" Samma tid ett år tidigare: ", out);
        write_incidents(e->counts[EFFECT_YEAR_AGO], out);
        fputs(".", out);
    }
    if (e->compare_name && e->adjusted.known)
        fprintf(out, " I %s gick antalet från %" PRId64 " till %" PRId64 ".", e->compare_name,
                e->compare_counts[EFFECT_BEFORE], e->compare_counts[EFFECT_AFTER]);
    else if (e->compare_name && is_empty(e->compare_counts))
        fprintf(out, " I %s rapporterades inga händelser under de tiderna, så där finns inget att jämföra med.",
                e->compare_name);
    else if (e->compare_name)
        fprintf(out, " För %s saknas rapporter att jämföra med.", e->compare_name);
}

static void write_verdict(const Effect *e, FILE *out)
{
    switch (e->verdict) {
    case EFFECT_FEWER:
        fputs(e->adjusted.known ? " Minskningen är större än i jämförelseområdet, mer än slumpen brukar ge."
                                : " Minskningen är mer än slumpen brukar ge.",
              out);
        break;
    case EFFECT_MORE:
        fputs(e->adjusted.known ? " Utvecklingen är sämre än i jämförelseområdet, mer än slumpen brukar ge."
                                : " Ökningen är mer än slumpen brukar ge.",
              out);
        break;
    case EFFECT_UNCLEAR:
        fputs(e->adjusted.known ? " Skillnaden mot jämförelseområdet kan vara slump." : " Skillnaden kan vara slump.",
              out);
        break;
    case EFFECT_SILENT:
        break;
    }
    if (e->counts[EFFECT_AFTER] + e->counts[EFFECT_BEFORE] < EFFECT_SMALL)
        fputs(" Talen är små: också en stor verklig förändring kan döljas av dem.", out);
    if (e->verdict != EFFECT_UNCLEAR) fputs(" Vad förändringen beror på säger talen inte.", out);
}

/* Where a count is missing, what is known stands alone. */
static void write_silence(const Effect *e, FILE *out)
{
    char date[CIVIL_TEXT_SIZE];
    civil_format(e->date, date);
    if (e->counts[EFFECT_AFTER] == EFFECT_UNKNOWN)
        fprintf(out, "Ingen har rapporterat något alls från %s och %d dagar framåt, så ingenting kan sägas.", date,
                days_of(&e->spans[EFFECT_AFTER]));
    else if (e->counts[EFFECT_BEFORE] == EFFECT_UNKNOWN) {
        fprintf(out, "Från %s rapporterades ", date);
        write_incidents(e->counts[EFFECT_AFTER], out);
        write_subject(e, out);
        fputs(", men för hela tiden före finns inga rapporter att jämföra med.", out);
    }
}

int effect_words(const Effect *e, FILE *out)
{
    bool counted = e->counts[EFFECT_AFTER] >= 0 && e->counts[EFFECT_BEFORE] >= 0;
    if (counted) {
        write_counts(e, out);
        write_change(e, out);
        write_others(e, out);
        write_verdict(e, out);
    } else {
        write_silence(e, out);
    }
    if (!e->complete)
        fprintf(out, " Tiden är inte slut: %d av %d dagar har gått.", days_of(&e->spans[EFFECT_AFTER]), e->days);
    return ferror(out) ? -EIO : 0;
}
