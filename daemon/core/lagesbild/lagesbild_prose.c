#include "core/lagesbild/lagesbild_prose.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "core/lagesbild/swedish.h"
#include "util/memstream.h"

/* Prose under construction. A stream keeps the first error, so it is looked at once, at the end. */
typedef struct Prose {
    FILE *out;
    char *text;
    size_t len;
    bool begun;
} Prose;

static int prose_open(Prose *prose)
{
    *prose = (Prose){0};
    prose->out = memstream_open(&prose->text, &prose->len);
    return prose->out ? 0 : -ENOMEM;
}

static const char *prose_close(Prose *prose, Arena *arena)
{
    bool failed = !memstream_close(prose->out);
    const char *text = failed ? NULL : arena_strndup(arena, prose->text, prose->len);
    free(prose->text);
    return text;
}

/* One sentence, with a space before it unless it is the first. */
__attribute__((format(printf, 2, 3))) static void say(Prose *prose, const char *format, ...)
{
    va_list args;
    if (prose->begun) fputc(' ', prose->out);
    prose->begun = true;
    va_start(args, format);
    vfprintf(prose->out, format, args);
    va_end(args);
}

static const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* A category's name inside a sentence: "Skadegörelse och klotter" without its capital, "GPS" with it. */
static const char *inside(const char *name, char *out, size_t size)
{
    utf8proc_int32_t first, second = 0;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)name, -1, &first);
    if (n > 0) utf8proc_iterate((const utf8proc_uint8_t *)name + n, -1, &second);
    utf8proc_uint8_t lower[5] = "";
    bool keep = n <= 0 || utf8proc_category(second) == UTF8PROC_CATEGORY_LU;
    if (!keep) lower[utf8proc_encode_char(utf8proc_tolower(first), lower)] = '\0';
    snprintf(out, size, "%s%s", (const char *)lower, keep ? name : name + n);
    return out;
}

/* "ungefär 1 gång på 200", rounded to two figures so that it does not sound surer than it is. */
static void odds(double p, char *out, size_t size)
{
    char number[SWEDISH_NUMBER_SIZE];
    double times = 1 / fmax(p, 1e-4);
    double step = pow(10, fmax(0, floor(log10(times)) - 1));
    swedish_integer(llround(times / step) * (int64_t)step, number);
    snprintf(out, size, "%s gång på %s", p < 1e-4 ? "mer sällan än 1" : "ungefär 1", number);
}

/* "12 mot normalt 4–7", "0 mot normalt 0". */
static void against_normal(const LagesbildFigure *figure, char *out, size_t size)
{
    char count[SWEDISH_NUMBER_SIZE], low[SWEDISH_NUMBER_SIZE], high[SWEDISH_NUMBER_SIZE];
    const Expected *e = &figure->expected;
    snprintf(out, size, "%s mot normalt %s%s%s", swedish_integer(figure->count, count), swedish_integer(e->low, low),
             e->low < e->high ? "–" : "", e->low < e->high ? swedish_integer(e->high, high) : "");
}

/* What the expectation is from. */
static const char *write_basis(const Lagesbild *l, const Expected *e, Arena *arena)
{
    char mean[SWEDISH_NUMBER_SIZE], years[SWEDISH_NUMBER_SIZE];
    swedish_decimal(e->mean, mean);
    if (e->method == EXPECTED_RECENT)
        return arena_printf(arena, "i medeltal %s på %d tidigare %s", mean, e->periods, period_noun(&l->period, true));
    return arena_printf(arena, "väntat omkring %s av %d veckor med rapporter på %s år%s", mean, e->weeks,
                        swedish_number_word(e->years, years), e->has_season ? ", efter årstid" : "");
}

static const char *write_claim(const Lagesbild *l, const LagesbildFigure *figure, Arena *arena)
{
    const Expected *e = &figure->expected;
    const char *basis = write_basis(l, e, arena);
    char chance[96], against[4 * SWEDISH_NUMBER_SIZE];
    odds(e->p_value, chance, sizeof chance);
    against_normal(figure, against, sizeof against);
    if (!basis) return NULL;
    return arena_printf(arena, "%s än väntat: %s (%s). Så stor skillnad ger slumpen %s.",
                        e->direction == EXPECTED_UP ? "Fler" : "Färre", against, basis, chance);
}

enum { SHORTAGE_SIZE = 192 };

/* "det kräver rapporter för minst sex av de tolv närmast föregående veckorna, och de finns för tre". Older reports than
 * those do not count, so it is not said that there are none. */
static const char *shortage(const Lagesbild *l, const Expected *e, char out[static SHORTAGE_SIZE])
{
    char least[SWEDISH_NUMBER_SIZE], of[SWEDISH_NUMBER_SIZE], found[SWEDISH_NUMBER_SIZE];
    const char *number = e->periods == 1 ? period_one(&l->period) : swedish_number_word(e->periods, found);
    snprintf(out, SHORTAGE_SIZE, "det kräver rapporter för minst %s av de %s närmast föregående %s, och de %s%s",
             swedish_number_word(EXPECTED_HISTORY_MIN, least), swedish_number_word(EXPECTED_HISTORY_MAX, of),
             period_noun_definite(&l->period), e->periods ? "finns för " : "saknas för alla", e->periods ? number : "");
    return out;
}

static const char *write_too_short(const Lagesbild *l, const Expected *e, Arena *arena)
{
    char why[SHORTAGE_SIZE];
    return arena_printf(arena, "Vad som är normalt går inte att säga: %s.", shortage(l, e, why));
}

/* Why nothing is claimed. */
static const char *write_no_claim(const Lagesbild *l, const LagesbildFigure *figure, Arena *arena)
{
    const Expected *e = &figure->expected;
    char against[4 * SWEDISH_NUMBER_SIZE];
    against_normal(figure, against, sizeof against);
    if (!lagesbild_has_begun(l)) return "Perioden har inte börjat.";
    if (!figure->count && !lagesbild_anybody_reported(l))
        return "Ingen har rapporterat för perioden, så antalet säger inget.";
    if (figure->count >= e->low && figure->count <= e->high)
        return arena_printf(arena, "Inom det normala: %s.", against);
    if (figure->count < e->low && !lagesbild_is_complete(l))
        return arena_printf(arena, "Hittills %s; perioden pågår.", against);
    if (figure->count < e->low && lagesbild_is_mostly_silent(l))
        return arena_printf(arena, "Färre än normalt: %s, men de flesta som brukar rapportera har inte gjort det.",
                            against);
    if (e->p_adjusted <= EXPECTED_RATE)
        return arena_printf(arena, "Utanför det normala: %s, men så få händelser att inget sägs om det.", against);
    return arena_printf(arena, "Utanför det normala: %s, men det kan vara slumpen när många jämförs.", against);
}

int lagesbild_prose_note(const Lagesbild *l, LagesbildFigure *figure, Arena *arena)
{
    const Expected *e = &figure->expected;
    const bool claimed = e->known && e->direction != EXPECTED_SAME;
    figure->reason = claimed    ? write_claim(l, figure, arena)
                     : e->known ? write_no_claim(l, figure, arena)
                                : write_too_short(l, e, arena);
    figure->note = claimed ? figure->reason : NULL;
    return figure->reason ? 0 : -ENOMEM;
}

/* A figure of a period that is known from its first day. */
static bool is_whole(const Lagesbild *l, int64_t count, Period compared)
{
    return count != LAGESBILD_UNKNOWN && lagesbild_knows_all_of(l, &compared);
}

static void reason_change(Prose *prose, const Lagesbild *l, const LagesbildPlace *place)
{
    if (!lagesbild_is_complete(l) || !is_whole(l, place->figure.previous, period_previous(&l->period))) return;
    int64_t change = place->figure.count - place->figure.previous;
    char number[SWEDISH_NUMBER_SIZE];
    if (place->figure.previous == 0)
        fputs("; ingen under föregående period", prose->out);
    else if (change > 0)
        fprintf(prose->out, "; %s fler än föregående period", swedish_integer(change, number));
    else if (change < 0)
        fprintf(prose->out, "; %s färre än föregående period", swedish_integer(-change, number));
    else
        fputs("; lika många som föregående period", prose->out);
}

/* "alla av slaget …", but of two "båda". */
static const char *all_of(int64_t n)
{
    return n > 2 ? "alla " : n == 2 ? "båda " : "";
}

int lagesbild_prose_reason(const Lagesbild *l, LagesbildPlace *place, Arena *arena)
{
    Prose prose;
    int rc = prose_open(&prose);
    if (rc) return rc;
    char count[SWEDISH_NUMBER_SIZE], top[SWEDISH_NUMBER_SIZE], name[128];
    inside(place->top_category, name, sizeof name);
    say(&prose, "%s %s", swedish_integer(place->figure.count, count),
        plural(place->figure.count, "händelse", "händelser"));
    if (place->top_count == place->figure.count)
        fprintf(prose.out, ", %sav slaget %s", all_of(place->figure.count), name);
    else if (place->top_count > 1)
        fprintf(prose.out, ", flest av slaget %s (%s)", name, swedish_integer(place->top_count, top));
    else
        fprintf(prose.out, ", %sav olika slag", place->figure.count > 2 ? "alla " : "");
    reason_change(&prose, l, place);
    /* "Most in the evening" of two incidents says nothing. */
    if (place->clocked >= 4 && place->evening * 4 >= place->clocked * 3)
        fprintf(prose.out, "; %lld av %lld med känt klockslag kl. 18–06", (long long)place->evening,
                (long long)place->clocked);
    fputc('.', prose.out);
    if (place->figure.note) say(&prose, "%s", place->figure.note);
    place->reason = prose_close(&prose, arena);
    return place->reason ? 0 : -ENOMEM;
}

/* "", ", " or " och " before item `i` of `n`. */
static const char *comma(size_t i, size_t n)
{
    return i == 0 ? "" : i + 1 == n ? " och " : ", ";
}

typedef struct Deviations {
    const LagesbildCategory *found[3];
    size_t count;
} Deviations;

/* The claimed deviations one way, the least likely first; three are enough for a paragraph. */
static Deviations deviations(const Lagesbild *l, ExpectedDirection direction)
{
    Deviations d = {0};
    const size_t room = sizeof d.found / sizeof *d.found;
    for (size_t i = 0; i < l->category_count; i++) {
        const LagesbildCategory *c = &l->categories[i];
        if (c->figure.expected.direction != direction) continue;
        size_t at = d.count;
        while (at > 0 && d.found[at - 1]->figure.expected.p_value > c->figure.expected.p_value)
            at--;
        if (at == room) continue;
        if (d.count < room) d.count++;
        for (size_t k = d.count - 1; k > at; k--)
            d.found[k] = d.found[k - 1];
        d.found[at] = c;
    }
    return d;
}

/* What stands out comes first. */
static void say_deviations(Prose *prose, const Lagesbild *l, ExpectedDirection direction)
{
    Deviations d = deviations(l, direction);
    if (!d.count) return;
    char name[128], count[SWEDISH_NUMBER_SIZE], mean[SWEDISH_NUMBER_SIZE];
    say(prose, "%s än normalt: ", direction == EXPECTED_UP ? "Fler" : "Färre");
    for (size_t i = 0; i < d.count; i++) {
        const LagesbildFigure *f = &d.found[i]->figure;
        fprintf(prose->out, "%s%s (%s mot normalt omkring %s)", comma(i, d.count),
                inside(d.found[i]->name, name, sizeof name), swedish_integer(f->count, count),
                swedish_decimal(f->expected.mean, mean));
    }
    fputs(d.count == 1 ? "; skillnaden är större än slumpen brukar ge."
                       : "; skillnaderna är större än slumpen brukar ge.",
          prose->out);
}

/* "6 fler än föregående period (28)", "lika många som föregående period". */
static void write_difference(FILE *out, int64_t count, int64_t base, const char *what)
{
    char number[SWEDISH_NUMBER_SIZE], of[SWEDISH_NUMBER_SIZE];
    if (count == base)
        fprintf(out, "lika många som %s", what);
    else
        fprintf(out, "%s %s än %s (%s)", swedish_integer(count > base ? count - base : base - count, number),
                count > base ? "fler" : "färre", what, swedish_integer(base, of));
}

static const char *incidents_word(int64_t n)
{
    return plural(n, "händelse", "händelser");
}

/* A period still going on is not compared with whole ones, nor a whole one with what is known in part. A year's "period
 * before" and "year ago" are the same. */
static void say_comparisons(Prose *prose, const Lagesbild *l)
{
    const LagesbildFigure *t = &l->total;
    bool previous = is_whole(l, t->previous, period_previous(&l->period));
    bool year_ago = l->period.kind != PERIOD_YEAR && is_whole(l, t->year_ago, period_year_ago(&l->period));
    if (previous || year_ago) fputs(": ", prose->out);
    if (previous) write_difference(prose->out, t->count, t->previous, "föregående period");
    if (previous && year_ago) fputs(" och ", prose->out);
    if (year_ago) write_difference(prose->out, t->count, t->year_ago, "samma period i fjol");
    fputc('.', prose->out);
}

static void say_total(Prose *prose, const Lagesbild *l)
{
    const LagesbildFigure *t = &l->total;
    char label[PERIOD_LABEL_SIZE], count[SWEDISH_NUMBER_SIZE];
    bool complete = lagesbild_is_complete(l);
    say(prose, "För %s finns %s%s %s %s under %s", l->area_name, complete ? "" : "hittills ",
        swedish_integer(t->count, count), plural(t->count, "rapporterad", "rapporterade"), incidents_word(t->count),
        period_short_label(&l->period, label));
    if (complete) {
        say_comparisons(prose, l);
        return;
    }
    fprintf(prose->out, "; perioden pågår, och siffrorna gäller till den %d %s kl. %02d.%02d.", l->cut_date.day,
            swedish_month(l->cut_date.month), l->cut_hour, l->cut_minute);
}

static void say_normal(Prose *prose, const Lagesbild *l)
{
    const LagesbildFigure *t = &l->total;
    const Expected *e = &t->expected;
    char low[SWEDISH_NUMBER_SIZE], high[SWEDISH_NUMBER_SIZE], why[SHORTAGE_SIZE];
    if (!e->known) {
        say(prose, "Det går ännu inte att säga vad som är normalt här: %s.", shortage(l, e, why));
        return;
    }
    swedish_integer(e->low, low);
    swedish_integer(e->high, high);
    if (e->direction != EXPECTED_SAME && deviations(l, e->direction).count)
        say(prose, "Även sammanlagt är det %s än normalt (%s–%s).", e->direction == EXPECTED_UP ? "fler" : "färre", low,
            high);
    else if (e->direction != EXPECTED_SAME)
        say(prose, "Antalet är %s än det normala (%s–%s), och skillnaden är större än slumpen brukar ge.",
            e->direction == EXPECTED_UP ? "högre" : "lägre", low, high);
    else if (lagesbild_is_complete(l) && t->count >= e->low && t->count <= e->high)
        say(prose, "Antalet ligger inom det normala för området (%s–%s).", low, high);
}

/* The most frequent kinds, at most three, and only as many as are clearly ahead of the next. */
static void say_categories(Prose *prose, const Lagesbild *l)
{
    char name[128], count[SWEDISH_NUMBER_SIZE];
    if (l->total.count > 1 && l->categories[0].figure.count == l->total.count) {
        say(prose, "%s gäller %s.", l->total.count == 2 ? "Båda" : "Alla",
            inside(l->categories[0].name, name, sizeof name));
        return;
    }
    size_t n = 0;
    for (size_t i = 1; i <= 3 && i <= l->category_count; i++) {
        int64_t next = i < l->category_count ? l->categories[i].figure.count : 0;
        if (l->categories[i - 1].figure.count > 1 && l->categories[i - 1].figure.count > next) n = i;
    }
    if (!n) return;
    say(prose, "Vanligast är ");
    for (size_t i = 0; i < n; i++)
        fprintf(prose->out, "%s%s (%s)", comma(i, n), inside(l->categories[i].name, name, sizeof name),
                swedish_integer(l->categories[i].figure.count, count));
    fputc('.', prose->out);
}

static void say_place(Prose *prose, const Lagesbild *l)
{
    if (!l->place_count || l->places[0].figure.count < 2) return;
    if (l->place_count > 1 && l->places[1].figure.count == l->places[0].figure.count) return;
    char count[SWEDISH_NUMBER_SIZE];
    const LagesbildFigure *f = &l->places[0].figure;
    say(prose, "Den plats som nämns oftast är %s (%s händelser%s).", l->places[0].name,
        swedish_integer(f->count, count), f->expected.direction == EXPECTED_UP ? ", fler än normalt" : "");
}

/* The quarter of a day that holds the most, where it holds enough to be worth a sentence. */
static void say_when(Prose *prose, const Lagesbild *l)
{
    static const char *const parts[] = {"natt (kl. 00–06)", "förmiddag (kl. 06–12)", "eftermiddag (kl. 12–18)",
                                        "kväll (kl. 18–24)"};
    int64_t most = 0, second = 0;
    int weekday = 0, part = 0;
    for (int block = 0; block < LAGESBILD_WEEKDAYS * 4; block++) {
        int64_t n = 0;
        for (int hour = 0; hour < 6; hour++)
            n += l->hour_of_week[block / 4][block % 4 * 6 + hour];
        if (n > most) {
            second = most;
            most = n;
            weekday = block / 4;
            part = block % 4;
        } else if (n > second) {
            second = n;
        }
    }
    if (most < 4 || most == second || most * 5 < l->clocked) return;
    char clocked[SWEDISH_NUMBER_SIZE], number[SWEDISH_NUMBER_SIZE];
    say(prose, "Av de %s händelser vars klockslag är känt inträffade %s %s %s.", swedish_integer(l->clocked, clocked),
        swedish_integer(most, number), swedish_weekday(weekday + 1), parts[part]);
}

static void say_silent(Prose *prose, const Lagesbild *l, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < l->source_count; i++)
        if (!lagesbild_has_reported(&l->sources[i]))
            fprintf(prose->out, "%s%s", comma(at++, n), l->sources[i].organisation);
}

/* Who has not reported: a zero from one who did not is no zero. Who has stands in the list beside. */
static void say_sources(Prose *prose, const Lagesbild *l)
{
    enum { NAMED_MAX = 4 };
    size_t reported = 0;
    char word[SWEDISH_NUMBER_SIZE];
    for (size_t i = 0; i < l->source_count; i++)
        reported += lagesbild_has_reported(&l->sources[i]);
    size_t silent = l->source_count - reported;
    if (!reported) say(prose, "Ingen har rapporterat för perioden, så uppgifterna säger inte om det var lugnt.");
    if (silent && silent <= NAMED_MAX) {
        say(prose, "Ingen rapport har kommit från ");
        say_silent(prose, l, silent);
        fputs(", som har rapporterat tidigare.", prose->out);
    } else if (silent) {
        say(prose, "Från %s som har rapporterat tidigare har inget kommit.",
            swedish_number_word((int64_t)silent, word));
    }
}

/* True where a table compares with a period that is only known in part. */
static bool compares_in_part(const Lagesbild *l)
{
    const LagesbildFigure *t = &l->total;
    return (t->previous != LAGESBILD_UNKNOWN && !is_whole(l, t->previous, period_previous(&l->period))) ||
           (t->year_ago != LAGESBILD_UNKNOWN && !is_whole(l, t->year_ago, period_year_ago(&l->period)));
}

/* What the reader must be told of those without an area: nothing, where the municipality has none to tell apart. */
static int64_t without_area(const Lagesbild *l)
{
    return l->area_is_root && !l->area_has_parts ? 0 : l->without_area;
}

static void say_reservations(Prose *prose, const Lagesbild *l)
{
    char n[SWEDISH_NUMBER_SIZE], since[48];
    if (compares_in_part(l))
        say(prose, "Uppgifter finns från den %s; äldre jämförelsetal är ofullständiga.",
            swedish_date(l->history_from, since, sizeof since));
    if (l->to_review)
        say(prose, "%s av händelserna är %s och ännu inte %s av en människa.", swedish_integer(l->to_review, n),
            plural(l->to_review, "osäkert tolkad", "osäkert tolkade"), plural(l->to_review, "granskad", "granskade"));
    if (!without_area(l)) return;
    swedish_integer(l->without_area, n);
    if (l->area_is_root)
        say(prose, "%s av händelserna går inte att knyta till något närmare område.", n);
    else
        say(prose, "Utöver dem går %s %s i kommunen inte att knyta till något område och är inte %s.", n,
            incidents_word(l->without_area), plural(l->without_area, "medräknad", "medräknade"));
}

static void say_not_begun(Prose *prose, const Lagesbild *l)
{
    char label[PERIOD_LABEL_SIZE], first[48];
    say(prose, "Perioden har inte börjat: %s för %s börjar den %s.", period_short_label(&l->period, label),
        l->area_name, swedish_date(l->period.from, first, sizeof first));
}

static void say_nothing_happened(Prose *prose, const Lagesbild *l)
{
    char label[PERIOD_LABEL_SIZE];
    say(prose, "Inga händelser är%s rapporterade för %s under %s", lagesbild_is_complete(l) ? "" : " hittills",
        l->area_name, period_short_label(&l->period, label));
    if (lagesbild_is_complete(l) && l->total.previous > 0 &&
        is_whole(l, l->total.previous, period_previous(&l->period))) {
        char previous[SWEDISH_NUMBER_SIZE];
        fprintf(prose->out, ", mot %s föregående period", swedish_integer(l->total.previous, previous));
    }
    fputc('.', prose->out);
}

static int reservations(Lagesbild *l, Arena *arena)
{
    Prose prose;
    if (!l->to_review && !without_area(l) && !compares_in_part(l)) return 0;
    int rc = prose_open(&prose);
    if (rc) return rc;
    say_reservations(&prose, l);
    l->reservations = prose_close(&prose, arena);
    return l->reservations ? 0 : -ENOMEM;
}

int lagesbild_prose_summary(Lagesbild *l, Arena *arena)
{
    Prose prose;
    int rc = prose_open(&prose);
    if (rc) return rc;
    if (l->total.count) {
        say_deviations(&prose, l, EXPECTED_UP);
        say_deviations(&prose, l, EXPECTED_DOWN);
        say_total(&prose, l);
        say_normal(&prose, l);
        say_categories(&prose, l);
        say_place(&prose, l);
        say_when(&prose, l);
    } else if (lagesbild_has_begun(l)) {
        say_nothing_happened(&prose, l);
        say_deviations(&prose, l, EXPECTED_DOWN);
    } else {
        say_not_begun(&prose, l);
    }
    if (lagesbild_has_begun(l)) say_sources(&prose, l);
    l->summary = prose_close(&prose, arena);
    return l->summary ? reservations(l, arena) : -ENOMEM;
}
